"""Public pages: what one can subscribe to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from newsletter import page_tags
from newsletter.forms import SubscribeForm
from newsletter.models import Issue
from newsletter.wording import frequency_words
from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.page_cache.tags import note


@public("page")
@require_safe
def newsletter(request: HttpRequest) -> HttpResponse:
    """The edition's newsletters, with the form."""
    note(page_tags.LISTS)
    return list_page(request, SubscribeForm(language=get_language()))


@public("page")
@require_safe
def check_inbox(request: HttpRequest) -> HttpResponse:
    """What a reader sees after the form, whatever came of it."""
    return render(request, "newsletter/check_inbox.html", {"switches": everywhere("newsletter")})


def list_page(request: HttpRequest, form: SubscribeForm, status: int = 200) -> HttpResponse:
    """The page with a form that may hold errors."""
    saved = [newsletter for newsletter in form.lists if newsletter.pk]
    latest = Issue.objects.latest_of_each(saved) if saved else {}
    offers = [(newsletter, frequency_words(newsletter), latest.get(newsletter.pk)) for newsletter in form.lists]
    context = {"form": form, "lists": form.lists, "offers": offers, "alternates": everywhere("newsletter")}
    return render(request, "newsletter/newsletter_list.html", context, status=status)
