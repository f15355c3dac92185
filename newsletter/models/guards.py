"""Whose mail this database sends, and how far it has come: what a restored copy is told by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SendingGuard(models.Model):
    """One row. `number` grows with what is sent; each machine that sends keeps the last one that it saw in a file.

    `instance` names the portal. `stranger` is the machine that does not know it and so sends nothing; `held_since`
    says that nobody sends, since the database is older than what was sent.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    instance = models.CharField(max_length=64)
    number = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(_("last sent"), null=True, blank=True)
    held_since = models.DateTimeField(_("on hold since"), null=True, blank=True)
    sent_until = models.DateTimeField(_("sent until, as a machine remembers"), null=True, blank=True)
    stranger = models.CharField(_("machine that is not known"), max_length=200, blank=True)
    stranger_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(_("let go on"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_sending_guard")]

    def __str__(self) -> str:
        return self.instance
