"""The forms that readers fill in: the door, outsiders import from here."""

from newsletter.forms.preferences import MoveForm, PreferencesForm
from newsletter.forms.subscribers import AddressForm, SubscribeForm

__all__ = ["AddressForm", "MoveForm", "PreferencesForm", "SubscribeForm"]
