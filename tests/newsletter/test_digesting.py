import datetime as dt

import pytest

from articles import workflow
from newsletter import frequencies
from newsletter.digesting import make_due_digests
from newsletter.models import Appearance, Block, Delivery, Issue, Subscriber, Subscription
from newsletter.states import DeliveryState, Frequency, IssueState, ListKind, Rhythm
from newsletter.subscribing import unsubscribe
from tests.factories import make_section
from tests.newsletter.factories import make_confirmed, make_issue, make_list
from tests.newsletter.mornings import DAY, HOUR, MINUTE, deliver, go, received, scheduled, send_due, stories_in, story

pytestmark = pytest.mark.django_db

# A Monday, 7:00 in Dhaka, where the site is.
MORNING = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


def digest_list(**fields):
    return make_list(**{"kind": ListKind.DIGEST, "name": "Digest", "slug": "digest", **fields})


def reader(newsletter=None, *, at=MORNING - DAY, zone="", frequency=Frequency.EACH, address=""):
    """Somebody who has the newsletter since `at`."""
    row = make_confirmed(newsletter=newsletter or digest_list(), now=at, address=address)
    Subscriber.objects.filter(pk=row.subscriber_id).update(time_zone=zone)
    if frequency != Frequency.EACH:
        frequencies.change(row, frequency, now=at)
        row.save()
    return row


def test_what_appeared_since_the_last_morning_goes_out_this_morning():
    reader()
    story(MORNING - 2 * HOUR, headline="New")
    story(MORNING - 25 * HOUR, headline="Of the day before")
    assert go(MORNING - MINUTE) == 0
    assert go(MORNING) == 1
    issue = Issue.objects.get()
    assert stories_in(issue) == ["New"]
    assert (issue.kind, issue.subject, issue.covers_until, issue.send_at) == (ListKind.DIGEST, "New", MORNING, MORNING)
    assert Subscription.objects.get().covered_until == MORNING


def test_made_twice_it_is_one():
    reader()
    story(MORNING - HOUR)
    assert make_due_digests(now=MORNING) == 1
    assert make_due_digests(now=MORNING) == make_due_digests(now=MORNING + MINUTE) == 0
    assert scheduled().count() == 1


def test_without_news_there_is_no_issue_and_nothing_is_lost():
    reader()
    assert go(MORNING) == 0
    assert not Issue.objects.exists()
    story(MORNING + HOUR, headline="Next day's")
    go(MORNING + DAY)
    assert stories_in(Issue.objects.get()) == ["Next day's"]


def test_readers_who_stand_together_share_an_issue_and_each_zone_has_its_morning():
    for zone in ("", "", "Europe/London", "Asia/Dhaka"):
        reader(zone=zone)
    story(MORNING - HOUR)
    assert go(MORNING) == 2
    # 7:00 in London is 13:00 in Dhaka.
    assert go(MORNING + 6 * HOUR - MINUTE) == 0
    assert go(MORNING + 6 * HOUR) == 1
    assert sorted(Issue.objects.values_list("audience", flat=True)) == [1, 1, 2]


def test_a_new_reader_gets_the_next_digest_with_the_others():
    reader()
    reader(at=MORNING - HOUR)
    story(MORNING - 2 * HOUR)
    assert go(MORNING) == 1
    assert Issue.objects.get().audience == 2


def test_backdated_and_late_stories_are_in_the_next_and_no_archive_ever():
    reader()
    story(MORNING - HOUR, headline="First")
    go(MORNING)
    story(MORNING - 5 * HOUR, headline="Backdated")
    story(MORNING - 40 * DAY, headline="Imported archive")
    story(MORNING - DAY, headline="Embargoed", embargo_until=MORNING + HOUR)
    go(MORNING + DAY)
    assert sorted(stories_in(Issue.objects.latest("pk"))) == ["Backdated", "Embargoed"]


def test_a_story_published_anew_is_no_news():
    reader()
    again = story(MORNING - HOUR, headline="Again")
    go(MORNING)
    again.publish_at = MORNING + HOUR
    again.save()
    assert go(MORNING + DAY) == 0


def test_a_withdrawn_story_is_left_out():
    reader()
    gone = story(MORNING - HOUR, headline="Gone")
    make_due_digests(now=MORNING - 30 * MINUTE)
    workflow.withdraw(gone, by=None, now=MORNING - MINUTE, reason="wrong")
    assert go(MORNING) == 0


def test_sections_and_tags_choose_and_weight_orders():
    sport = make_section(name="Sport")
    newsletter = digest_list(most_stories=3)
    newsletter.sections.add(sport)
    reader(newsletter)
    for number in range(4):
        story(MORNING - (number + 2) * HOUR, headline=f"Match {number}", section=sport)
    story(MORNING - 9 * HOUR, headline="The final", section=sport, weight=5)
    story(MORNING - HOUR, headline="Politics")
    go(MORNING)
    issue = Issue.objects.get()
    assert issue.subject == "The final"
    assert [block.article.headline for block in issue.blocks.all() if block.article] == [
        "The final",
        "Match 0",
        "Match 1",
    ]
    assert "And 2 more stories on our site." in issue.blocks.last().text


def test_a_weekly_rhythm_and_a_reader_s_own():
    weekly = digest_list(slug="week", rhythm=Rhythm.WEEKLY, weekday=0)
    slow = digest_list(weekday=0)
    reader(weekly, at=MORNING - 8 * DAY, address="week@example.org")
    reader(slow, at=MORNING - 8 * DAY, frequency=Frequency.WEEKLY, address="slow@example.org")
    for days in range(7):
        story(MORNING - days * DAY - HOUR, headline=f"Day {days}")
        assert go(MORNING - (7 - days) * DAY + MINUTE) == 0
    assert go(MORNING) == 2
    assert all(len(stories_in(issue)) == 7 for issue in Issue.objects.all())


def test_after_an_outage_there_is_one_catch_up():
    reader()
    go(MORNING)
    for days in range(4):
        story(MORNING + days * DAY + HOUR, headline=f"Day {days}")
    assert go(MORNING + 4 * DAY + 10 * MINUTE) == 1
    assert len(stories_in(Issue.objects.get())) == 4
    assert go(MORNING + 4 * DAY + 20 * MINUTE) == 0


def test_a_worker_back_in_the_evening_waits_for_the_morning_unless_late_is_fine():
    reader()
    reader(digest_list(slug="any", stale_after=0))
    story(MORNING - HOUR)
    assert go(MORNING + 12 * HOUR) == 1
    assert Issue.objects.get().newsletter.slug == "any"
    assert go(MORNING + DAY) == 1
    assert Issue.objects.count() == 2


def test_a_digest_that_was_held_is_superseded_by_the_next_which_holds_its_stories():
    reader()
    story(MORNING - HOUR, headline="First")
    make_due_digests(now=MORNING)
    send_due(MORNING + 2 * HOUR)
    held = Issue.objects.get()
    assert held.state == IssueState.HELD
    story(MORNING + HOUR, headline="Second")
    go(MORNING + DAY)
    held.refresh_from_db()
    assert held.state == IssueState.CANCELLED
    assert sorted(stories_in(Issue.objects.latest("pk"))) == ["First", "Second"]


def test_who_was_refused_gets_it_with_the_next_and_the_others_do_not():
    reader(address="full@example.org")
    reader(address="ana@example.org")
    story(MORNING - HOUR, headline="First")
    go(MORNING, fails={"full@example.org"})
    story(MORNING + HOUR, headline="Second")
    assert go(MORNING + DAY) == 2
    assert [sorted(stories_in(issue)) for issue in received()["full@example.org"]] == [["First", "Second"]]
    assert [stories_in(issue) for issue in received()["ana@example.org"]] == [["First"], ["Second"]]


def test_nobody_knows_counts_as_sent():
    reader()
    story(MORNING - HOUR)
    go(MORNING, fate=DeliveryState.UNCERTAIN)
    assert go(MORNING + DAY) == 0


def test_while_one_is_on_its_way_the_next_waits():
    reader()
    story(MORNING - HOUR, headline="First")
    go(MORNING, fate=DeliveryState.DEFERRED)
    story(MORNING + HOUR, headline="Second")
    assert go(MORNING + DAY) == 0
    Delivery.objects.update(state=DeliveryState.SENT)
    story(MORNING + DAY + HOUR, headline="Third")
    assert go(MORNING + 2 * DAY) == 1
    assert sorted(stories_in(Issue.objects.latest("pk"))) == ["Second", "Third"]


def test_what_a_cancelled_digest_left_unsent_comes_with_the_next_and_never_besides():
    reader()
    story(MORNING - HOUR, headline="First")
    go(MORNING, fate=DeliveryState.QUEUED)
    Issue.objects.update(state=IssueState.CANCELLED)
    go(MORNING + DAY)
    assert Delivery.objects.order_by("pk").first().state == DeliveryState.SKIPPED
    assert stories_in(Issue.objects.latest("pk")) == ["First"]


def test_paused_and_gone_readers_make_no_issue_and_come_back_with_one_catch_up():
    paused = reader()
    unsubscribe(reader(at=MORNING - 3 * DAY), now=MORNING)
    Subscriber.objects.filter(pk=paused.subscriber_id).update(paused_until=MORNING + 2 * DAY)
    for days in range(3):
        story(MORNING + days * DAY - HOUR, headline=f"Day {days}")
        go(MORNING + days * DAY)
    assert [len(stories_in(issue)) for issue in Issue.objects.all()] == [3]


# --- Newsletters that editors put together ----------------------------------------------------------------------------


def edited(at, *stories, newsletter=None):
    """An issue that editors sent at `at`."""
    issue = make_issue(newsletter=newsletter or make_list(), subject="By hand", send_at=at, state=IssueState.SCHEDULED)
    for position, article in enumerate(stories):
        Block.objects.create(issue=issue, article=article, position=position)
    deliver(issue, at)
    return issue


def test_a_daily_reader_of_an_edited_newsletter_gets_what_its_issues_brought_once():
    reader(make_list(), at=MORNING - DAY, frequency=Frequency.DAILY, address="daily@example.org")
    reader(make_list(), address="each@example.org")
    first, second, never = (story(MORNING - 20 * HOUR, headline=name) for name in ("First", "Second", "Never"))
    edited(MORNING - 10 * HOUR, first, second)
    edited(MORNING - 5 * HOUR, second)
    assert go(MORNING) == 1
    edited(MORNING + HOUR, first)
    assert go(MORNING + DAY) == 0
    (digest,) = received()["daily@example.org"]
    assert sorted(stories_in(digest)) == ["First", "Second"]
    assert len(received()["each@example.org"]) == 3
    assert never.headline not in stories_in(digest)


def test_a_reader_who_changes_to_a_digest_does_not_get_again_what_they_had():
    row = reader(make_list(), address="ana@example.org")
    had = story(MORNING - 22 * HOUR, headline="Had")
    edited(MORNING - 20 * HOUR, had)
    frequencies.change(row, Frequency.DAILY, now=MORNING - 9 * HOUR)
    row.save()
    edited(MORNING - HOUR, had, story(MORNING - 2 * HOUR, headline="New"))
    go(MORNING)
    assert stories_in(received()["ana@example.org"][-1]) == ["New"]


def test_an_issue_of_editors_that_is_just_going_out_is_waited_for():
    reader(make_list(), frequency=Frequency.DAILY)
    old = edited(MORNING - 10 * HOUR, story(MORNING - 20 * HOUR))
    coming = make_issue(subject="Coming", send_at=MORNING - MINUTE, state=IssueState.SCHEDULED)
    Block.objects.create(issue=coming, article=story(MORNING - 2 * HOUR, headline="Late"))
    assert make_due_digests(now=MORNING) == 0
    deliver(coming, MORNING - MINUTE)
    assert make_due_digests(now=MORNING + MINUTE) == 1
    assert old.state == IssueState.DONE
    assert "Late" in stories_in(scheduled().get())


def test_what_editors_sent_to_a_digest_s_readers_is_not_told_again():
    reader(digest_list())
    special = story(MORNING - 5 * HOUR, headline="Special")
    edited(MORNING - 4 * HOUR, special, newsletter=digest_list())
    story(MORNING - 3 * HOUR, headline="Ordinary")
    go(MORNING)
    assert stories_in(Issue.objects.latest("pk")) == ["Ordinary"]


# --- Clocks -----------------------------------------------------------------------------------------------------------


def test_a_clock_far_ahead_does_not_keep_digests_away_for_years():
    reader()
    story(MORNING - HOUR, headline="First")
    go(MORNING + 365 * DAY)
    story(MORNING + HOUR, headline="Second")
    assert go(MORNING + 2 * HOUR) == 0
    story(MORNING + 3 * HOUR, headline="Third")
    assert go(MORNING + DAY) == 1
    assert not Appearance.objects.filter(at__gt=MORNING + 2 * DAY).exists()
    told = [headline for issue in received().popitem()[1] for headline in stories_in(issue)]
    assert sorted(told) == sorted(set(told))


def test_a_new_time_zone_brings_no_second_digest_on_the_same_day():
    row = reader()
    story(MORNING - HOUR)
    go(MORNING)
    Subscriber.objects.filter(pk=row.subscriber_id).update(time_zone="Europe/London")
    story(MORNING + HOUR)
    assert go(MORNING + 6 * HOUR) == 0
    assert go(MORNING + DAY + 6 * HOUR) == 1


def test_a_weekly_digest_that_was_missed_comes_the_next_morning_not_the_next_week():
    reader(digest_list(rhythm=Rhythm.WEEKLY, weekday=0), at=MORNING - 8 * DAY)
    story(MORNING - HOUR, headline="Monday")
    assert go(MORNING + 5 * HOUR) == 0
    assert go(MORNING + DAY) == 1
    assert go(MORNING + 2 * DAY) == 0
    story(MORNING + 3 * DAY, headline="Thursday")
    assert go(MORNING + 7 * DAY) == 1
