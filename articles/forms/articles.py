"""The form in which a story is written."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import bylines
from articles.exceptions import BadByline
from articles.models import Article
from newsportal.core.fields import validate_slug


class MinuteInput(forms.DateTimeInput):
    """The browser's own date and time picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M:%S", attrs={"step": 1})


class ArticleForm(forms.ModelForm):
    """Checks what the model cannot: the byline code, the edition of the section, and that nobody saved in between.

    `opened_version` is that of the story when the form was opened. The two tick boxes are only shown once they are needed.
    """

    opened_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    create_missing = forms.BooleanField(
        label=_("Create what the byline code names and nobody knows yet"), required=False
    )
    overwrite = forms.BooleanField(label=_("Save my text over theirs"), required=False)

    class Meta:
        model = Article
        fields = (
            *("language", "section", "story_type", "kicker", "headline", "slug", "standfirst", "dateline", "body"),
            *("lead_image", "lead_alt", "lead_caption", "byline_code", "agency", "tags", "weight"),
            *("publish_at", "unpublish_at"),
        )
        field_classes = {"publish_at": forms.DateTimeField, "unpublish_at": forms.DateTimeField}
        widgets = {
            "publish_at": MinuteInput,
            "unpublish_at": MinuteInput,
            "standfirst": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resolved: bylines.ResolvedByline | None = None
        if self.instance.pk:
            self.fields["opened_version"].initial = self.instance.version
        for name in ("create_missing", "overwrite"):
            if not (self.is_bound and self.data.get(self.add_prefix(name))):
                self.fields[name].widget = forms.HiddenInput()

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug:
            validate_slug(slug)
        return slug

    def clean_byline_code(self) -> str:
        """The code as it will be printed. What it names is looked up in `clean`, when the tick box is known."""
        code = self.cleaned_data["byline_code"]
        if not code:
            return ""
        try:
            self.resolved = bylines.resolve(bylines.parse(code))
        except BadByline as error:
            raise forms.ValidationError(str(error)) from None
        return str(self.resolved.parsed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        section, language = cleaned.get("section"), cleaned.get("language")
        if section and language and section.language != language:
            self.add_error("section", gettext("This section belongs to the other edition."))
        up, down = cleaned.get("publish_at"), cleaned.get("unpublish_at")
        if up and down and down <= up:
            self.add_error("unpublish_at", gettext("The story would be taken down before it appears."))
        self._check_byline(create=cleaned.get("create_missing", False))
        self._check_version(overwrite=cleaned.get("overwrite", False))
        return cleaned

    def _check_byline(self, *, create: bool) -> None:
        if self.resolved is None or self.resolved.is_complete or create:
            return
        self._offer("create_missing")
        message = gettext("Nobody knows %(unknown)s yet. Correct the code, or tick the box below to create it.")
        self.add_error("byline_code", message % {"unknown": self.resolved.unknown})

    def _check_version(self, *, overwrite: bool) -> None:
        """The row is locked until the save that follows, so that of two saves at once the second is told."""
        if not self.instance.pk:
            return
        row = Article.objects.select_for_update(of=("self",)).filter(pk=self.instance.pk)
        current = row.values_list("version", flat=True).first()
        if current == self.cleaned_data.get("opened_version") or overwrite:
            self.instance.version = current or self.instance.version
            return
        self._offer("overwrite")
        self.add_error(
            None,
            gettext(
                "Somebody saved this story after you opened it. Nothing was overwritten: your text stands below. Open the "
                "story in a second window to see theirs, take over what you need, then tick “Save my text over theirs”."
            ),
        )

    def _offer(self, name: str) -> None:
        self.fields[name].widget = forms.CheckboxInput()
