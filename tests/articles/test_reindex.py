"""`manage.py reindex`: everything anew, with a bar, and going on where it was stopped."""

import itertools

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles import indexing
from articles.management.commands import reindex
from articles.models import RelatedStory, SearchDocument, StoryTerms
from articles.related import catch_up, related_to, waiting
from tests.articles.test_related import DAM, body
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories():
    made = [make_article(headline=f"Dam {n}", body=body(DAM, n), hours_ago=n + 1) for n in range(5)]
    catch_up(now=timezone.now())
    return made


def stop(*_args, **_options):
    raise KeyboardInterrupt


def test_everything_is_built_anew(stories, capsys):
    before = related_to(stories[0], timezone.now())
    RelatedStory.objects.all().delete()
    StoryTerms.objects.update(packed=b"", norm=0)
    SearchDocument.objects.all().delete()
    call_command("reindex")
    assert related_to(stories[0], timezone.now()) == before
    assert SearchDocument.objects.count() == 5
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.split("\n")[:-1]] == ["related", "search", "lists"]
    assert out.count("5 / 5") >= 3


def test_stopped_it_says_where_and_goes_on_from_there(stories, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 2)
    steps = indexing.rebuild

    def two_steps(index, *, since):
        yield from itertools.islice(steps(index, since=since), 2)
        raise KeyboardInterrupt

    monkeypatch.setattr(reindex, "rebuild", two_steps)
    with pytest.raises(CommandError, match=f"--only related --since {stories[3].pk}"):
        call_command("reindex", only=["related"])
    assert waiting() == 4
    monkeypatch.setattr(reindex, "rebuild", steps)
    call_command("reindex", only=["related"], since=stories[3].pk)
    assert waiting() == 0


def test_stopped_while_lists_are_made_nothing_is_lost(stories, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(reindex, "make_lists", stop)
        with pytest.raises(CommandError, match="worker"):
            call_command("reindex", only=["related"])
    assert waiting() == 5
    catch_up(now=timezone.now())
    assert waiting() == 0
