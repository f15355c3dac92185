"""What a reader does: ask, confirm, leave. GET never changes anything; mail scanners open every link."""

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

from newsletter import links
from newsletter.confirming import confirm as confirm_subscription
from newsletter.forms import SubscribeForm
from newsletter.models import Subscription
from newsletter.states import NewsletterError, SubscriptionState
from newsletter.subscribing import subscribe as ask
from newsletter.subscribing import unsubscribe as end_subscription
from newsletter.views.lists import list_page
from newsletter.wording import confirm_wording
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
    if _is_foreign(request):
        form.add_error(None, _("Please send this form from our own page."))
        return list_page(request, form, status=403)
    if not form.is_valid():
        return list_page(request, form, status=422)
    form.subscribe(now=timezone.now(), network=client_network(request))
    return _see_inbox()


# The token is the authority here: a mail program has no cookie and no CSRF token to show.
@csrf_exempt
@private
@page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """One page with one button; POST confirms, or sends a new link where this one is too old."""
    try:
        subscription, expired = links.read_confirm(token)
    except BadToken:
        return render(request, "newsletter/link_unknown.html", status=404)
    if subscription is None:
        return render(request, "newsletter/link_gone.html", status=410)
    if subscription.state == SubscriptionState.CONFIRMED:
        return _confirmed(request, subscription)
    if expired or subscription.state == SubscriptionState.UNSUBSCRIBED:
        return _renew(request, subscription)
    if request.method == "POST":
        place = {"source": _address("newsletter_confirm"), "network": client_network(request)}
        return _confirmed(request, confirm_subscription(subscription, now=timezone.now(), **place))
    return render(request, "newsletter/subscription_confirm.html", {"subscription": subscription})


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
        source = "List-Unsubscribe=One-Click" if by_mail_program else _address("newsletter_unsubscribe")
        place = {"source": source, "network": client_network(request)}
        subscription = end_subscription(subscription, now=timezone.now(), **place)
    return _leaving_page(request, subscription)


def _confirmed(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    context = {"subscription": subscription, "unsubscribe_url": links.unsubscribe_url(subscription)}
    return render(request, "newsletter/subscription_confirmed.html", context)


def _renew(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """The page of a link that works no more, whose button asks for a new one."""
    closed = False
    if request.method == "POST":
        try:
            ask(
                subscription.subscriber.address,
                newsletter=subscription.newsletter,
                now=timezone.now(),
                source=_address("newsletter_confirm"),
                network=client_network(request),
                wording=confirm_wording(subscription.newsletter),
            )
            return _see_inbox()
        except NewsletterError:
            closed = True
    context = {"subscription": subscription, "closed": closed or not subscription.newsletter.is_open}
    return render(request, "newsletter/link_expired.html", context, status=410)


def _leaving_page(request: HttpRequest, subscription: Subscription | None) -> HttpResponse:
    """In the newsletter's language: the address of this page is the same in all editions."""
    ended = subscription is None or subscription.state == SubscriptionState.UNSUBSCRIBED
    language = subscription.newsletter.language if subscription else settings.LANGUAGE_CODE
    template = "newsletter/subscription_ended.html" if ended else "newsletter/subscription_end.html"
    with translation.override(language):
        response = render(request, template, {"subscription": subscription})
    response.headers["Content-Language"] = language
    return response


def _see_inbox() -> HttpResponse:
    response = HttpResponseRedirect(reverse("newsletter_check_inbox"))
    response.status_code = 303
    return response


def _address(name: str) -> str:
    """The path of a page, for the record, without its token."""
    return unquote(reverse(name, args=["…"]))


def _is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that the form was sent from another site."""
    sent_from = request.headers.get("Origin") or request.headers.get("Referer")
    if not sent_from:
        return False
    return urlsplit(sent_from).netloc not in {request.get_host(), urlsplit(settings.SITE_URL).netloc}
