"""The field in which stories are chosen for a related list: one a line, by number or address, the first first."""

from typing import Any

import regex
from django import forms
from django.utils.translation import gettext as _

from articles.models import Article

# Who writes more lines than this has pasted something else.
MOST_LINES = 50
_NUMBER = regex.compile(r"#?([0-9]{1,15})(?=\s|$)")
_ADDRESS = regex.compile(r"\S+/([0-9]{1,15})/[^/\s]*/?$")

Reference = dict[str, Any]


def to_lines(stories: list[Reference] | None) -> str:
    """Chosen stories (articles.contents) as the field shows them."""
    return "\n".join(f"{story['id']} {story['name']}" for story in stories or [])


def number_in(line: str) -> int | None:
    """The story's number that a line begins with, or that the address in it holds; None where there is none."""
    match = _NUMBER.match(line) or _ADDRESS.fullmatch(line)
    return int(match[1]) if match else None


def from_lines(text: str) -> tuple[list[Reference], list[str]]:
    """The stories that lines name, each once, and the lines that name none. One query."""
    lines = [line.strip() for line in text.replace("\0", "").splitlines() if line.strip()]
    numbers = [number_in(line) or 0 for line in lines[:MOST_LINES]]
    names = dict(Article.objects.filter(pk__in=numbers).values_list("pk", "headline"))
    known = [{"id": pk, "name": names[pk]} for pk in dict.fromkeys(numbers) if pk in names]
    unknown = [line for line, number in zip(lines, numbers, strict=False) if number not in names]
    return known, unknown + lines[MOST_LINES:]


class StoriesField(forms.CharField):
    """A list of stories as references; a line that names none is an error that quotes it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        super().__init__(required=False, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return to_lines(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[Reference]:
        known, unknown = from_lines(super().to_python(value))
        if unknown:
            message = _("No story is meant by “%(line)s”: write its number or its address.")
            raise forms.ValidationError([message % {"line": line[:80]} for line in unknown[:5]])
        return known

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "")
