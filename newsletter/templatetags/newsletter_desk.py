"""The newsletters on the newsroom's desk."""

from typing import Any

from django import template
from django.utils import timezone

from newsletter.breaker import FLOOD
from newsletter.delivery import guarding
from newsletter.desk import newsletter_desk_at
from newsportal.core import limits

register = template.Library()


@register.inclusion_tag("newsletter/_newsletter_desk.html", takes_context=True)
def newsletter_desk(context: template.Context) -> dict[str, Any]:
    """Each newsletter with its numbers, and the last confirmation mails that failed; for those who may see them."""
    user = context["user"]
    if not user.has_perm("newsletter.view_newsletterlist"):
        return {"newsletters": None}
    now = timezone.now()
    return {
        "newsletters": newsletter_desk_at(now),
        "may_see_readers": user.has_perm("newsletter.view_subscriber"),
        "may_see_issues": user.has_perm("newsletter.view_issue"),
        "flood": limits.refusals(FLOOD, now=now),
        "hold": guarding.standing_lately(now=now),
        "may_release": user.has_perm("newsletter.send_issue"),
        "now": now,
    }
