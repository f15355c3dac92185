"""Addresses that get no more mail. They are known by a keyed hash, so that being forgotten does not undo it."""

import datetime as dt
import hashlib
import hmac

import structlog
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from newsletter.models import NewsletterList, Suppression
from newsletter.states import SuppressionReason

logger = structlog.get_logger(__name__)


def fingerprint(key: str) -> str:
    """HMAC-SHA256, in hexadecimal, of a normalised address (`Subscriber.key`) under SUPPRESSION_KEY."""
    return hmac.new(settings.SUPPRESSION_KEY.encode(), key.encode(), hashlib.sha256).hexdigest()


def is_suppressed(key: str, newsletter: NewsletterList) -> bool:
    """Whether an address gets no mail of this newsletter. One query."""
    return Suppression.objects.of(fingerprint(key)).applying_to(newsletter).exists()


def suppress(
    key: str,
    *,
    reason: SuppressionReason,
    by: AbstractBaseUser | None,
    now: dt.datetime,
    newsletter: NewsletterList | None = None,
    note: str = "",
) -> Suppression:
    """Keeps all mail, or that of one newsletter, from an address; the first reason stays. Twice is once."""
    if by is not None and not by.has_perm("newsletter.add_suppression"):
        raise PermissionDenied(_("You may not suppress addresses."))
    values = {"reason": reason, "at": now, "by": by, "note": note[:300]}
    row, is_new = Suppression.objects.get_or_create(
        fingerprint=fingerprint(key), newsletter=newsletter, defaults=values
    )
    if is_new:
        logger.info("address_suppressed", reason=str(reason), suppression=row.pk, by=by and by.pk)
    return row


def lift(row: Suppression, *, by: AbstractBaseUser | None) -> None:
    """Lets an address get mail again. A complaint is lifted by people only, who must be allowed to."""
    if by is not None and not by.has_perm("newsletter.delete_suppression"):
        raise PermissionDenied(_("You may not lift a suppression."))
    if by is not None and row.reason == SuppressionReason.COMPLAINT and not by.has_perm("newsletter.lift_complaint"):
        raise PermissionDenied(
            _("Whoever reported our mail as spam is let back only by those who may lift complaints.")
        )
    if by is None and row.reason == SuppressionReason.COMPLAINT:
        raise PermissionDenied(_("Somebody who reported our mail as spam is let back by a person only."))
    logger.info("suppression_lifted", reason=row.reason, suppression=row.pk, by=by and by.pk)
    row.delete()
