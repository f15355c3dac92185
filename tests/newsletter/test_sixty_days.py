"""Sixty days of digests in fast motion: outages, clocks that are wrong, summer time, refused mails, withdrawn stories."""

import datetime as dt
import random
from itertools import pairwise

import pytest

from articles import workflow
from newsletter import frequencies
from newsletter.composing.rendering import Rendered
from newsletter.models import Appearance, Block, Issue, Subscriber, Subscription
from newsletter.slots import zone_of
from newsletter.states import Frequency, IssueState, ListKind
from tests.newsletter.factories import make_confirmed, make_issue, make_list
from tests.newsletter.mornings import DAY, HOUR, MINUTE, deliver, go, received, story

pytestmark = pytest.mark.django_db

ZONES = ("Europe/London", "America/New_York", "Asia/Dhaka", "")
DAYS = 60
# The hours (UTC) around the mornings of those zones, in winter and in summer; and some between.
HOURS = (1, 6, 7, 11, 12)


@pytest.fixture(
    params=[dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 10, 1, tzinfo=dt.UTC)], ids=["spring", "autumn"]
)
def start(request):
    """Clocks change on 8 and 29 March, and on 25 October and 1 November."""
    return request.param


class Newsroom:
    """What happens in the sixty days, by chance, but the same each time."""

    def __init__(self, start):
        self.start, self.chance, self.never_withdrawn = start, random.Random(5), []
        self.digest = make_list(
            kind=ListKind.DIGEST, slug="digest", name="Digest", most_stories=50, send_time=dt.time(7)
        )
        self.edited = make_list(slug="edited", name="Edited", most_stories=50, send_time=dt.time(7))
        for newsletter, rhythms in (
            (self.digest, (Frequency.EACH, Frequency.WEEKLY)),
            (self.edited, (Frequency.DAILY, Frequency.WEEKLY)),
        ):
            for zone in ZONES:
                for frequency in rhythms:
                    self.reader(newsletter, zone, frequency)

    def reader(self, newsletter, zone, frequency):
        address = f"{newsletter.slug}.{zone or 'site'}.{frequency}@example.org".replace("/", ".")
        row = make_confirmed(newsletter=newsletter, address=address, now=self.start)
        Subscriber.objects.filter(pk=row.subscriber_id).update(time_zone=zone)
        row.refresh_from_db()
        frequencies.change(row, frequency, now=self.start)
        row.covered_until = self.start
        row.save()

    def hour(self, now):
        """Some stories, some of them backdated; an issue of editors at noon, whose last story may be withdrawn."""
        for _story in range(self.chance.choice((0, 0, 0, 1))):
            late = self.chance.choice((0, 0, 1, 30)) * HOUR
            made = story(now - late, headline=f"{now} {late}")
            if self.chance.random() < 0.1:
                workflow.withdraw(made, by=None, now=now, reason="wrong")
            else:
                self.never_withdrawn.append(made)
        if now.hour == 12 and self.never_withdrawn:
            issue = make_issue(newsletter=self.edited, subject="By hand", send_at=now, state=IssueState.SCHEDULED)
            for made in self.chance.sample(self.never_withdrawn[-5:], k=min(3, len(self.never_withdrawn[-5:]))):
                Block.objects.create(issue=issue, article=made)
            deliver(issue, now)

    def live(self):
        """The sixty days; the workers are away on some, and their clock is wrong on others."""
        for day in range(DAYS):
            away = day in (9, 10, 11, 30) or (20 <= day < 23)
            for hour in HOURS:
                now = self.start + day * DAY + hour * HOUR
                self.hour(now)
                wrong = {14: -3 * HOUR, 40: 400 * DAY}.get(day, 0 * HOUR) if hour in (1, 7, 12) else 0 * HOUR
                if not away:
                    go(now + wrong + MINUTE, fails=self.refused())

    def refused(self):
        return {row.mailbox for row in Subscriber.objects.all() if self.chance.random() < 0.05}


@pytest.fixture(autouse=True)
def _plain_mails(monkeypatch):
    """What the mails look like is of no interest here, and takes its time."""
    monkeypatch.setattr(
        "newsletter.delivery.freezing.render", lambda issue, now: Rendered(issue.subject, "", "", "", "")
    )


@pytest.fixture
def lived(start):
    newsroom = Newsroom(start)
    newsroom.live()
    return newsroom


def digests(issues):
    return [issue for issue in issues if issue.kind == ListKind.DIGEST]


def told(issues):
    return [
        article
        for issue in digests(issues)
        for article in issue.blocks.exclude(article=None).values_list("article_id", flat=True)
    ]


def test_sixty_days(lived):
    mail = received()
    assert len(mail) == 2 * 2 * len(ZONES)
    for mailbox, issues in mail.items():
        assert len(told(issues)) == len(set(told(issues))), f"a story twice to {mailbox}"
    assert not Issue.objects.digests().begun_since(lived.start).filter(blocks=None).exists()
    for row in Subscription.objects.for_mail():
        check_reader(lived, row, digests(mail[row.subscriber.mailbox]))


def check_reader(newsroom, row, issues):
    """One digest a morning at most; each begins where the one before ended; nothing in between was left out."""
    zone = zone_of(row.subscriber.time_zone)
    real = [issue for issue in issues if issue.covers_until]
    mornings = [issue.covers_until.astimezone(zone) for issue in real]
    assert all(morning.hour == 7 for morning in mornings)
    assert len({morning.date() for morning in mornings}) == len(mornings)
    assert all(later - earlier > 20 * HOUR for earlier, later in pairwise(issue.covers_until for issue in real))
    if row.frequency == Frequency.WEEKLY:
        # Those that were missed or refused came on the next morning instead.
        on_time = [morning for morning in mornings if morning.weekday() == row.newsletter.weekday]
        assert len(on_time) >= 4
        assert len(real) >= 6
    else:
        assert len(real) >= 30
    if row.newsletter == newsroom.digest:
        assert_complete(newsroom, row, issues, real)


def assert_complete(newsroom, row, issues, real):
    # Spans never overlap; between two of them lie mornings without news, and those are complete as well.
    assert all(one.covers_until <= two.covers_from for one, two in pairwise(real))
    due = Appearance.objects.between(newsroom.start, row.covered_until).filter(article__in=newsroom.never_withdrawn)
    missing = set(due.values_list("article_id", flat=True)) - set(told(issues))
    assert not missing, f"{len(missing)} stories never came to {row}"
