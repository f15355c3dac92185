"""The forms in which an issue is put together. Only `newsletter.composing.writing` stores anything."""

from typing import Any

from django import forms
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

from articles.models import Article, Image
from newsletter.composing import passages
from newsletter.composing.trying import addresses_in
from newsletter.composing.writing import MOST_BLOCKS, WORDS, Piece, Words
from newsletter.models import NewsletterList
from newsletter.states import BlockKind, ListKind
from newsportal.core.text import whole_number

# Of the library, the newest; and whatever the issue has already.
PICTURES = 200
LONGEST_LINK = 900


class NewIssueForm(forms.Form):
    """Which newsletter the issue is of, and whether it starts with stories."""

    newsletter = forms.ModelChoiceField(label=_("newsletter"), queryset=NewsletterList.objects.none(), empty_label=None)
    fill = forms.BooleanField(label=_("Put in what appeared since the last issue"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["newsletter"]
        field.queryset = NewsletterList.objects.exclude(kind=ListKind.ALERT)
        field.label_from_instance = lambda newsletter: f"{newsletter.name} ({newsletter.get_language_display()})"


class TrialForm(forms.Form):
    """To whom a test mail goes; cleaned, a list of addresses."""

    addresses = forms.CharField(
        label=_("Addresses, separated by commas"), max_length=1500, widget=forms.TextInput(attrs={"size": 60})
    )

    def clean_addresses(self) -> list[str]:
        return addresses_in(self.cleaned_data["addresses"])


class IssueForm(forms.Form):
    """The words around the blocks. `version` is the version of the issue that the form was opened on."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    subject_b = forms.CharField(
        label=_("Second subject, to compare"),
        max_length=200,
        required=False,
        help_text=_("Half of the readers get this one; the figures show which led to more clicks."),
    )
    preheader = forms.CharField(
        label=_("Preheader"),
        max_length=200,
        required=False,
        help_text=_("What inboxes show behind the subject. Empty: the first headlines."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class BlockForm(forms.Form):
    """One block; which fields are shown is a question of its kind."""

    kind = forms.ChoiceField(choices=BlockKind.choices, widget=forms.HiddenInput)
    article = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    place = forms.IntegerField(label=_("Place"), min_value=0, max_value=10 * MOST_BLOCKS, required=False)
    heading = forms.CharField(label=_("Heading"), max_length=200, required=False)
    text = forms.CharField(label=_("Text"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.CharField(label=_("Who says so"), max_length=120, required=False)
    url = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    image = forms.TypedChoiceField(label=_("Picture"), required=False, coerce=int, empty_value=None)
    is_lead = forms.BooleanField(label=_("Large"), required=False)
    is_whole = forms.BooleanField(label=_("The whole story, with its pictures"), required=False)

    def __init__(self, *args: Any, pictures: list[tuple[Any, str]], stories: dict[int, Article], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stories = stories
        self.fields["image"].choices = pictures
        self.kind = self["kind"].value()
        if self.kind == BlockKind.TEXT:
            config = {"extensions": passages.EXTENSIONS}
            label = self.fields["text"].label
            self.fields["text"] = ProseEditorFormField(
                config=config, label=label, max_length=20_000, required=False, widget=AdminProseEditorWidget
            )
        for name, label in LABELS.get(self.kind, {}).items():
            self.fields[name].label = label

    @property
    def story(self) -> Article | None:
        """The story that a story block is of."""
        return self.stories.get(_number(self["article"].value()))

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        if len(iri_to_uri(url)) > LONGEST_LINK:
            raise forms.ValidationError(_("This link is too long for a mail."))
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == BlockKind.STORY and data.get("article") not in self.stories:
            raise forms.ValidationError(_("This story does not exist any more: remove it here."))
        return data

    def piece(self) -> Piece:
        """What was typed; of a field that is not valid, as it was typed, for the preview."""
        data = self.cleaned_data if self.is_bound else self.initial
        values = {name: data.get(name, self._raw(name)) for name in Piece.__dataclass_fields__}
        return Piece(**values)

    def _raw(self, name: str) -> Any:
        value = self[name].value()
        if name in ("article", "image"):
            return _number(value)
        return bool(value) if name in ("is_lead", "is_whole") else value or ""


# What a field means in a block of this kind, where it is not what its name says.
LABELS: dict[str, dict[str, Any]] = {
    BlockKind.STORY: {"heading": _("Other headline"), "text": _("Other words"), "is_lead": _("Large")},
    BlockKind.HEADING: {"url": _("Leads to")},
    BlockKind.QUOTE: {"text": _("Quote")},
    BlockKind.PICTURE: {"text": _("Caption")},
    BlockKind.ADVERT: {"source": _("Advertiser"), "heading": _("Headline")},
}


class BaseBlocks(forms.BaseFormSet):
    """All blocks of an issue, in their places."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [_number(value) for value in self._values("article")]
        chosen = [_number(value) for value in self._values("image")]
        self.stories = Article.objects.for_cards().in_bulk([pk for pk in ids if pk])
        self.pictures = picture_choices([pk for pk in chosen if pk])

    def _values(self, name: str) -> list[Any]:
        if not self.is_bound:
            return [row.get(name) for row in self.initial or []]
        return [self.data.get(f"{self.add_prefix(number)}-{name}") for number in range(self.total_form_count())]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {"pictures": self.pictures, "stories": self.stories}

    @property
    def media(self) -> forms.Media:
        """Of all blocks: only some kinds bring an editor with them, and a form set looks at its first form alone."""
        return sum((block.media for block in self.forms), start=self.empty_form.media)

    def numbers_in_place(self) -> list[int]:
        """The numbers of the forms by their place; what has none keeps its own."""
        return sorted(range(len(self.forms)), key=lambda number: (_place(self.forms[number], number), number))

    def in_place(self) -> list[BlockForm]:
        """The forms by their place."""
        return [self.forms[number] for number in self.numbers_in_place()]


BlockFormSet = forms.formset_factory(
    BlockForm, formset=BaseBlocks, extra=0, max_num=MOST_BLOCKS, validate_max=True, absolute_max=MOST_BLOCKS + 20
)


def words_in(form: IssueForm, blocks: BaseBlocks) -> Words:
    """What stands in the forms, valid or not, in the order of the places."""
    lines = [(form.cleaned_data.get(name) or form[name].value() or "") if form.is_bound else form[name].value()
             for name in WORDS]  # fmt: skip
    return Words(*lines, pieces=tuple(block.piece() for block in blocks.in_place()))


def forms_of(words: Words, version: int) -> tuple[IssueForm, BaseBlocks]:
    """The forms filled with words that were written on a version of the issue."""
    form = IssueForm(initial={**{name: getattr(words, name) for name in WORDS}, "version": version})
    rows = [{**vars(piece), "place": number} for number, piece in enumerate(words.pieces)]
    return form, BlockFormSet(initial=rows, prefix="block")


def bound_forms(data: Any) -> tuple[IssueForm, BaseBlocks]:
    """The forms as they were sent."""
    return IssueForm(data), BlockFormSet(data, prefix="block")


def picture_choices(chosen: list[int]) -> list[tuple[Any, str]]:
    """The newest pictures of the library, and those that are chosen, newest first. Two queries."""
    newest = list(Image.objects.order_by("-pk").only("title", "caption", "file", "width", "height")[:PICTURES])
    known = {image.pk for image in newest}
    older = Image.objects.filter(pk__in=set(chosen) - known).order_by("-pk") if set(chosen) - known else []
    return [("", "---------"), *((image.pk, str(image)) for image in [*newest, *older])]


def _place(form: BlockForm, number: int) -> int:
    place = _number(form["place"].value())
    return number if place is None else place


def _number(value: Any) -> int | None:
    return whole_number("" if value is None else str(value))
