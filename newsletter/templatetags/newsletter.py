"""The sign-up form for any page."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from newsletter.forms import SubscribeForm
from newsletter.wording import form_wording
from newsportal.core.tokens import without_tokens

register = template.Library()


@register.inclusion_tag("newsletter/_newsletter_form.html", takes_context=True)
def newsletter_form(context: dict[str, Any], form: SubscribeForm | None = None, prefix: str = "newsletter") -> dict:
    """The form with its pitch; costs no query, since the newsletter is looked up when it is sent.

    `form` is one that came back with errors; `prefix` keeps ids apart where a page holds two.
    """
    request = context.get("request")
    return {
        "wording": form_wording(get_language()),
        "action": reverse("newsletter_subscribe"),
        "source": without_tokens(request.path) if request else "",
        "form": form,
        "prefix": prefix,
    }
