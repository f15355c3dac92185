"""Figures of issues and of newsletters."""

import datetime as dt

import pytest

from newsletter.bouncing.applying import apply_due_events
from newsletter.bouncing.recording import note_reply
from newsletter.models import Delivery, LinkClicks, ListDay, Rendering
from newsletter.states import DeliveryState
from newsletter.stats import growth, issue_figures, left_because_of, write_down_day
from newsletter.subscribing import unsubscribe
from tests.factories import make_article
from tests.newsletter.factories import make_confirmed, make_delivery, make_issue, make_list

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SENT = DeliveryState.SENT


@pytest.fixture
def issue(now):
    return make_issue(started_at=now, finished_at=now)


def test_states_are_counted(issue, now):
    for state in (SENT, SENT, DeliveryState.BOUNCED, DeliveryState.QUEUED, DeliveryState.UNCERTAIN):
        make_delivery(issue=issue, state=state)
    figures = issue_figures(issue)
    assert (figures.total, figures.sent, figures.waiting, figures.number("uncertain")) == (5, 3, 1, 1)


def test_refusals_are_given_with_their_reasons(issue, now):
    for text in ("5.1.1 no such user", "5.1.1 unknown", "5.2.2 full"):
        note_reply(make_delivery(issue=issue, state=DeliveryState.FAILED), 550, text, now=now)
    figures = issue_figures(issue)
    assert [(row["code"], row["number"]) for row in figures.reasons] == [("5.1.1", 2), ("5.2.2", 1)]
    assert sum(figures.classes.values()) == 3


def test_clicks_of_both_subjects_are_one_link(issue):
    for letter, people, total in (("a", 3, 5), ("b", 4, 4)):
        LinkClicks.objects.create(issue=issue, variant=letter, target="/x/", by_people=people, total=total)
    figures = issue_figures(issue)
    assert [(link["target"], link["by_people"], link["total"]) for link in figures.links] == [("/x/", 7, 9)]
    assert (figures.by_people, figures.by_all, figures.variants) == (7, 9, [])


def test_a_link_to_a_story_has_its_headline_and_others_are_readable(issue):
    story = make_article(headline="Ferries run again")
    for target in (f"/world/{story.pk}/ferries/", "https://example.org/%E0%A6%95"):
        LinkClicks.objects.create(issue=issue, target=target, by_people=1, total=1)
    headlines = {link["words"]: link["headline"] for link in issue_figures(issue).links}
    assert headlines == {f"/world/{story.pk}/ferries/": "Ferries run again", "https://example.org/ক": ""}


def test_two_subjects_are_compared(issue, now):
    for letter, readers, clicks in (("a", 4, 1), ("b", 2, 2)):
        text = {"html": "", "text": "", "digest": "", "made_at": now}
        Rendering.objects.create(issue=issue, variant=letter, subject=f"Subject {letter}", **text)
        LinkClicks.objects.create(issue=issue, variant=letter, target="/x/", by_people=clicks, total=clicks)
        for _ in range(readers):
            make_delivery(issue=issue, variant=letter, state=SENT)
    rates = [(variant.subject, variant.sent, variant.rate) for variant in issue_figures(issue).variants]
    assert rates == [("Subject a", 4, 25.0), ("Subject b", 2, 100.0)]


def test_figures_ask_the_same_of_many_as_of_few(issue, django_assert_num_queries):
    for _ in range(12):
        make_delivery(issue=issue, state=SENT)
    with django_assert_num_queries(6):
        issue_figures(issue)


def leave(subscription, at):
    return unsubscribe(subscription, now=at)


def test_who_leaves_after_the_issue_left_because_of_it(issue, now):
    reader = make_confirmed()
    make_delivery(issue=issue, subscription=reader, state=SENT, sent_at=now)
    leave(reader, now + DAY)
    assert left_because_of(issue) == 1


def test_who_was_sent_another_one_since_left_because_of_that(issue, now):
    reader = make_confirmed()
    later = make_issue(started_at=now + DAY, finished_at=now + DAY)
    make_delivery(issue=issue, subscription=reader, state=SENT, sent_at=now)
    make_delivery(issue=later, subscription=reader, state=SENT, sent_at=now + DAY)
    leave(reader, now + 2 * DAY)
    assert (left_because_of(issue), left_because_of(later)) == (0, 1)


@pytest.mark.parametrize("days", [-1, 9])
def test_who_left_before_it_or_long_after_it_did_not_leave_because_of_it(issue, now, days):
    reader = make_confirmed(now=now - 3 * DAY)
    make_delivery(issue=issue, subscription=reader, state=SENT, sent_at=now)
    leave(reader, now + days * DAY)
    assert left_because_of(issue) == 0


def test_who_left_another_newsletter_did_not_leave_because_of_it(issue, now):
    reader = make_confirmed()
    other = make_confirmed(address=reader.subscriber.address, newsletter=make_list(slug="sport"))
    make_delivery(issue=issue, subscription=reader, state=SENT, sent_at=now)
    leave(other, now + DAY)
    assert left_because_of(issue) == 0


def test_a_day_is_written_down_and_kept_up_to_date(now):
    first = make_confirmed()
    write_down_day(now=now)
    make_confirmed(now=now)
    leave(first, now)
    write_down_day(now=now)
    day = ListDay.objects.get()
    assert (day.readers, day.joined, day.left) == (1, 2, 1)


def test_yesterday_is_finished_after_midnight_and_keeps_its_size(now):
    make_confirmed()
    write_down_day(now=now)
    make_confirmed(now=now + dt.timedelta(hours=8))
    write_down_day(now=now + DAY)
    days = growth(make_list(), days=30, today=(now + DAY).date())
    assert [(day.readers, day.joined) for day in days] == [(1, 2), (2, 0)]


def test_figures_outlive_the_readers_address(issue, now):
    delivery = make_delivery(issue=issue, state=DeliveryState.FAILED)
    note_reply(delivery, 550, "5.1.1 no", now=now)
    apply_due_events(now=now)
    delivery.subscriber.delete()
    assert Delivery.objects.get().subscriber is None
    assert issue_figures(issue).reasons[0]["number"] == 1
