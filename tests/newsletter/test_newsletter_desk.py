"""The newsletters on the newsroom's desk."""

import datetime as dt

import pytest
from django.urls import reverse

from articles.states import CHIEF_EDITOR, EDITOR, NEWSLETTER_EDITOR
from newsletter.desk import newsletter_desk_at
from newsletter.models import Subscription
from tests.factories import make_user
from tests.newsletter.factories import make_confirmed, make_list, make_pending

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")


def fail(subscription, error="SMTPRecipientsRefused: nobody@example.org", due_at=None):
    Subscription.objects.filter(pk=subscription.pk).update(
        last_error=error, confirmation_due_at=due_at, confirmation_sent_at=None
    )
    return subscription


def test_each_newsletter_has_its_numbers(now):
    morning, evening = make_list(), make_list(slug="evening", name="The evening")
    make_confirmed(newsletter=morning, now=now - dt.timedelta(days=2))
    make_confirmed(newsletter=morning, now=now)
    make_pending(newsletter=morning)
    standings = newsletter_desk_at(now).standings
    assert [(s.newsletter, s.confirmed, s.pending, s.new_today) for s in standings] == [
        (morning, 2, 1, 1),
        (evening, 0, 0, 0),
    ]


def test_failed_mails_are_the_last_three_that_have_not_gone_out_since(now):
    failed = [fail(make_pending(now=now + dt.timedelta(minutes=number))) for number in range(4)]
    make_pending(sent=True)
    assert newsletter_desk_at(now).failures == failed[:0:-1]


def test_the_numbers_cost_three_queries_however_many_newsletters(now, django_assert_num_queries):
    for number in range(6):
        make_confirmed(newsletter=make_list(slug=f"list-{number}", name=f"List {number}"))
    with django_assert_num_queries(3):
        newsletter_desk_at(now)


@pytest.mark.parametrize("role", [CHIEF_EDITOR, NEWSLETTER_EDITOR])
def test_who_runs_newsletters_sees_them_with_the_reason_of_a_failure(client, role):
    fail(make_pending())
    client.force_login(make_user(role=role))
    page = client.get(INDEX).content.decode()
    for part in ("The morning", "SMTPRecipientsRefused", "Given up."):
        assert part in page


def test_an_editor_does_not_see_newsletters_or_addresses(client):
    fail(make_pending())
    client.force_login(make_user(role=EDITOR))
    page = client.get(INDEX).content.decode()
    assert "Newsletters" not in page
    assert "nobody@example.org" not in page
