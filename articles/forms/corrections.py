"""The form of a correction."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles import correcting


class CorrectionForm(forms.Form):
    """What was wrong and what is right; both are public."""

    wrong = forms.CharField(
        label=_("What was wrong"),
        max_length=correcting.LONGEST,
        help_text=_("As a sentence for readers: “An earlier version said that the ferries stopped on Friday.”"),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 70}),
    )
    right = forms.CharField(
        label=_("What is right"),
        max_length=correcting.LONGEST,
        help_text=_("“They stopped on Thursday.”"),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 70}),
    )
