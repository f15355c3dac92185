"""What other sites and search engines are told in the head of a page."""

from django import template
from django.utils.safestring import SafeString

from articles import cards, seo
from articles.models import Article, Contributor, Section

register = template.Library()


@register.simple_tag
def share_picture(article: Article) -> str:
    """The address of the picture that others show of a story: its own, or its card. No query after `for_page`."""
    return article.lead_image.share.url if article.lead_image else cards.card_address(article)


@register.simple_tag
def breadcrumb_data(section: Section, title: str = "") -> SafeString:
    """Where a section, or a story in it, stands. No query when the section's parents were selected."""
    return seo.as_script(seo.breadcrumb_list(section, title))


@register.simple_tag(takes_context=True)
def paper_data(context: template.Context) -> SafeString:
    """The paper itself. No query but for the site's identity."""
    return seo.as_script(seo.organization(context["site"]))


@register.simple_tag(takes_context=True)
def person_data(context: template.Context, person: Contributor) -> SafeString:
    """An author. No query but for the site's identity."""
    return seo.as_script(seo.profile(person, context["site"]))
