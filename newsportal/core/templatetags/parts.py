"""`{% part %}`: a piece of a template that is rendered once for what its variables say."""

from itertools import count
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.loader_tags import BlockNode
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from newsportal.core.fingerprints import Unknown, fingerprint
from newsportal.core.parts import kept

register = template.Library()

_numbers = count()


class PartNode(template.Node):
    """Renders its nodes with `names` of the context and nothing else."""

    # It holds no blocks, for which Django would go through it on every page.
    child_nodelists = ()

    def __init__(self, names: list[str], nodelist: NodeList) -> None:
        self.names = names
        self.nodelist = nodelist
        self.number = next(_numbers)

    def render(self, context: template.Context) -> SafeString:
        values, page = {name: context.get(name) for name in self.names}, _page(context)
        try:
            said = [page.said(value) for value in values.values()]
        except Unknown:
            return self._made(context, values)
        return kept((self.number, page.language, page.day, *said), lambda: self._made(context, values))

    def _made(self, context: template.Context, values: dict[str, Any]) -> SafeString:
        inner = context.new(values)
        inner.template = context.template
        return self.nodelist.render(inner)


class _Page:
    """What the parts of one page share: its language, the day it is, and the fingerprints of what they show."""

    def __init__(self) -> None:
        self.language = get_language()
        self.day = timezone.localdate()
        self._known: dict[int, tuple[bytes, Any]] = {}

    def said(self, value: Any) -> Any:
        """A text itself, of anything else the fingerprint: a key would take True for 1."""
        if value is None or type(value) is str:
            return value
        known = self._known.get(id(value))
        if known is None:
            # With the value itself, whose id is thus nothing else's.
            known = self._known[id(value)] = fingerprint(value), value
        return known[0]


def _page(context: template.Context) -> _Page:
    page = context.render_context.get("page of parts")
    if page is None:
        page = context.render_context["page of parts"] = _Page()
    return page


@register.tag("part")
def part(parser: Parser, token: Token) -> PartNode:
    """`{% part article site %}…{% endpart %}`: shows nothing but these variables and the day it is, and asks no query.

    Rendered anew each time where it cannot be said what one of them says (newsportal.core.fingerprints). No `block`
    stands in it: which one is meant is another page's to say.
    """
    _tag, *names = token.split_contents()
    nodelist = parser.parse(["endpart"])
    parser.delete_first_token()
    if nodelist.get_nodes_by_type(BlockNode):
        raise template.TemplateSyntaxError("no block may stand in a part: the page that fills it is not known there")
    return PartNode(names, nodelist)
