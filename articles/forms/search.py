"""What an address of the search page asks for."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from articles.models import Contributor, Section
from articles.search import Facet, Filters
from articles.search.facets import PERIOD_NAMES, month_name
from articles.search.results import DATE, RELEVANCE
from articles.states import StoryType
from newsportal.core.text import whole_number

# The facets of the page with the parameter of each, in the order in which the page has them.
FACETS = {
    "period": "period",
    "section": "section",
    "type": "type",
    "author": "author",
    "month": "month",
    "language": "edition",
}
# The parameters of the page, in the order in which addresses have them.
PARAMETERS = ("q", *FACETS.values(), "same", "sort")
ALL = "all"
LONGEST = 400


@dataclass(frozen=True)
class Link:
    """A value of a facet, and the address that chooses it (or, when it is chosen, leaves it open again)."""

    facet: Facet
    address: str


@dataclass
class SearchRequest:
    """A query with its filters; what an address says and nobody can mean is left out, so that any address is a page.

    `language` is the edition that is searched, None for all. `chosen` says each filter in words, by its parameter.
    """

    q: str
    language: str | None
    filters: Filters
    sort: str
    after: str
    values: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, data: MultiValueDict[str, str], language: str) -> "SearchRequest":
        """The request in the parameters of an address of one edition; three queries at most."""
        asked = {name: data.get(name, "").replace("\x00", "")[:LONGEST] for name in PARAMETERS}
        sections = Section.objects.filter(language=language, path=asked["section"])
        section = sections.first() if asked["section"] else None
        people = Contributor.objects.with_texts().filter(slug=asked["author"])
        author = people.first() if asked["author"] else None
        month = _month(asked["month"])
        edition = asked["edition"] if asked["edition"] in {ALL, *dict(settings.LANGUAGES)} - {language} else ""
        chosen = {
            "period": str(PERIOD_NAMES.get(asked["period"], "")),
            "section": section.name if section else "",
            "type": str(StoryType(asked["type"]).label) if asked["type"] in StoryType.values else "",
            "author": author.local_name if author else "",
            "month": month_name(month) if month else "",
            "edition": gettext("All editions") if edition == ALL else str(dict(settings.LANGUAGES).get(edition, "")),
            "same": gettext("Versions of one report") if whole_number(asked["same"]) else "",
        }
        filters = Filters(
            section=section.pk if section else 0,
            author=author.pk if author else 0,
            month=asked["month"] if month else "",
            period=asked["period"] if chosen["period"] else "",
            story_type=asked["type"] if chosen["type"] else "",
            language="" if edition == ALL else edition,
            same_text=whole_number(asked["same"]) or 0,
        )
        sort = DATE if asked["sort"] == DATE else RELEVANCE
        known = {name: asked[name] if words else "" for name, words in chosen.items()}
        known |= {"q": asked["q"], "sort": DATE if sort == DATE else ""}
        after = data.get("after", "")[:80]
        return cls(asked["q"], None if edition else language, filters, sort, after, known, chosen)

    def address(self, **changes: str) -> str:
        """The address with other parameters, from the first page on; "" leaves one out."""
        values = {**self.values, **changes}
        query = QueryDict(mutable=True)
        query.update({name: values[name] for name in (*PARAMETERS, "after") if values.get(name)})
        return f"?{query.urlencode()}" if query else "?"

    @property
    def editions(self) -> list[str]:
        """The codes of the editions that are searched."""
        return [self.language] if self.language else list(dict(settings.LANGUAGES))

    @property
    def removals(self) -> list[tuple[str, str]]:
        """Each filter in words, with the address that is without it."""
        return [(words, self.address(**{name: ""})) for name, words in self.chosen.items() if words]

    @property
    def unfiltered(self) -> str:
        """The address without any filter."""
        return self.address(**dict.fromkeys(self.chosen, ""))

    @property
    def everywhere(self) -> str:
        """The address that searches all editions; "" when this one does. Sections are of one edition."""
        return self.address(edition=ALL, section="") if self.language else ""

    @property
    def unquoted(self) -> str:
        """The address that looks for the words of a phrase one by one; "" when there is none."""
        return self.address(q=self.q.replace('"', "").replace("“", "").replace("”", "")) if self._is_quoted else ""

    @property
    def _is_quoted(self) -> bool:
        return any(mark in self.q for mark in '"“”')

    def links(self, facets: dict[str, list[Facet]]) -> dict[str, list[Link]]:
        """The facets with their addresses."""
        return {
            name: [
                Link(facet, self.address(**{parameter: _opened(name) if facet.chosen else facet.value}))
                for facet in facets[name]
            ]
            for name, parameter in FACETS.items()
            if name in facets
        }


def _opened(facet: str) -> str:
    """The value that leaves a facet open; that of editions is not the one of this page."""
    return ALL if facet == "language" else ""


def _month(text: str) -> dt.date | None:
    try:
        moment: Any = dt.datetime.strptime(text, "%Y-%m") if len(text) == 7 else None
    except ValueError:
        return None
    return moment.date() if moment else None
