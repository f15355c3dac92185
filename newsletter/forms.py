"""The sign-up form, as it comes from any page of the site."""

import datetime as dt
from typing import Any

import structlog
from django import forms
from django.utils.translation import gettext_lazy as _

from newsletter.addresses import parse
from newsletter.models import NewsletterList
from newsletter.subscribing import OVER_LIMIT, default_list, offered_lists, subscribe
from newsletter.wording import wording_shown
from newsportal.core import limits
from newsportal.core.tokens import without_tokens

logger = structlog.get_logger(__name__)


class SubscribeForm(forms.Form):
    """Takes an address for one of the edition's newsletters; without one named, for its first."""

    email = forms.CharField(error_messages={"required": _("Please give your e-mail address.")})
    newsletter = forms.CharField(required=False)
    source = forms.CharField(required=False)
    wording = forms.CharField(required=False)
    # Nobody sees this field: who fills it in is a program.
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.lists: list[NewsletterList] = offered_lists(language)

    def clean_email(self) -> str:
        return parse(self.cleaned_data["email"]).typed

    def clean_source(self) -> str:
        """The path of a page of ours, "" for anything else."""
        source = self.cleaned_data["source"]
        return without_tokens(source)[:200] if source.startswith("/") and not source.startswith("//") else ""

    def clean_newsletter(self) -> NewsletterList:
        if not self.lists:
            raise forms.ValidationError(_("No newsletter takes new subscribers at the moment."))
        slug = self.cleaned_data["newsletter"]
        chosen = next((row for row in self.lists if row.slug == slug), None) if slug else self.lists[0]
        if chosen is None:
            raise forms.ValidationError(_("Please choose one of these newsletters."))
        return chosen

    def subscribe(self, *, now: dt.datetime, network: str) -> None:
        """Does what a valid form asks for; a program's is only counted."""
        data = self.cleaned_data
        if data["website"]:
            limits.note_refusal(OVER_LIMIT, now=now)
            logger.warning("subscription_by_program", network=network)
            return
        newsletter = data["newsletter"] if data["newsletter"].pk else default_list(self.language)
        wording = wording_shown(data["wording"], language=self.language)
        subscribe(
            data["email"], newsletter=newsletter, now=now, source=data["source"], network=network, wording=wording
        )
