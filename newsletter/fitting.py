"""Which newsletter fits a story: the form on its page is for that one."""

from typing import NamedTuple

from articles.models import Article
from newsletter.models import NewsletterList
from newsletter.states import ListKind
from newsportal.core import read_ahead

# What an editor changes of the newsletters is on stories' pages after so many seconds.
KEPT = 60


class Fit(NamedTuple):
    """What the form says of a newsletter, and what it is about: paths of sections, ids of tags."""

    slug: str
    name: str
    pitch: str
    paths: frozenset[str]
    tags: frozenset[int]


def fitting(article: Article) -> Fit | None:
    """The newsletter of the story's edition about its section, or the nearest above it; else one about a tag of it.

    None where only those about everything are left: then the form is for the edition's first, as on any other page.
    One query a minute for all stories of an edition, besides the story's own section and tags.
    """
    offered = _about_something(article.language)
    if not offered:
        return None
    path = article.section.path
    while path:
        for fit in offered:
            if path in fit.paths:
                return fit
        path = path.rpartition("/")[0]
    tags = {tag.pk for tag in article.tags.all()}
    return next((fit for fit in offered if fit.tags & tags), None)


def _about_something(language: str) -> list[Fit]:
    offered = read_ahead.get(_key(language))
    if offered is None:
        offered = _read(language)
        read_ahead.keep(_key(language), offered, KEPT)
    return offered


def _key(language: str) -> str:
    return f"newsletter-fits:{language}"


read_ahead.announce(_key)


def _read(language: str) -> list[Fit]:
    lists = NewsletterList.objects.in_edition(language).open().exclude(kind=ListKind.ALERT)
    fits: dict[str, Fit] = {}
    for slug, name, pitch, path, tag in lists.values_list("slug", "name", "pitch", "sections__path", "tags"):
        known = fits.get(slug, Fit(slug, name, pitch, frozenset(), frozenset()))
        fits[slug] = known._replace(paths=known.paths | ({path} - {None}), tags=known.tags | ({tag} - {None}))
    return [fit for fit in fits.values() if fit.paths or fit.tags]
