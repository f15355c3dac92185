"""Subscribers coming in and going out as files: the work, how far it is, and what became of each line."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.models.lists import NewsletterList
from newsletter.models.subscribers import Subscription
from newsletter.states import ExportState, FileFormat, ImportState, LineOutcome, SubscriptionState

PIECE = 512 * 1024


class ImportQuerySet(models.QuerySet["SubscriberImport"]):
    def in_state(self, *states: ImportState) -> "ImportQuerySet":
        """Imports in any of the states."""
        return self.filter(state__in=states)

    def at_work(self) -> "ImportQuerySet":
        """Those that a worker has something to do for, the oldest first."""
        return self.filter(state__in=[ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING]).order_by("pk")


class SubscriberImport(models.Model):
    """A file of addresses for one newsletter. It is read (CHECKING), shown, and only then taken in (RUNNING).

    `position` counts the lines that are behind: a worker that is killed is followed by one that goes on there.
    """

    newsletter = models.ForeignKey(
        NewsletterList, verbose_name=_("newsletter"), on_delete=models.PROTECT, related_name="imports"
    )
    name = models.CharField(_("file"), max_length=200)
    format = models.CharField(_("format"), max_length=4, choices=FileFormat.choices)
    source = models.TextField(
        _("where and in which words they agreed"),
        help_text=_("Kept as proof with each address: which form, when, and what it said."),
    )
    state = models.CharField(_("state"), max_length=8, choices=ImportState.choices, default=ImportState.CHECKING)
    encoding = models.CharField(_("encoding"), max_length=16, blank=True)
    refusal = models.TextField(_("why it was refused"), blank=True)
    lines = models.PositiveIntegerField(_("lines"), default=0)
    position = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(_("uploaded"))
    confirmed_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import of subscribers")
        verbose_name_plural = _("imports of subscribers")
        permissions = [
            ("import_subscribers", "Can import subscribers"),
            ("export_subscribers", "Can export subscribers"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportLineQuerySet(models.QuerySet["ImportLine"]):
    def to_add(self) -> "ImportLineQuerySet":
        """Those that the import is to bring in and has not yet."""
        # Without a key: that reader was forgotten since the file was read.
        return self.filter(outcome=LineOutcome.NEW).exclude(key="")

    def added(self) -> "ImportLineQuerySet":
        """Those that the import brought in."""
        return self.filter(outcome=LineOutcome.ADDED)

    def with_outcome(self, outcome: str) -> "ImportLineQuerySet":
        return self.filter(outcome=outcome)

    def keys_among(self, keys: Iterable[str]) -> set[str]:
        """Which of `keys` stand on a line already."""
        return set(self.filter(key__in=keys).values_list("key", flat=True))


class ImportLine(models.Model):
    """One line of the file. The address is emptied 30 days after the import ended."""

    batch = models.ForeignKey(SubscriberImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("line"))
    address = models.CharField(_("address"), max_length=254, blank=True)
    key = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(_("what becomes of it"), max_length=12, choices=LineOutcome.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.SET_NULL, null=True, blank=True, related_name="import_lines"
    )
    made_subscriber = models.BooleanField(default=False)

    objects = ImportLineQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("line of an import")
        verbose_name_plural = _("lines of imports")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_row_a_line")]
        indexes = [
            models.Index(fields=["batch", "outcome", "number"], name="lines_by_outcome"),
            models.Index(fields=["batch", "key"], name="lines_by_key", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class ExportQuerySet(models.QuerySet["SubscriberExport"]):
    def in_state(self, *states: ExportState) -> "ExportQuerySet":
        """Exports in any of the states."""
        return self.filter(state__in=states)

    def at_work(self) -> "ExportQuerySet":
        """Those that a worker has something to do for, the oldest first."""
        return self.filter(state=ExportState.RUNNING).order_by("pk")


class SubscriberExport(models.Model):
    """A file of a newsletter's subscribers, made by the worker, deleted after a day. The row stays: who took what."""

    newsletter = models.ForeignKey(
        NewsletterList, verbose_name=_("newsletter"), on_delete=models.CASCADE, null=True, blank=True,
        related_name="exports", help_text=_("Empty: all newsletters."),
    )  # fmt: skip
    of_state = models.CharField(
        _("state"), max_length=16, choices=SubscriptionState.choices, blank=True, default=SubscriptionState.CONFIRMED,
        help_text=_("Empty: every state."),
    )  # fmt: skip
    format = models.CharField(_("format"), max_length=4, choices=FileFormat.choices, default=FileFormat.CSV)
    state = models.CharField(_("stage"), max_length=8, choices=ExportState.choices, default=ExportState.RUNNING)
    total = models.PositiveIntegerField(_("subscriptions"), default=0)
    position = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created = models.DateTimeField(_("asked for"))
    ended_at = models.DateTimeField(_("made"), null=True, blank=True)
    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("export of subscribers")
        verbose_name_plural = _("exports of subscribers")

    def __str__(self) -> str:
        return f"{self.pk}"


class FilePieceQuerySet(models.QuerySet["FilePiece"]):
    def data(self) -> Iterator[bytes]:
        """The file, piece by piece."""
        for number in self.order_by("number").values_list("number", flat=True):
            yield bytes(self.values_list("data", flat=True).get(number=number))


class FilePiece(models.Model):
    """A file in pieces, in the database: every machine's worker can reach it, and no web server can serve it."""

    batch = models.ForeignKey(SubscriberImport, on_delete=models.CASCADE, null=True, related_name="pieces")
    export = models.ForeignKey(SubscriberExport, on_delete=models.CASCADE, null=True, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    objects = FilePieceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_piece_of_an_import"),
            models.UniqueConstraint(fields=["export", "number"], name="one_piece_of_an_export"),
            models.CheckConstraint(
                condition=Q(batch=None, export__isnull=False) | Q(batch__isnull=False, export=None), name="piece_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
