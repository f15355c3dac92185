"""What an address of the search page asks for."""

import datetime as dt
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from articles.models import Contributor, Section
from articles.search import Facet, Filters
from articles.search.results import DATE, RELEVANCE
from articles.states import StoryType

# The parameters of the page, in the order in which addresses have them.
FACETS = ("section", "author", "month", "type")
PARAMETERS = ("q", *FACETS, "sort")
LONGEST = 400


@dataclass(frozen=True)
class Link:
    """A value of a facet, and the address that chooses it (or, when it is chosen, leaves it open again)."""

    facet: Facet
    address: str


@dataclass
class SearchRequest:
    """A query with its filters; what an address says and nobody can mean is left out, so that any address is a page."""

    q: str
    filters: Filters
    sort: str
    after: str
    values: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, data: MultiValueDict[str, str], language: str) -> "SearchRequest":
        """The request in the parameters of an address, for one edition; two queries at most."""
        asked = {name: data.get(name, "").replace("\x00", "")[:LONGEST] for name in PARAMETERS}
        filters = Filters(
            section=_pk(Section.objects.filter(language=language, path=asked["section"]), asked["section"]),
            author=_pk(Contributor.objects.filter(slug=asked["author"]), asked["author"]),
            month=_month(asked["month"]),
            story_type=asked["type"] if asked["type"] in StoryType.values else "",
        )
        sort = DATE if asked["sort"] == DATE else RELEVANCE
        known = {
            "q": asked["q"],
            "section": asked["section"] if filters.section else "",
            "author": asked["author"] if filters.author else "",
            "month": filters.month,
            "type": filters.story_type,
            "sort": DATE if sort == DATE else "",
        }
        return cls(asked["q"], filters, sort, data.get("after", "")[:80], known)

    def address(self, **changes: str) -> str:
        """The address with other parameters, from the first page on; "" leaves one out."""
        values = {**self.values, **changes}
        query = QueryDict(mutable=True)
        query.update({name: values[name] for name in (*PARAMETERS, "after") if values.get(name)})
        return f"?{query.urlencode()}" if query else "?"

    def links(self, facets: dict[str, list[Facet]]) -> dict[str, list[Link]]:
        """The facets with their addresses."""
        return {
            name: [Link(facet, self.address(**{name: "" if facet.chosen else facet.value})) for facet in facets[name]]
            for name in FACETS
            if name in facets
        }


def _pk(rows: "object", asked: str) -> int:
    return (rows.values_list("pk", flat=True).first() or 0) if asked else 0  # type: ignore[attr-defined]


def _month(text: str) -> str:
    try:
        return f"{dt.datetime.strptime(text, '%Y-%m'):%Y-%m}" if len(text) == 7 else ""
    except ValueError:
        return ""
