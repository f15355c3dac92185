"""The verb that says in public what was wrong in a story. It is not taken back: another corrects it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.announcing import announce, log
from articles.exceptions import NewsroomError, NotAllowed, WrongState
from articles.models import Article, Correction
from articles.permissions import permitted
from articles.workflow import copied, settle
from newsportal.core.text import clean_lines

LONGEST = 2000


@transaction.atomic
def correct(article: Article, *, wrong: str, right: str, by: Any, now: dt.datetime | None = None) -> Correction:
    """Adds a dated correction to a story that readers have; it is public at once, and the story counts as updated.

    The words of the story stay as they are: they are changed by saving and `workflow.update`. The same correction
    again gives the one that is there.
    """
    now = (now or timezone.now()).replace(microsecond=0)
    story = Article.objects.select_for_update(of=("self",)).select_related("section").get(pk=article.pk)
    if not permitted(by, "publish_article", story):
        raise NotAllowed(_("You may not correct stories of this section: ask an editor."))
    settle(story, now)
    if not story.is_live(now):
        raise WrongState(_("Only a story that readers have can be corrected."))
    wrong, right = clean_lines(wrong), clean_lines(right)
    _check(wrong, right)
    if same := story.corrections.filter(wrong=wrong, right=right).first():
        return same
    correction = Correction.objects.create(article=story, at=now, wrong=wrong, right=right, by=by)
    before = story.updated_at
    story.updated_at, story.version = now, story.version + 1
    story.save(update_fields=["updated_at", "version", "modified"])
    facts = {"correction": correction.pk, "wrong": wrong, "right": right, "updated_at": now.isoformat()}
    log(story, "correct", by=by, now=now, old={"updated_at": before.isoformat() if before else None}, new=facts)
    announce(story, "correct", by=by, now=now)
    copied(story, article)
    article.__dict__.pop("public_corrections", None)
    return correction


def _check(wrong: str, right: str) -> None:
    if not wrong or not right:
        raise NewsroomError(_("Say both what was wrong and what is right: readers are told."))
    if max(len(wrong), len(right)) > LONGEST:
        raise NewsroomError(_("A correction says it in at most %(number)s characters.") % {"number": LONGEST})
