"""Where an issue is put together. Every button saves the whole form first, so that it works without any script."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter import audiences
from newsletter.admin.issues.forms import BaseBlocks, IssueForm, bound_forms, forms_of, words_in
from newsletter.admin.issues.moves import offered_to
from newsletter.admin.issues.wording import badge, readers
from newsletter.composing import keeping, writing
from newsletter.composing.filling import filled, found
from newsletter.composing.keeping import Kept
from newsletter.composing.preflight import PREHEADER, SUBJECT
from newsletter.composing.writing import MOST_BLOCKS, Piece, StaleIssue, Words
from newsletter.models import Issue
from newsletter.states import BlockKind, NewsletterError
from newsportal.core.text import LARGEST_INTEGER, whole_number

# Buttons that change the order of the blocks, or what there is: "_up", "_down" and "_remove" carry a number.
MOVES = {"_up": -1, "_down": 1}
PREFIX = "_move_"


def compose(issues: admin.ModelAdmin, request: HttpRequest, issue: Issue) -> HttpResponse:
    """GET shows the issue in its forms; POST saves them and does what the pressed button says."""
    if request.method != "POST":
        return _opened(issues, request, issue)
    form, blocks = bound_forms(request.POST)
    if not (form.is_valid() and blocks.is_valid()):
        return _page(issues, request, issue, form, blocks, status=422)
    now = timezone.now()
    words, anchor = _asked(request, issue, words_in(form, blocks), blocks.numbers_in_place())
    try:
        saved = writing.save(issue, words, version=form.cleaned_data["version"], by=request.user, now=now)
        keeping.let_go(saved, by=request.user)
    except StaleIssue as stale:
        return _page(issues, request, stale.issue, form, blocks, status=409, stale=stale.issue)
    except NewsletterError as error:
        return _page(issues, request, issue, form, blocks, status=409, error=str(error))
    return HttpResponseRedirect(_next(request, saved) + anchor)


def _opened(issues: admin.ModelAdmin, request: HttpRequest, issue: Issue) -> HttpResponse:
    """What is stored; where this person has typed and not saved, that, beside what a colleague saved since."""
    own = keeping.kept(issue, by=request.user)
    if own is None:
        return _page(issues, request, issue, *forms_of(writing.words_of(issue), issue.version))
    stale = issue if own.version != issue.version else None
    return _page(issues, request, issue, *forms_of(own.words, own.version), stale=stale, kept=own)


def stories(issues: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The stories that match `?q=`, as the part of the composer that its script puts in."""
    issue = issues.get_object(request, str(pk))
    if issue is None or not request.user.has_perm("newsletter.change_issue"):
        raise PermissionDenied
    context = {"found": found(request.GET.get("q", ""), issue, now=timezone.now()), "now": timezone.now()}
    return TemplateResponse(request, "admin/newsletter/issue/_found.html", context)


def _asked(request: HttpRequest, issue: Issue, words: Words, numbers: list[int]) -> tuple[Words, str]:
    """The words as the pressed button wants them, and the part of the page to go back to.

    `numbers` are those of the blocks on the page, in the order of their places.
    """
    post = request.POST
    if "_fill" in post:
        return filled(issue, words, now=timezone.now()), "#blocks"
    if (story := whole_number(post.get("_story", ""))) is not None:
        piece = Piece(BlockKind.STORY, article=story)
        if any(old.article == piece.article for old in words.pieces):
            messages.info(request, _("This story is in the issue already."))
            return words, "#stories"
        return _with(words, [*words.pieces, piece]), "#stories"
    if post.get("_add") in BlockKind.values:
        return _with(words, [*words.pieces, Piece(post["_add"])]), f"#block-{len(words.pieces)}"
    return _ordered(post, words, numbers)


def _ordered(post: Any, words: Words, numbers: list[int]) -> tuple[Words, str]:
    """With a block moved by one, or taken away."""
    pieces = list(words.pieces)
    for name in (*MOVES, "_remove"):
        number = whole_number(post.get(name, ""), most=LARGEST_INTEGER)
        if number not in numbers:
            continue
        piece = pieces.pop(place := numbers.index(number))
        if name == "_remove":
            return _with(words, pieces), f"#block-{max(place - 1, 0)}"
        place = min(max(place + MOVES[name], 0), len(pieces))
        pieces.insert(place, piece)
        return _with(words, pieces), f"#block-{place}"
    return words, ""


def _with(words: Words, pieces: list[Piece]) -> Words:
    return replace(words, pieces=tuple(pieces))


def _next(request: HttpRequest, issue: Issue) -> str:
    """Where the pressed button leads after the save."""
    post = request.POST
    pressed = next((name.removeprefix(PREFIX) for name in post if name.startswith(PREFIX)), None)
    if pressed in offered_to(request.user, issue):
        return reverse("admin:newsletter_issue_move", args=[issue.pk, pressed])
    if "_trial" in post:
        return reverse("admin:newsletter_issue_trial", args=[issue.pk])
    if "_check" in post:
        return reverse("admin:newsletter_issue_check", args=[issue.pk])
    if "_save" in post:
        messages.success(request, _("The issue is saved."))
    query = f"?q={post['q']}" if post.get("q", "").strip() and ("_find" in post or "_story" in post) else ""
    return reverse("admin:newsletter_issue_change", args=[issue.pk]) + query


def _page(
    issues: admin.ModelAdmin,
    request: HttpRequest,
    issue: Issue,
    form: IssueForm,
    blocks: BaseBlocks,
    *,
    status: int = 200,
    stale: Issue | None = None,
    error: str = "",
    kept: Kept | None = None,
) -> HttpResponse:
    now = timezone.now()
    query = request.POST.get("q", request.GET.get("q", ""))
    media = blocks.media
    context = {
        **issues.admin_site.each_context(request),
        "opts": issues.opts,
        "title": issue.subject,
        "issue": issue,
        "badge": badge(issue),
        "form": form,
        "blocks": blocks,
        "media": media.with_nonce(str(request.csp_nonce)) if hasattr(media, "with_nonce") else media,
        "kinds": [kind for kind in BlockKind if kind != BlockKind.STORY],
        "query": query,
        "found": found(query, issue, now=now),
        "now": now,
        "readers": readers(audiences.count(issue, now)),
        "offered": offered_to(request.user, issue),
        "may_delete": request.user.has_perm("newsletter.delete_issue"),
        "hints": {"subject": SUBJECT, "preheader": PREHEADER, "blocks": MOST_BLOCKS},
        "theirs": writing.words_of(stale) if stale else None,
        "stale": stale,
        "error": error,
        "kept": kept,
        "others": keeping.others_at_it(issue, by=request.user, now=now),
        "frame": reverse("admin:newsletter_issue_frame", args=[issue.pk]),
    }
    return TemplateResponse(request, "admin/newsletter/issue/compose.html", context, status=status)
