"""The sign-up form, as it comes from any page of the site."""

import datetime as dt
from typing import Any

import structlog
from django import forms
from django.utils.translation import gettext_lazy as _

from newsletter import stamps
from newsletter.addresses import parse
from newsletter.breaker import Verdict, knock
from newsletter.disposable import is_disposable
from newsletter.models import NewsletterList
from newsletter.signing_up import is_within_network, sign_up
from newsletter.subscribing import OVER_LIMIT, offered_lists
from newsletter.wording import wording_shown
from newsportal.core import limits
from newsportal.core.tokens import without_tokens

logger = structlog.get_logger(__name__)


class AddressForm(forms.Form):
    """One address, checked as far as it can be without asking anybody."""

    email = forms.CharField(error_messages={"required": _("Please give your e-mail address.")})

    def clean_email(self) -> str:
        address = parse(self.cleaned_data["email"])
        if is_disposable(address.key):
            raise forms.ValidationError(
                _("Addresses of this kind stop working after minutes. Please give one that you will still read."),
                code="disposable",
            )
        return address.typed


class SubscribeForm(AddressForm):
    """Takes an address for one or several of the edition's newsletters; without one named, for its first."""

    newsletter = forms.Field(required=False, widget=forms.SelectMultiple)
    # Of a page on which one has to choose; elsewhere the form is for the edition's first newsletter.
    choose = forms.CharField(required=False)
    source = forms.CharField(required=False)
    wording = forms.CharField(required=False)
    # When the page was rendered, or the proof that this comes from the page with one button.
    stamp = forms.CharField(required=False)
    seal = forms.CharField(required=False)
    answer = forms.CharField(required=False)
    # Nobody sees this field: who fills it in is a program.
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.lists: list[NewsletterList] = offered_lists(language)
        self.question: stamps.Question | None = None

    def clean_source(self) -> str:
        """The path of a page of ours, "" for anything else."""
        source = self.cleaned_data["source"]
        return without_tokens(source)[:200] if source.startswith("/") and not source.startswith("//") else ""

    def clean_newsletter(self) -> list[str]:
        if not self.lists:
            raise forms.ValidationError(_("No newsletter takes new subscribers at the moment."))
        slugs = self.cleaned_data["newsletter"] or []
        if not slugs and self.data.get("choose"):
            raise forms.ValidationError(_("Please choose at least one newsletter."))
        if not set(slugs) <= {row.slug for row in self.lists}:
            raise forms.ValidationError(_("Please choose one of these newsletters."))
        return list(dict.fromkeys(slugs))

    @property
    def chosen(self) -> list[NewsletterList]:
        """The newsletters that a valid form is for."""
        slugs = self.cleaned_data["newsletter"]
        return [row for row in self.lists if row.slug in slugs] or self.lists[:1]

    def subscribe(self, *, now: dt.datetime, network: str, origin: str) -> Verdict:
        """Does what a valid form asks for, and says whether it did: with ASK the reader has to tap once more, and to
        answer `question` where there is one. A program's form is only counted, and so is one over a network's limit.
        """
        if self.cleaned_data["website"]:
            limits.note_refusal(OVER_LIMIT, now=now)
            logger.warning("subscription_by_program", network=network)
            return Verdict.OPEN
        data = self.cleaned_data
        question = stamps.read_seal(data["seal"], data["email"], now)
        if question is None and not stamps.is_in_time(data["stamp"], now):
            return Verdict.ASK
        # One network's flood is not the site's: it does not get as far as the breaker.
        if not is_within_network(network, now):
            return Verdict.OPEN
        verdict = knock(now, answered=question is not None and question.is_answered_by(data["answer"]))
        if verdict is Verdict.OPEN:
            self._store(now, origin)
        elif verdict is Verdict.ASK:
            self.question = stamps.Question.at_random()
        return verdict

    def _store(self, now: dt.datetime, origin: str) -> None:
        data = self.cleaned_data
        sign_up(
            data["email"],
            language=self.language,
            newsletters=data["newsletter"],
            now=now,
            source=data["source"],
            origin=origin,
            wording=wording_shown(data["wording"], language=self.language, newsletters=self.chosen),
        )
