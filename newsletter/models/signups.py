"""What the form took in, until the worker has looked at it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.models.consents import Wording


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def oldest_first(self) -> "SignUpQuerySet":
        """In the order in which they came."""
        return self.order_by("pk")


class SignUp(models.Model):
    """One form that was sent. It is stored without a look at who the address is, so that the answer to the reader takes
    as long and says as much for an address that is new, waits, has the newsletter or gets no mail of ours.
    """

    address = models.CharField(_("address"), max_length=254)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    # Slugs of the edition's newsletters; none is the edition's first.
    newsletters = models.JSONField(default=list)
    at = models.DateTimeField()
    source = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=43, blank=True)
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="+")

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")

    def __str__(self) -> str:
        return f"{self.pk} ({self.at:%Y-%m-%d %H:%M})"
