"""The list of issues, and where each of their pages is."""

from functools import partial
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.admin.keyset import KeysetChangeList
from newsletter.admin.issues import composer, keeping, moves, previews, releasing, standing, trials
from newsletter.admin.issues.forms import NewIssueForm
from newsletter.admin.issues.wording import badge
from newsletter.composing import filling, writing
from newsletter.models import Issue
from newsletter.states import EDITABLE, NewsletterError
from newsportal.core.text import localise_digits

FRAMES = csp_replace({"frame-src": [SELF]})


class IssueList(KeysetChangeList):
    """Issues, the newest first."""

    key = "created"


@admin.register(Issue)
class IssueAdmin(admin.ModelAdmin):
    menu_place = 0
    list_display = ["subject", "newsletter", "standing", "readers", "edited_by"]
    list_filter = ["newsletter", "state"]
    list_select_related = ["newsletter", "edited_by"]
    list_per_page = 50
    search_fields = ["subject"]
    sortable_by = ()
    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    date_hierarchy = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[IssueList]:
        return IssueList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        return super().get_queryset(request).select_related("newsletter", "edited_by")

    @admin.display(description=_("state"))
    def standing(self, issue: Issue) -> SafeString:
        return badge(issue)

    @admin.display(description=_("readers"), empty_value="")
    def readers(self, issue: Issue) -> str | None:
        return None if issue.audience is None else localise_digits(f"{issue.audience:,}")

    def get_urls(self) -> list[URLPattern]:
        def page(address: str, view: Any, name: str, outermost: Any = lambda view: view) -> URLPattern:
            wrapped = outermost(self.admin_site.admin_view(partial(view, self)))
            return path(f"<int:pk>/{address}", wrapped, name=f"newsletter_issue_{name}")

        # The style that the admin allows by its hash would make browsers overlook that a mail may bring its own.
        release = self.admin_site.admin_view(partial(releasing.release, self))
        return [
            path("release/", release, name="newsletter_issue_release"),
            page("move/<str:move>/", moves.move_view, "move"),
            page("frame/", previews.frame, "frame", outermost=csp_update({})),
            page("stories/", composer.stories, "stories"),
            page("keep/", keeping.keep, "keep"),
            page("keep/discard/", keeping.let_go, "let_go"),
            page("check/", trials.check, "check"),
            page("test/", trials.trial, "trial"),
            page("copy/", copy, "copy"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Asks of which newsletter; the rest is written in the composer."""
        if not self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        form = NewIssueForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            now = timezone.now()
            issue = writing.create(form.cleaned_data["newsletter"], by=request.user, now=now)
            if form.cleaned_data["fill"]:
                words = filling.filled(issue, writing.words_of(issue), now=now)
                writing.save(issue, words, version=issue.version, by=request.user, now=now)
            return HttpResponseRedirect(reverse("admin:newsletter_issue_change", args=[issue.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, "title": _("New issue")}
        return TemplateResponse(request, "admin/newsletter/issue/new.html", context)

    @method_decorator(FRAMES)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The composer while it is written, afterwards how it stands."""
        issue = self.get_object(request, object_id)
        if issue is None or not self.has_view_permission(request, issue):
            raise Http404("no such issue")
        if issue.state in EDITABLE and self.has_change_permission(request, issue):
            return composer.compose(self, request, issue)
        return standing.standing(self, request, issue)

    def has_delete_permission(self, request: HttpRequest, obj: Issue | None = None) -> bool:
        """Only a draft can be deleted; what was ever on its way keeps its log."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or (obj.state in EDITABLE and obj.started_at is None))

    def delete_model(self, request: HttpRequest, obj: Issue) -> None:
        writing.discard(obj, by=request.user)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """A draft goes with its blocks and its log, which nobody may delete one by one."""
        shown, counts, _lacking, protected = super().get_deleted_objects(objs, request)
        return shown, counts, set(), protected


def copy(issues: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST makes a draft with the same words."""
    issue = issues.get_object(request, str(pk))
    if issue is None or request.method != "POST":
        raise Http404("no such page")
    try:
        made = writing.copy(issue, by=request.user, now=timezone.now())
    except NewsletterError as error:
        messages.error(request, str(error))
        made = issue
    return HttpResponseRedirect(reverse("admin:newsletter_issue_change", args=[made.pk]))
