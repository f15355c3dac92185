"""Stories in the admin: where the newsroom writes, publishes and withdraws."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import bylines, workflow
from articles.exceptions import NewsroomError
from articles.forms.articles import ArticleForm
from articles.models import Article, LogEntry, Section
from articles.states import State
from newsportal.core.text import format_day, format_time


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = ("headline", "status", "section", "language", "byline_code", "modified")
    list_filter = ("state", "language", "story_type", "section")
    list_select_related = ("section",)
    list_per_page = 50
    search_fields = ("headline", "byline_code")
    search_help_text = _("Words of the headline, or a byline code")
    show_full_result_count = False
    ordering = ("-modified",)
    autocomplete_fields = ("lead_image",)
    view_on_site = False
    fieldsets = (
        (
            _("Story"),
            {
                "classes": ("story",),
                "fields": ("kicker", "headline", "standfirst", "body", "byline_code", "create_missing", "agency"),
            },
        ),
        (
            _("Where and when"),
            {
                "classes": ("aside",),
                "fields": (
                    *("language", "section", "story_type", "weight", "publish_at", "unpublish_at"),
                    *("tags", "dateline", "slug"),
                ),
            },
        ),
        (_("Lead picture"), {"classes": ("aside",), "fields": ("lead_image", "lead_alt", "lead_caption")}),
        (None, {"classes": ("bare",), "fields": ("overwrite", "opened_version")}),
    )

    # --- the list

    @admin.display(description=_("state"), ordering="publish_at")
    def status(self, article: Article) -> SafeString:
        """The state in a word, with the minute that matters."""
        words, kind = status_of(article)
        return format_html('<span class="state state-{}">{}</span>', kind, words)

    # --- the form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.order_by("language", "path")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "section":
            field.label_from_instance = lambda s: f"{s.get_language_display()}: {'– ' * s.path.count('/')}{s.name}"
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "section":
            # Sections are made in their own place, not in passing.
            for way in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{way}_related", False)
        return field

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_change_permission(request, obj) and workflow.may_edit(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Only drafts can be deleted; what readers saw is withdrawn, so that its address can say so."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.state == State.DRAFT)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        """Adds the buttons' facts; gives the editor's import map the nonce without which the policy refuses it."""
        if hasattr(context["media"], "with_nonce"):
            context["media"] = context["media"].with_nonce(str(request.csp_nonce))
        article = context.get("original")
        if article:
            words, kind = status_of(article)
            context |= {"status_words": words, "status_kind": kind, "is_live": article.is_live(timezone.now())}
            context["log"] = LogEntry.objects.for_article(article)[:8]
        subject = article or Article()
        context["can"] = {move: workflow.may(request.user, move, subject) for move in workflow.MOVES}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Article, form: ArticleForm, change: bool) -> None:
        """Saves the words. A new time for a published story goes through the verb, which logs it."""
        form.new_time = None
        if change and obj.state == State.PUBLISHED and "publish_at" in form.changed_data:
            form.new_time = obj.publish_at or timezone.now()
            obj.publish_at = form.initial["publish_at"]
        if change:
            obj.version += 1
        else:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: ArticleForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        article, resolved = form.instance, form.resolved
        if resolved and not resolved.is_complete:
            resolved = bylines.create_missing(resolved)
        bylines.sign(
            article,
            resolved.contributors if resolved else (),
            outlet=resolved.outlet if resolved else None,
            code=str(resolved.parsed) if resolved else "",
        )
        changed = [name for name in form.changed_data if name not in ("opened_version", "create_missing", "overwrite")]
        workflow.record_edit(article, by=request.user, fields=changed, created=not change)
        if form.new_time:
            workflow.publish(article, by=request.user, at=form.new_time)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        return self._after_save(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._after_save(request, obj) or super().response_change(request, obj)

    def _after_save(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        """Does what the pressed button says beyond saving; the words are saved whatever becomes of it."""
        verbs = {"_publish": workflow.publish, "_unschedule": workflow.unschedule}
        pressed = next((name for name in verbs if name in request.POST), None)
        if not pressed:
            return None
        try:
            verbs[pressed](article, by=request.user)
        except NewsroomError as error:
            self.message_user(request, gettext("The text is saved, but: %s") % error, messages.ERROR)
        else:
            link = format_html('<a href="{}">{}</a>', article.get_absolute_url(), article.headline)
            words, _kind = status_of(article)
            self.message_user(request, format_html("{}: {}", link, words), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    # --- withdrawing

    def get_urls(self) -> list[URLPattern]:
        withdraw = path(
            "<int:pk>/withdraw/", self.admin_site.admin_view(self.withdraw_view), name="articles_article_withdraw"
        )
        return [withdraw, *super().get_urls()]

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks why, says what readers will see, and withdraws."""
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        error = ""
        if request.method == "POST":
            try:
                workflow.withdraw(article, by=request.user, reason=request.POST.get("reason", ""))
            except NewsroomError as refused:
                error = str(refused)
            else:
                self.message_user(request, gettext("The story is withdrawn."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
        context = {**self.admin_site.each_context(request), "article": article, "error": error, "opts": self.opts}
        context["title"] = gettext("Withdraw a story")
        return TemplateResponse(request, "admin/articles/article/withdraw.html", context, status=422 if error else 200)


def status_of(article: Article) -> tuple[str, str]:
    """What the newsroom calls the story's state now, with its minute: (words, a CSS class's end)."""
    now = timezone.now()
    if article.state == State.WITHDRAWN:
        return gettext("Withdrawn"), "withdrawn"
    if article.state == State.DRAFT or article.publish_at is None:
        return gettext("Draft"), "draft"
    minute = {"day": format_day(article.publish_at), "time": format_time(article.publish_at)}
    if article.is_scheduled:
        return gettext("Goes live %(day)s, %(time)s") % minute, "scheduled"
    if article.is_gone(now):
        return gettext("Taken down"), "withdrawn"
    return gettext("Published %(day)s, %(time)s") % minute, "published"
