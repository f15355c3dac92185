"""The words that readers agree to, in one place, so that what is recorded is what was shown."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from django.utils import translation
from django.utils.translation import gettext as _

from newsletter.models import NewsletterList, Wording
from newsletter.models.consents import digest_of
from newsletter.states import ListKind, Rhythm
from newsportal.core.identity import site
from newsportal.core.text import format_time


class FormWording(NamedTuple):
    """The texts of the sign-up form, from top to bottom."""

    heading: str
    pitch: str
    label: str
    button: str
    note: str

    @property
    def text(self) -> str:
        """All of it, a line each."""
        return "\n".join(line for line in self if line)

    @property
    def digest(self) -> str:
        return digest_of(self.text)


class Named(Protocol):
    """What the form says of one newsletter; `pitch` may be ""."""

    name: str
    pitch: str


def form_wording(language: str, newsletter: Named | None = None) -> FormWording:
    """What the sign-up form says in a language: of one newsletter, or in general; else the pitch is the site's."""
    with translation.override(language):
        return FormWording(
            heading=newsletter.name if newsletter else _("Newsletter"),
            pitch=(newsletter.pitch if newsletter else "") or site(language).newsletter_pitch,
            label=_("Your e-mail address"),
            button=_("Subscribe"),
            note=_("We send you one mail to confirm. You can leave at any time, in one step."),
        )


def wording_shown(digest: str, *, language: str, newsletters: Iterable[NewsletterList] = ()) -> str:
    """The text of the form that carried `digest`, in general or for one of `newsletters`: a cached page may still
    show an earlier pitch than today's.
    """
    current = [form_wording(language), *(form_wording(language, newsletter) for newsletter in newsletters)]
    for wording in current:
        if digest == wording.digest:
            return wording.text
    earlier = Wording.objects.filter(digest=digest, language=language).first()
    return earlier.text if earlier else current[0].text


def names(newsletters: Iterable[NewsletterList]) -> str:
    """Their names as they stand between a sentence's own pair of quotation marks: Morning”, “Sport."""
    return "”, “".join(newsletter.name for newsletter in newsletters)


def confirm_wording(newsletters: Sequence[NewsletterList]) -> str:
    """What the page says on which a reader confirms; they are of one language."""
    with translation.override(newsletters[0].language):
        question = _("Do you want to receive “%(newsletter)s”?") % {"newsletter": names(newsletters)}
        return f"{question}\n{_('Yes, subscribe me')}"


def frequency_words(newsletter: NewsletterList) -> str:
    """How often a newsletter comes, in the language of the page."""
    if newsletter.kind == ListKind.ALERT:
        return _("When something big happens")
    if newsletter.kind == ListKind.EDITED:
        return _("Each issue as it is ready, or once a day, or once a week")
    at = format_time(dt.datetime.combine(dt.date.min, newsletter.send_time))
    if newsletter.rhythm == Rhythm.DAILY:
        return _("Every day at %(time)s") % {"time": at}
    return _("Every %(weekday)s at %(time)s") % {"weekday": newsletter.get_weekday_display(), "time": at}
