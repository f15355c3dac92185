"""Model fields that keep Bangla whole."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsportal.core.text import SLUG_LENGTH, clean_line, slugify


def validate_slug(value: str) -> None:
    """Raises ValidationError unless `value` is a slug as our slugify makes it, in any script, not only digits."""
    if value != slugify(value) or not value:
        raise ValidationError(
            _("Use letters, digits and hyphens, such as %(slug)s."), params={"slug": slugify(value) or "padma-bridge"}
        )
    if value.isdigit():
        raise ValidationError(_("A slug needs at least one letter: digits alone are a story's number."))


class SlugField(models.CharField):
    """A slug in any script (Django's own refuses or mangles Bangla's vowel signs)."""

    default_validators = [validate_slug]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", SLUG_LENGTH)
        super().__init__(*args, **kwargs)


class LineField(models.CharField):
    """One line of text, stored in NFC with white space folded, on every way in."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = clean_line(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, value)
        return value
