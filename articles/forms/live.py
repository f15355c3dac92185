"""The one fast form in which live updates are written and changed."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.forms.moments import MomentInput
from articles.models import LiveUpdate


class UpdateForm(forms.Form):
    """An update: title, text, key mark, and its minute where it is not that of writing."""

    headline = forms.CharField(label=_("Title"), max_length=160, required=False)
    body = forms.CharField(
        label=_("Text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("An empty line begins a new paragraph. A title or a text is enough."),
    )
    is_key = forms.BooleanField(label=_("Key point: stands above all updates"), required=False)
    at = forms.DateTimeField(label=_("Time"), required=False, widget=MomentInput, help_text=_("Empty: now."))

    @classmethod
    def of(cls, update: LiveUpdate, data: Any = None) -> "UpdateForm":
        """The form of an update that is there. Its minute is changed only where another one is chosen."""
        initial = {"headline": update.headline, "body": update.body, "is_key": update.is_key}
        return cls(data, initial=initial | {"at": timezone.localtime(update.at)}, auto_id=f"update-{update.pk}-%s")

    def words(self, update: LiveUpdate | None = None) -> dict[str, Any]:
        """What the verbs take. A minute that was left as it is keeps its seconds."""
        said = dict(self.cleaned_data)
        if update and said["at"] == update.at.replace(second=0, microsecond=0):
            said["at"] = update.at
        return said
