"""What is kept of each published story: its terms, how common each is, and the length of its vector."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from articles import page_tags
from articles.models import Article, RelatedStory, StoryTerms, TaggedArticle
from articles.related.candidates import Commonness, count
from articles.related.scoring import norm
from articles.related.terms import extract, pack, total_term, unpack
from articles.states import State
from newsportal.core.page_cache.purging import purge

# Stories of one transaction, and norms of one. The row of a common term is written anew once in each; PostgreSQL keeps
# the old ones for a while, and SQLite lets nobody else write in the meantime: for a second at most.
BATCH = NORMS = 1_000
_TEXT = ("language", "headline", "standfirst", "body", "state", "version", "publish_at")


def index_due() -> int:
    """Brings the terms of the next stories that were changed up to date, BATCH at most; returns how many that were.

    One transaction; the stories are locked, so that two workers never count one twice. Where a transaction keeps all
    others from writing (SQLite), the texts are read before it: a story that is changed meanwhile stays due.
    """
    due = Article.objects.terms_due()
    # Not `exists`, which drops the order: PostgreSQL would read the whole table to find that nothing is due.
    if not due.values("pk")[:1]:
        return 0
    if connection.features.has_select_for_update:
        with transaction.atomic():
            return index(list(due.select_for_update(skip_locked=True, no_key=True).only(*_TEXT)[:BATCH]))
    stories = list(due.only(*_TEXT)[:BATCH])
    taken = _taken(stories)
    with transaction.atomic():
        versions = dict(due.filter(pk__among=[story.pk for story in stories]).values_list("pk", "version"))
        return index([story for story in stories if versions.get(story.pk) == story.version], taken)


def reindex(stories: list[Article]) -> int:
    """Takes the terms of stories anew, changed or not, and has their lists made again; as `index` otherwise."""
    number = index(stories)
    StoryTerms.objects.filter(article__in=stories).update(listed=False, counted=0)
    return number


@transaction.atomic
def index(stories: list[Article], taken: dict[int, StoryTerms] | None = None) -> int:
    """Writes the terms of published stories and forgets those of others; the caller holds the rows' locks.

    `taken` is what `_taken` gives of these stories, and maybe of others.
    """
    rows, changes, remembered = [], Counter(), defaultdict(list)
    kept = StoryTerms.objects.in_bulk([story.pk for story in stories])
    taken = _taken(stories) if taken is None else taken
    for story in reversed(stories):
        row, before = taken.get(story.pk), kept.get(story.pk)
        if row is None or (before and _key(row) == _key(before)):
            continue
        new, old = _terms_of(row), _terms_of(before)
        changes.update(new)
        changes.subtract(old)
        for number in new - old - {total_term(story.language)}:
            remembered[number].append(story.pk)
        rows.append(row)
    left = [story.pk for story in stories if story.pk not in taken and story.pk in kept]
    count({number: change for number, change in changes.items() if change or number in remembered}, remembered)
    _forget(left, [row.article_id for row in rows if row.article_id in kept])
    StoryTerms.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["language", "packed", "sketch", "counted", "listed"],
    )
    _mark(stories)
    return len(stories)


def uncount(row: StoryTerms) -> None:
    """Takes a story whose terms are being deleted out of the statistics."""
    count(dict.fromkeys(_terms_of(row), -1), {})


def measure_outgrown() -> int:
    """Takes the norm of the next NORMS stories that have none, or one of an archive half as large; returns how many."""
    for language, _name in settings.LANGUAGES:
        total = Commonness([], language).total
        if rows := list(StoryTerms.objects.outgrown(language, total).only("packed")[:NORMS]):
            common = Commonness((number for row in rows for number in unpack(row.packed)[0]), language)
            _set_norms([(norm(row.packed, common), max(common.total, 1), row.pk) for row in rows])
            return len(rows)
    return 0


def _set_norms(values: list[tuple[float, int, int]]) -> None:
    """Ten times as fast as `bulk_update`, whose statement asks for each value row by row."""
    rows = ", ".join(["(%s, %s, %s)"] * len(values))
    sql = (
        f"UPDATE {StoryTerms._meta.db_table} SET norm = fresh.column1, counted = fresh.column2 "  # noqa: S608
        f"FROM (VALUES {rows}) AS fresh WHERE article_id = fresh.column3"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in values for value in row])


def _tags(stories: list[Article]) -> dict[int, list[str]]:
    """The names of each story's tags. One query, where a prefetch would first make one for each story."""
    names = defaultdict(list)
    rows = TaggedArticle.objects.filter(content_object__among=[story.pk for story in stories])
    for pk, name in rows.values_list("content_object", "tag__name"):
        names[pk].append(name)
    return names


def _taken(stories: list[Article]) -> dict[int, StoryTerms]:
    """The terms of each published one of the stories, by its id; they are not saved."""
    published = [story for story in stories if story.state == State.PUBLISHED]
    tags, rows = _tags(published), {}
    for story in published:
        terms = extract(story.language, story.headline, story.standfirst, story.body, tags[story.pk])
        rows[story.pk] = StoryTerms(
            article=story, language=story.language, packed=pack(terms.weights), sketch=terms.sketch
        )
    return rows


def _key(row: StoryTerms) -> tuple:
    return row.language, bytes(row.packed), bytes(row.sketch)


def _terms_of(row: StoryTerms | None) -> set[int]:
    """The terms that count for a story, with the one for its edition."""
    return {*unpack(row.packed)[0], total_term(row.language)} if row else set()


def _forget(left: list[int], changed: list[int]) -> None:
    """Takes stories out of the lists in which the machine put them; lists that lose one for good are made anew."""
    suggested = RelatedStory.objects.suggested()
    lists = suggested.filter(other__in=left).values("article")
    StoryTerms.objects.filter(article__in=lists).update(listed=False)
    losing = suggested.filter(other__in=[*left, *changed]).values_list("article", flat=True)
    purge(*(page_tags.related(pk) for pk in {*losing, *left}))
    suggested.filter(Q(other__in=[*left, *changed]) | Q(article__in=left)).delete()
    StoryTerms.objects.filter(article__in=left).delete()


def _mark(stories: Iterable[Article]) -> None:
    """Notes the versions that were seen; a story that has gone on since stays due."""
    versions: dict[int, list[int]] = {}
    for story in stories:
        versions.setdefault(story.version, []).append(story.pk)
    for version, ids in versions.items():
        Article.objects.filter(pk__in=ids).update(terms_version=version)
