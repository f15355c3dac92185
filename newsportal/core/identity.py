"""Reading the site's identity: cached, and right after a save."""

import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.utils import timezone

from newsportal.core import read_ahead
from newsportal.core.models import SiteIdentity, SiteText

CACHE_KEY = "site-identity:v2"
# Only an upper bound: a save forgets the entry at once, in every process that shares the cache.
CACHE_SECONDS = 60

read_ahead.announce(lambda _language: CACHE_KEY)

DEFAULTS = {"name": "News", "copyright": "© {year}"}


@dataclass(frozen=True)
class Banner:
    """A line of breaking news, what it leads to ("" for nothing), and when it ends."""

    text: str
    link: str
    until: dt.datetime


@dataclass(frozen=True)
class Site:
    """What every page shows of the site, in one language. All texts; "" where nothing was entered."""

    language: str
    name: str = ""
    tagline: str = ""
    mission: str = ""
    newsletter_pitch: str = ""
    copyright: str = ""
    credit: str = ""
    logo_url: str = ""
    contact_email: str = ""
    contact_address: str = ""
    contact_phone: str = ""
    social_links: list[dict[str, str]] = field(default_factory=list)
    banner: Banner | None = None


def site(language: str) -> Site:
    """The site's identity in `language`; words missing there are those of the default language."""
    facts = read_ahead.get(CACHE_KEY)
    if facts is None:
        facts = _read()
        read_ahead.keep(CACHE_KEY, facts, CACHE_SECONDS)
    texts = facts["texts"]
    words = {
        word: texts.get(language, {}).get(word)
        or texts.get(settings.LANGUAGE_CODE, {}).get(word)
        or DEFAULTS.get(word, "")
        for word in SiteText.WORDS
    }
    words["copyright"] = words["copyright"].replace("{year}", str(timezone.localdate().year))
    banner = facts["banners"].get(language)
    if banner and banner.until <= timezone.now():
        banner = None
    return Site(language=language, **words, **facts["facts"], banner=banner)


def forget() -> None:
    """Drops the cached identity; called after every change to it."""
    cache.delete(CACHE_KEY)


def _read() -> dict[str, dict]:
    """The row with its texts, links and banners, in one query (each text comes as often as there are others)."""
    facts = ("contact_email", "contact_address", "contact_phone")
    rows = SiteIdentity.objects.order_by("social_links__position", "social_links__pk").values(
        "logo",
        *facts,
        "social_links__label",
        "social_links__url",
        "texts__language",
        *(f"texts__{w}" for w in SiteText.WORDS),
        *(f"banners__{name}" for name in ("language", "text", "link", "until")),
    )
    if not rows:
        return {"texts": {}, "facts": {}, "banners": {}}
    links = {row["social_links__label"]: row["social_links__url"] for row in rows if row["social_links__label"]}
    return {
        "texts": {
            row["texts__language"]: {word: row[f"texts__{word}"] for word in SiteText.WORDS}
            for row in rows
            if row["texts__language"]
        },
        "banners": {
            row["banners__language"]: Banner(row["banners__text"], row["banners__link"], row["banners__until"])
            for row in rows
            if row["banners__language"]
        },
        "facts": {
            "logo_url": default_storage.url(rows[0]["logo"]) if rows[0]["logo"] else "",
            "social_links": [{"label": label, "url": url} for label, url in links.items()],
            **{fact: rows[0][fact] for fact in facts},
        },
    }
