"""What the addresses in a text lead to: elsewhere, to a story of ours, to another page of ours, or to nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from articles.models import Article, Contributor, Section, Series, Tag

STORIES = ("story", "story_without_slug")


@dataclass(frozen=True)
class Target:
    """`kind` is "fine" (elsewhere, or a page that exists), "story" (`story` None: there is none), "unknown" (no such
    page here), "empty" (no address), or "bare" (an address without its scheme, which browsers take for one of ours).
    """

    kind: str
    story: Article | None = None


def read_addresses(addresses: Iterable[str]) -> list[Target]:
    """What each of the addresses leads to, in order; stories are looked up in one query."""
    read = [(address.strip(), match_of(address.strip())) for address in addresses]
    wanted = {match.kwargs["pk"] for _a, match in read if match and match.url_name in STORIES}
    stories = Article.objects.defer("body").in_bulk(wanted) if wanted else {}
    return [_target(address, match, stories) for address, match in read]


def own_path(address: str) -> str | None:
    """The path of an address on this site, unquoted; None for one elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https"):
        return None
    if parts.netloc and parts.netloc != urlsplit(settings.SITE_URL).netloc:
        return None
    return unquote(parts.path) or "/"


def _target(address: str, match: ResolverMatch | None, stories: dict[int, Article]) -> Target:
    if not address or address.startswith("#"):
        return Target("empty")
    path = own_path(address)
    if path is None:
        return Target("fine")
    if not path.startswith("/") or address.startswith("?"):
        return Target("bare")
    if match is None:
        # Files that a server in front of us gives are no business of ours; pages end with a stroke.
        return Target("unknown" if path.endswith("/") else "fine")
    if match.url_name in STORIES:
        return Target("story", stories.get(match.kwargs["pk"]))
    exists = _EXISTS.get(match.url_name or "")
    return Target("fine" if exists is None or exists(path, match.kwargs) else "unknown")


def match_of(address: str) -> ResolverMatch | None:
    """The view that answers a path of ours, in the edition that the path names."""
    path = own_path(address) if address and not address.startswith("#") else None
    if path is None or not path.startswith("/"):
        return None
    with translation.override(edition_of(path)):
        try:
            return resolve(path)
        except Resolver404:
            return None


def edition_of(path: str) -> str:
    """The language of the edition that a path stands in."""
    return translation.get_language_from_path(path) or settings.LANGUAGE_CODE


def _has_section(path: str, words: dict[str, str]) -> bool:
    return Section.objects.in_edition(edition_of(path)).filter(path=words["section_path"].lower()).exists()


def _has_series(path: str, words: dict[str, str]) -> bool:
    return Series.objects.in_edition(edition_of(path)).filter(slug=words["slug"].lower()).exists()


_EXISTS: dict[str, Callable[[str, dict[str, str]], bool]] = {
    "section": _has_section,
    "series": _has_series,
    "tag": lambda path, words: Tag.objects.filter(slug=words["slug"]).exists(),
    "author": lambda path, words: Contributor.objects.filter(slug=words["slug"]).exists(),
}
