"""Addresses that lead on: of pages that have moved, of stories where they came from. And those that lead nowhere."""

import datetime as dt
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsportal.core.text import nfc

LONGEST = 500
# What a redirect can lead to, beside a plain address.
PAGES = ("section", "tag", "contributor", "series", "article")


def as_path(address: str) -> str:
    """The path of an address, with its query if it has one, as old addresses are kept and looked up.

    Unquoted, in NFC, without a stroke at its end; "" for one that has no path of its own, or is too long.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return unquoted_path(unquote(parts.path), unquote(parts.query))


def unquoted_path(path: str, query: str = "") -> str:
    """As `as_path`, of a path and a query that are unquoted already."""
    path = nfc(path).rstrip("/")
    if not path.startswith("/") and (path or not query):
        return ""
    path = f"{path or '/'}?{nfc(query)}" if query else path
    return path if len(path) <= LONGEST and "\0" not in path else ""


class RedirectQuerySet(models.QuerySet["Redirect"]):
    def keep(self, address: str, **page: Any) -> None:
        """Lets an old address lead to one of PAGES from now on, wherever that will be."""
        if path := as_path(address):
            targets: dict[str, Any] = {**dict.fromkeys(PAGES), "address": "", **page}
            self.update_or_create(path=path, defaults=targets)

    def keep_stories(self, addresses: dict[int, str]) -> None:
        """Lets the addresses that stories (by id) had elsewhere lead to them; an address that is taken stays."""
        rows = [Redirect(path=path, article_id=pk) for pk, address in addresses.items() if (path := as_path(address))]
        self.bulk_create(rows, ignore_conflicts=True)

    def found(self, *paths: str) -> "Redirect | None":
        """The row of the first of `paths` that has one. One query."""
        rows = self.filter(path__in=paths).select_related("section", "tag", "contributor", "series", "article__section")
        by_path = {row.path: row for row in rows}
        return next((by_path[path] for path in paths if path in by_path), None)


def _leads_to(page: str = "") -> models.Q:
    """What holds for a row that leads to one of PAGES; "" for one that leads to none of them."""
    nothing_else = models.Q(**dict.fromkeys((name for name in PAGES if name != page), None))
    return nothing_else & models.Q(**{"address": "", f"{page}__isnull": False}) if page else nothing_else


class Redirect(models.Model):
    """An old address and the page that it leads to.

    Pages of ours are kept as what they are and not by their addresses: whatever moves later, one step leads there.
    """

    path = models.CharField(_("old address"), max_length=LONGEST, unique=True)
    section = models.ForeignKey("articles.Section", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    tag = models.ForeignKey("articles.Tag", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    contributor = models.ForeignKey(
        "articles.Contributor", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    series = models.ForeignKey("articles.Series", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    address = models.CharField(_("new address"), max_length=LONGEST, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created = models.DateTimeField(_("added"), auto_now_add=True)

    objects = RedirectQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.CheckConstraint(
                condition=(~models.Q(address="") & _leads_to()) | reduce(or_, map(_leads_to, PAGES)),
                name="leads_to_one_page",
            )
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def page(self) -> Any:
        """The page of ours that it leads to; None where it leads to a plain address."""
        return self.section or self.tag or self.contributor or self.series or self.article

    def leads_to(self) -> str:
        """The address it leads to, for the edition of the present language."""
        return self.page.get_absolute_url() if self.page else self.address


class MissingPageQuerySet(models.QuerySet["MissingPage"]):
    def worst_first(self) -> "MissingPageQuerySet":
        """Those that were asked for most, the latest of equals first."""
        return self.order_by("-hits", "-last_seen", "-pk")

    def unseen_since(self, moment: dt.datetime) -> "MissingPageQuerySet":
        """Those that nobody has asked for since then."""
        return self.filter(last_seen__lt=moment)


class MissingPage(models.Model):
    """An address that readers asked for and that is not there. Nothing of it says who asked."""

    path = models.CharField(_("address"), max_length=LONGEST, unique=True)
    hits = models.PositiveIntegerField(_("asked for"), default=0)
    referrer = models.CharField(_("linked from"), max_length=253, blank=True)
    first_seen = models.DateTimeField(_("first"))
    last_seen = models.DateTimeField(_("last"))

    objects = MissingPageQuerySet.as_manager()

    class Meta:
        verbose_name = _("missing page")
        verbose_name_plural = _("missing pages")
        indexes = [models.Index(fields=["-hits", "-last_seen", "-id"], name="most_missed")]

    def __str__(self) -> str:
        return self.path
