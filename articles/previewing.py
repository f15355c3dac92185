"""The verbs that show a story before readers have it: to its writer, and by a link to somebody without a login."""

import datetime as dt
import enum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import contents
from articles.announcing import log
from articles.contents import Content
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, PreviewLink, PreviewOpening, Revision
from articles.permissions import permitted
from articles.states import State
from newsportal.core.fields import validate_slug
from newsportal.core.limits import within

SHORTEST, USUAL, LONGEST = dt.timedelta(hours=1), dt.timedelta(days=3), dt.timedelta(days=14)
# Openings that are written down, for one link, network and hour: whoever holds an address must not fill the database.
OPENINGS_AN_HOUR = 60
# As many openings of each link are shown.
OPENINGS_SHOWN = 20


class End(enum.Enum):
    """Why a link shows nothing any more."""

    EXPIRED = "expired"
    REVOKED = "revoked"


class UnknownLink(NewsroomError):
    """No link has this token, or its story or revision is gone."""


class EndedLink(NewsroomError):
    """The link did show a text, and no longer does; `end` says why."""

    def __init__(self, end: End) -> None:
        sentences = {End.EXPIRED: _("This link has expired."), End.REVOKED: _("This link was revoked.")}
        super().__init__(sentences[end])
        self.end = end


def as_published(article: Article, content: Content, *, now: dt.datetime) -> Article:
    """The story as readers would get it if `content` were published at `now`: for showing, not for saving.

    A story without a publication time gets `now`; one that readers have, and that would change, says it was updated.
    """
    shown = contents.overlay(article, content | {"slug": _usable(content.get("slug"))})
    shown.publish_at = (article.publish_at or now).replace(microsecond=0)
    if (
        article.state == State.PUBLISHED
        and shown.publish_at <= now
        and contents.changed(contents.take(article), content)
    ):
        shown.updated_at = now.replace(microsecond=0)
    return shown


@transaction.atomic
def make_link(
    article: Article,
    revision: Revision,
    *,
    by: Any,
    now: dt.datetime | None = None,
    expires_in: dt.timedelta = USUAL,
    label: str = "",
) -> PreviewLink:
    """A link that shows `revision`, for whoever holds it, from SHORTEST to LONGEST. Each call makes another one."""
    now = now or timezone.now()
    if not may_share(by, article):
        raise NotAllowed(_("You may not share stories of this section: ask an editor."))
    if revision.article_id != article.pk:
        raise NewsroomError(_("This revision belongs to another story."))
    if revision.kind == Revision.Kind.AUTOSAVE:
        raise NewsroomError(_("This text is not saved yet: save it, then share it."))
    if not SHORTEST <= expires_in <= LONGEST:
        raise NewsroomError(_("A link lasts from one hour to 14 days."))
    if len(label) > PreviewLink._meta.get_field("label").max_length:
        raise NewsroomError(_("Say in at most 120 letters whom the link is for."))
    link = PreviewLink.objects.create(
        article=article, revision=revision, label=label.strip(), created_by=by, created=now, expires_at=now + expires_in
    )
    log(article, "share_preview", by=by, now=now, new=_facts(link), note=link.label)
    return link


@transaction.atomic
def revoke(link: PreviewLink, *, by: Any, now: dt.datetime | None = None) -> PreviewLink:
    """Ends a link before its time. One that has ended already stays as it is."""
    now = now or timezone.now()
    if not may_share(by, link.article):
        raise NotAllowed(_("You may not share stories of this section: ask an editor."))
    # One UPDATE, so that of two people who press at once one is logged.
    if PreviewLink.objects.usable(now).filter(pk=link.pk).update(revoked_at=now):
        log(link.article, "revoke_preview", by=by, now=now, old=_facts(link), note=link.label)
    link.refresh_from_db(fields=["revoked_at"])
    return link


def find_link(token: str, *, now: dt.datetime) -> PreviewLink:
    """The usable link of a token, with its story and text. Raises UnknownLink or EndedLink."""
    links = PreviewLink.objects.select_related("revision", "article__head", "article__live")
    link = links.filter(token=token).first()
    if link is None:
        raise UnknownLink(_("There is no such preview."))
    if link.revoked_at is not None:
        raise EndedLink(End.REVOKED)
    if link.expires_at <= now:
        raise EndedLink(End.EXPIRED)
    return link


def open_link(token: str, *, now: dt.datetime, network: str) -> PreviewLink:
    """`find_link`, with the opening written down: its time, and the network (newsportal.core.limits) it came from."""
    link = find_link(token, now=now)
    hour = dt.timedelta(hours=1)
    if within("preview_opening", f"{link.pk}:{network}", limit=OPENINGS_AN_HOUR, window=hour, now=now):
        PreviewOpening.objects.create(link=link, at=now, network=network)
    return link


def links_of(article: Article) -> QuerySet[PreviewLink]:
    """A story's links, newest first, each with `number` of openings, `last` one, and the `latest` of them."""
    latest = Prefetch("openings", PreviewOpening.objects.order_by("-at", "-pk")[:OPENINGS_SHOWN], to_attr="latest")
    links = article.preview_links.select_related("revision", "created_by").defer("revision__content")
    return (
        links.annotate(number=Count("openings"), last=Max("openings__at")).prefetch_related(latest).order_by("-created")
    )


def may_share(user: Any, article: Article) -> bool:
    """Whether `user` may show the story's texts to others: those who write in its section."""
    return permitted(user, "change_article", article)


def _usable(slug: str | None) -> str:
    """A slug that can stand in an address; "" (which makes one from the headline) for one that is being typed."""
    try:
        validate_slug(slug or "")
    except ValidationError:
        return ""
    return slug or ""


def _facts(link: PreviewLink) -> dict[str, Any]:
    """What the log says of a link; never its token, which would open it."""
    return {"revision": link.revision.number, "expires_at": link.expires_at.astimezone(dt.UTC).isoformat()}
