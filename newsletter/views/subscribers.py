"""What a reader does: ask, confirm, leave. GET never changes anything; mail scanners open every link."""

import datetime as dt
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from newsletter import links, stamps
from newsletter.breaker import Verdict
from newsletter.confirming import confirm as confirm_subscription
from newsletter.consenting import origin
from newsletter.forms import SubscribeForm
from newsletter.models import Subscription
from newsletter.returning import may_undo, undo
from newsletter.signing_up import is_within_network, sign_up
from newsletter.states import Frequency, SubscriptionState
from newsletter.subscribing import unsubscribe as end_subscription
from newsletter.views.lists import list_page
from newsletter.wording import confirm_wording, names
from newsportal.core.caching import private
from newsportal.core.limits import client_network
from newsportal.core.tokens import BadToken

page = require_http_methods(["GET", "HEAD", "POST"])


# Public pages are the same for everybody and carry no CSRF token; no cookie gives this request any power either.
# Where it comes from is checked all the same, so that other sites cannot have their visitors sign people up.
@csrf_exempt
@never_cache
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Takes the form of any page of the site."""
    form = SubscribeForm(request.POST, language=get_language())
    if is_foreign(request):
        form.add_error(None, _("Please send this form from our own page."))
        return list_page(request, form, status=403)
    if not form.is_valid():
        return list_page(request, form, status=422)
    now = timezone.now()
    verdict = form.subscribe(now=now, network=client_network(request), origin=origin(request))
    if verdict is Verdict.ASK:
        return _once_more(request, form, now)
    return see_inbox() if verdict is Verdict.OPEN else _closed(request)


# The token is the authority here: a mail program has no cookie and no CSRF token to show.
@csrf_exempt
@private
@page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """One page with one button; POST confirms, or sends a new link where this one is too old."""
    try:
        subscriptions, expired = links.read_confirm(token)
    except BadToken:
        return render(request, "newsletter/link_unknown.html", status=404)
    if not subscriptions:
        return render(request, "newsletter/link_gone.html", status=410)
    pending = [row for row in subscriptions if row.state == SubscriptionState.PENDING]
    confirmed = [row for row in subscriptions if row.state == SubscriptionState.CONFIRMED]
    if confirmed and not pending:
        return _confirmed(request, confirmed)
    if expired or not pending:
        return _renew(request, subscriptions)
    if request.method == "POST":
        place = {"source": address_of("newsletter_confirm"), "network": origin(request)}
        now = timezone.now()
        return _confirmed(request, confirmed + [confirm_subscription(row, now=now, **place) for row in pending])
    context = {"names": names([row.newsletter for row in pending])}
    return render(request, "newsletter/subscription_confirm.html", context)


# As above; RFC 8058 section 3.1 has mail programs POST here without cookies, and forbids a redirect.
@csrf_exempt
@private
@page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One page with one button; POST ends the subscription, 200 also where it has ended before."""
    try:
        subscription = links.read_unsubscribe(token)
    except BadToken:
        return render(request, "newsletter/link_unknown.html", status=404)
    if subscription and request.method == "POST":
        by_mail_program = "List-Unsubscribe" in request.POST
        source = "List-Unsubscribe=One-Click" if by_mail_program else address_of("newsletter_unsubscribe")
        act = ACTS.get("" if by_mail_program else request.POST.get("do", ""), end_subscription)
        act(subscription, now=timezone.now(), source=source, network=origin(request))
        subscription.refresh_from_db()
    return _leaving_page(request, subscription)


# What the page offers once the subscription has ended, never before.
ACTS = {"undo": undo, "weekly": partial(undo, frequency=Frequency.WEEKLY)}


def _once_more(request: HttpRequest, form: SubscribeForm, now: dt.datetime) -> HttpResponse:
    """The page with one button, for a form of which nobody knows when it was rendered, or when a flood is on."""
    question = form.question or stamps.Question.at_random()
    seal = stamps.seal(form.cleaned_data["email"], question, now)
    context = {"form": form, "data": form.cleaned_data, "seal": seal, "question": form.question}
    context["was_wrong"] = bool(form.question and form.cleaned_data["answer"])
    return render(request, "newsletter/subscribe_once_more.html", context)


def _closed(request: HttpRequest) -> HttpResponse:
    response = render(request, "newsletter/subscribe_closed.html", status=503)
    response.headers["Retry-After"] = "3600"
    return response


def _confirmed(request: HttpRequest, subscriptions: list[Subscription]) -> HttpResponse:
    context = {
        "names": names([row.newsletter for row in subscriptions]),
        "unsubscribe_urls": [(row, links.unsubscribe_url(row)) for row in subscriptions],
        "preferences_url": links.preferences_url(subscriptions[0].subscriber),
    }
    return render(request, "newsletter/subscription_confirmed.html", context)


def _renew(request: HttpRequest, subscriptions: list[Subscription]) -> HttpResponse:
    """The page of a link that works no more, whose button asks for a new one."""
    newsletters = [row.newsletter for row in subscriptions if row.newsletter.is_open]
    if newsletters and request.method == "POST":
        now = timezone.now()
        if is_within_network(client_network(request), now):
            sign_up(
                subscriptions[0].subscriber.address,
                language=newsletters[0].language,
                newsletters=[newsletter.slug for newsletter in newsletters],
                now=now,
                source=address_of("newsletter_confirm"),
                origin=origin(request),
                wording=confirm_wording(newsletters),
            )
        return see_inbox()
    context = {"names": names(newsletters), "closed": not newsletters}
    return render(request, "newsletter/link_expired.html", context, status=410)


def _leaving_page(request: HttpRequest, subscription: Subscription | None) -> HttpResponse:
    """In the newsletter's language: the address of this page is the same in all editions."""
    state = subscription.state if subscription else None
    ended = state != SubscriptionState.CONFIRMED and state != SubscriptionState.PENDING
    again = request.method == "POST" and not ended
    language = subscription.newsletter.language if subscription else settings.LANGUAGE_CODE
    template = "ended" if ended else "resumed" if again else "end"
    context: dict[str, Any] = {"subscription": subscription}
    if subscription:
        context["may_undo"] = may_undo(subscription, now=timezone.now())
        context["preferences_url"] = links.preferences_url(subscription.subscriber)
    with translation.override(language):
        response = render(request, f"newsletter/subscription_{template}.html", context)
    response.headers["Content-Language"] = language
    return response


def see_inbox() -> HttpResponse:
    """The same answer for whatever is asked with an address."""
    response = HttpResponseRedirect(reverse("newsletter_check_inbox"))
    response.status_code = 303
    return response


def address_of(name: str) -> str:
    """The path of a page, for the record, without its token."""
    return unquote(reverse(name, args=["…"]))


def is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that the form was sent from another site."""
    sent_from = request.headers.get("Origin") or request.headers.get("Referer")
    if not sent_from:
        return False
    return urlsplit(sent_from).netloc not in {request.get_host(), urlsplit(settings.SITE_URL).netloc}
