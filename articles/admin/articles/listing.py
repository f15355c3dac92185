"""The list of stories: paged by key, filtered by a form of its own, with moves of several stories at once."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import checking
from articles.admin.articles.bulk import BULK, MOST, Report, found_in, move_all, offered_to
from articles.admin.articles.wording import badge, consequence, minute
from articles.admin.keyset import KeysetChangeList
from articles.forms.listing import ListingForm
from articles.models import Article

PREFIX = "bulk_"


class StoryList(KeysetChangeList):
    """Stories by their last save, as the form above them asks."""

    own_parameters = frozenset(ListingForm.base_fields)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Article]:
        self.form = ListingForm(request.GET, user=request.user, now=timezone.now())
        # The form searches; Django's own search would look for the same words its own way.
        self.query = ""
        stories = super().get_queryset(request, exclude_parameters)
        return self.form.matching(stories).for_lists().last_saved_first()


class ListingMixin(admin.ModelAdmin):
    """What the story's admin shows and does as a list."""

    list_display = ("headline", "status", "section_name", "language", "byline", "saved")
    list_select_related = ("section",)
    list_per_page = 50
    list_filter = ()
    sortable_by = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("state"))
    def status(self, article: Article) -> SafeString:
        """The state in a word, with the minute that matters."""
        return badge(article)

    @admin.display(description=_("section"))
    def section_name(self, article: Article) -> str:
        return article.section.name

    @admin.display(description=_("byline code"), empty_value="")
    def byline(self, article: Article) -> str:
        return article.byline_code

    @admin.display(description=_("last saved"))
    def saved(self, article: Article) -> SafeString:
        return format_html('<time datetime="{}">{}</time>', article.modified.isoformat(), minute(article.modified))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StoryList]:
        return StoryList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing is deleted in bulk; the moves are those that the person may make at all."""
        if request.GET.get("_popup"):
            return {}
        return {
            f"{PREFIX}{move}": (partial(self._bulk, move=move), f"{PREFIX}{move}", bulk.name)
            for move, bulk in offered_to(request.user).items()
        }

    @staticmethod
    def _bulk(
        modeladmin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Article], *, move: str
    ) -> HttpResponse | None:
        """Asks where readers will see it, then moves, and says what became of each story.

        The stories are those that were ticked, also where the list would no longer show them since.
        """
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if len(ticked) > MOST:
            text = gettext("At most %d stories are moved at once: choose fewer.") % MOST
            modeladmin.message_user(request, text, messages.ERROR)
            return None
        stories = modeladmin.get_queryset(request).select_related("section", "head", "live", "lead_image")
        articles = list(stories.filter(pk__in=ticked).last_saved_first())
        page, reason = BULK[move], request.POST.get("reason", "").strip()
        if page.asks_first and ("confirmed" not in request.POST or (page.asks_for and not reason)):
            return _confirmation(modeladmin, request, articles, move)
        words = {page.asks_for: reason} if page.asks_for else {}
        report = move_all(move, articles, by=request.user, looked_at=set(request.POST.getlist("anyway")), **words)
        report.missing = len(set(ticked)) - len(articles)
        level = messages.WARNING if report.refused or report.missing else messages.SUCCESS
        modeladmin.message_user(request, _told(report), level)
        return None


def _confirmation(
    modeladmin: admin.ModelAdmin, request: HttpRequest, articles: list[Article], move: str
) -> HttpResponse:
    lines = [_line(article, move) for article in articles]
    context = {
        **modeladmin.admin_site.each_context(request),
        "opts": modeladmin.opts,
        "title": str(BULK[move].name).rstrip("…"),
        "move": move,
        "action": f"{PREFIX}{move}",
        "page": BULK[move],
        "lines": lines,
        "checkbox": ACTION_CHECKBOX_NAME,
        "lacks_reason": "confirmed" in request.POST,
    }
    return TemplateResponse(request, "admin/articles/article/bulk.html", context)


def _line(article: Article, move: str) -> dict[str, Any]:
    """What the page that asks says of one story."""
    found = found_in(article, move)
    return {
        "article": article,
        "badge": badge(article),
        # The other moves do the same with every story; the page says it once.
        "will": consequence(article, move) if move == "publish" else "",
        "findings": found,
        "errors_found": any(finding.level == checking.Level.ERROR for finding in found),
    }


def _told(report: Report) -> str:
    """The report as a message: a line, and below it each refused story with the reason."""
    if not report.refused:
        return f"{report.summary}."
    pairs = ((article.headline, reason) for article, reason in report.refused)
    refused = format_html_join("", "<li>{}: {}</li>", pairs)
    return format_html("{}:<ul>{}</ul>", report.summary, refused)
