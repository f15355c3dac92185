"""The form in which an editor lets an old address lead on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles import moving
from articles.exceptions import NewsroomError
from articles.models import Redirect
from articles.models.redirects import LONGEST


class RedirectForm(forms.ModelForm):
    """Two addresses. What they mean is found out by `articles.moving.read`; `articles.moving.keep` saves it."""

    path = forms.CharField(label=_("Old address"), max_length=LONGEST, help_text=_("On this site: /old/page/"))
    to = forms.CharField(
        label=_("Leads to"),
        max_length=LONGEST,
        help_text=_("A page of this site, which is found wherever it moves later, or an address elsewhere."),
    )

    class Meta:
        model = Redirect
        fields = ("path",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["to"] = self.instance.leads_to()
            self.fields["path"].disabled = True

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors:
            try:
                row = moving.read(self.cleaned_data["path"], self.cleaned_data["to"], self.instance)
            except NewsroomError as error:
                self.add_error(None, str(error))
            else:
                self.cleaned_data["path"] = row.path
        return self.cleaned_data
