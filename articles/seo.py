"""What search engines are told of a story: schema.org's NewsArticle as JSON-LD."""

import json
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, Correction
from articles.states import StoryType
from newsportal.core.identity import Site, site

# Beside NewsArticle, which is the one type that every search engine knows.
KINDS = {
    StoryType.ANALYSIS: "AnalysisNewsArticle",
    StoryType.OPINION: "OpinionNewsArticle",
    StoryType.EXPLAINER: "BackgroundNewsArticle",
}
# What could end the script element, or a line of a script (as django.utils.html.json_script does).
_ESCAPES = {ord(mark): f"\\u{ord(mark):04X}" for mark in "<>&\u2028\u2029"}


def news_article(article: Article, publisher: Site | None = None) -> dict[str, Any]:
    """The story as a NewsArticle, ready for JSON. `publisher` saves reading the site's identity; no query after
    `Article.objects.for_page`.

    `dateModified` is there for real updates only, as "Updated" on the page is.
    """
    with translation.override(article.language):
        publisher = publisher or site(article.language)
        address = absolute(article.get_absolute_url())
        facts = {
            "@context": "https://schema.org",
            "@type": ["NewsArticle", KINDS[kind]] if (kind := article.story_type) in KINDS else "NewsArticle",
            "@id": f"{address}#story",
            "mainEntityOfPage": address,
            "url": address,
            "headline": article.headline,
            "description": article.summary,
            "inLanguage": article.language,
            "datePublished": _moment(article.publish_at),
            "dateModified": _moment(article.shown_update),
            "articleSection": article.section.name,
            "keywords": [tag.name for tag in article.tags.all()],
            "wordCount": article.words,
            "isAccessibleForFree": True,
            "image": _image(article),
            "author": _authors(article, publisher),
            "publisher": _publisher(publisher),
            "correction": [_correction(correction, address) for correction in article.public_corrections],
        }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def as_script(data: dict[str, Any]) -> SafeString:
    """`data` as a script element that is data and not code: browsers run nothing of it, and nothing in it ends it."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))


def absolute(address: str) -> str:
    """An address on this site with scheme and host; others stay as they are."""
    return urljoin(f"{settings.SITE_URL}/", address)


def _moment(moment: Any) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def _image(article: Article) -> dict[str, Any] | None:
    picture = article.lead_image
    if picture is None:
        return None
    file = picture.plain
    facts = {
        "@type": "ImageObject",
        "url": absolute(file.url),
        "width": file.width,
        "height": file.height,
        "caption": article.caption,
        "creditText": picture.credit,
    }
    return {name: value for name, value in facts.items() if value}


def _authors(article: Article, publisher: Site) -> list[dict[str, str]]:
    """Whoever signed; without names the agency, the outlet, or the paper itself."""
    if article.signed_by:
        return [
            {"@type": "Person", "name": person.local_name, "url": absolute(person.get_absolute_url())}
            for person in article.signed_by
        ]
    outlet = article.outlet.name or article.outlet.code if article.outlet else ""
    return [{"@type": "Organization", "name": article.agency or outlet or publisher.name}]


def _publisher(publisher: Site) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "@type": "NewsMediaOrganization",
        "name": publisher.name,
        "url": absolute(reverse("front")),
    }
    if publisher.logo_url:
        facts["logo"] = {"@type": "ImageObject", "url": absolute(publisher.logo_url)}
    return facts


def _correction(correction: Correction, address: str) -> dict[str, str | None]:
    return {
        "@type": "CorrectionComment",
        "text": f"{correction.wrong}\n{correction.right}",
        "datePublished": _moment(correction.at),
        "url": f"{address}#correction-{correction.pk}",
    }
