"""The story's list and form."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import contents, revising, scheduling, workflow
from articles.admin.articles import corrections, live, notes, people, previews, related, revisions, translations
from articles.admin.articles.autosaving import Autosaving
from articles.admin.articles.listing import ListingMixin
from articles.admin.articles.moves import AT_ONCE, PAGES, move_view
from articles.admin.articles.wording import badge, status_of, words_of
from articles.exceptions import NewsroomError
from articles.forms.articles import ArticleForm
from articles.models import Article, LogEntry, Section, StoryTemplate
from articles.permissions import permitted
from articles.related import steering
from articles.states import Role, State, StoryType
from newsportal.core.text import whole_number


@admin.register(Article)
class ArticleAdmin(ListingMixin, Autosaving):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    search_fields = ("headline", "byline_code")
    ordering = ("-modified",)
    autocomplete_fields = ("lead_image",)
    view_on_site = False
    fieldsets = (
        (
            _("Story"),
            {
                "classes": ("story",),
                "fields": (
                    *("kicker", "headline", "standfirst", "body", "byline_code", "create_missing", "credits"),
                    "agency",
                ),
            },
        ),
        (
            _("Where and when"),
            {
                "classes": ("aside",),
                "fields": (
                    *("language", "section", "story_type", "weight", "publish_at", "unpublish_at", "embargo_until"),
                    *("tags", "dateline", "slug"),
                ),
            },
        ),
        (_("Lead picture"), {"classes": ("aside",), "fields": ("lead_image", "lead_alt", "lead_caption")}),
        (_("Related stories"), {"classes": ("related",), "fields": contents.CHOICES}),
        (None, {"classes": ("bare",), "fields": ("base",)}),
    )

    # --- the form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Article | None:
        """The story as its newest text has it, with this person's unsaved text beside it."""
        article = super().get_object(request, object_id, from_field)
        if article is None:
            return None
        if article.has_changes:
            article = contents.overlay(article, article.head.content)
        article.unsaved = article.revisions.unsaved_by(request.user).first() if request.method == "GET" else None
        return article

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What a new form holds: nothing, or what `?template=` starts from."""
        template = _template(request)
        return template.start() if template else super().get_changeform_initial_data(request)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "section":
            field.queryset = Section.objects.order_by("language", "path")
            field.label_from_instance = lambda s: f"{s.get_language_display()}: {'– ' * s.path.count('/')}{s.name}"
            # Sections are made in their own place, not in passing.
            for way in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{way}_related", False)
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Who may only look finds the choices in the revisions: columns of the story they are not."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(name, options) for name, options in fieldsets if options["fields"] != contents.CHOICES]

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or revising.may_edit(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Only drafts can be deleted; what readers saw is withdrawn, so that its address can say so."""
        deletable = obj is None or (obj.state == State.DRAFT and not obj.was_withdrawn)
        return super().has_delete_permission(request, obj) and deletable

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        """Adds the buttons' facts; gives the editor's import map the nonce without which the policy refuses it."""
        if hasattr(context["media"], "with_nonce"):
            context["media"] = context["media"].with_nonce(str(request.csp_nonce))
        article, now = context.get("original"), timezone.now()
        subject = article or Article()
        context["is_coverage"] = article is not None and article.story_type == StoryType.LIVE
        if article is None:
            template = _template(request)
            context |= {"templates": StoryTemplate.objects.offered(), "template": template.pk if template else None}
        context["can"] = {move: workflow.may(request.user, move, subject) for move in workflow.MOVES}
        if article:
            context |= {
                "badge": badge(article),
                "status_kind": status_of(article)[1],
                "is_live": article.is_live(now),
                "is_embargoed": bool(article.embargo_until and article.embargo_until > now),
            }
            context |= {**notes.panel(article), **corrections.panel(request.user, article)}
            context["translations"] = translations.linked_with(article)
            context["can_translate"] = permitted(request.user, "change_article", article)
            context["log"] = LogEntry.objects.for_article(article)[:8]
        context |= {"form": context["adminform"].form, "most_pinned": steering.MOST_PINNED, "roles": Role.choices}
        return super().render_change_form(request, context, *args, **kwargs)

    # --- saving: the words through articles.revising, the times through articles.scheduling

    def save_model(self, request: HttpRequest, obj: Article, form: ArticleForm, change: bool) -> None:
        if change:
            head = revising.save(obj, form.merged, by=request.user)
            obj.head = head
        else:
            created = revising.create(form.content(), by=request.user, form=request.POST.get("form_key", "")[:64])
            obj.__dict__.update(created.__dict__)
        if form.taken:
            note = gettext("%(code)s at the end of the text is the byline now, and no longer part of the text.")
            self.message_user(request, note % {"code": form.taken}, messages.INFO)
        request.newsroom_saved = True

    def save_related(self, request: HttpRequest, form: ArticleForm, formsets: Any, change: bool) -> None:
        """Tags and bylines are part of the text; what is left are the times."""
        times = {name: form.cleaned_data[name] for name in scheduling.TIMES if name in form.changed_data}
        try:
            scheduling.plan(form.instance, times, by=request.user)
        except NewsroomError as error:
            self.message_user(request, gettext("The text is saved, but: %s") % error, messages.ERROR)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        return self._after_save(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._after_save(request, obj) or super().response_change(request, obj)

    def _after_save(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        """Goes on to what the pressed button says beyond saving; the words are saved whatever becomes of it."""
        pressed = next((name[6:] for name in request.POST if name.startswith("_move_")), None)
        if "_preview" in request.POST:
            return HttpResponseRedirect(reverse("admin:articles_article_preview", args=[article.pk]))
        if pressed in PAGES:
            return HttpResponseRedirect(reverse("admin:articles_article_move", args=[article.pk, pressed]))
        if pressed not in AT_ONCE:
            return None
        try:
            AT_ONCE[pressed](article, by=request.user)
        except NewsroomError as error:
            self.message_user(request, gettext("The text is saved, but: %s") % error, messages.ERROR)
        else:
            headline = article.head.content["headline"] if article.head else article.headline
            self.message_user(request, f"{headline}: {words_of(article)}", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def get_urls(self) -> list[URLPattern]:
        move = path(
            "<int:pk>/move/<str:move>/", self.admin_site.admin_view(self.move_view), name="articles_article_move"
        )
        return [
            move,
            *revisions.urls(self),
            *previews.urls(self),
            *notes.urls(self),
            *people.urls(self),
            *corrections.urls(self),
            *related.urls(self),
            *live.urls(self),
            *translations.urls(self),
            *super().get_urls(),
        ]

    def move_view(self, request: HttpRequest, pk: int, move: str) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        return move_view(request, context, pk, move)


def _template(request: HttpRequest) -> StoryTemplate | None:
    asked = whole_number(request.GET.get("template", ""))
    return StoryTemplate.objects.offered().filter(pk=asked).first() if asked is not None else None
