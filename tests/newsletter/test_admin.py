import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from newsletter.models import ConsentRecord, Subscriber, Subscription
from newsletter.states import SubscriptionState
from newsletter.subscribing import OVER_LIMIT
from newsportal.core import limits
from tests.factories import make_user
from tests.newsletter.factories import make_confirmed, make_list, make_pending

pytestmark = pytest.mark.django_db

SUBSCRIBERS = "/admin/newsletter/subscriber/"


def staff(*codenames):
    user = make_user(is_staff=True)
    rights = Permission.objects.filter(content_type__app_label="newsletter", codename__in=codenames)
    user.user_permissions.set(rights)
    return user


@pytest.fixture
def reader_desk(client):
    client.force_login(staff("view_subscriber", "view_subscription", "view_consentrecord", "change_subscription"))
    return client


def test_a_subscriber_is_found_by_address(reader_desk):
    make_pending(address="ana@example.org")
    make_pending(address="bela@example.org")
    page = reader_desk.get(SUBSCRIBERS, {"q": "bela@"}).content.decode()
    assert "bela@example.org" in page
    assert "ana@example.org" not in page


def test_subscribers_are_filtered_by_state(reader_desk):
    make_pending(address="ana@example.org")
    make_confirmed(address="bela@example.org")
    page = reader_desk.get(SUBSCRIBERS, {"subscriptions__state__exact": "confirmed"}).content.decode()
    assert "bela@example.org" in page
    assert "ana@example.org" not in page


def test_nobody_is_added_or_changed_by_hand(admin_client):
    pending = make_pending()
    assert admin_client.get(f"{SUBSCRIBERS}add/").status_code == 403
    page = admin_client.get(f"{SUBSCRIBERS}{pending.subscriber_id}/change/").content.decode()
    assert 'name="_save"' not in page
    assert "The morning" in page


def test_taking_somebody_off_is_recorded_with_who_did_it(reader_desk):
    confirmed = make_confirmed()
    chosen = {"action": "unsubscribe_from_everything", "_selected_action": [confirmed.subscriber_id]}
    page = reader_desk.post(SUBSCRIBERS, chosen, follow=True)
    assert "1 subscription ended." in page.content.decode()
    assert Subscription.objects.get().state == SubscriptionState.UNSUBSCRIBED
    assert ConsentRecord.objects.filter(action="withdrawn").get().by is not None


def test_taking_off_needs_its_permission(client):
    client.force_login(staff("view_subscriber"))
    confirmed = make_confirmed()
    client.post(SUBSCRIBERS, {"action": "unsubscribe_from_everything", "_selected_action": [confirmed.subscriber_id]})
    assert Subscription.objects.get().state == SubscriptionState.CONFIRMED


def test_erasing_takes_everything_along(client):
    client.force_login(staff("view_subscriber", "delete_subscriber"))
    confirmed = make_confirmed()
    response = client.post(f"{SUBSCRIBERS}{confirmed.subscriber_id}/delete/", {"post": "yes"})
    assert response.status_code == 302
    assert not Subscriber.objects.exists()
    assert not ConsentRecord.objects.exists()


def test_erasing_needs_its_permission(reader_desk):
    confirmed = make_confirmed()
    assert reader_desk.post(f"{SUBSCRIBERS}{confirmed.subscriber_id}/delete/", {"post": "yes"}).status_code == 403


def test_refused_sign_ups_of_the_day_are_shown(reader_desk):
    limits.note_refusal(OVER_LIMIT, now=timezone.now())
    assert "1 sign-up of today was over a limit" in reader_desk.get(SUBSCRIBERS).content.decode()


def test_the_consent_log_is_read_only(admin_client):
    make_pending()
    record = ConsentRecord.objects.get()
    url = reverse("admin:newsletter_consentrecord_change", args=[record.pk])
    page = admin_client.get(url).content.decode()
    assert record.wording.text in page
    assert 'name="_save"' not in page
    assert admin_client.post(url, {"source": "/x/"}).status_code == 403
    assert admin_client.post(reverse("admin:newsletter_consentrecord_delete", args=[record.pk])).status_code == 403


def test_a_newsletter_with_subscribers_is_closed_not_deleted(admin_client):
    confirmed = make_confirmed()
    url = reverse("admin:newsletter_newsletterlist_delete", args=[confirmed.newsletter_id])
    admin_client.post(url, {"post": "yes"})
    assert Subscription.objects.exists()


def test_a_newsletter_s_address_may_not_be_one_of_the_portal_s(admin_client):
    values = {"language": "en", "slug": "confirm", "name": "Confirm", "pitch": "", "position": 0, "is_open": "on"}
    page = admin_client.post(reverse("admin:newsletter_newsletterlist_add"), values)
    assert "belongs to the portal itself" in page.content.decode()


@pytest.mark.parametrize("url", [SUBSCRIBERS, "/admin/newsletter/consentrecord/", "/admin/newsletter/newsletterlist/"])
def test_lists_cost_the_same_with_two_rows_and_with_twenty(admin_client, url):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(url).status_code == 200
        return len(captured)

    for number in range(2):
        make_confirmed(newsletter=make_list(slug=f"list-{number}"))
    queries()
    few = queries()
    for number in range(2, 20):
        make_confirmed(newsletter=make_list(slug=f"list-{number}"))
    assert queries() == few
