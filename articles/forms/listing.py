"""What the list of stories can be asked for."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import bylines
from articles.exceptions import BadByline
from articles.forms.days import DayField, midnight
from articles.models import Article, Contributor, Section
from articles.search import Filters, Found, find
from articles.states import State
from newsportal.core.text import whole_number

SCHEDULED = "scheduled"
STATES = [
    ("", _("Any but archived")),
    *((state.value, state.label) for state in (State.DRAFT, State.IN_REVIEW, State.APPROVED)),
    (SCHEDULED, _("Goes live later")),
    *((state.value, state.label) for state in (State.PUBLISHED, State.WITHDRAWN, State.ARCHIVED)),
]
DAYS = {"today": 0, "week": 7, "month": 30}
PERIODS = [
    ("", _("Any time")),
    ("today", _("Today")),
    ("week", _("Last 7 days")),
    ("month", _("Last 30 days")),
    ("between", _("Between two days")),
]
# More contributors than these of one name are a typing mistake rather than an author.
NAMESAKES = 20
# States that stand for nothing but themselves: "in review" are changes of published stories too.
INDEXED = {State.DRAFT, State.PUBLISHED, State.WITHDRAWN, State.ARCHIVED}


class SectionChoice(forms.ModelChoiceField):
    """Sections by edition, those that stand in another one indented."""

    def label_from_instance(self, section: Section) -> str:
        return f"{section.get_language_display()}: {'– ' * section.path.count('/')}{section.name}"


class ListingForm(forms.Form):
    """The filters of the list of stories; `matching` applies them. Every field may be left empty."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    section = SectionChoice(Section.objects.none(), label=_("Section"), required=False, empty_label=_("Any section"))
    language = forms.ChoiceField(
        label=_("Edition"), required=False, choices=[("", _("Any edition")), *settings.LANGUAGES]
    )
    author = forms.CharField(label=_("Author"), required=False, max_length=100)
    period = forms.ChoiceField(label=_("Published"), required=False, choices=PERIODS)
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))
    changes = forms.BooleanField(label=_("With unpublished changes"), required=False)
    mine = forms.BooleanField(label=_("Written by me"), required=False)

    # Filters that stand behind "More filters".
    FURTHER = ("section", "language", "author", "period", "first", "last", "changes", "mine")

    def __init__(self, *args: Any, user: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="filter_%s", **kwargs)
        self.user, self.now = user, now
        # What the words of `q` found, once `matching` has looked for them.
        self.found: Found | None = None
        self.fields["section"].queryset = Section.objects.order_by("language", "path")

    def clean_author(self) -> list[Contributor]:
        """The contributors of that name or with these initials."""
        words = self.cleaned_data["author"].strip()
        if not words:
            return []
        named = Q(name__icontains=words) | Q(texts__name__icontains=words) | Q(initials__iexact=words)
        found = list(Contributor.objects.filter(named).distinct()[: NAMESAKES + 1])
        if not found:
            raise forms.ValidationError(_("Nobody is called that, and nobody has these initials."))
        if len(found) > NAMESAKES:
            raise forms.ValidationError(_("Too many people are called that: write more of the name."))
        return found

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day is before the first one."))
        return self.cleaned_data

    def is_narrowed(self) -> bool:
        """Whether one of the filters behind "More filters" is used."""
        return any(self.data.get(name) for name in self.FURTHER)

    def matching(self, stories: QuerySet[Article]) -> QuerySet[Article]:
        """`stories` as asked; none while something asked cannot be understood, so that no wrong list is shown."""
        if not self.is_valid():
            return stories.none()
        asked = self.cleaned_data
        exactly = self._exactly(asked["q"])
        if exactly:
            stories = stories.filter(exactly)
        elif asked["q"]:
            stories = self._worded(stories)
        if asked["state"] or not exactly:
            stories = self._in_state(stories, asked["state"])
        if asked["section"]:
            stories = stories.standing_in(asked["section"])
        if asked["language"]:
            stories = stories.in_edition(asked["language"])
        if asked["author"]:
            stories = stories.by_any_of(asked["author"])
        if asked["changes"]:
            stories = stories.changed()
        if asked["mine"]:
            stories = stories.written_by(self.user)
        return self._in_period(stories)

    def _worded(self, stories: QuerySet[Article]) -> QuerySet[Article]:
        """Those with all words that were asked for; the index knows some filters, so that its newest are of those."""
        asked = self.cleaned_data
        filters = Filters(
            section=asked["section"].pk if asked["section"] else 0,
            language=asked["language"],
            state=asked["state"] if asked["state"] in INDEXED else "",
        )
        self.found = find(asked["q"], now=self.now, stories=stories, filters=filters)
        return stories.filter(pk__in=self.found.stories)

    def _in_state(self, stories: QuerySet[Article], state: str) -> QuerySet[Article]:
        if not state:
            return stories.not_archived()
        named = {State.IN_REVIEW: stories.in_review, State.APPROVED: stories.approved}
        if state in named:
            return named[state]()
        return stories.scheduled(self.now) if state == SCHEDULED else stories.in_state(state)

    def _in_period(self, stories: QuerySet[Article]) -> QuerySet[Article]:
        """By publication time, in whole days of the site's time zone; days that were typed go before a period."""
        first, last, period = (self.cleaned_data[name] for name in ("first", "last", "period"))
        if first or last:
            return stories.timed_between(midnight(first) if first else None, midnight(last, after=1) if last else None)
        if period not in DAYS:
            return stories
        today = timezone.localdate(self.now)
        return stories.timed_between(midnight(today, after=-DAYS[period]), midnight(today, after=1))

    def _exactly(self, words: str) -> Q | None:
        """What `words` name when they are an id (12 or #12), an id at the source or a byline code: one index each."""
        number = words.removeprefix("#")
        if (pk := whole_number(number)) is not None:
            return Q(pk=pk) | Q(source_id=number)
        if words and Article.objects.filter(source_id=words).exists():
            return Q(source_id=words)
        code = _byline(words)
        return Q(byline_code=code) if code else None


def _byline(words: str) -> str:
    try:
        return str(bylines.parse(words)) if "/" in words else ""
    except BadByline:
        return ""
