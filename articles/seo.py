"""What search engines are told: stories, the paper, its sections and authors as JSON-LD in schema.org's terms."""

import datetime as dt
import json
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from articles.cards import card_address
from articles.models import Article, Byline, Contributor, Correction, LiveUpdate, Section
from articles.states import Role, StoryType
from newsportal.core.addresses import absolute
from newsportal.core.cards import HEIGHT, WIDTH
from newsportal.core.identity import Site, site
from newsportal.core.text import excerpt, nfc

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
            "datePublished": timestamp(article.publish_at),
            "dateModified": timestamp(article.shown_update),
            "articleSection": article.section.name,
            "keywords": [tag.name for tag in article.tags.all()],
            "wordCount": article.words,
            "isAccessibleForFree": True,
            "image": _image(article),
            "author": _authors(article, publisher),
            "contributor": _contributors(article),
            "publisher": _publisher(publisher),
            "correction": [_correction(correction, address) for correction in article.public_corrections],
        }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def organization(publisher: Site) -> dict[str, Any]:
    """The paper itself, for its front page. No query."""
    phone, email = publisher.contact_phone, publisher.contact_email
    contact = {"@type": "ContactPoint", "contactType": "newsroom", "email": email, "telephone": phone}
    return filled(
        {
            "@context": "https://schema.org",
            **_publisher(publisher),
            "@id": f"{absolute(reverse('front'))}#paper",
            "description": publisher.tagline,
            "slogan": publisher.tagline,
            "inLanguage": publisher.language,
            "email": email,
            "telephone": phone,
            "address": publisher.contact_address,
            "sameAs": [link["url"] for link in publisher.social_links],
            "contactPoint": filled(contact) if phone or email else None,
            "correctionsPolicy": absolute(reverse("corrections")),
        }
    )


def breadcrumb_list(section: Section, title: str = "") -> dict[str, Any]:
    """Where a section stands, or a story (its `title`) in one. No query when the section's parents were selected."""
    trail = [section]
    while trail[0].parent is not None:
        trail.insert(0, trail[0].parent)
    places = [(nfc(gettext("Home")), reverse("front")), *((row.name, row.get_absolute_url()) for row in trail)]
    items: list[dict[str, Any]] = [
        {"@type": "ListItem", "position": number, "name": name, "item": absolute(address)}
        for number, (name, address) in enumerate(places, 1)
    ]
    if title:
        # The page itself, which needs no address.
        items.append({"@type": "ListItem", "position": len(items) + 1, "name": title})
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}


def profile(person: Contributor, publisher: Site) -> dict[str, Any]:
    """An author's page. No query after `with_texts`, with outlet and picture selected."""
    address = absolute(person.get_absolute_url())
    facts = {
        "@type": "Person",
        "@id": f"{address}#person",
        "name": person.local_name,
        "url": address,
        "description": person.local_biography,
        "jobTitle": person.position,
        "image": absolute(person.picture.share.url) if person.picture else "",
        "worksFor": _publisher(publisher),
    }
    return {"@context": "https://schema.org", "@type": "ProfilePage", "url": address, "mainEntity": filled(facts)}


def live_blog(article: Article, updates: list[LiveUpdate], publisher: Site, *, is_over: bool) -> dict[str, Any]:
    """A live story with the updates of a page, newest first, as schema.org's LiveBlogPosting, ready for JSON."""
    story = news_article(article, publisher)
    posts = [_live_post(update, story) for update in updates]
    heard = max((update.changed_at or update.at for update in updates), default=None)
    facts = story | {
        "@type": "LiveBlogPosting",
        "@id": f"{story['url']}#live",
        "coverageStartTime": story.get("datePublished"),
        "coverageEndTime": timestamp(heard) if is_over else None,
        "dateModified": timestamp(heard) or story.get("dateModified"),
        "liveBlogUpdate": posts,
    }
    return filled(facts)


def _live_post(update: LiveUpdate, story: dict[str, Any]) -> dict[str, Any]:
    words = update.words
    facts = {
        "@type": "BlogPosting",
        "@id": f"{story['url']}#update-{update.pk}",
        "url": f"{story['url']}#update-{update.pk}",
        "headline": update.headline or excerpt(words, 110),
        "articleBody": words or update.headline,
        "datePublished": timestamp(update.at),
        "dateModified": timestamp(update.changed_at),
        "author": story.get("author"),
    }
    return filled(facts)


def as_script(data: dict[str, Any]) -> SafeString:
    """`data` as a script element that is data and not code: browsers run nothing of it, and nothing in it ends it."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))


def filled(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts that say something."""
    return {name: value for name, value in facts.items() if value}


def timestamp(moment: dt.datetime | None) -> str | None:
    """A moment as machines read it, in the site's time zone."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def _image(article: Article) -> dict[str, Any]:
    picture = article.lead_image
    if picture is None:
        return {"@type": "ImageObject", "url": absolute(card_address(article)), "width": WIDTH, "height": HEIGHT}
    file = picture.plain
    facts = {
        "@type": "ImageObject",
        "url": absolute(file.url),
        "width": file.width,
        "height": file.height,
        "caption": article.caption,
        "creditText": picture.credit,
        "creator": _creators(article, picture.credit),
    }
    return filled(facts)


def _creators(article: Article, credit: str) -> list[dict[str, str]]:
    """Who took the lead picture: whoever took the story's pictures, unless the picture's credit names somebody else."""
    lines = [line for line in article.credits if line.role == Role.PICTURES]
    return [_person(line) for line in lines if not credit or line.is_named_in(credit)]


def _authors(article: Article, publisher: Site) -> list[dict[str, str]]:
    """Whose words they are; without names the agency, the outlet, or the paper itself."""
    if article.written_by:
        return [_person(line) for line in article.written_by]
    outlet = article.outlet.name or article.outlet.code if article.outlet else ""
    return [{"@type": "Organization", "name": article.agency or outlet or publisher.name}]


def _contributors(article: Article) -> list[dict[str, Any]]:
    """Those who made the rest of it, each with their role (schema.org/Role: between the story and the person)."""
    return [
        {"@type": "Role", "roleName": role, "contributor": _person(line)}
        for role, lines in article.other_credits
        for line in lines
    ]


def _person(line: Byline) -> dict[str, str]:
    """A name of a byline; a guest has no page."""
    page = {"url": absolute(line.contributor.get_absolute_url())} if line.contributor else {}
    return {"@type": "Person", "name": line.local_name, **page}


def _publisher(publisher: Site) -> dict[str, Any]:
    logo = publisher.logo_url or static("img/icon-512.png")
    return {
        "@type": "NewsMediaOrganization",
        "name": publisher.name,
        "url": absolute(reverse("front")),
        "logo": {"@type": "ImageObject", "url": absolute(logo)},
    }


def _correction(correction: Correction, address: str) -> dict[str, str | None]:
    return {
        "@type": "CorrectionComment",
        "text": f"{correction.wrong}\n{correction.right}",
        "datePublished": timestamp(correction.at),
        "url": f"{address}#correction-{correction.pk}",
    }
