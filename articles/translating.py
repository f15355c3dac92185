"""The verbs that link a story with its translations, both ways, and what readers are told of the links.

A link belongs to the stories, whatever their texts say: it is no part of a revision, and holds at once.
"""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.announcing import announce, log
from articles.due_changes import DueChanges
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, Translation
from articles.permissions import permitted


@transaction.atomic
def link(article: Article, other: Article, *, by: Any, now: dt.datetime | None = None) -> None:
    """Makes two stories of different editions translations of each other.

    Whatever stood in the place of `other` among the translations of `article` is linked no more; nor is `other` with
    those that it had. Linking again changes nothing.
    """
    now = now or timezone.now()
    stories = _locked(article, other)
    for story in stories:
        _refuse_strangers(story, by)
    if stories[0].language == stories[1].language:
        raise NewsroomError(_("A translation is a story of another edition."))
    groups = {row.article_id: row.group for row in Translation.objects.filter(article__in=stories)}
    if groups.get(article.pk) and groups.get(article.pk) == groups.get(other.pk):
        return
    group = groups.get(article.pk) or uuid.uuid4()
    one, two = (next(story for story in stories if story.pk == wanted.pk) for wanted in (article, other))
    left = Translation.objects.filter(Q(article=two) | Q(group=group, language=two.language)).leave()
    for story in (one, two):
        Translation.objects.update_or_create(article=story, defaults={"language": story.language, "group": group})
    for story, with_ in ((one, two), (two, one)):
        log(story, "link_translation", by=by, now=now, new={"translation": f"{with_.pk} {with_.headline}"})
    _announce({one.pk, two.pk, *left}, "link_translation", by=by, now=now)


@transaction.atomic
def unlink(article: Article, *, by: Any, now: dt.datetime | None = None) -> None:
    """Takes a story from among its translations; does nothing for one without any."""
    now = now or timezone.now()
    (story,) = _locked(article)
    _refuse_strangers(story, by)
    left = Translation.objects.filter(article=story).leave()
    if not left:
        return
    log(story, "unlink_translation", by=by, now=now)
    _announce(left, "unlink_translation", by=by, now=now)


def translations_of(article: Article, now: dt.datetime, due: DueChanges) -> list[Article]:
    """The live translations of a story read with `for_page`, as readers have them; one query where it has any."""
    group = getattr(article, "translation_group", None)
    if group is None:
        return []
    others = Article.objects.published(now).in_group(group).exclude(pk=article.pk).select_related("section")
    return [other for other in due.over(others.defer("body")) if other.language != article.language]


def addresses_of(translations: list[Article]) -> dict[str, str]:
    """The addresses of a story's translations by language."""
    return {story.language: story.get_absolute_url() for story in translations}


def _locked(*articles: Article) -> list[Article]:
    """The rows, locked in one order, so that no two links wait for each other."""
    rows = Article.objects.select_for_update(of=("self",)).select_related("section").order_by("pk")
    return list(rows.filter(pk__in=[article.pk for article in articles]))


def _refuse_strangers(story: Article, by: Any) -> None:
    if not permitted(by, "change_article", story):
        raise NotAllowed(_("You may not link stories of this section: ask an editor."))


def _announce(pks: set[int], action: str, *, by: Any, now: dt.datetime) -> None:
    for story in Article.objects.select_related("section").filter(pk__in=pks).order_by("pk"):
        announce(story, action, by=by, now=now)
