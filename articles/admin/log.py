"""The log: for everybody who may see it, changed by nobody, taken along as a file of comma-separated values."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import acts
from articles.admin.articles.wording import person
from articles.admin.keyset import KeysetChangeList
from articles.forms.log import LogForm
from articles.models import LogEntry
from newsportal.core.read_only import ReadOnly

# Spreadsheets take a cell that begins so for a formula, and a headline may begin with anything.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
AT_ONCE = 2_000


class LogList(KeysetChangeList):
    """Entries by their time, as the form above them asks."""

    key = "at"
    own_parameters = frozenset(LogForm.base_fields)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[LogEntry]:
        self.form = LogForm(request.GET)
        entries = super().get_queryset(request, exclude_parameters)
        return self.form.matching(entries).order_by("-at", "-pk")


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly):
    list_display = ("moment", "act", "story", "person", "what")
    list_display_links = None
    list_select_related = ("by",)
    list_per_page = 50
    sortable_by = ()
    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = readonly_fields = ("moment", "act", "story", "person", "what")

    @admin.display(description=_("when"))
    def moment(self, entry: LogEntry) -> SafeString:
        local = timezone.localtime(entry.at)
        return format_html('<time datetime="{}">{}</time>', local.isoformat(), local.strftime("%Y-%m-%d %H:%M:%S"))

    @admin.display(description=_("what"))
    def act(self, entry: LogEntry) -> str:
        return acts.act_of(entry.action)

    @admin.display(description=_("story"))
    def story(self, entry: LogEntry) -> SafeString | str:
        subject = acts.subject_of(entry)
        if entry.article_id is None:
            return subject
        address = reverse("admin:articles_article_change", args=[entry.article_id])
        return format_html('<a href="{}">{}</a>', address, subject)

    @admin.display(description=_("by"))
    def person(self, entry: LogEntry) -> str:
        return person(entry.by) or gettext("the system")

    @admin.display(description=_("old → new"), empty_value="")
    def what(self, entry: LogEntry) -> SafeString:
        """The note, and each column with its value before and after."""
        changes = format_html_join("", "<li>{}: {} → {}</li>", acts.differences(entry))
        parts = acts.touched(entry)
        touched = format_html("<li>{}: {}</li>", gettext("text"), parts) if parts else ""
        note = format_html('<q class="note">{}</q>', entry.note) if entry.note else ""
        lines = format_html("<ul>{}{}</ul>", changes, touched) if changes or touched else ""
        return format_html("{}{}", note, lines)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LogList]:
        return LogList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """All stories' entries, or with `?story=` those of one."""
        article = LogForm(request.GET).article()
        return super().changelist_view(request, {"article": article, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        export = path("export/", self.admin_site.admin_view(self.export_view), name="articles_logentry_export")
        return [export, *super().get_urls()]

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """The entries that the list would show with the same filters, all of them, as CSV in UTF-8."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        entries = LogForm(request.GET).matching(LogEntry.objects.select_related("by")).order_by("-at", "-pk")
        response = StreamingHttpResponse(_lines(entries), content_type="text/csv; charset=utf-8")
        name = f"log-{timezone.localdate():%Y-%m-%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response


class _Echo:
    """A file that hands back what is written to it, one line at a time."""

    def write(self, line: str) -> str:
        return line


def _lines(entries: QuerySet[LogEntry]) -> Iterator[str]:
    write = csv.writer(_Echo()).writerow
    # With the mark of byte order, without which a spreadsheet takes Bangla for something else.
    yield "\ufeff" + write([capfirst(name) for name in _columns()])
    for entry in entries.iterator(chunk_size=AT_ONCE):
        yield write([_harmless(cell) for cell in _row(entry)])


def _columns() -> Iterable[str]:
    names = ("when", "action", "act", "story id", "headline", "by", "note", "old → new", "text")
    return [gettext(name) for name in names]


def _row(entry: LogEntry) -> list[str]:
    changes = "; ".join(f"{name}: {before} → {after}" for name, before, after in acts.differences(entry))
    return [
        timezone.localtime(entry.at).isoformat(timespec="seconds"),
        entry.action,
        acts.act_of(entry.action),
        str(entry.article_id or ""),
        acts.subject_of(entry),
        entry.by.get_username() if entry.by else gettext("the system"),
        entry.note,
        changes,
        acts.touched(entry),
    ]


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet runs: one that looks like a formula gets an apostrophe before it (OWASP)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
