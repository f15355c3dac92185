"""The verbs of old addresses: where they lead, and how an editor lets one lead somewhere."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext as _

from articles import page_tags
from articles.addresses import edition_of, match_of, own_path, read_addresses
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, Contributor, MissingPage, Redirect, Section, Series, Tag
from articles.models.redirects import PAGES, as_path
from articles.permissions import permitted

# The feeds of pages, by the names of their addresses, and what says in them which page it is.
FEEDS = {"section_feed": ("section", "path"), "tag_feed": ("tag", "slug"), "author_feed": ("author", "slug")}


@dataclass(frozen=True)
class NewPlace:
    """Where a page is now, and the tags of what decides on it (articles.page_tags)."""

    address: str
    tags: tuple[str, ...]


def new_place(path: str, match: ResolverMatch | None, *, now: dt.datetime) -> NewPlace | None:
    """Where the page of an address is now, if it has moved. One query.

    `path` is its path and query as they were asked for, and `match` the view that answered 404, if there was one.

    Feeds move with their pages. A story that readers neither may see nor have seen is nowhere.
    """
    feed = match.url_name if match and match.url_name in FEEDS else ""
    if match and feed:
        key = match.kwargs.get("section_path") or match.kwargs["slug"]
        path = reverse(FEEDS[feed][0], args=[key])
    whole = as_path(path)
    bare = whole.partition("?")[0]
    row = Redirect.objects.found(whole, bare, bare.lower()) if whole else None
    if row is None or (row.article and not (row.article.is_live(now) or row.article.is_gone(now))):
        return None
    if match and feed:
        key = getattr(row.page, FEEDS[feed][1], None)
        is_its = key and not row.article
        return NewPlace(reverse(feed, args=[key, match.kwargs["form"]]), _tags_of(row)) if is_its else None
    address = row.leads_to()
    return None if as_path(address) == whole else NewPlace(address, _tags_of(row))


def read(old: str, new: str, row: Redirect | None = None) -> Redirect:
    """The redirect, unsaved, that lets the address `old` of this site lead to `new`: a page of ours, or an address
    elsewhere. It is `row` where there is one already.

    Raises NewsroomError where there is a page at `old`, or none at `new`; `row` is then as it was.
    """
    old = old.strip()
    path = as_path(old) if own_path(old) else ""
    if not path:
        raise NewsroomError(_("Give an address of this site, such as /old/page/."))
    if _is_there(path):
        raise NewsroomError(_("There is a page at this address: it would never lead on."))
    target = _target(new.strip(), path)
    row = row or Redirect()
    for name, value in {**dict.fromkeys(PAGES), "address": "", **target, "path": path}.items():
        setattr(row, name, value)
    return row


@transaction.atomic
def keep(row: Redirect, *, by: Any) -> Redirect:
    """Saves a redirect that was `read`. What was counted of its old address is forgotten."""
    if not permitted(by, "change_redirect" if row.pk else "add_redirect"):
        raise NotAllowed(_("You may not make redirects: ask an editor."))
    row.by = by
    row.save()
    MissingPage.objects.filter(path=row.path).delete()
    return row


def _tags_of(row: Redirect) -> tuple[str, ...]:
    if row.section:
        return page_tags.REDIRECTS, page_tags.sections(row.section.language)
    if row.tag:
        return page_tags.REDIRECTS, page_tags.tag_name(row.tag.pk)
    if row.contributor:
        return page_tags.REDIRECTS, page_tags.person(row.contributor.pk)
    if row.series:
        return page_tags.REDIRECTS, page_tags.series(row.series.pk)
    if row.article:
        return page_tags.REDIRECTS, page_tags.story(row.article.pk), page_tags.sections(row.article.language)
    return (page_tags.REDIRECTS,)


def _is_there(path: str) -> bool:
    bare = path.partition("?")[0].rstrip("/") + "/"
    (found,) = read_addresses([bare])
    return found.kind == "fine" or found.story is not None


def _target(address: str, old: str) -> dict[str, Any]:
    """What a redirect to `address` has to lead to, as one of PAGES wherever it is one."""
    path = own_path(address)
    if path is None and address.startswith(("http://", "https://")):
        return {"address": address}
    if path is None or not path.startswith("/"):
        raise NewsroomError(_("Give an address of this site, or one that begins with https://."))
    if page := _page_at(path):
        return page
    (found,) = read_addresses([path])
    if found.kind == "fine" and as_path(path) != old:
        parts = urlsplit(address)
        return {"address": urlunsplit(("", "", path, parts.query, parts.fragment))}
    if (row := Redirect.objects.found(as_path(path))) and row.path != old:
        return {name: getattr(row, name) for name in (*PAGES, "address")}
    raise NewsroomError(_("There is no page at the new address."))


def _page_at(path: str) -> dict[str, Any] | None:
    match = match_of(path)
    name, words = (match.url_name, match.kwargs) if match else ("", {})
    try:
        if name == "section":
            section = Section.objects.in_edition(edition_of(path)).get(path=words["section_path"].lower())
            return {"section": section}
        if name == "tag":
            return {"tag": Tag.objects.get(slug=words["slug"])}
        if name == "author":
            return {"contributor": Contributor.objects.get(slug=words["slug"])}
        if name == "series":
            return {"series": Series.objects.in_edition(edition_of(path)).get(slug=words["slug"].lower())}
        if name in ("story", "story_without_slug"):
            return {"article": Article.objects.get(pk=words["pk"])}
    except ObjectDoesNotExist:
        pass
    return None
