"""The page that asks before a move: it says what will happen, shows the checks, and takes the words a move needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, localtime, make_aware
from django.utils.translation import gettext, gettext_lazy

from articles import checking, scheduling, workflow
from articles.admin.articles.wording import badge, consequence
from articles.exceptions import NewsroomError
from articles.models import Article


@dataclass(frozen=True)
class Page:
    """One move's page: its verb, its title, the word on its button, and what it asks for ("reason", "note" or "")."""

    verb: Callable[..., Article]
    title: Any
    button: Any
    asks: str = ""
    label: Any = ""


PAGES = {
    "publish": Page(workflow.publish, gettext_lazy("Publish a story"), gettext_lazy("Publish")),
    "update": Page(workflow.update, gettext_lazy("Publish the changes"), gettext_lazy("Publish the changes")),
    "withdraw": Page(
        workflow.withdraw,
        gettext_lazy("Withdraw a story"),
        gettext_lazy("Withdraw the story"),
        "reason",
        gettext_lazy("Why is it withdrawn?"),
    ),
    "send_back": Page(
        workflow.send_back,
        gettext_lazy("Send a story back"),
        gettext_lazy("Send back"),
        "note",
        gettext_lazy("What is to be done?"),
    ),
    "override_embargo": Page(
        scheduling.override_embargo,
        gettext_lazy("Lift an embargo"),
        gettext_lazy("Lift the embargo"),
        "reason",
        gettext_lazy("Why before its time?"),
    ),
    "discard": Page(workflow.discard, gettext_lazy("Discard the changes"), gettext_lazy("Discard the changes")),
    "archive": Page(workflow.archive, gettext_lazy("Archive a story"), gettext_lazy("Archive")),
    # Asked on a page because the form of an archived story cannot be sent.
    "reopen": Page(workflow.reopen, gettext_lazy("Reopen a story"), gettext_lazy("Reopen")),
}
# Moves that readers do not see: done when the button is pressed.
AT_ONCE: dict[str, Callable[..., Article]] = {
    "submit": workflow.submit,
    "approve": workflow.approve,
    "unschedule": workflow.unschedule,
}


def move_view(request: HttpRequest, site_context: dict[str, Any], pk: int, move: str) -> HttpResponse:
    """GET asks, POST makes the move; a refusal is said on the page, with what was typed kept."""
    page = PAGES.get(move)
    article = get_object_or_404(Article.objects.select_related("section", "head", "live", "lead_image"), pk=pk)
    if page is None:
        raise Http404("no such move")
    form_page = HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
    error = ""
    if request.method == "POST":
        try:
            _check_tick(request, article, move)
            page.verb(article, by=request.user, **_arguments(request, page, move))
        except NewsroomError as refused:
            error = str(refused)
        else:
            return form_page
    context = {**site_context, "article": article, "page": page, "move": move, "title": page.title, "error": error}
    context |= {
        "status": badge(article),
        "consequence": consequence(article, move),
        "typed": request.POST or _planned(article),
    }
    # The words that the move is about: of a live story with changes they are not yet those of its row.
    context["headline"] = article.head.content["headline"] if article.has_changes else article.headline
    context |= {"findings": _findings(article, move), "checked": checking.brings_new_text(article, move)}
    context["errors_found"] = any(finding.level == checking.Level.ERROR for finding in context["findings"])
    return TemplateResponse(request, "admin/articles/article/move.html", context, status=422 if error else 200)


def _planned(article: Article) -> dict[str, Any]:
    """What the page is filled with first: the minute that the changes have already."""
    if article.change_at is None:
        return {}
    return {"at": localtime(article.change_at).strftime("%Y-%m-%dT%H:%M:%S"), "minor": article.change_minor}


def _findings(article: Article, move: str) -> list[checking.Finding]:
    return checking.findings(article, timezone.now()) if checking.brings_new_text(article, move) else []


def _check_tick(request: HttpRequest, article: Article, move: str) -> None:
    """Warnings ask whoever may publish; errors, and whoever may not, are the verb's to refuse."""
    if "anyway" in request.POST or not workflow.may(request.user, move, article):
        return
    levels = {finding.level for finding in _findings(article, move)}
    if levels == {checking.Level.WARNING}:
        raise NewsroomError(gettext("Look at what was found, and say that the story is to be published all the same."))


def _arguments(request: HttpRequest, page: Page, move: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {page.asks: request.POST.get("words", "")} if page.asks else {}
    if move == "update":
        arguments["minor"] = "minor" in request.POST
        arguments["at"] = _time(request.POST.get("at", ""))
    return arguments


def _time(typed: str) -> Any:
    if not typed:
        return None
    try:
        moment = parse_datetime(typed)
    except ValueError:
        moment = None
    if moment is None:
        raise NewsroomError(gettext("“%s” is not a time.") % typed)
    return make_aware(moment) if is_naive(moment) else moment
