import datetime as dt

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from articles import noting
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import EditorialNote, LogEntry
from articles.states import EDITOR, REPORTER
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
TEXT = "Check the figure with the ministry."


class Flaky(EmailBackend):
    """Fails as it is told to: on `open` (the relay is away) or on `send` (it refuses the mail)."""

    fails_on = ""

    def open(self):
        if Flaky.fails_on == "open":
            raise ConnectionRefusedError("no relay")

    def send_messages(self, messages):
        if Flaky.fails_on == "send":
            raise OSError("550 no such person")
        return super().send_messages(messages)


@pytest.fixture
def relay(settings):
    settings.EMAIL_BACKEND = f"{Flaky.__module__}.Flaky"
    yield Flaky
    Flaky.fails_on = ""


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def rafi():
    return make_user(role=REPORTER, first_name="Rafi", email="rafi@example.org")


@pytest.fixture
def tania():
    return make_user(role=EDITOR, first_name="Tania", last_name="Rahman", email="tania@example.org")


def make_note(*, to=None, by=None, now=None, text=TEXT, article=None):
    return noting.note(article or make_article(headline="Ferries"), text=text, to=to, by=by, now=now)


def test_a_note_is_open_and_says_who_to_whom_and_when(rafi, tania, now):
    made = make_note(to=rafi, by=tania, now=now)
    assert (made.author, made.addressed_to, made.text, made.created) == (tania, rafi, TEXT, now)
    assert list(EditorialNote.objects.open().addressed_to(rafi)) == [made]


def test_the_log_tells_of_a_note_but_not_what_it_says(rafi, tania, now):
    made = make_note(to=rafi, by=tania, now=now)
    noting.resolve(made, by=rafi, now=now)
    noting.reopen(made, by=tania, now=now)
    entries = LogEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["note", "resolve_note", "reopen_note"]
    assert TEXT not in str([(entry.note, entry.old, entry.new) for entry in entries])


def test_two_clicks_make_one_note(rafi, tania, now):
    article = make_article()
    for wait in (0, 2):
        make_note(article=article, to=rafi, by=tania, now=now + wait * SECOND)
    assert EditorialNote.objects.count() == 1
    make_note(article=article, to=rafi, by=tania, now=now + dt.timedelta(hours=1))
    assert EditorialNote.objects.count() == 2


@pytest.mark.parametrize("text", ["", " \n ", "x" * (noting.LONGEST + 1)])
def test_nothing_and_too_much_are_refused(text):
    with pytest.raises(NewsroomError):
        make_note(text=text)


def test_only_the_newsroom_writes_and_is_written_to(tania):
    stranger = make_user(email="reader@example.org")
    with pytest.raises(NotAllowed):
        make_note(by=stranger)
    with pytest.raises(NewsroomError):
        make_note(by=tania, to=stranger)


def test_people_who_left_cannot_be_addressed(rafi, tania):
    rafi.is_active = False
    rafi.save()
    assert list(noting.newsroom()) == [tania]
    with pytest.raises(NewsroomError):
        make_note(by=tania, to=rafi)


def test_resolving_twice_keeps_the_first(rafi, tania, now):
    made = make_note(by=tania, now=now)
    noting.resolve(made, by=rafi, now=now)
    noting.resolve(made, by=tania, now=now + SECOND)
    made.refresh_from_db()
    assert (made.resolved_by, made.resolved_at) == (rafi, now)
    assert LogEntry.objects.filter(action="resolve_note").count() == 1


def test_the_addressee_is_told_by_mail_once(rafi, tania, now, settings):
    settings.SITE_URL = "https://news.example"
    made = make_note(to=rafi, by=tania, now=now)
    assert [noting.send_due_notes(now=now), noting.send_due_notes(now=now + dt.timedelta(days=1))] == [1, 0]
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["rafi@example.org"], "A note for you on “Ferries”")
    assert sent.extra_headers["Reply-To"] == "tania@example.org"
    link = f"https://news.example/admin/articles/article/{made.article_id}/change/#note-{made.pk}"
    for body in (sent.body, sent.alternatives[0].content):
        assert all(part in body for part in ("Tania Rahman", "Ferries", TEXT, link))
    made.refresh_from_db()
    assert made.mailed_at == now


def test_the_mail_escapes_what_people_typed(rafi, now):
    make_note(to=rafi, text="<b>5 & 6</b>", now=now)
    noting.send_due_notes(now=now)
    assert "<b>5 & 6</b>" in mail.outbox[0].body
    assert "&lt;b&gt;5 &amp; 6&lt;/b&gt;" in mail.outbox[0].alternatives[0].content


@pytest.mark.parametrize("to", ["nobody", "myself", "without address"])
def test_nobody_is_mailed_without_need(to, rafi, tania, now):
    if to == "without address":
        rafi.email = ""
        rafi.save()
    make_note(to={"nobody": None, "myself": tania, "without address": rafi}[to], by=tania, now=now)
    assert noting.send_due_notes(now=now) == 0
    assert mail.outbox == []


def test_who_left_before_the_mail_went_out_is_not_mailed(rafi, tania, now):
    made = make_note(to=rafi, by=tania, now=now)
    rafi.is_active = False
    rafi.save()
    assert noting.send_due_notes(now=now) == 0
    made.refresh_from_db()
    assert (made.mail_next_try, made.mailed_at, mail.outbox) == (None, None, [])


def test_a_note_resolved_before_the_mail_went_out_is_not_mailed_until_it_is_reopened(rafi, tania, now):
    made = make_note(to=rafi, by=tania, now=now)
    noting.resolve(made, by=tania, now=now)
    assert noting.send_due_notes(now=now) == 0
    noting.reopen(made, by=tania, now=now)
    assert noting.send_due_notes(now=now) == 1


def test_reopening_does_not_tell_twice(rafi, tania, now):
    made = make_note(to=rafi, by=tania, now=now)
    noting.send_due_notes(now=now)
    noting.resolve(made, by=rafi, now=now)
    noting.reopen(made, by=tania, now=now)
    assert noting.send_due_notes(now=now + SECOND) == 0


def test_a_refused_mail_is_tried_later_each_time_and_given_up_in_the_end(rafi, now, relay):
    made = make_note(to=rafi, now=now)
    relay.fails_on = "send"
    waits, moment = [], now
    while made.mail_next_try is not None:
        assert noting.send_due_notes(now=moment) == 0
        made.refresh_from_db()
        if made.mail_next_try:
            waits.append((made.mail_next_try - moment).total_seconds() / 60)
            moment = made.mail_next_try
    assert waits == [1, 5, 15, 60, 240, 240, 240]
    assert (made.mail_tries, made.mailed_at, made.claimed_until) == (noting.TRIES, None, None)


def test_a_relay_that_is_away_costs_no_try(rafi, now, relay):
    made = make_note(to=rafi, now=now)
    relay.fails_on = "open"
    assert noting.send_due_notes(now=now) == 0
    made.refresh_from_db()
    assert (made.mail_tries, made.mail_next_try) == (0, now + noting.RELAY_PAUSE)
    relay.fails_on = ""
    assert noting.send_due_notes(now=now + noting.RELAY_PAUSE) == 1


def test_a_note_in_another_workers_hands_is_left_alone_until_its_lease_is_over(rafi, now):
    made = make_note(to=rafi, now=now)
    EditorialNote.objects.update(claimed_until=now + noting.LEASE, mail_tries=1)
    assert noting.send_due_notes(now=now) == 0
    assert noting.send_due_notes(now=now + noting.LEASE + SECOND) == 1
    made.refresh_from_db()
    assert made.mail_tries == 2


def test_a_mail_that_kills_its_worker_is_given_up(rafi, now):
    made = make_note(to=rafi, now=now)
    EditorialNote.objects.update(mail_tries=noting.TRIES)
    assert noting.send_due_notes(now=now) == 0
    made.refresh_from_db()
    assert (made.mail_next_try, made.claimed_until) == (None, None)


def test_stopping_ends_the_round_between_two_mails(rafi, now):
    for text in ("One.", "Two."):
        make_note(to=rafi, text=text, now=now)
    assert noting.send_due_notes(now=now, stopping=lambda: True) == 1
    assert noting.send_due_notes(now=now) == 1


def test_a_second_copy_carries_the_same_id(rafi, now):
    make_note(to=rafi, now=now)
    noting.send_due_notes(now=now)
    EditorialNote.objects.update(mailed_at=None, mail_next_try=now)
    noting.send_due_notes(now=now)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_the_note_is_a_duty():
    from newsportal.duties import DUTIES

    duty = next(duty for duty in DUTIES if duty.name == "articles.notes")
    assert duty.every == dt.timedelta(seconds=5)
