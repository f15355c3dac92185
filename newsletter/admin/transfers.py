"""Files of subscribers, in and out. Each has one page: how far it is, what became of each line, what can be done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms.models import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsletter.exporting import ask_for, fetch
from newsletter.importing import LARGEST, drop, outcomes, start, undo, upload
from newsletter.models import SubscriberExport, SubscriberImport
from newsletter.states import ExportState, FileFormat, ImportState, LineOutcome, NewsletterError

LINES = 100
_AT_WORK = (ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING, ExportState.RUNNING)


class _Transfers(admin.ModelAdmin):
    """Never changed by hand, never deleted: the rows are the record of who did what."""

    list_per_page = 50
    show_full_result_count = False
    actions = None
    page_template = ""

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.model.objects.all(), pk=object_id if object_id.isdecimal() else None)
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "heading": self.heading(row),
            "opts": self.opts,
            "row": row,
            "at_work": row.state in _AT_WORK,
            **self.facts(request, row),
        }
        return TemplateResponse(request, self.page_template, context)

    def facts(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page shows besides the row itself."""
        return {}

    def heading(self, row: Any) -> str:
        return str(row)

    def back_to(self, row: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse(f"admin:newsletter_{self.opts.model_name}_change", args=[row.pk]))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self.back_to(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ImportForm(forms.ModelForm):
    file = forms.FileField(
        label=gettext_lazy("file"), help_text=gettext_lazy("CSV or Excel (XLSX), with a column of addresses.")
    )

    class Meta:
        model = SubscriberImport
        fields = ["newsletter", "file", "source"]
        widgets = {"source": forms.Textarea(attrs={"rows": 4})}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than %(size)d MB.") % {"size": LARGEST // 1024 // 1024})
        return file


@admin.register(SubscriberImport)
class SubscriberImportAdmin(_Transfers):
    form = ImportForm
    list_display = ["name", "newsletter", "state", "lines", "by", "created"]
    list_select_related = ["newsletter", "by"]
    page_template = "admin/newsletter/transfers/import.html"

    def get_urls(self) -> list[URLPattern]:
        steps = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(self._step(verb)), name=f"newsletter_import_{name}")
            for name, verb in (("start", start), ("drop", drop), ("undo", undo))
        ]
        return [*steps, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: SubscriberImport, form: ModelForm, change: bool) -> None:
        data = form.cleaned_data
        row = upload(
            data["file"], newsletter=data["newsletter"], source=data["source"], by=request.user, now=timezone.now()
        )
        obj.__dict__.update(row.__dict__)

    def facts(self, request: HttpRequest, row: SubscriberImport) -> dict[str, Any]:
        counts = outcomes(row)
        chosen = request.GET.get("outcome", "")
        after = request.GET.get("after", "0")
        lines = row.rows.with_outcome(chosen).filter(number__gt=int(after) if after.isdecimal() else 0)
        page = list(lines.order_by("number")[: LINES + 1]) if chosen in LineOutcome.values else []
        kinds = [(kind.value, kind.label, counts[kind.value]) for kind in LineOutcome if kind.value in counts]
        return {
            "counts": counts,
            "kinds": kinds,
            "chosen": chosen,
            "lines": page[:LINES],
            "next_line": page[LINES - 1].number if len(page) > LINES else None,
            "may_act": request.user.has_perm("newsletter.import_subscribers"),
            "whole": _whole(row, counts),
        }

    def _step(self, verb: Callable[..., SubscriberImport]) -> Callable[..., HttpResponse]:
        @require_POST
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            row = get_object_or_404(SubscriberImport, pk=pk)
            try:
                verb(row, by=request.user, now=timezone.now())
            except NewsletterError as error:
                self.message_user(request, str(error), messages.ERROR)
            return self.back_to(row)

        return view

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.import_subscribers")


def _whole(row: SubscriberImport, counts: dict[str, int]) -> int:
    """What `position` runs up to."""
    if row.state == ImportState.CHECKING:
        return row.lines
    return row.position + counts.get(LineOutcome.NEW if row.state == ImportState.RUNNING else LineOutcome.ADDED, 0)


class ExportForm(forms.ModelForm):
    class Meta:
        model = SubscriberExport
        fields = ["newsletter", "of_state", "format"]


@admin.register(SubscriberExport)
class SubscriberExportAdmin(_Transfers):
    form = ExportForm
    list_display = ["created", "newsletter", "of_state", "format", "state", "total", "by", "fetched_at"]
    list_select_related = ["newsletter", "by"]
    page_template = "admin/newsletter/transfers/export.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.fetch_view))
        return [path("<int:pk>/file/", view, name="newsletter_export_file"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: SubscriberExport, form: ModelForm, change: bool) -> None:
        data = form.cleaned_data
        row = ask_for(
            newsletter=data["newsletter"], of_state=data["of_state"], file_format=data["format"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip
        obj.__dict__.update(row.__dict__)

    def heading(self, row: SubscriberExport) -> str:
        return _("Subscribers as a file")

    def fetch_view(self, request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
        """By POST: that somebody took it is written down."""
        row = get_object_or_404(SubscriberExport, pk=pk)
        try:
            pieces = fetch(row, by=request.user, now=timezone.now())
        except NewsletterError as error:
            self.message_user(request, str(error), messages.ERROR)
            return self.back_to(row)
        kind = "text/csv; charset=utf-8" if row.format == FileFormat.CSV else _XLSX
        name = f"subscribers-{row.pk}.{row.format}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(row.size),
            "Cache-Control": "no-store, private",
        }
        return StreamingHttpResponse(pieces, content_type=kind, headers=headers)

    def facts(self, request: HttpRequest, row: SubscriberExport) -> dict[str, Any]:
        return {"whole": row.total, "is_ready": row.state == ExportState.DONE}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.export_subscribers")


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
