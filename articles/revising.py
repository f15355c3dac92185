"""The verbs that change a story's words. Every save is a revision; a stale save never overwrites.

Before a story is published its row is its newest text. Once it is, the row is what readers have, and the newest text
(`head`) waits beside it until somebody publishes it (articles.workflow.update).
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import contents
from articles.announcing import announce, log
from articles.contents import Content
from articles.exceptions import NewsroomError, NotAllowed
from articles.merging import Merge, merge
from articles.models import Article, Revision
from articles.permissions import permitted
from articles.states import EDITING, State
from articles.workflow import settle
from newsportal.core.sanitising import sanitise


class Collision(NewsroomError):
    """A save was written on a text that somebody has changed since, in the same places. Nothing was stored.

    `merged` holds both sides' changes where they did not collide, and mine where they did.
    """

    def __init__(self, merged: Merge, *, base: Content, theirs: Revision) -> None:
        super().__init__(_("Somebody saved this story after you opened it, and you both changed the same places."))
        self.merged, self.base, self.theirs = merged, base, theirs


@transaction.atomic
def create(content: Content, *, by: Any, now: dt.datetime | None = None, form: str = "", **columns: Any) -> Article:
    """A new draft with its first revision. `columns` are the story's own (times, source), not of its text.

    `form` is the key of the form it was written in, kept in the log (articles.autosaving).
    """
    now = now or timezone.now()
    if not permitted(by, "add_article"):
        raise NotAllowed(_("You may not write stories: ask an editor."))
    article = Article(created_by=by, **columns)
    contents.put(article, clean(content))
    revision = _add(article, contents.take(article), Revision.Kind.SAVE, by=by, now=now, fields=[])
    _make_head(article, revision)
    log(article, "create", by=by, now=now, new={"form": form} if form else None)
    announce(article, "create", by=by, now=now)
    return article


@transaction.atomic
def save(
    article: Article,
    content: Content,
    *,
    by: Any,
    base: int | None = None,
    now: dt.datetime | None = None,
    kind: str = Revision.Kind.SAVE,
    note: str = "",
) -> Revision:
    """Saves a text as the story's newest; returns its revision, or the newest as it is when nothing differs.

    `base` is the number of the revision that the text was written on. When the story has gone on since, both texts are
    merged; where they collide, Collision is raised and nothing is stored. None means: on the newest.
    """
    now = now or timezone.now()
    story = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    settle(story, now)
    if not may_edit(by, story):
        raise NotAllowed(_("You may not change this story in the state it is in."))
    head = head_of(story, now=now)
    written_on = base if base is not None else head.number
    content = contents.whole(clean(content), text_of(story, written_on, head))
    if written_on != head.number:
        content = brought_up_to_date(story, content, head=head, base=written_on)
        kind = Revision.Kind.MERGE
    fields = contents.changed(head.content, content)
    story.revisions.unsaved_by(by).delete()
    if not fields:
        return head
    revision = _add(story, content, kind, by=by, now=now, fields=fields, base=written_on, note=note)
    if story.state == State.PUBLISHED:
        _wait(story)
    else:
        contents.put(story, content)
    _make_head(story, revision)
    _log(story, revision, since=head.number, now=now)
    announce(story, "edit", by=by, now=now)
    return revision


@transaction.atomic
def change_at_once(
    story: Article, changes: Callable[[Content], Content], *, by: Any, now: dt.datetime
) -> Revision | None:
    """Changes what is not written but chosen: at once, in the text that readers have and in the newest, which both get
    a revision. Returns the newest one; None when nothing differs.

    `changes(text)` gives the changed fields of a text, of contents.CHOICES only; the caller holds the story's lock.
    """
    settle(story, now)
    head = head_of(story, now=now)
    newest = text_of(story, head.number, head)
    fields = contents.changed(newest, newest | changes(newest))
    if story.has_changes:
        live = contents.take(story)
        if more := contents.changed(live, live | changes(live)):
            base = story.live.number if story.live else None
            story.live = _add(
                story,
                live | changes(live),
                Revision.Kind.SAVE,
                by=by,
                now=now,
                fields=more,
                base=base,
                published_at=now,
            )
            contents.put_choices(story, story.live.content)
            fields = fields or more
    if not fields:
        return None
    waits = story.has_changes
    new = newest | changes(newest)
    revision = _add(story, new, Revision.Kind.SAVE, by=by, now=now, fields=fields, base=head.number)
    if not waits:
        contents.put_choices(story, new)
        if story.state == State.PUBLISHED:
            revision.published_at, story.live = now, revision
            revision.save(update_fields=["published_at"])
    _make_head(story, revision)
    return revision


def restore(article: Article, number: int, *, by: Any, now: dt.datetime | None = None) -> Revision:
    """Makes an old text the newest again, as a new revision; what it refers to and is gone is left out."""
    old = article.revisions.get(number=number)
    note = _("from revision %(number)s") % {"number": number}
    return save(article, old.content, by=by, now=now, kind=Revision.Kind.RESTORE, note=note)


@transaction.atomic
def autosave(
    article: Article, content: Content, *, by: Any, base: int | None, now: dt.datetime | None = None
) -> Revision | None:
    """Keeps a text that is being written, for its writer alone; None when it is the newest text as it stands.

    One row a writer and minute: a later one of the same minute takes the place of the earlier.
    """
    now = now or timezone.now()
    story = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if not may_edit(by, story):
        raise NotAllowed(_("You may not change this story in the state it is in."))
    head = head_of(story, now=now)
    content = contents.whole(clean(content), text_of(story, base or head.number, head))
    fields = contents.changed(head.content, content)
    if not fields:
        return None
    last = story.revisions.unsaved_by(by).first()
    if last and last.content == content:
        return last
    if last and now - last.at < dt.timedelta(minutes=1):
        last.delete()
    return _add(story, content, Revision.Kind.AUTOSAVE, by=by, now=now, fields=fields, base=base or head.number)


def discard_autosaves(article: Article, *, by: Any) -> int:
    """Drops what `by` has written and not saved; returns how many texts that were."""
    return article.revisions.unsaved_by(by).delete()[0]


def thin_autosaves(*, now: dt.datetime) -> int:
    """The duty that drops autosaves nobody came back for; returns how many."""
    return Revision.objects.thin(now).delete()[0]


def head_of(article: Article, *, now: dt.datetime | None = None) -> Revision:
    """The newest text's revision; made from the row when the story has none yet (it was imported or is old)."""
    if article.head is not None:
        return article.head
    now = now or timezone.now()
    revision = _add(article, contents.take(article), Revision.Kind.IMPORT, by=None, now=now, fields=[])
    if article.state == State.PUBLISHED:
        revision.published_at = article.publish_at
        revision.save(update_fields=["published_at"])
        article.live = revision
    article.head = revision
    Article.objects.filter(pk=article.pk).update(head=revision, live=article.live)
    return revision


def may_edit(user: Any, article: Article | None) -> bool:
    """Whether `user` may change the words now (articles.states.EDITING); None is a story that is not there yet."""
    state = State.DRAFT if article is None else article.state
    if article is not None and state == State.PUBLISHED:
        state = article.change_state or State.DRAFT
    permission = EDITING.get(State(state))
    return permission is not None and permitted(user, permission, article)


def clean(content: Content) -> Content:
    """`content` as it is stored: body sanitised, names of tags clean, so that a revision is what its row will be."""
    return {
        **content,
        "body": sanitise(content.get("body") or ""),
        "tags": contents.tag_names(content.get("tags") or []),
    }


def brought_up_to_date(story: Article, content: Content, *, head: Revision, base: int) -> Content:
    """A text written on revision `base`, with what was saved since; raises Collision where both touched the same."""
    ancestor = story.revisions.filter(number=base).first()
    known = ancestor.content if ancestor else {}
    outcome = merge(known, head.content, contents.whole(content, known))
    if outcome.conflicts:
        raise Collision(outcome, base=known, theirs=head)
    return outcome.content


def text_of(story: Article, number: int, head: Revision) -> Content:
    """The text of a revision, with the choices of related stories that the row has where it says nothing of them."""
    revision = head if number == head.number else story.revisions.filter(number=number).first()
    content = revision.content if revision else head.content
    return content if all(name in content for name in contents.CHOICES) else content | contents.choices_of(story)


def _add(article: Article, content: Content, kind: str, *, by: Any, now: dt.datetime, **columns: Any) -> Revision:
    last = article.revisions.aggregate(last=Max("number"))["last"] or 0
    return Revision.objects.create(
        article=article, number=last + 1, kind=kind, content=content, by=by, at=now, **columns
    )


def _make_head(story: Article, revision: Revision) -> None:
    story.head = revision
    story.version += 1
    changes = ("change_state", "change_at", "change_minor")
    story.save(update_fields=["head", "live", "version", *changes, "slug", "words", "modified"])


def _wait(story: Article) -> None:
    """A minute was given to one text: a later one waits to be published anew.

    Whoever may change a text that is in review or approved reviews it: it stays so, as an unpublished story does.
    """
    story.change_state, story.change_at, story.change_minor = story.change_state or State.DRAFT, None, False


def _log(story: Article, revision: Revision, *, since: int, now: dt.datetime) -> None:
    facts = {"fields": revision.fields, "revision": revision.number}
    is_old = revision.kind == Revision.Kind.RESTORE
    before, by = {"revision": since}, revision.by
    log(story, "restore" if is_old else "edit", by=by, now=now, old=before, new=facts, note=revision.note)
