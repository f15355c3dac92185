"""The field that holds the names of a byline: one a line, with the role in front where it is not the words.

    Hasan Kabir
    Pictures: #17 Karim Ahmed
    Additional reporting: Rina Das (guest)

`#17` is a contributor, whatever stands behind it. A name alone is the contributor who has it, or else a guest's.
"""

from collections.abc import Iterable
from typing import Any

import regex
from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from articles.contents import credit, role_of
from articles.models import GUEST_LENGTH, Contributor
from articles.states import Role
from newsportal.core.text import clean_line

Line = dict[str, Any]

# Who writes more lines than this has pasted something else.
MOST_LINES = 40
_ROLE = regex.compile(r"(?P<role>[^:]{1,40}):\s*(?P<rest>.+)")
_NUMBER = regex.compile(r"#(?P<id>[0-9]{1,15})(?:\s+(?P<name>.*))?")
_GUEST = regex.compile(r"(?P<name>.+?)\s*\((?P<word>[^()]{1,20})\)")


def guest_word() -> str:
    """What stands in brackets after a guest's name, in the language of the page."""
    return _("guest")


def to_lines(lines: list[Line] | None) -> str:
    """The byline of a text (articles.contents) as the field shows it."""
    return "\n".join(_line(line) for line in lines or [])


def from_lines(text: str) -> tuple[list[Line], list[str]]:
    """The names that lines give, each once in a role, and what is wrong with lines that leave it open.

    Such a line is a guest's in the list, so that nothing typed is lost. Three queries at most.
    """
    roles, guests = _words(Role.choices), _words([("guest", guest_word)])
    asked = [_Asked(line, roles, guests) for row in text.replace("\0", "").splitlines() if (line := clean_line(row))]
    people = Contributor.objects.in_bulk({one.pk for one in asked if one.pk})
    namesakes = _namesakes({one.name for one in asked if not one.pk and not one.is_guest})
    found: dict[tuple, Line] = {}
    problems = []
    for one in asked[:MOST_LINES]:
        line, problem = _answered(one, people, namesakes)
        found.setdefault((line["id"] or line["name"].casefold(), one.role), line)
        problems += [problem] if problem else []
    if len(asked) > MOST_LINES:
        problems.append(_("A byline has at most %(number)s names.") % {"number": MOST_LINES})
    return list(found.values()), problems


class CreditsField(forms.CharField):
    """The names of a byline as lines of a text (articles.contents.credit)."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        super().__init__(required=False, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return to_lines(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[Line]:
        lines, problems = from_lines(super().to_python(value))
        if problems:
            raise forms.ValidationError(problems[:5])
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "")


class _Asked:
    """A line taken apart: role, number or name, and whether it says that the name is a guest's. `roles` and
    `guests` say which words mean either (_words).
    """

    def __init__(self, line: str, roles: dict[str, str], guests: dict[str, str]) -> None:
        given = _ROLE.fullmatch(line)
        is_role = given is not None and given["role"].strip().casefold() in roles
        self.line = line
        self.role = roles[given["role"].strip().casefold()] if given and is_role else Role.WORDS.value
        self.name = given["rest"] if given and is_role else line
        numbered, guest = _NUMBER.fullmatch(self.name), _GUEST.fullmatch(self.name)
        self.pk = int(numbered["id"]) if numbered else None
        self.is_guest = guest is not None and guest["word"].strip().casefold() in guests
        if guest and self.is_guest:
            self.name = guest["name"]


def _answered(one: _Asked, people: dict[int, Contributor], namesakes: dict[str, set[int]]) -> tuple[Line, str]:
    if one.pk in people:
        return credit(str(people[one.pk]), pk=one.pk, role=one.role), ""
    guest = credit(one.name[:GUEST_LENGTH].strip(), role=one.role)
    if one.pk:
        return guest, _("No contributor is meant by “%(line)s”.") % {"line": one.line[:80]}
    if len(one.name) > GUEST_LENGTH:
        return guest, _("“%(line)s…” is too long for a name.") % {"line": one.name[:40]}
    known = namesakes.get(one.name.casefold(), set())
    if one.is_guest or not known:
        return guest, ""
    if len(known) > 1:
        message = _("Several contributors are called %(name)s: choose one from the list, or write “%(name)s (guest)”.")
        return guest, message % {"name": one.name}
    return credit(one.name, pk=next(iter(known)), role=one.role), ""


def _namesakes(names: set[str]) -> dict[str, set[int]]:
    """The ids of contributors by their name in any language, case-folded."""
    wanted = Q()
    for name in names:
        wanted |= Q(name__iexact=name) | Q(texts__name__iexact=name)
    found: dict[str, set[int]] = {}
    if names:
        for pk, *called in Contributor.objects.filter(wanted).values_list("pk", "name", "texts__name"):
            for name in filter(None, called):
                found.setdefault(name.casefold(), set()).add(pk)
    return found


def _line(line: Line) -> str:
    role = role_of(line)
    name = f"#{line['id']} {line['name']}" if line["id"] else f"{line['name']} ({guest_word()})"
    return name if role == Role.WORDS else f"{Role(role).label}: {name}"


def _words(choices: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """Values by how they are called in any of the site's languages: the page may be in another one by now."""
    words = {value: value for value, _label in choices}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words |= {str(label() if callable(label) else label).casefold(): value for value, label in choices}
    return words
