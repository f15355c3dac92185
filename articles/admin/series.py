"""Series and packages: a title, and its stories in order."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext

from articles.compiling import MOST_PARTS, compile_series
from articles.models import Series, SeriesPart


class SeriesForm(forms.ModelForm):
    """Makes the slug here, so that one that is taken is said at its field."""

    def clean_slug(self) -> str:
        made = Series(title=self.cleaned_data.get("title") or "").made_slug()
        return self.cleaned_data["slug"] or made


class PartFormSet(BaseInlineFormSet):
    """Stories of the series' own edition, each once; equal places keep the order of the page."""

    def clean(self) -> None:
        super().clean()
        language, stories = self.instance.language, self.stories()
        if len(stories) > MOST_PARTS:
            raise ValidationError(gettext("A series has at most %(number)s parts.") % {"number": MOST_PARTS})
        for story in stories:
            if story.language != language:
                raise ValidationError(gettext("“%s” belongs to another edition.") % story.headline)

    def stories(self) -> list[Any]:
        """What was chosen, by its places; a story without one comes last."""
        rows = [
            (form.cleaned_data.get("position") or 10**6, number, form.cleaned_data["article"])
            for number, form in enumerate(self.forms)
            if form.is_valid() and form.cleaned_data.get("article") and not form.cleaned_data.get("DELETE")
        ]
        return [story for _place, _number, story in sorted(rows, key=lambda row: row[:2])]


class PartInline(admin.TabularInline):
    model = SeriesPart
    formset = PartFormSet
    extra = 2
    fields = ("position", "article")
    autocomplete_fields = ("article",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "position":
            field.required = False
        for way in ("add", "change", "delete", "view"):
            setattr(field.widget, f"can_{way}_related", False)
        return field

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.view_series")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.change_series")

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    form = SeriesForm
    list_display = ("title", "language", "is_numbered")
    list_filter = ("language",)
    search_fields = ("title",)
    inlines = (PartInline,)
    fields = ("language", "title", "slug", "description", ("is_numbered", "planned"))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        compile_series(form.instance, formset.stories(), by=request.user)
