import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles import contents, revising, workflow
from articles.exceptions import NewsroomError, NotAllowed
from articles.management.commands import related as related_command
from articles.models import LogEntry, StoryTerms
from articles.related import LIMIT, catch_up, related_to
from articles.related.steering import MOST_PINNED, exclude, judgments, leave_to_machine, pin
from articles.states import EDITOR, REPORTER
from tests.articles.test_related import DAM, body
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories():
    made = [make_article(headline=f"Dam {n}", body=body(DAM, n), hours_ago=n + 1) for n in range(5)]
    catch_up(now=timezone.now())
    return made


def shown(story):
    catch_up(now=timezone.now())
    return related_to(story, timezone.now())


def test_pinned_stories_come_first_in_their_order(stories):
    story, *others = stories
    pin(story, [others[3], others[1]], by=make_user(role=EDITOR))
    assert shown(story)[:2] == [others[3], others[1]]
    pin(story, [others[1], others[3]], by=None)
    assert shown(story)[:2] == [others[1], others[3]]
    assert sorted(other.pk for other in shown(story)) == [other.pk for other in others]


def test_an_excluded_story_is_out_at_once_and_stays_out(stories):
    story, *others = stories
    exclude(story, others[0], by=None)
    assert others[0] not in related_to(story, timezone.now())
    assert others[0] not in shown(story)
    leave_to_machine(story, others[0], by=None)
    assert others[0] in shown(story)


def test_doing_it_twice_does_nothing(stories):
    story, other, *_others = stories
    for _time in range(2):
        pin(story, [other], by=None)
        exclude(story, stories[2], by=None)
    assert list(LogEntry.objects.order_by("pk").values_list("action", flat=True)) == ["pin_related", "exclude_related"]


def test_reporters_may_not(stories):
    with pytest.raises(NotAllowed):
        pin(stories[0], stories[1:2], by=make_user(role=REPORTER))


@pytest.mark.parametrize("wrong", ["itself", "other edition", "too many"])
def test_what_cannot_be_pinned_is_refused(stories, wrong):
    bangla = make_article(headline="বাঁধ", language="bn")
    others = {
        "itself": stories[:1],
        "other edition": [bangla],
        "too many": [make_article() for _n in range(MOST_PINNED + 1)],
    }
    with pytest.raises(NewsroomError):
        pin(stories[0], others[wrong], by=None)


def test_choices_are_judgments(stories):
    story, one, two, *_others = stories
    pin(story, [one], by=None)
    exclude(story, two, by=None)
    assert list(judgments()) == [
        {"id": story.pk, "related": one.pk, "grade": 1},
        {"id": story.pk, "related": two.pk, "grade": 0},
    ]


def lines(capsys, *arguments):
    call_command("related", *arguments)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_command_prints_each_list_with_the_ids_of_the_import(capsys):
    story = make_article(headline="Dam opened", body=body(DAM), source_id="a-1")
    other = make_article(headline="Dam closed", body=body(DAM, 1))
    make_article(published=False)
    assert lines(capsys, "--format", "jsonl") == [
        {"id": "a-1", "related": [other.pk]},
        {"id": other.pk, "related": ["a-1"]},
    ]
    assert story.source_id == "a-1"


@pytest.mark.parametrize("number", [LIMIT + 1, 20])
def test_the_command_asks_once_for_each_full_list(capsys, django_assert_num_queries, number):
    for n in range(number):
        make_article(headline=f"Dam {n}", body=body(DAM, n), source_id=f"a-{n}")
    catch_up(now=timezone.now())
    # Beside those: what is left to do (two), and the stories themselves.
    with django_assert_num_queries(number + 3):
        assert all(other.startswith("a-") for line in lines(capsys) for other in line["related"])


def test_the_command_keeps_to_its_limit(capsys, stories):
    assert {len(line["related"]) for line in lines(capsys, "--limit", "2")} == {2}
    with pytest.raises(CommandError):
        call_command("related", "--limit", "0")


def test_the_command_gives_up_on_lists_that_another_process_does_not_make(stories, monkeypatch):
    StoryTerms.objects.update(listed=False)
    monkeypatch.setattr(related_command, "catch_up", lambda **_options: 0)
    monkeypatch.setattr(related_command, "PATIENCE", 0)
    with pytest.raises(CommandError, match="Another process"):
        call_command("related")


def test_the_command_prints_judgments(capsys, stories):
    exclude(stories[0], stories[1], by=None)
    assert lines(capsys, "--judgments") == [{"id": stories[0].pk, "related": stories[1].pk, "grade": 0}]


def rework(story, **fields):
    story.refresh_from_db()
    return revising.save(story, revising.head_of(story).content | fields, by=None)


def row(other):
    return {"id": other.pk, "name": other.headline}


def test_a_choice_is_in_the_text_that_readers_have(stories):
    story, one, two, *_others = stories
    pin(story, [one], by=None)
    exclude(story, two, by=None)
    story.refresh_from_db()
    assert (story.live.content["pinned"], story.live.content["excluded"]) == ([row(one)], [row(two)])
    assert (story.head, story.has_changes) == (story.live, False)


def test_a_choice_is_in_the_text_that_is_being_written_as_well(stories):
    story, one, *_others = stories
    rework(story, headline="Being written")
    pin(story, [one], by=None)
    story.refresh_from_db()
    assert [text.content["pinned"] for text in (story.live, story.head)] == [[row(one)]] * 2
    assert (story.live.content["headline"], story.head.content["headline"]) == ("Dam 0", "Being written")
    assert shown(story)[0] == one


def test_pins_that_are_saved_wait_for_the_changes_to_be_published(stories):
    story, *others = stories
    last = shown(story)[-1]
    saved = rework(story, pinned=[row(last)])
    assert shown(story)[0] != last
    assert related_to(contents.overlay(story, saved.content), timezone.now())[0] == last
    workflow.update(story, by=None)
    assert shown(story)[0] == last


def test_restoring_a_text_restores_what_was_pinned_and_excluded(stories):
    story, one, two, *_others = stories
    rework(story, pinned=[row(one)], excluded=[row(two)])
    number = rework(story, pinned=[], excluded=[]).number - 1
    workflow.update(story, by=None)
    revising.restore(story, number, by=None)
    workflow.update(story, by=None)
    assert shown(story)[0] == one
    assert two not in shown(story)


def test_a_form_without_choices_keeps_those_that_were_made_meanwhile(stories):
    story, one, *_others = stories
    opened_on = rework(story, kicker="Water")
    pin(story, [one], by=None)
    typed = {name: value for name, value in opened_on.content.items() if name not in contents.CHOICES}
    saved = revising.save(story, typed | {"kicker": "Dams"}, by=None, base=opened_on.number)
    assert (saved.content["kicker"], saved.content["pinned"]) == ("Dams", [row(one)])
