"""The forms of the front page: an arrangement while it is being made, and the breaking banner."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.arranging import lasting, places_of, refuse_unfit, rows_of
from articles.exceptions import NewsroomError
from articles.forms.moments import MINUTE, MomentInput
from articles.models import Article, FrontRow, FrontSlot, Place
from newsportal.core.models import SiteBanner
from newsportal.core.text import whole_number


class SlotForm(forms.Form):
    """A pinned story: its number, until when, and other words for this place."""

    story = forms.IntegerField(min_value=1, max_value=10**18, widget=forms.HiddenInput)
    until = forms.DateTimeField(label=_("Pinned until"), required=False, widget=MomentInput)
    kicker = forms.CharField(label=_("Kicker here"), required=False, max_length=60)
    headline = forms.CharField(label=_("Headline here"), required=False, max_length=250)

    FIELDS = ("story", "until", "kicker", "headline")


class TypedFront:
    """An arrangement as it stands on the page, whatever is wrong with it: what was typed, by the key of its place, and
    the sections in the order of their rows.
    """

    def __init__(self, language: str, typed: dict[str, dict[str, str]], order: Iterable[FrontRow]) -> None:
        self.language, self.typed = language, typed
        self.rows = rows_of(language, order)

    @property
    def places(self) -> list[Place]:
        return [place for place, _section in places_of(self.language, self.rows)]

    @property
    def keys(self) -> list[str]:
        return [place.key for place in self.places]

    @property
    def order(self) -> list[FrontRow]:
        """The rows, unsaved."""
        return [
            FrontRow(section=section, position=place, is_shown=has_row)
            for place, (section, has_row) in enumerate(self.rows)
        ]

    @classmethod
    def read(cls, language: str, data: QueryDict) -> "TypedFront":
        """What a posted page holds; places that the front page does not have are left out."""
        front = cls(language, {}, _typed_order(language, data))
        for key in front.keys:
            if data.get(f"{key}-story", "").strip():
                front.typed[key] = {name: data.get(f"{key}-{name}", "") for name in SlotForm.FIELDS}
        return front

    @classmethod
    def of(cls, language: str, now: dt.datetime) -> "TypedFront":
        """What stands on the page first: what readers have, with the pins that can still hold."""
        slots = list(FrontSlot.objects.current(language))
        typed = {}
        for slot in lasting(slots, language, now):
            until = timezone.localtime(slot.until).strftime(MINUTE) if slot.until else ""
            words = {"kicker": slot.kicker, "headline": slot.headline}
            typed[slot.place.key] = {"story": str(slot.article_id), "until": until, **words}
        return cls(language, typed, FrontRow.objects.current(language))

    def move_row(self, section: str, *, step: int = 0, to: str = "") -> None:
        """Puts a section's row a step up or down, or where that of another stands."""
        numbers = [str(row.pk) for row, _has_row in self.rows]
        if section not in numbers or (to and to not in numbers):
            return
        place = numbers.index(section)
        target = numbers.index(to) if to else max(0, min(len(numbers) - 1, place + step))
        self.rows.insert(target, self.rows.pop(place))

    def show_row(self, section: str, *, shown: bool) -> None:
        """Gives a section a row, or takes it away; what is pinned there waits."""
        self.rows = [(row, shown if str(row.pk) == section else has_row) for row, has_row in self.rows]

    def pin(self, key: str, story: str) -> None:
        """Pins a story to a place, in the place of what is pinned there; it leaves any other place."""
        if whole_number(story) is None:
            return
        words = self.unpin_story(story)
        if key in self.keys:
            self.typed[key] = words or {"story": story, "until": "", "kicker": "", "headline": ""}

    def unpin_story(self, story: str) -> dict[str, str] | None:
        """Takes a story from its place; returns what was typed there."""
        key = next((key for key, row in self.typed.items() if row["story"] == story), "")
        return self.typed.pop(key, None)

    def move(self, key: str, target: str, story: str) -> None:
        """`story`, which stands in place `key` (pinned or by itself; "" for one that stands nowhere), goes to another.

        What is pinned there comes to where it stood.
        """
        if target not in self.keys or key == target:
            return
        there = self.typed.pop(target, None)
        self.pin(target, story)
        if there and key in self.keys:
            self.typed[key] = there

    def beside(self, key: str, step: int) -> str:
        """The key of the place before or after one; its own at the ends."""
        if key not in self.keys:
            return key
        return self.keys[max(0, min(len(self.keys) - 1, self.keys.index(key) + step))]

    def check(self, now: dt.datetime) -> tuple[list[FrontSlot], dict[str, SlotForm]]:
        """The unsaved slots of what can be used, and the form of every pinned place by key, with what is wrong."""
        pinned = {key: SlotForm(_prefixed(key, row), prefix=key) for key, row in self.typed.items()}
        wanted = [form.cleaned_data["story"] for form in pinned.values() if form.is_valid()]
        stories = Article.objects.for_cards().in_bulk(wanted)
        slots = []
        for place in self.places:
            if form := pinned.get(place.key):
                slots += self._slot(place, form, stories, now)
        return slots, pinned

    def _slot(self, place: Place, form: SlotForm, stories: dict[int, Article], now: dt.datetime) -> list[FrontSlot]:
        if not form.is_valid():
            return []
        said = form.cleaned_data
        story = stories.get(said["story"])
        form.article = story
        if story is None:
            form.add_error(None, gettext("There is no such story any more."))
            return []
        try:
            refuse_unfit(story, self.language)
        except NewsroomError as error:
            form.add_error(None, str(error))
        if said["until"] and said["until"] <= now:
            form.add_error("until", gettext("This minute has passed."))
        words = {name: said.get(name, "") for name in ("kicker", "headline")}
        slot = FrontSlot(area=place.area, section_id=place.section, position=place.position, article=story, **words)
        slot.until = said.get("until")
        return [slot] if form.is_valid() else []


class BannerForm(forms.Form):
    """The line of breaking news. `base` is the version of the banner that the form was opened on."""

    text = forms.CharField(label=_("Text"), max_length=160)
    link = forms.CharField(
        label=_("Leads to"), max_length=500, required=False, help_text=_("An address on this site, or https://….")
    )
    until = forms.DateTimeField(label=_("Until"), widget=MomentInput)
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, banner: SiteBanner | None = None, now: dt.datetime | None = None) -> None:
        initial: dict[str, Any] = {"base": banner.version if banner else 0}
        if banner and now and banner.until > now:
            initial |= {"text": banner.text, "link": banner.link, "until": banner.until}
        super().__init__(data, initial=initial, prefix="banner")

    def clean_link(self) -> str:
        link = self.cleaned_data["link"].strip()
        on_site = link.startswith("/") and not link.startswith("//")
        if (link and not (on_site or link.startswith(("https://", "http://")))) or "\\" in link or " " in link:
            raise ValidationError(_("Give an address that starts with https://, or one of this site such as /sport/."))
        return link


def _typed_order(language: str, data: QueryDict) -> Iterable[FrontRow]:
    """The rows that a posted page holds; those that readers have, where it holds none."""
    if "rows" not in data:
        return FrontRow.objects.current(language)
    numbers = dict.fromkeys(number for text in data.getlist("rows") if (number := whole_number(text)) is not None)
    without = set(data.getlist("without"))
    return [
        FrontRow(section_id=pk, position=place, is_shown=str(pk) not in without) for place, pk in enumerate(numbers)
    ]


def _prefixed(key: str, row: dict[str, str]) -> dict[str, str]:
    return {f"{key}-{name}": value for name, value in row.items()}
