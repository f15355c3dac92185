"""What happens at its minute, with no worker running, and what the worker writes down afterwards."""

import datetime as dt

import pytest
import time_machine

from articles import revising, scheduling, workflow
from articles.models import Article, LogEntry, RelatedStory, Revision
from articles.related import LIMIT
from newsportal.duties import DUTIES
from tests.factories import make_article, make_contributor, make_image, make_outlet, make_section

pytestmark = pytest.mark.django_db
MINUTE = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


def at(moment):
    return time_machine.travel(moment, tick=False)


def planned_change(*, when=MINUTE, article=None, **fields):
    """A live story whose change is to reach readers at `when`."""
    with at(MINUTE - HOUR):
        article = article or make_article(headline="Ferries stop", publish_at=MINUTE - 2 * HOUR, slug="ferries")
        content = revising.head_of(article).content
        revising.save(article, content | {"headline": "Ferries return", **fields}, by=None)
        workflow.update(article, by=None, at=when)
    article.refresh_from_db()
    return article


def headline(client, address):
    response = client.get(address)
    return response.status_code, response.content.decode().partition("<h1>")[2].partition("</h1>")[0]


@pytest.mark.parametrize(
    ("moment", "shown"),
    [(MINUTE - SECOND, "Ferries stop"), (MINUTE, "Ferries return"), (MINUTE + HOUR, "Ferries return")],
)
def test_a_change_reaches_readers_at_its_minute(client, moment, shown):
    article = planned_change()
    with at(moment):
        assert headline(client, article.get_absolute_url()) == (200, shown)
    assert Article.objects.get().headline == "Ferries stop"


@pytest.mark.parametrize(
    ("plan", "before", "after"),
    [
        ({"publish_at": MINUTE}, 404, 200),
        ({"publish_at": MINUTE - HOUR, "unpublish_at": MINUTE}, 200, 410),
        ({"publish_at": MINUTE - HOUR, "embargo_until": MINUTE}, 404, 200),
        ({"publish_at": MINUTE, "embargo_until": MINUTE - HOUR}, 404, 200),
    ],
    ids=["publication", "take-down", "embargo", "publication after the embargo"],
)
def test_a_story_comes_and_goes_at_its_second(client, plan, before, after):
    article = make_article(**plan)
    with at(MINUTE - SECOND):
        assert client.get(article.get_absolute_url()).status_code == before
    with at(MINUTE):
        assert client.get(article.get_absolute_url()).status_code == after


def test_the_address_follows_the_new_slug_at_the_same_second(client):
    article = planned_change(slug="ferries-return")
    old, new = article.get_absolute_url(), article.get_absolute_url().replace("ferries", "ferries-return")
    with at(MINUTE - SECOND):
        assert client.get(old).status_code == 200
        assert client.get(new)["Location"] == old
    with at(MINUTE):
        assert client.get(old)["Location"] == new
        assert headline(client, new) == (200, "Ferries return")


def test_no_cache_keeps_a_redirect_beyond_the_change(client):
    article = planned_change(slug="ferries-return")
    with at(MINUTE - 5 * SECOND):
        answers = [client.get(article.get_absolute_url()), client.get(f"/world/{article.pk}/ferries-return/")]
    assert [answer.status_code for answer in answers] == [200, 301]
    assert all("s-maxage=5," in answer["Cache-Control"] for answer in answers)


def test_a_change_to_another_edition_moves_the_address_there(client):
    section = make_section(name="বিশ্ব", language="bn")
    article = planned_change(language="bn", section={"id": section.pk, "name": "বিশ্ব"}, headline="ফেরি চালু", slug="")
    with at(MINUTE):
        answer = client.get(article.get_absolute_url(), follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"].startswith("/bn/")
    assert '<html lang="bn">' in answer.content.decode()


def test_a_change_that_is_not_planned_waits(client):
    article = planned_change()
    Article.objects.update(change_at=None)
    with at(MINUTE + HOUR):
        assert headline(client, article.get_absolute_url())[1] == "Ferries stop"


def test_a_story_that_is_taken_down_stays_down_whatever_was_planned(client):
    article = planned_change()
    Article.objects.update(unpublish_at=MINUTE)
    with at(MINUTE):
        assert client.get(article.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("planned", [False, True])
def test_until_its_minute_a_page_costs_no_query_more(client, planned, django_assert_max_num_queries):
    outlet = make_outlet()
    article = make_article(
        publish_at=MINUTE - HOUR, lead_image=make_image(), outlet=outlet, signed_by=[make_contributor(outlet=outlet)]
    )
    others = [make_article(publish_at=MINUTE - HOUR) for _other in range(LIMIT)]
    RelatedStory.objects.bulk_create([RelatedStory(article=article, other=other) for other in others])
    if planned:
        planned_change(article=article)
    address = article.get_absolute_url()
    with at(MINUTE - SECOND), django_assert_max_num_queries(10):
        assert client.get(address).status_code == 200


def test_the_worker_writes_what_readers_have_already(client):
    person = make_contributor(name="Hasan Kabir")
    article = planned_change(
        tags=["Fog", "Padma"], body="<p>They sail.</p>", contributors=[{"id": person.pk, "name": "Hasan Kabir"}]
    )
    with at(MINUTE + 7 * SECOND):
        before = client.get(article.get_absolute_url()).content
        assert scheduling.apply_due_updates(now=MINUTE + 7 * SECOND) == 1
        assert client.get(article.get_absolute_url()).content == before
    assert Article.objects.get().headline == "Ferries return"


def test_a_late_worker_writes_down_the_minute_that_was_planned():
    planned_change()
    scheduling.apply_due_updates(now=MINUTE + HOUR)
    article = Article.objects.get()
    assert (article.updated_at, article.live.published_at, article.change_at) == (MINUTE, MINUTE, None)
    entry = LogEntry.objects.get(action="update")
    assert (entry.by, entry.at) == (None, MINUTE)


def test_nothing_is_written_before_its_minute_and_nothing_twice():
    planned_change()
    assert scheduling.apply_due_updates(now=MINUTE - SECOND) == 0
    assert [scheduling.apply_due_updates(now=MINUTE) for _turn in range(2)] == [1, 0]


def test_a_change_of_a_story_that_is_not_out_does_not_call_it_updated():
    article = make_article(publish_at=MINUTE + HOUR)
    planned_change(article=article)
    with at(MINUTE):
        assert scheduling.as_readers_see(Article.objects.get(), now=MINUTE).updated_at is None
    scheduling.apply_due_updates(now=MINUTE)
    assert Article.objects.get().updated_at is None


def test_one_story_that_cannot_be_written_does_not_keep_the_others():
    broken = planned_change(when=MINUTE - SECOND)
    good = planned_change(article=make_article(publish_at=MINUTE - 2 * HOUR))
    Revision.objects.filter(pk=broken.head_id).update(content={"headline": "Half"})
    with pytest.raises(ExceptionGroup, match="1 scheduled change"):
        scheduling.apply_due_updates(now=MINUTE)
    good.refresh_from_db()
    assert good.headline == "Ferries return"


def test_the_worker_stops_between_two_stories_when_told():
    for _turn in range(2):
        planned_change(article=make_article(publish_at=MINUTE - 2 * HOUR))
    asked = iter([False, True])
    assert scheduling.apply_due_updates(now=MINUTE, stopping=lambda: next(asked)) == 1


def test_the_worker_has_both_duties_and_does_them():
    duties = {duty.name: duty for duty in DUTIES}
    planned_change()
    assert duties["articles.updates"].run(MINUTE, lambda: False) == 1
    assert duties["articles.updates"].every <= dt.timedelta(seconds=5)
    Revision.objects.update(kind=Revision.Kind.AUTOSAVE, at=MINUTE - dt.timedelta(days=8))
    assert duties["articles.autosaves"].run(MINUTE, lambda: False) == 2
