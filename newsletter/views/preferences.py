"""A reader's own page, opened from any mail: what they get, how often, and everything that is theirs to decide.

The link is the authority, as with confirming and leaving; it ages, as it opens what is personal. GET changes nothing.
"""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from newsletter import links
from newsletter.choosing import leave_all
from newsletter.consenting import origin
from newsletter.forgetting import everything_about, forget
from newsletter.forms import AddressForm, MoveForm, PreferencesForm
from newsletter.models import Notice, Subscriber
from newsletter.moving import move as move_address
from newsletter.moving import take_back
from newsletter.noticing import ask_for_settings, ask_to_move
from newsletter.signing_up import ask_for_link, is_within_network
from newsletter.views.subscribers import address_of, is_foreign, page, see_inbox
from newsletter.wording import names
from newsportal.core.caching import private
from newsportal.core.limits import client_network
from newsportal.core.tokens import BadToken


# Not `private`: its address holds no token, and without a referrer browsers send `Origin: null`, as foreign sites do.
@csrf_exempt
@never_cache
@page
def find(request: HttpRequest) -> HttpResponse:
    """For those who have no mail of ours at hand: an address gets the link, if it is a reader's."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and not is_foreign(request) and form.is_valid():
        now = timezone.now()
        if is_within_network(client_network(request), now):
            ask_for_link(form.cleaned_data["email"], now=now)
        return see_inbox()
    status = 422 if form.is_bound else 200
    return render(request, "newsletter/preferences_find.html", {"form": form}, status=status)


@csrf_exempt
@private
@page
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """The page of settings; what its buttons say is in ACTS."""
    try:
        subscriber, expired = links.read_preferences(token)
    except BadToken:
        return render(request, "newsletter/link_unknown.html", status=404)
    if expired or subscriber is None:
        return _renew(request, subscriber)
    with translation.override(subscriber.language):
        if request.method == "POST" and (act := ACTS.get(request.POST.get("do", ""))):
            response = act(request, subscriber)
        else:
            response = _show(request, subscriber)
        response.headers["Content-Language"] = subscriber.language
    return response


@csrf_exempt
@private
@page
def move(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail to a new address leads to: one button, which puts it in the old one's place."""
    return _by_notice(request, partial(links.read_move, token), move_address, "newsletter/address_move.html")


@csrf_exempt
@private
@page
def move_back(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail to an old address leads to: one button, which puts it back in the new one's place."""
    act = partial(take_back, source=address_of("newsletter_move_back"), network=origin(request))
    return _by_notice(request, partial(links.read_move_back, token), act, "newsletter/address_move_back.html")


def _by_notice(
    request: HttpRequest,
    read: Callable[[], tuple[Notice | None, bool]],
    act: Callable[..., Subscriber | None],
    question: str,
) -> HttpResponse:
    """Asks the question of the notice that a link names, and on POST acts; the page of the reader who then has it."""
    try:
        notice, expired = read()
    except BadToken:
        return render(request, "newsletter/link_unknown.html", status=404)
    if expired or notice is None:
        return render(request, "newsletter/link_gone.html", status=410)
    with translation.override(notice.subscriber.language):
        if request.method != "POST":
            return render(request, question, {"notice": notice, "subscriber": notice.subscriber})
        subscriber = act(notice, now=timezone.now())
        if subscriber is None:
            return render(request, "newsletter/link_gone.html", status=410)
        context = {"subscriber": subscriber, "preferences_url": links.preferences_url(subscriber)}
        return render(request, "newsletter/address_moved.html", context)


def _show(
    request: HttpRequest,
    subscriber: Subscriber,
    *,
    form: PreferencesForm | None = None,
    move_form: MoveForm | None = None,
    said: str = "",
) -> HttpResponse:
    form = form or PreferencesForm(subscriber=subscriber, now=timezone.now())
    context = {"subscriber": subscriber, "form": form, "move_form": move_form or MoveForm(), "said": said}
    context["is_paused"] = subscriber.paused_until is not None and subscriber.paused_until > timezone.now()
    status = 422 if form.errors or (move_form and move_form.errors) else 200
    return render(request, "newsletter/preferences.html", context, status=status)


def _save(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    form = PreferencesForm(request.POST, subscriber=subscriber, now=timezone.now())
    if not form.is_valid():
        return _show(request, subscriber, form=form)
    refused = form.save(source=address_of("newsletter_preferences"), network=origin(request))
    with translation.override(subscriber.language):
        said = _("Saved.")
        if refused:
            words = _("Saved, but for “%(names)s”: its mail came back or was reported as spam. Please write to us.")
            said = words % {"names": names(refused)}
        return _show(request, subscriber, said=said)


def _move(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _show(request, subscriber, move_form=form)
    ask_to_move(subscriber, form.cleaned_data["email"], now=timezone.now())
    said = _("If the new address can have our mails, one is on its way to it. Until its link is used, nothing changes.")
    return _show(request, subscriber, said=said)


def _leave_all(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    place = {"source": address_of("newsletter_preferences"), "network": origin(request)}
    leave_all(subscriber, now=timezone.now(), **place)
    return _show(request, subscriber, said=_("You get no newsletter any more."))


def _take_out(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    facts = everything_about(subscriber)
    response = JsonResponse(facts, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="newsletter-data.json"'
    return response


def _forget(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    if not request.POST.get("sure"):
        return _show(request, subscriber, said=_("Nothing was erased: please tick that you are sure."))
    never_again = bool(request.POST.get("never"))
    forget(subscriber, never_again=never_again, now=timezone.now())
    return render(request, "newsletter/forgotten.html", {"never_again": never_again})


ACTS: dict[str, Callable[[HttpRequest, Subscriber], HttpResponse]] = {
    "save": _save,
    "move": _move,
    "leave": _leave_all,
    "data": _take_out,
    "forget": _forget,
}


def _renew(request: HttpRequest, subscriber: Subscriber | None) -> HttpResponse:
    """A link that is too old, or whose reader was erased: the same page for both, and the same answer."""
    if request.method == "POST":
        now = timezone.now()
        if subscriber is not None and is_within_network(client_network(request), now):
            ask_for_settings(subscriber, now=now)
        return see_inbox()
    return render(request, "newsletter/preferences_expired.html", status=410)
