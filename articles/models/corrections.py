"""Corrections: what was wrong in a story, and what is right, in public and with a date."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext_lazy as _

from articles.states import State


class JSONRows(models.Aggregate):
    """The rows of a group as one JSON array, so that they can come along with the row of another query."""

    function = "JSONB_AGG"
    output_field = models.JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def public(self, language: str, now: dt.datetime) -> "CorrectionQuerySet":
        """Corrections of an edition's stories that readers can open, newest first, with the stories."""
        live = models.Q(article__unpublish_at=None) | models.Q(article__unpublish_at__gt=now)
        free = models.Q(article__embargo_until=None) | models.Q(article__embargo_until__lte=now)
        return (
            self.filter(live, free, article__language=language, article__state=State.PUBLISHED)
            .filter(article__publish_at__lte=now)
            .select_related("article__section")
            .order_by("-at", "-pk")
        )

    def in_one_value(self) -> models.QuerySet[Any]:
        """For a subquery: the corrections of one story as one value, for `Correction.from_rows`; no row for none."""
        facts = JSONObject(pk="pk", at="at", wrong="wrong", right="right")
        return self.order_by().values("article").annotate(rows=JSONRows(facts)).values("rows")


class Correction(models.Model):
    """One correction. It is public as soon as it is made; articles.correcting makes it."""

    article = models.ForeignKey(
        "articles.Article", verbose_name=_("story"), on_delete=models.CASCADE, related_name="corrections"
    )
    at = models.DateTimeField(_("at"))
    wrong = models.TextField(_("what was wrong"))
    right = models.TextField(_("what is right"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [models.Index(fields=["-at"], name="corrections_newest")]

    def __str__(self) -> str:
        return self.right[:80]

    @classmethod
    def from_rows(cls, article: models.Model, rows: Iterable[dict[str, Any]]) -> list["Correction"]:
        """The corrections that `in_one_value` gave, newest first; for showing, not for saving."""
        made = [cls(**row | {"article": article, "at": _moment(row["at"])}) for row in rows]
        return sorted(made, key=lambda correction: (correction.at, correction.pk), reverse=True)


def _moment(written: str) -> dt.datetime:
    """A time as the database writes it in JSON: SQLite in UTC and without saying so."""
    moment = parse_datetime(written)
    if moment is None:
        raise ValueError(f"not a time: {written}")
    return make_aware(moment, dt.UTC) if is_naive(moment) else moment
