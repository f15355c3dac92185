import datetime as dt

import pytest
from django.utils import timezone

from articles import correcting
from articles.exceptions import NewsroomError, NotAllowed, WrongState
from articles.models import Article, Correction, LogEntry, SectionBeat
from articles.signals import article_changed
from articles.states import EDITOR, REPORTER, State
from tests.factories import make_article, make_section, make_user

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


def correct(article, *, by=None, wrong="It was Friday.", right="It was Thursday.", **more):
    return correcting.correct(article, wrong=wrong, right=right, by=by, **more)


def test_a_correction_is_dated_and_makes_the_story_an_updated_one(now):
    article = make_article()
    correct(article, now=now)
    made, saved = Correction.objects.get(), Article.objects.get()
    assert (made.article, made.at, made.wrong, made.right) == (article, now, "It was Friday.", "It was Thursday.")
    assert (saved.updated_at, article.updated_at) == (now, now)


def test_the_log_says_who_corrected_what(now):
    editor = make_user(role=EDITOR)
    correct(make_article(), by=editor, now=now)
    entry = LogEntry.objects.get(action="correct")
    assert (entry.by, entry.at, entry.new["wrong"], entry.new["right"]) == (
        editor, now, "It was Friday.", "It was Thursday.",
    )  # fmt: skip


def test_the_same_correction_again_changes_nothing(now):
    article = make_article()
    first, second = correct(article, now=now), correct(article, now=now + HOUR)
    assert (first, Correction.objects.count(), LogEntry.objects.count()) == (second, 1, 1)
    assert Article.objects.get().updated_at == now


@pytest.mark.parametrize("words", [{"wrong": "  \n"}, {"right": ""}, {"right": "x" * (correcting.LONGEST + 1)}])
def test_half_a_correction_and_an_endless_one_are_refused(words):
    with pytest.raises(NewsroomError):
        correct(make_article(), **words)
    assert not Correction.objects.exists()


def test_words_are_stored_without_what_no_page_can_hold():
    made = correct(make_article(), wrong=" One\x0b\r\n\n\n\ntwo\u202e ")
    assert made.wrong == "One\n\ntwo"


def test_a_reporter_does_not_correct(now):
    with pytest.raises(NotAllowed):
        correct(make_article(), by=make_user(role=REPORTER))


def test_an_editor_of_another_section_does_not_correct():
    editor = make_user(role=EDITOR)
    SectionBeat.objects.create(user=editor, section=make_section(name="Sport"))
    with pytest.raises(NotAllowed):
        correct(make_article(section=make_section(name="Politics")), by=editor)


@pytest.mark.parametrize(
    "fields",
    [
        {"published": False},
        {"state": State.WITHDRAWN},
        {"hours_ago": -1},
        {"hours_ago": 3, "unpublish_at": timezone.now() - HOUR},
    ],
)
def test_only_what_readers_have_is_corrected(fields):
    article = make_article(**fields)
    with pytest.raises(WrongState):
        correct(article)


def test_unpublished_changes_stay_as_they_are(now):
    article = make_article(headline="Live")
    Article.objects.filter(pk=article.pk).update(headline="Written since")
    correct(article, now=now)
    assert Article.objects.get().headline == "Written since"


def test_it_is_announced_once_after_the_commit(now, django_capture_on_commit_callbacks):
    heard = []
    article_changed.connect(lambda **event: heard.append(event["action"]), weak=False, dispatch_uid="test")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            correct(make_article(), now=now)
        assert heard == ["correct"]
    finally:
        article_changed.disconnect(dispatch_uid="test")
