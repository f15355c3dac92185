"""The sign-up form for any page."""

from typing import Any

from django import template
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from articles.models import Article
from newsletter.alerting import may_alert
from newsletter.composing import passages
from newsletter.fitting import fitting
from newsletter.forms import SubscribeForm
from newsletter.story_forms import halves
from newsletter.wording import form_wording
from newsportal.core.parts import part
from newsportal.core.tokens import without_tokens

register = template.Library()

_FORM = "newsletter/_newsletter_form.html"


@register.filter
def passage(markup: str) -> SafeString:
    """A text block of an issue, with nothing in it that a page may not hold."""
    return mark_safe(passages.clean(markup))


@register.simple_tag
def story_halves(body: str) -> tuple[str, str]:
    """A story's sanitised body in two, for a form in between; ("", "") where it is too short. No query."""
    return halves(body)


@register.simple_tag(takes_context=True)
def newsletter_form(
    context: template.Context,
    form: SubscribeForm | None = None,
    prefix: str = "newsletter",
    *,
    offers: list[tuple] | None = None,
    article: Article | None = None,
) -> SafeString:
    """The form with its pitch; costs no query, since the newsletter is looked up when it is sent.

    `form` is one that came back with errors; `prefix` keeps ids apart where a page holds two. `offers` are newsletters
    to choose from, each with how often it comes and its latest issue. Beside an `article` the form is for the
    newsletter that fits it best, which is looked up once a minute. When it was rendered newsletter.views.stamps adds.
    """
    request = context.get("request")
    fit = fitting(article) if article is not None else None
    facts = {
        "wording": form_wording(get_language(), fit),
        "fit": fit,
        "source": without_tokens(request.path) if request else "",
        "form": form,
        "offers": offers if offers and len(offers) > 1 else None,
        "prefix": prefix,
    }

    def shown() -> dict[str, Any]:
        return facts | {"action": reverse("newsletter_subscribe")}

    if form is None and facts["offers"] is None:
        return part(_FORM, tuple(facts.values()), shown)
    return get_template(_FORM).render(shown())


@register.inclusion_tag("newsletter/_alert_button.html", takes_context=True)
def alert_button(context: dict[str, Any], article: Article | None) -> dict[str, Any]:
    """The way to breaking news, on a story that readers can see, for those who may send it. No query."""
    shown = article is not None and article.is_live(timezone.now()) and may_alert(context["user"])
    return {"article": article if shown else None}
