import datetime as dt
from collections import Counter

import pytest

from articles.models import Article
from newsletter import issuing
from newsletter.delivery import freezing
from newsletter.delivery.freezing import prepare
from newsletter.models import Delivery, Issue, Rendering, Subscriber, Subscription
from newsletter.states import BlockKind, DeliveryState, IssueState, ListKind
from tests.factories import make_article
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_issue, make_list

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def make_scheduled(*, readers=0, **fields):
    issue = make_issue(state=IssueState.SCHEDULED, **{"send_at": NOW, **fields})
    for _reader in range(readers):
        make_confirmed(newsletter=issue.newsletter)
    return issue


def add_story(issue, article, position=0):
    return issue.blocks.create(kind=BlockKind.STORY, article=article, position=position)


def make_story(**fields):
    return make_article(publish_at=NOW - HOUR, **fields)


def withdraw(article):
    Article.objects.filter(pk=article.pk).update(unpublish_at=NOW)


def test_a_due_issue_gets_a_row_for_each_reader_and_goes_out():
    issue = prepare(make_scheduled(readers=3), now=NOW)
    assert (issue.state, issue.audience, issue.started_at) == (IssueState.SENDING, 3, NOW)
    assert set(Delivery.objects.values_list("state", "variant", "attempts", "next_try")) == {
        (DeliveryState.QUEUED, "a", 0, NOW)
    }
    assert set(Delivery.objects.values_list("subscriber", flat=True)) == set(
        Subscriber.objects.values_list("pk", flat=True)
    )


def test_the_mailbox_is_as_typed_with_its_domain_in_ascii():
    make_confirmed(address="Ana.Lee@খবর.বাংলা", newsletter=make_list())
    issue = make_scheduled()
    prepare(issue, now=NOW)
    assert Delivery.objects.get().mailbox == Subscriber.objects.get().mailbox
    assert Delivery.objects.get().mailbox.startswith("Ana.Lee@xn--")


def test_doing_it_twice_does_it_once():
    issue = make_scheduled(readers=2)
    again = Issue.objects.get(pk=issue.pk)
    prepare(issue, now=NOW)
    prepare(again, now=NOW + HOUR)
    assert (Delivery.objects.count(), Rendering.objects.count()) == (2, 1)
    assert again.started_at == NOW


def test_killed_half_way_it_goes_on(monkeypatch):
    monkeypatch.setattr(freezing, "CHUNK", 2)
    issue = make_scheduled(readers=5)
    inserted = freezing._insert

    def killed(*args):
        inserted(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(freezing, "_insert", killed)
    with pytest.raises(KeyboardInterrupt):
        prepare(issue, now=NOW)
    monkeypatch.setattr(freezing, "_insert", inserted)
    halfway = Issue.objects.get()
    assert (halfway.state, Delivery.objects.count()) == (IssueState.PREPARING, 2)
    assert prepare(halfway, now=NOW + HOUR).audience == Delivery.objects.count() == 5


def test_rows_that_do_not_add_up_are_not_sent(monkeypatch):
    monkeypatch.setattr(freezing, "_insert", lambda *args: None)
    issue = prepare(make_scheduled(readers=1), now=NOW)
    assert issue.state == IssueState.HELD
    assert "do not add up" in issue.hold_reason


def test_the_text_is_frozen_with_its_hash():
    issue = make_scheduled(readers=1)
    issue.blocks.create(kind=BlockKind.TEXT, text="Ferries run again from noon.")
    prepare(issue, now=NOW)
    rendering = Rendering.objects.get()
    issue.blocks.update(text="Changed.")
    assert rendering.subject == issue.subject
    assert "from noon" in rendering.html
    assert "from noon" in rendering.text
    assert len(rendering.digest) == 64


def test_the_links_of_each_subject_name_it():
    issue = make_scheduled(subject_b="Two")
    prepare(issue, now=NOW)
    html = dict(Rendering.objects.values_list("variant", "html"))
    assert f"/go/{issue.pk}a." in html["a"]
    assert html["b"] == html["a"].replace(f"/go/{issue.pk}a.", f"/go/{issue.pk}b.") != html["a"]


def test_two_subjects_go_to_halves_that_stay_the_same():
    issue = make_scheduled(subject="One", subject_b="Two")
    Subscriber.objects.bulk_create(
        Subscriber(address=f"r{number}@example.org", key=f"r{number}@example.org", created=NOW) for number in range(600)
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=reader, newsletter=issue.newsletter, asked_at=NOW, state="confirmed", confirmed_at=NOW)
        for reader in Subscriber.objects.all()
    )
    prepare(issue, now=NOW)
    sizes = Counter(Delivery.objects.values_list("variant", flat=True))
    assert set(sizes) == {"a", "b"}
    assert 240 < sizes["b"] < 360
    assert list(Rendering.objects.order_by("variant").values_list("variant", "subject")) == [("a", "One"), ("b", "Two")]


def test_a_late_issue_asks():
    issue = prepare(make_scheduled(send_at=NOW - 2 * HOUR), now=NOW)
    assert (issue.state, issue.hold_reason) == (IssueState.HELD, "It is 120 minutes late.")
    assert not Delivery.objects.exists()
    issuing.schedule(issue, by=None, now=NOW)
    assert prepare(issue, now=NOW + 5 * HOUR).state == IssueState.SENDING


def test_an_issue_with_a_withdrawn_story_asks_and_then_goes_without_it():
    issue = make_scheduled(readers=1)
    kept, gone = make_story(headline="Ferries run"), make_story(headline="Bridge closed")
    add_story(issue, kept)
    add_story(issue, gone, position=1)
    withdraw(gone)
    prepare(issue, now=NOW)
    assert issue.state == IssueState.HELD
    assert "Bridge closed" in issue.hold_reason
    assert "Ferries run" not in issue.hold_reason
    issuing.schedule(issue, by=None, now=NOW)
    prepare(issue, now=NOW)
    rendering = Rendering.objects.get()
    assert "Ferries run" in rendering.html
    assert "Bridge closed" not in rendering.html + rendering.text


def test_what_puts_itself_together_loses_a_story_without_asking_but_not_its_last():
    issue = make_scheduled(kind=ListKind.DIGEST, readers=1)
    kept, gone = make_story(), make_story()
    add_story(issue, kept)
    add_story(issue, gone, position=1)
    withdraw(gone)
    withdraw(kept)
    assert prepare(issue, now=NOW).state == IssueState.HELD
    other = make_scheduled(kind=ListKind.DIGEST)
    add_story(other, gone)
    add_story(other, make_story(), position=1)
    assert prepare(other, now=NOW).state == IssueState.SENDING


def test_an_issue_taken_back_while_prepared_is_prepared_anew(monkeypatch):
    issue = make_scheduled(readers=1)
    inserted = freezing._insert
    monkeypatch.setattr(freezing, "_insert", lambda *args: None)
    prepare(issue, now=NOW)
    monkeypatch.setattr(freezing, "_insert", inserted)
    issuing.reopen(issue, by=None, now=NOW)
    Issue.objects.update(subject="Better words")
    issue.refresh_from_db()
    issuing.schedule(issue, by=None, now=NOW)
    prepare(issue, now=NOW)
    assert Rendering.objects.get().subject == "Better words"


def test_readers_of_a_digest_count_as_served_once_it_goes_out():
    reader, other = make_confirmed(), make_confirmed()
    Subscription.objects.filter(pk=reader.pk).update(covered_until=NOW - HOUR)
    issue = make_scheduled(covers_from=NOW - HOUR, covers_until=NOW)
    prepare(issue, now=NOW)
    reader.refresh_from_db()
    other.refresh_from_db()
    assert (reader.covered_until, other.covered_until) == (NOW, None)
    assert Delivery.objects.get().subscriber == reader.subscriber


@pytest.mark.parametrize(("kind", "state"), [(ListKind.DIGEST, IssueState.HELD), (ListKind.EDITED, IssueState.SENDING)])
def test_what_sends_itself_is_held_when_gmail_would_cut_it(monkeypatch, kind, state):
    issue = make_scheduled(kind=kind)
    add_story(issue, make_story())
    monkeypatch.setattr("newsletter.composing.preflight.TOO_LARGE", 1_000)
    assert prepare(issue, now=NOW).state == state
    assert ("Gmail cuts it" in issue.hold_reason) == (state == IssueState.HELD)
