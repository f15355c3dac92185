"""The verbs of the breaking banner: a line at the top of every page of an edition, with its own end."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.announcing import log
from articles.exceptions import NewsroomError, NotAllowed
from articles.permissions import permitted
from newsportal.core.models import SiteBanner, SiteIdentity
from newsportal.core.text import clean_line

# A line that stands for longer is no breaking news; it is forgotten there.
LONGEST = dt.timedelta(days=3)


class StaleBanner(NewsroomError):
    """Somebody has changed the banner since the form was opened; nothing was done."""

    def __init__(self) -> None:
        super().__init__(_("Somebody has changed the banner since you opened this page: it is shown as it is now."))


def banner_of(language: str) -> SiteBanner | None:
    """The edition's banner, also one that has ended. One query."""
    return SiteBanner.objects.filter(language=language).first()


@transaction.atomic
def raise_banner(
    language: str, *, text: str, link: str, until: dt.datetime, base: int, by: Any, now: dt.datetime | None = None
) -> SiteBanner:
    """Puts a line at the top of every page of an edition, from now `until` its end, in the place of what stands there.

    `link` is where it leads: an address on this site or elsewhere, "" for nowhere. `base` is the version of the banner
    that the form was opened on, 0 for none.
    """
    now = now or timezone.now()
    banner = _locked(language, by=by, base=base)
    text, until = clean_line(text), until.replace(microsecond=0)
    if not text:
        raise NewsroomError(_("Say what has happened: the banner is a line of text."))
    _check_end(until, now)
    before = _facts(banner, now)
    banner.text, banner.link, banner.until = text, link.strip(), until
    if _facts(banner, now) != before:
        _save(banner, "raise_banner", before, by=by, now=now)
    return banner


@transaction.atomic
def take_down(language: str, *, base: int, by: Any, now: dt.datetime | None = None) -> None:
    """Ends an edition's banner at once; one that has ended stays as it is."""
    now = now or timezone.now()
    banner = _locked(language, by=by, base=base)
    if banner.pk is None or banner.until <= now:
        return
    before = _facts(banner, now)
    banner.until = now
    _save(banner, "end_banner", before, by=by, now=now)


def _locked(language: str, *, by: Any, base: int) -> SiteBanner:
    """The edition's banner, locked with the row that all banners belong to, so that there is never a second one."""
    if not permitted(by, "raise_banner"):
        raise NotAllowed(_("You may not put up a banner: ask an editor."))
    SiteIdentity.objects.get_or_create(pk=1)
    identity = SiteIdentity.objects.select_for_update().get(pk=1)
    banner = banner_of(language)
    if (banner.version if banner else 0) != base:
        raise StaleBanner
    return banner or SiteBanner(identity=identity, language=language, version=0)


def _save(banner: SiteBanner, action: str, before: dict[str, str], *, by: Any, now: dt.datetime) -> None:
    banner.version += 1
    banner.save()
    edition = {"edition": banner.language}
    log(None, action, by=by, now=now, old=edition | before, new=edition | _facts(banner, now))


def _check_end(until: dt.datetime, now: dt.datetime) -> None:
    if until <= now:
        raise NewsroomError(_("The end of the banner has passed already."))
    if until > now + LONGEST:
        raise NewsroomError(_("A banner stands for three days at most."))


def _facts(banner: SiteBanner, now: dt.datetime) -> dict[str, str]:
    """What the log says of a banner; nothing of one that readers do not see."""
    if banner.until is None or banner.until <= now:
        return {}
    return {"text": banner.text, "link": banner.link, "until": banner.until.astimezone(dt.UTC).isoformat()}
