"""Which words misspelt ones are compared with."""

import pytest

from articles.models import SearchWord
from articles.search import index, learning
from tests.articles.search_stories import findable
from tests.factories import make_article, make_contributor

pytestmark = pytest.mark.django_db


@pytest.fixture
def many_words(monkeypatch):
    """As if the archive had met many words."""
    monkeypatch.setattr(learning, "FEW", 0)
    SearchWord.objects.create(word="another", key="antr")


def _known():
    return set(SearchWord.objects.values_list("word", flat=True))


def test_while_there_are_few_every_word_is_learnt():
    findable(headline="Tide", body="<p>Barisal</p>")
    assert _known() == {"tide", "barisal"}


@pytest.mark.usefixtures("many_words")
def test_words_of_headlines_and_names_are_learnt_at_once():
    findable(headline="Tide", standfirst="Flood", tags=["Rooppur"], signed_by=[make_contributor(name="Nasrin")])
    assert _known() >= {"tide", "flood", "rooppur", "nasrin"}


@pytest.mark.usefixtures("many_words")
def test_words_of_bodies_are_learnt_once_some_stories_have_them():
    seen = []
    for _story in range(learning.OFTEN):
        findable(headline="", body="<p>Barisal</p>")
        seen.append("barisal" in _known())
    assert seen == [False] * (learning.OFTEN - 1) + [True]


@pytest.mark.usefixtures("many_words")
def test_stories_of_one_batch_count_together():
    index([make_article(body="<p>Barisal</p>") for _story in range(learning.OFTEN)])
    assert "barisal" in _known()


def test_numbers_and_short_words_are_not_learnt():
    findable(headline="An 1971 id", body="<p>ox ২০২৬</p>")
    assert _known() == set()


def test_a_batch_of_many_words_fills_the_room_that_is_left(monkeypatch):
    monkeypatch.setattr(learning, "FEW", 3)
    findable(headline="Tide", body="<p>Barisal Khulna Jamalpur</p>")
    assert _known() == {"tide", "barisal", "khulna"}
