"""Which stories an issue could have: what appeared since the last one, in the newsletter's sections, under its tags."""

import datetime as dt

from articles.models import Article, ArticleQuerySet, HourReading, Section, TaggedArticle
from articles.search import search
from newsletter.composing.writing import Piece, Words
from newsletter.models import Block, Issue, NewsletterList
from newsletter.states import BlockKind, Rhythm

# Where there was no issue before, and no further back than this in any case.
FIRST_SPAN = {Rhythm.DAILY: dt.timedelta(days=1), Rhythm.WEEKLY: dt.timedelta(days=7)}
LONGEST_SPAN = dt.timedelta(days=14)
FOUND, MOST_WORDS = 12, 8
# Of what appeared since then, so many of the newest.
LOOKED_AT = 300
NOT_INDEXED = dt.timedelta(hours=24)


def stories_for(newsletter: NewsletterList, now: dt.datetime) -> ArticleQuerySet:
    """What readers see at `now` of the newsletter's sections (and what stands below them) and tags."""
    stories = Article.objects.published(now).in_edition(newsletter.language)
    sections, tags = list(newsletter.sections.all()), list(newsletter.tags.values_list("pk", flat=True))
    if not sections and not tags:
        return stories
    under = {pk for section in sections for pk in Section.objects.under(section).values_list("pk", flat=True)}
    tagged = TaggedArticle.objects.filter(tag__in=tags).values("content_object_id")
    return stories.filter(section__in=under) | stories.filter(pk__in=tagged)


def since_last(issue: Issue, *, now: dt.datetime) -> dt.datetime:
    """When the last issue of the newsletter went out, or a day (of a weekly one a week) ago."""
    newsletter = issue.newsletter
    last = newsletter.issues.gone_out().exclude(pk=issue.pk).first()
    return max(last.started_at, now - LONGEST_SPAN) if last else now - FIRST_SPAN[Rhythm(newsletter.rhythm)]


def fresh_stories(issue: Issue, *, now: dt.datetime) -> list[Article]:
    """What appeared since the last issue and was in none before it: by weight, then reads, then the newest."""
    recent = Issue.objects.filter(newsletter=issue.newsletter).gone_out().exclude(pk=issue.pk).values("pk")[:5]
    told = Block.objects.filter(issue__in=list(recent.values_list("pk", flat=True)), article__isnull=False)
    stories = stories_for(issue.newsletter, now).appeared_since(since_last(issue, now=now))
    stories = list(stories.exclude(pk__in=told.values("article_id")).for_cards().distinct().newest_first()[:LOOKED_AT])
    read = HourReading.objects.since(since_last(issue, now=now)).filter(article__in=stories).per_story()
    reads = {row["article"]: row["total"] for row in read}
    stories.sort(key=lambda story: (-story.weight, -reads.get(story.pk, 0)))
    return stories[: issue.newsletter.most_stories]


def filled(issue: Issue, words: Words, *, now: dt.datetime) -> Words:
    """`words` with those stories after what there is, the first of them large where no story is yet; up to the most."""
    there = {piece.article for piece in words.pieces}
    room = issue.newsletter.most_stories - sum(piece.kind == BlockKind.STORY for piece in words.pieces)
    fresh = [story for story in fresh_stories(issue, now=now) if story.pk not in there][: max(room, 0)]
    has_stories = any(piece.kind == BlockKind.STORY for piece in words.pieces)
    added = tuple(
        Piece(BlockKind.STORY, article=story.pk, is_lead=not has_stories and number == 0)
        for number, story in enumerate(fresh)
    )
    return Words(words.subject, words.subject_b, words.preheader, words.pieces + added)


def found(text: str, issue: Issue, *, now: dt.datetime) -> list[Article]:
    """Stories of the newsletter's edition that match `text` best; without one, the newest of its sections."""
    if not text.strip():
        return list(stories_for(issue.newsletter, now).for_cards().distinct().newest_first()[:FOUND])
    language = issue.newsletter.language
    # What appeared this minute may not be in the index yet.
    fresh = Article.objects.published(now).in_edition(language).appeared_since(now - NOT_INDEXED)
    for word in text.split()[:MOST_WORDS]:
        fresh = fresh.filter(headline__icontains=word)
    named = list(fresh.for_cards().newest_first()[:FOUND])
    hits = search(text, language=language, now=now, limit=FOUND).hits
    return list({story.pk: story for story in [*named, *(hit.article for hit in hits)]}.values())[:FOUND]
