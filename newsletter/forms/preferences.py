"""What readers set on their own page."""

import datetime as dt
import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from newsletter import frequencies
from newsletter.choosing import choose, offered_to, set_reader
from newsletter.forms.subscribers import AddressForm
from newsletter.models import NewsletterList, Subscriber
from newsletter.states import Frequency, SubscriptionState

PAUSES = [
    ("", _("No pause")),
    ("7", _("For a week")),
    ("14", _("For two weeks")),
    ("30", _("For a month")),
    ("90", _("For three months")),
]
KEEP = "keep"


@cache
def time_zones() -> list[str]:
    """The places whose clocks one may choose, without those that are no places."""
    return sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))


class PreferencesForm(forms.Form):
    """The newsletters that a reader has and how often each comes; language, time zone and pause of all their mails."""

    language = forms.ChoiceField(label=_("Language of mails about your subscription"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Your time zone"), required=False)
    pause = forms.ChoiceField(label=_("Pause all mails"), required=False)

    def __init__(self, *args: Any, subscriber: Subscriber, now: dt.datetime, **kwargs: Any) -> None:
        self.subscriber, self.now = subscriber, now
        paused = subscriber.paused_until is not None and subscriber.paused_until > now
        initial = {"language": subscriber.language, "time_zone": subscriber.time_zone, "pause": KEEP if paused else ""}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["time_zone"].choices = [("", settings.TIME_ZONE), *((name, name) for name in time_zones())]
        self.fields["pause"].choices = [(KEEP, _("As it is now")), *PAUSES] if paused else PAUSES
        self.offers = offered_to(subscriber)
        for newsletter, row in self.offers:
            has = row is not None and row.state == SubscriptionState.CONFIRMED
            self.fields[f"list-{newsletter.pk}"] = forms.BooleanField(
                label=newsletter.name, required=False, initial=has
            )
            options = frequencies.choices(newsletter)
            now_chosen = row.frequency if row and row.frequency in options else Frequency.EACH
            self.fields[f"often-{newsletter.pk}"] = forms.ChoiceField(
                label=_("How often"),
                choices=[(option.value, option.label) for option in options],
                required=False,
                initial=now_chosen,
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What the page shows of each newsletter, in its edition's order."""
        return [
            {
                "newsletter": newsletter,
                "box": self[f"list-{newsletter.pk}"],
                "often": self[f"often-{newsletter.pk}"] if len(frequencies.choices(newsletter)) > 1 else None,
            }
            for newsletter, _row in self.offers
        ]

    def save(self, *, source: str, network: str) -> list[NewsletterList]:
        """Does what the reader chose; the newsletters that they may not have."""
        data = self.cleaned_data
        set_reader(
            self.subscriber,
            language=data["language"],
            time_zone=data["time_zone"],
            paused_until=self._paused_until(data["pause"]),
        )
        wanted = {
            newsletter: data[f"often-{newsletter.pk}"] or Frequency.EACH
            for newsletter, _row in self.offers
            if data[f"list-{newsletter.pk}"]
        }
        return choose(self.subscriber, wanted, now=self.now, source=source, network=network)

    def _paused_until(self, choice: str) -> dt.datetime | None:
        if choice == KEEP:
            return self.subscriber.paused_until
        return self.now + dt.timedelta(days=int(choice)) if choice else None


class MoveForm(AddressForm):
    """A reader's new address."""
