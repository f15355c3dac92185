"""What is looked at before an issue goes out: what stops it, what somebody should look at, what is good to know."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter import audiences, placeholders
from newsletter.checking import house
from newsletter.checking.checks import domains
from newsletter.checking.findings import Verdict
from newsletter.checking.names import Names
from newsletter.checking.records import dmarc, spf
from newsletter.composing.linkcheck import dead_elsewhere, dead_own, links_in
from newsletter.composing.rendering import Rendered, render
from newsletter.delivery import headers
from newsletter.links import issue_url
from newsletter.models import Block, Issue
from newsletter.states import BlockKind
from newsportal.core.duties import how_work_stands
from newsportal.core.text import localise_digits

# Gmail shows the first 102 KB of a mail's HTML and hides the rest, with the link to unsubscribe.
LARGE, TOO_LARGE = 80_000, 100_000
# What most inboxes show of a subject, and of the words behind it.
SUBJECT, PREHEADER = 60, 110
LONGEST_LINE = 998
# Issues in which a story may have been before.
RECENT = 5


class Level(TextChoices):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing found: how bad, why (for a person), and the position of the block it is about."""

    level: Level
    message: str
    position: int | None = None


@dataclass(frozen=True)
class Preflight:
    """All that was found, the worst first, the number of readers, the size in octets, and what readers will not see."""

    findings: list[Finding]
    readers: int
    octets: int
    left_out: tuple[Block, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether something has to be put right first."""
        return any(finding.level == Level.ERROR for finding in self.findings)

    @property
    def asks(self) -> bool:
        """Whether somebody has to say that it goes out all the same."""
        return any(finding.level == Level.WARNING for finding in self.findings)


@dataclass(frozen=True)
class _Look:
    """What the checks look at. `now` is the minute at which it goes out."""

    issue: Issue
    mail: Rendered
    blocks: list[Block]
    readers: int
    now: dt.datetime
    today: dt.datetime


def preflight(
    issue: Issue, *, now: dt.datetime, at: dt.datetime | None = None, ask_elsewhere: bool = False
) -> Preflight:
    """What is to be known before `issue` is sent at `at` (None: at its minute, or now).

    Sends no request, unless it is to ask elsewhere: other sites for the links to them, the mail server, and the DNS for
    what other mail servers will ask it.
    """
    at = max(at or issue.send_at or now, now)
    look = _Look(
        issue=issue,
        mail=render(issue, now=at, counted=False),
        blocks=list(issue.blocks.with_contents()),
        readers=audiences.count(issue, now),
        now=at,
        today=now,
    )
    found = [finding for check in CHECKS for finding in check(look)]
    if ask_elsewhere:
        found += [_dead(*dead) for dead in dead_elsewhere(links_in(look.mail.html))]
        found += _arrival(issue)
    order = list(Level)
    found.sort(key=lambda finding: order.index(finding.level))
    return Preflight(found, look.readers, look.mail.octets, look.mail.left_out)


def too_large(mail: Rendered) -> str:
    """Why a mail of this size is not sent without an editor; "" where it may be."""
    if mail.octets < TOO_LARGE:
        return ""
    return _("The issue has %(size)s KB. Gmail cuts it, and the link to unsubscribe with it, at 102 KB.") % {
        "size": _kilobytes(mail.octets)
    }


def _size(look: _Look) -> Iterator[Finding]:
    if reason := too_large(look.mail):
        yield Finding(Level.ERROR, reason)
    elif look.mail.octets >= LARGE:
        text = _("The issue has %(size)s KB; Gmail cuts mails at 102 KB. Leave something out.")
        yield Finding(Level.WARNING, text % {"size": _kilobytes(look.mail.octets)})
    if look.mail.octets >= LARGE:
        for block in look.blocks:
            if block.is_whole and block not in look.mail.left_out:
                facts = {"size": _kilobytes(len(block.article.body.encode())), "headline": block.article.headline}
                text = _("The whole of this story makes at least %(size)s KB of it: %(headline)s")
                yield Finding(Level.NOTE, text % facts, block.position)


def _words(look: _Look) -> Iterator[Finding]:
    if not look.mail.subject:
        yield Finding(Level.ERROR, _("The issue has no subject."))
    for subject in filter(None, (look.mail.subject, look.mail.subject_b)):
        if len(subject) > SUBJECT:
            text = _("Most inboxes cut the subject after about %(number)s characters: %(subject)s")
            yield Finding(Level.NOTE, text % {"number": localise_digits(SUBJECT), "subject": subject})
    if look.mail.subject == look.mail.subject_b:
        yield Finding(Level.WARNING, _("Both subjects are the same: there is nothing to compare."))
    if not look.issue.preheader:
        yield Finding(Level.NOTE, _("There is no preheader: inboxes show the first headlines behind the subject."))


def _contents(look: _Look) -> Iterator[Finding]:
    shown = [block for block in look.blocks if block not in look.mail.left_out]
    if not any(_says_something(block) for block in shown):
        yield Finding(Level.ERROR, _("There is nothing in the issue."))
    elif not any(block.kind == BlockKind.STORY for block in shown):
        yield Finding(Level.WARNING, _("There is no story in the issue."))
    for block in look.mail.left_out:
        text = _("Readers do not see this story now, and it is left out: %(headline)s")
        yield Finding(Level.WARNING, text % {"headline": block.article.headline}, block.position)


def _told_before(look: _Look) -> Iterator[Finding]:
    recent = Issue.objects.filter(newsletter=look.issue.newsletter).gone_out().exclude(pk=look.issue.pk)
    told = Block.objects.filter(issue__in=list(recent.values_list("pk", flat=True)[:RECENT]))
    before = set(told.exclude(article=None).values_list("article_id", flat=True))
    for block in look.blocks:
        if block.article_id in before:
            text = _("This story was in one of the last issues: %(headline)s")
            yield Finding(Level.WARNING, text % {"headline": block.article.headline}, block.position)


def _pictures(look: _Look) -> Iterator[Finding]:
    for block in look.blocks:
        if block.kind == BlockKind.STORY and block.article.lead_image and not block.article.alt_text:
            text = _("The picture of this story has no alternative text: %(headline)s")
            yield Finding(Level.WARNING, text % {"headline": block.article.headline}, block.position)
        elif block.image and not block.image.alt_text:
            text = _("A picture has no alternative text: %(picture)s")
            yield Finding(Level.WARNING, text % {"picture": block.image}, block.position)
        elif block.kind == BlockKind.PICTURE and not block.image:
            yield Finding(Level.WARNING, _("A picture block has no picture, and is left out."), block.position)


def _links(look: _Look) -> Iterator[Finding]:
    yield from (_dead(*dead) for dead in dead_own(_checkable(look), now=look.now))
    if not settings.SITE_URL.startswith("https://"):
        text = _("This site is not on https (SITE_URL): pictures and links will not work everywhere.")
        yield Finding(Level.WARNING, text)


def _parts(look: _Look) -> Iterator[Finding]:
    """What holds for every issue unless somebody has broken a template."""
    html, text = look.mail.html, look.mail.text
    if html.count(placeholders.UNSUBSCRIBE_URL) < 2 or placeholders.UNSUBSCRIBE_URL not in text:
        yield Finding(Level.ERROR, _("The link to unsubscribe is not where it has to be: at the top and at the foot."))
    if not text.strip():
        yield Finding(Level.ERROR, _("There is no plain text."))
    if any(len(line.encode()) > LONGEST_LINE for part in (html, text) for line in part.split("\n")):
        yield Finding(Level.WARNING, _("A line is longer than mail allows: a very long address, perhaps."))


def _readers(look: _Look) -> Iterator[Finding]:
    if look.readers == 0 and look.issue.audience is None:
        yield Finding(Level.ERROR, _("Nobody would get it: the newsletter has no confirmed reader."))
    number = localise_digits(look.readers)
    told = ngettext("It goes to %(number)s reader.", "It goes to %(number)s readers.", look.readers)
    if look.readers:
        yield Finding(Level.NOTE, told % {"number": number})


def _worker(look: _Look) -> Iterator[Finding]:
    if not how_work_stands(look.today).worker.is_well:
        text = _("The background work is not being done: nothing goes out until whoever runs the portal starts it.")
        yield Finding(Level.WARNING, text)


CHECKS: tuple[Callable[[_Look], Iterator[Finding]], ...] = (
    *(_size, _words, _contents, _told_before, _pictures, _links, _parts, _readers, _worker),
)


def _arrival(issue: Issue) -> Iterator[Finding]:
    """What `newsletter_check` says of the mail server and of the domains of this newsletter, without what is well."""
    names = Names()
    _senders, envelope = domains()
    sender = parseaddr(headers.sender(issue.newsletter))[1].rpartition("@")[2]
    told = [*house.relay(), spf(envelope, names, relay=settings.EMAIL_HOST), *dmarc(sender, envelope, names)]
    for one in told:
        if one.verdict != Verdict.GOOD:
            level = Level.WARNING if one.verdict == Verdict.WRONG else Level.NOTE
            yield Finding(level, f"{one.subject}: {one.words} {one.paste}".strip())


def _says_something(block: Block) -> bool:
    return bool(block.article_id or block.image_id or block.heading or block.text.strip())


def _checkable(look: _Look) -> list[str]:
    """Links to this site; not the issue's own page, which is there once it has gone out."""
    own_page = issue_url(look.issue)
    return [address for address in links_in(look.mail.html) if address != own_page]


def _dead(address: str, why: str) -> Finding:
    return Finding(Level.WARNING, _("%(address)s: %(why)s") % {"address": address, "why": why})


def _kilobytes(octets: int) -> str:
    return localise_digits(round(octets / 1000))
