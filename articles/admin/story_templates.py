"""Story templates: what a new story can start from."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from articles.models import Section, StoryTemplate
from newsportal.core.editable_lists import EditableList


class StoryTemplateForm(forms.ModelForm):
    """Edition and section belong together, as on a story."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        section = cleaned.get("section")
        if section and section.language != cleaned.get("language"):
            raise ValidationError({"section": gettext("This section belongs to the other edition.")})
        return cleaned


@admin.register(StoryTemplate)
class StoryTemplateAdmin(EditableList):
    form = StoryTemplateForm
    list_display = ("name", "language", "story_type", "position", "is_offered")
    list_editable = ("position", "is_offered")
    list_filter = ("language",)
    fields = (
        ("language", "name"),
        ("position", "is_offered"),
        ("section", "story_type", "weight"),
        *("kicker", "headline", "standfirst", "body", "tags"),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "section":
            field.queryset = Section.objects.order_by("language", "path")
            field.label_from_instance = lambda s: f"{s.get_language_display()}: {'– ' * s.path.count('/')}{s.name}"
            for way in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{way}_related", False)
        return field

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        """Gives the editor's import map the nonce without which the policy refuses it."""
        if hasattr(context["media"], "with_nonce"):
            context["media"] = context["media"].with_nonce(str(request.csp_nonce))
        return super().render_change_form(request, context, *args, **kwargs)
