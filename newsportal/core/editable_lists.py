"""Lists of the admin in which cells can be changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst


class EditableList(admin.ModelAdmin):
    """Gives each field of `list_editable` its name, which Django leaves to the column's heading: a screen reader that
    jumps from field to field does not read headings.
    """

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        formset = super().get_changelist_formset(request, **kwargs)
        for name in self.list_editable:
            field = formset.form.base_fields[name]
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return formset
