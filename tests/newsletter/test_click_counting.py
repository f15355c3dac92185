"""Counting clicks: people and programs, without following anybody."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
import time_machine

from newsletter.click_counting import BATCHES_KEPT, MOST_LINKS, file_due, forget_batches, looks_like_a_program
from newsletter.clicking import canary, for_variant, tracked
from newsletter.models import ClickBatch, LinkClicks
from tests.newsletter.factories import make_issue

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
STORY = "/world/12/ferries/"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def issue(now):
    return make_issue(started_at=now - 10 * MINUTE)


@pytest.fixture
def follow(client, settings, now):
    """`follow(url)`: a click at `now` plus `after`, from an address and a browser."""

    def click(url, *, after=dt.timedelta(0), ip="203.0.113.5", agent=BROWSER, method="get", **headers):
        parts = urlsplit(url)
        with time_machine.travel(now + after, tick=False):
            headers["User-Agent"] = agent
            send = getattr(client, method)
            return send(f"{parts.path}?{parts.query}", REMOTE_ADDR=ip, headers=headers)

    return click


@pytest.fixture
def story(settings, issue):
    return tracked(issue, settings.SITE_URL + STORY)


def file(moment, **fields):
    """What the duty does; the cache has a clock of its own."""
    with time_machine.travel(moment, tick=False):
        return file_due(now=moment, **fields)


def counts(now, after=2 * MINUTE):
    file(now + after)
    return {row.target: (row.by_people, row.total) for row in LinkClicks.objects.all()}


def test_a_click_is_counted(follow, story, now):
    follow(story)
    assert counts(now) == {STORY: (1, 1)}


def test_following_a_link_asks_the_database_nothing(follow, story, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert follow(story).status_code == 302


def test_a_double_click_is_one_persons(follow, story, now):
    follow(story)
    follow(story)
    assert counts(now) == {STORY: (1, 2)}


def test_two_networks_are_two_people(follow, story, now):
    follow(story)
    follow(story, ip="198.51.100.7")
    assert counts(now) == {STORY: (2, 2)}


@pytest.mark.parametrize(
    ("method", "agent", "headers"),
    [
        ("head", BROWSER, {}),
        ("get", BROWSER, {"Sec-Purpose": "prefetch;prerender"}),
        ("get", BROWSER, {"Purpose": "prefetch"}),
        ("get", "", {}),
        ("get", "python-requests/2.32", {}),
        ("get", "Mozilla/5.0 (compatible; Barracuda Sentinel)", {}),
        ("get", "Googlebot/2.1", {}),
    ],
)
def test_what_says_that_it_is_a_program_is_counted_apart(follow, story, now, method, agent, headers):
    assert follow(story, method=method, agent=agent, **headers).status_code == 302
    assert counts(now) == {STORY: (0, 1)}


def test_who_follows_the_hidden_link_is_a_program_in_all_it_does(follow, story, issue, now):
    follow(story)
    follow(canary(issue), after=dt.timedelta(seconds=40))
    follow(story, ip="198.51.100.7")
    assert counts(now, after=3 * MINUTE) == {STORY: (1, 2)}


def test_who_follows_every_link_at_once_is_a_program(follow, settings, issue, now):
    links = [f"https://example.org/{number}" for number in range(MOST_LINKS + 1)]
    for link in links:
        follow(tracked(issue, link))
    assert set(counts(now).values()) == {(0, 1)}


def test_nobody_reads_in_the_moment_of_sending(follow, settings, now):
    issue = make_issue(started_at=now)
    follow(tracked(issue, settings.SITE_URL + STORY), after=dt.timedelta(seconds=3))
    assert counts(now) == {STORY: (0, 1)}


def test_links_of_a_test_mail_are_not_counted(follow, settings, now):
    issue = make_issue()
    assert follow(tracked(issue, settings.SITE_URL + STORY)).status_code == 302
    assert counts(now) == {}


def test_both_subjects_are_counted_apart(follow, story, issue, now):
    follow(story)
    follow(for_variant(story, issue, "b"), ip="198.51.100.7")
    follow(for_variant(story, issue, "b"))
    file(now + 2 * MINUTE)
    assert dict(LinkClicks.objects.values_list("variant", "by_people")) == {"a": 1, "b": 2}


def test_nothing_is_counted_twice_whoever_files(follow, story, now):
    follow(story)
    follow(story, after=dt.timedelta(seconds=35))
    for after in (70, 80, 100, 110, 140, 200):
        file(now + dt.timedelta(seconds=after))
    assert counts(now) == {STORY: (2, 2)}


def test_a_worker_that_is_stopped_files_the_rest_later(follow, story, now):
    follow(story)
    assert file(now + 2 * MINUTE, stopping=lambda: True) == 0
    assert counts(now) == {STORY: (1, 1)}


def test_a_cache_that_is_away_loses_the_count_and_not_the_way(follow, story, monkeypatch):
    monkeypatch.setattr("newsletter.click_counting.tallies.add", lambda *args, **kwargs: 1 / 0)
    assert follow(story).status_code == 302


def test_marks_of_filed_slots_are_forgotten(follow, story, now):
    follow(story)
    file(now + 2 * MINUTE)
    assert ClickBatch.objects.count() == 1
    assert forget_batches(now=now + BATCHES_KEPT + MINUTE) == 1


def test_a_browser_is_no_program():
    phone = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
    )
    assert not looks_like_a_program("GET", {"User-Agent": phone})
