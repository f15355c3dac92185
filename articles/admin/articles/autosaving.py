"""What the story form's script talks to: it keeps what is typed, tells who else is here, and answers in JSON."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles import autosaving, contents, crediting, presence, revising
from articles.contents import Content
from articles.exceptions import NewsroomError, NotAllowed
from articles.forms.credits import from_lines as names_from_lines
from articles.forms.related import from_lines
from articles.models import Article, Image, Section
from newsportal.core.text import LARGEST_INTEGER, whole_number

# Which saves this browser has made lately, for the script that would otherwise bring back what is saved already.
SAVED_COOKIE, MOST_SAVES = "newsroom_saved", 12


@never_cache
@require_POST
def autosave_view(request: HttpRequest, pk: int | None = None) -> JsonResponse:
    """Keeps the form's fields as they stand (none with `ping`, which only says that the form is open).

    Answers 401 and not with a page to log in on, since a script asks; every refusal has a sentence in `error`.
    """
    now = timezone.now()
    if not admin.site.has_permission(request):
        return _refusal(gettext("You are signed out."), 401)
    if request.POST.get("writer") != str(request.user.pk):
        return _refusal(gettext("You are signed in as %s now.") % request.user, 401)
    try:
        return JsonResponse(_answer(request, pk, now))
    except Article.DoesNotExist:
        return _refusal(gettext("This story was deleted."), 404)
    except NotAllowed as error:
        return _refusal(str(error), 403)
    except NewsroomError as error:
        return _refusal(str(error), 422)


@never_cache
@require_POST
def discard_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets go of what this person has written and not saved, and shows the saved text."""
    article = get_object_or_404(Article, pk=pk)
    if revising.discard_autosaves(article, by=request.user):
        messages.info(request, gettext("Your unsaved text is discarded; this is the text as it was saved."))
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))


class Autosaving(admin.ModelAdmin):
    """The part of the story's admin that autosaving needs: its addresses, and the saves that end it."""

    def get_urls(self) -> list[URLPattern]:
        discard = self.admin_site.admin_view(discard_view)
        return [
            path("add/autosave/", autosave_view, name="articles_article_autosave_new"),
            path("<int:pk>/autosave/", autosave_view, name="articles_article_autosave"),
            path("<int:pk>/autosave/discard/", discard, name="articles_article_autosave_discard"),
            *super().get_urls(),
        ]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Saving a form that has become a draft by itself meanwhile changes that draft, and makes no second one."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                if object_id is None:
                    object_id = self._begun(request)
                response = super().changeform_view(request, object_id, form_url, extra_context)
        except NotAllowed as error:
            # Somebody moved the story on while this save was under way. The text is kept, by the script and here.
            messages.error(request, gettext("Not saved: %s") % error)
            return HttpResponseRedirect(request.path)
        if getattr(request, "newsroom_saved", False):
            remember_save(request, response)
        return response

    def _begun(self, request: HttpRequest) -> str | None:
        """The id of the draft that this form has become; its save was written on the draft's first revision."""
        draft = autosaving.begun(request.POST.get("form_key", ""), by=request.user, now=timezone.now())
        if draft is None:
            return None
        request.POST = request.POST.copy()
        request.POST["base"] = request.POST.get("base") or "1"
        return str(draft.pk)


def remember_save(request: HttpRequest, response: HttpResponse) -> None:
    """Tells the browser, on the way to the next page, that the text it keeps under `save_key` is saved."""
    key = request.POST.get("save_key", "")
    if key.isascii() and key.isalnum() and len(key) <= 40:
        earlier = [part for part in request.COOKIES.get(SAVED_COOKIE, "").split(".") if part][-MOST_SAVES + 1 :]
        response.set_cookie(
            SAVED_COOKIE,
            ".".join([*earlier, key]),
            max_age=int(autosaving.KEPT.total_seconds()),
            path=reverse("admin:index"),
            secure=request.is_secure(),
            samesite="Lax",
        )


def _refusal(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


def _answer(request: HttpRequest, pk: int | None, now: dt.datetime) -> dict[str, Any]:
    user, data = request.user, request.POST
    story = Article.objects.select_related("head", "section").get(pk=pk) if pk else None
    if story and not user.has_perm("articles.view_article"):
        raise NotAllowed(gettext("You may not see this story."))
    if story and "leave" in data:
        presence.leave(story, by=user)
        return {}
    answer: dict[str, Any] = {"saved_at": None, "number": 0}
    if "ping" not in data:
        story, answer = _keep(request, story, now)
    if story is None:
        return answer | {"head": 0, "stale": False, "others": []}
    presence.arrive(story, by=user, now=now)
    base, head = _base(data), revising.head_of(story, now=now).number
    return answer | {
        "head": head,
        "stale": bool(base) and base != head,
        "others": presence.others(story, by=user, now=now),
    }


@transaction.atomic
def _keep(request: HttpRequest, story: Article | None, now: dt.datetime) -> tuple[Article | None, dict[str, Any]]:
    """Keeps what the form holds; a new story that says something becomes a draft, whose address is in the answer."""
    user, data, base = request.user, request.POST, _base(request.POST)
    created = {}
    if story is None:
        content = typed(data, autosaving.blank())
        story = autosaving.begin(content, key=data.get("form_key", "")[:64], by=user, now=now)
        if story is None:
            return None, {"saved_at": now.isoformat(), "number": 0}
        base = base or 1
        change = reverse("admin:articles_article_change", args=[story.pk])
        created = {"id": story.pk, "change_url": change, "base": base}
        created["autosave_url"] = reverse("admin:articles_article_autosave", args=[story.pk])
    story = Article.objects.select_for_update(of=("self",)).get(pk=story.pk)
    head = revising.head_of(story, now=now)
    if head.by_id == user.pk and head.at > now:
        # The save of the same form overtook this request: what it brings is saved already, or older.
        return story, {"saved_at": None, "number": 0, **created}
    kept = revising.autosave(story, typed(data, head.content), by=user, base=base or None, now=now)
    if kept is None:
        # Typed and taken back: what is kept of it would come back as unsaved text.
        revising.discard_autosaves(story, by=user)
    return story, {"saved_at": now.isoformat(), "number": kept.number if kept else 0, **created}


def typed(data: QueryDict, before: Content) -> Content:
    """The text in a form that is being written: each field as far as it can be read, else as in `before`.

    Words are kept whatever they are; a choice that is none, and a code that names nobody yet, stop nothing.
    """
    cleaned: dict[str, Any] = {name: data.get(name, before.get(name)) for name in contents.PLAIN}
    for name in ("language", "story_type", "weight"):
        field = Article._meta.get_field(name)
        offered = {str(value): value for value, _label in field.flatchoices}
        cleaned[name] = offered.get(str(cleaned[name]), before.get(name))
    cleaned["tags"] = contents.parse_tag_names(data["tags"]) if "tags" in data else before.get("tags")
    cleaned |= {name: from_lines(data[name])[0] for name in contents.CHOICES if name in data}
    content = contents.taken_from_form(cleaned, contents.parse_byline(cleaned["byline_code"]))
    for name, model in (("section", Section), ("lead_image", Image)):
        content[name] = _chosen(model, data.get(name), before.get(name))
    listed = names_from_lines(data["credits"])[0] if "credits" in data else None
    return crediting.credited(content, before, listed)


def _chosen(model: Any, value: str | None, before: dict[str, Any] | None) -> dict[str, Any] | None:
    if value is None or value == str((before or {}).get("id", "")):
        return before
    row = model.objects.filter(pk=whole_number(value)).first() if value else None
    return {"id": row.pk, "name": str(row)} if row else (before if value else None)


def _base(data: QueryDict) -> int:
    """The revision that the form was opened on; 0 where it does not say."""
    return whole_number(data.get("base", ""), most=LARGEST_INTEGER) or 0
