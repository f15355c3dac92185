"""The form that asks for whom a preview is, and for how long."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.previewing import USUAL

# Hours, in words.
SPANS = [
    (1, _("1 hour")),
    (8, _("8 hours")),
    (24, _("1 day")),
    (72, _("3 days")),
    (168, _("7 days")),
    (336, _("14 days")),
]


class ShareForm(forms.Form):
    """What a new link needs; `cleaned_data["expires_in"]` is a timedelta."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    label = forms.CharField(
        label=_("For whom"), max_length=120, required=False, help_text=_("Such as: Ms Rahman, lawyer.")
    )
    hours = forms.TypedChoiceField(
        label=_("Lasts"), choices=SPANS, coerce=int, initial=int(USUAL.total_seconds() // 3600)
    )

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if "hours" in cleaned:
            cleaned["expires_in"] = dt.timedelta(hours=cleaned["hours"])
        return cleaned


class MinuteForm(forms.Form):
    """The minute and the edition of a front page that is still to come; both may be left out."""

    at = forms.DateTimeField(required=False)
    language = forms.CharField(required=False)
