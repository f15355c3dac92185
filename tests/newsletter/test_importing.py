"""Bringing in subscribers from a file."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from newsletter import importing
from newsletter.forgetting import forget
from newsletter.importing import drop, forget_lines, outcomes, start, undo, upload, work_on_imports
from newsletter.models import ConsentRecord, FilePiece, ImportLine, Subscriber, SubscriberImport, Subscription
from newsletter.states import (
    ConsentAction,
    DeliveryState,
    ImportState,
    NewsletterError,
    SubscriptionState,
    SuppressionReason,
)
from newsletter.subscribing import unsubscribe
from newsletter.suppressing import suppress
from tests.factories import make_user
from tests.newsletter.factories import make_confirmed, make_delivery, make_issue, make_list, make_pending

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(hours=1)


@pytest.fixture
def editor():
    return make_user(role="Newsletter editor")


@pytest.fixture
def bring(editor, now):
    """`bring(text)`: an import that has been read; `go=True` takes it in as well."""

    def bring_(text, *, go=False, newsletter=None, name="readers.csv"):
        data = text.encode() if isinstance(text, str) else text
        file = SimpleUploadedFile(name, data)
        batch = upload(file, newsletter=newsletter or make_list(), source="Paper form, May 2026", by=editor, now=now)
        work_on_imports(now=now)
        if go:
            batch = start(refreshed(batch), by=editor, now=now)
            work_on_imports(now=now + LATER)
        return refreshed(batch)

    return bring_


def refreshed(batch):
    batch.refresh_from_db()
    return batch


def states():
    return dict(Subscription.objects.values_list("subscriber__key", "state"))


def test_reading_changes_nothing(bring):
    batch = bring("email\na@example.org\nb@example.org\n")
    assert (batch.state, batch.lines, outcomes(batch)) == (ImportState.CHECKED, 2, {"new": 2})
    assert not Subscriber.objects.exists()
    assert not FilePiece.objects.exists()


def test_what_was_said_is_done(bring, now):
    batch = bring("Name,E-Mail\nA,a@example.org\nB,B@Example.ORG\n", go=True)
    assert (batch.state, outcomes(batch)) == (ImportState.DONE, {"added": 2})
    assert states() == {"a@example.org": "confirmed", "b@example.org": "confirmed"}


def test_consent_is_kept_with_its_source(bring, editor):
    bring("a@example.org\n", go=True)
    record = ConsentRecord.objects.get()
    assert (record.action, record.by, record.wording.text) == (ConsentAction.IMPORTED, editor, "Paper form, May 2026")


def test_nobody_is_revived(bring, now):
    unsubscribe(make_confirmed(address="left@example.org"), now=now)
    make_pending(address="asked@example.org")
    make_confirmed(address="has@example.org")
    suppress("bad@example.org", reason=SuppressionReason.COMPLAINT, by=None, now=now)
    before = states()
    text = "left@example.org\nasked@example.org\nhas@example.org\nBAD@example.org\nnot an address\nnew@example.org\n"
    batch = bring(text + "NEW@example.org\n", go=True)
    expected = {"left": 1, "pending": 1, "known": 1, "suppressed": 1, "invalid": 1, "added": 1, "duplicate": 1}
    assert outcomes(batch) == expected
    assert states() == {**before, "new@example.org": "confirmed"}
    assert ImportLine.objects.with_outcome("invalid").get().reason


def test_who_leaves_between_reading_and_taking_in_stays_away(bring, editor, now):
    reader = make_confirmed(address="a@example.org", newsletter=make_list(slug="sport"))
    batch = bring("a@example.org\nb@example.org\n")
    other = make_confirmed(address="a@example.org")
    unsubscribe(other, now=now)
    suppress("b@example.org", reason=SuppressionReason.HARD_BOUNCE, by=None, now=now)
    start(batch, by=editor, now=now)
    work_on_imports(now=now)
    assert outcomes(batch) == {"left": 1, "suppressed": 1}
    assert reader.subscriber.subscriptions.count() == 2


def test_a_known_address_is_added_to_another_newsletter(bring):
    make_confirmed(address="a@example.org")
    batch = bring("a@example.org", go=True, newsletter=make_list(slug="sport"))
    assert outcomes(batch) == {"added": 1}
    assert Subscriber.objects.count() == 1


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", b"\x00\x01\x02\x03"])
def test_a_file_without_addresses_is_refused_in_words(bring, text):
    batch = bring(text)
    assert batch.state == ImportState.REFUSED
    assert batch.refusal
    assert not FilePiece.objects.exists()


def test_a_worker_that_is_killed_is_followed_by_one_that_goes_on(bring, editor, now, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)
    text = "".join(f"reader{number}@example.org\n" for number in range(7))
    file = SimpleUploadedFile("r.csv", text.encode())
    batch = upload(file, newsletter=make_list(), source="form", by=editor, now=now)
    for _ in range(5):
        work_on_imports(now=now, stopping=lambda: True)
    assert (refreshed(batch).state, batch.lines) == (ImportState.CHECKED, 7)
    start(batch, by=editor, now=now)
    for number in range(4):
        assert Subscription.objects.count() == 2 * number
        work_on_imports(now=now + number * LATER, stopping=lambda: True)
    work_on_imports(now=now)
    assert (refreshed(batch).state, outcomes(batch), len(states())) == (ImportState.DONE, {"added": 7}, 7)


def test_a_chunk_that_fails_is_done_again_whole(bring, editor, now, monkeypatch):
    batch = start(bring("a@example.org\nb@example.org\n"), by=editor, now=now)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "_consent", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work_on_imports(now=now)
    assert not Subscriber.objects.exists()
    work_on_imports(now=now)
    assert outcomes(batch) == {"added": 2}


def test_it_can_be_undone(bring, editor, now):
    had = make_confirmed(address="had@example.org", newsletter=make_list(slug="sport"))
    batch = bring("a@example.org\nhad@example.org\n", go=True)
    undo(batch, by=editor, now=now)
    work_on_imports(now=now + 2 * LATER)
    assert (refreshed(batch).state, outcomes(batch)) == (ImportState.UNDONE, {"removed": 2})
    assert [row.pk for row in Subscription.objects.all()] == [had.pk]
    assert [row.key for row in Subscriber.objects.all()] == ["had@example.org"]
    assert had.subscriber.consents.filter(source=f"import {batch.pk}").count() == 2


def test_what_somebody_touched_is_kept(bring, editor, now):
    batch = bring("a@example.org\nb@example.org\n", go=True)
    left = Subscription.objects.get(subscriber__key="a@example.org")
    unsubscribe(left, now=now + 2 * LATER)
    undo(batch, by=editor, now=now)
    work_on_imports(now=now + 3 * LATER)
    assert outcomes(batch) == {"kept": 1, "removed": 1}
    assert states() == {"a@example.org": SubscriptionState.UNSUBSCRIBED}


def test_undone_readers_who_were_mailed_leave_no_address_behind(bring, editor, now):
    batch = bring("a@example.org\n", go=True)
    delivery = make_delivery(issue=make_issue(), subscription=Subscription.objects.get(), state=DeliveryState.SENT)
    undo(batch, by=editor, now=now)
    work_on_imports(now=now + LATER)
    delivery.refresh_from_db()
    assert (delivery.subscriber, delivery.mailbox) == (None, "")


def test_it_can_be_undone_after_its_addresses_were_forgotten(bring, editor, now):
    batch = bring("a@example.org\nb@example.org\n", go=True)
    unsubscribe(Subscription.objects.get(subscriber__key="a@example.org"), now=now + LATER)
    forget_lines(now=now + dt.timedelta(days=31))
    undo(batch, by=editor, now=now)
    work_on_imports(now=now)
    assert outcomes(batch) == {"kept": 1, "removed": 1}
    assert states() == {"a@example.org": "unsubscribed"}


def test_one_that_was_looked_at_can_be_given_up(bring, editor, now):
    batch = drop(bring("a@example.org\n"), by=editor, now=now)
    assert (batch.state, batch.rows.count()) == (ImportState.DROPPED, 0)
    with pytest.raises(NewsletterError, match="Given up"):
        start(batch, by=editor, now=now)


def test_going_twice_is_going_once(bring, editor, now):
    batch = bring("a@example.org\n")
    start(batch, by=editor, now=now)
    start(batch, by=editor, now=now)
    work_on_imports(now=now)
    with pytest.raises(NewsletterError, match="Taken in"):
        start(batch, by=editor, now=now)


def test_it_takes_the_right_and_a_source(editor, now):
    file = SimpleUploadedFile("r.csv", b"a@example.org")
    with pytest.raises(PermissionDenied):
        upload(file, newsletter=make_list(), source="form", by=make_user(role="Reporter"), now=now)
    with pytest.raises(NewsletterError, match="proof"):
        upload(file, newsletter=make_list(), source="  ", by=editor, now=now)
    assert not SubscriberImport.objects.exists()


def test_who_is_forgotten_is_forgotten_on_every_line(bring, editor, now):
    make_confirmed(address="a@example.org", newsletter=make_list(slug="sport"))
    batch = bring("a@example.org\nb@example.org\n")
    forget(Subscriber.objects.get(key="a@example.org"), never_again=False, now=now)
    start(batch, by=editor, now=now)
    work_on_imports(now=now)
    assert states() == {"b@example.org": "confirmed"}
    assert set(batch.rows.values_list("address", flat=True)) == {"", "b@example.org"}
    assert refreshed(batch).state == ImportState.DONE


def test_addresses_are_forgotten_after_30_days(bring, now):
    batch = bring("a@example.org\nbad\n", go=True)
    assert forget_lines(now=now + dt.timedelta(days=30)) == 0
    assert forget_lines(now=now + dt.timedelta(days=31)) == 2
    assert set(batch.rows.values_list("address", "key")) == {("", "")}


def test_each_chunk_asks_the_same(bring, editor, now, monkeypatch, django_assert_max_num_queries):
    text = "".join(f"reader{number}@example.org\n" for number in range(400))
    file = SimpleUploadedFile("r.csv", text.encode())
    batch = upload(file, newsletter=make_list(), source="form", by=editor, now=now)
    with django_assert_max_num_queries(30):
        work_on_imports(now=now)
    start(refreshed(batch), by=editor, now=now)
    with django_assert_max_num_queries(45):
        work_on_imports(now=now)
    assert outcomes(batch) == {"added": 400}
