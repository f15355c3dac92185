import pytest
from django.core.exceptions import PermissionDenied

from newsletter.models import Subscriber, Suppression
from newsletter.states import SuppressionReason
from newsletter.suppressing import fingerprint, is_suppressed, lift, suppress
from tests.factories import make_user
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_list, make_pending

pytestmark = pytest.mark.django_db
KEY = "reader@example.org"


def test_a_suppressed_address_is_known_by_its_hash_alone():
    row = suppress(KEY, reason=SuppressionReason.HARD_BOUNCE, by=None, now=NOW)
    assert is_suppressed(KEY, make_list())
    assert "reader" not in str(Suppression.objects.values().get())
    assert row.fingerprint == fingerprint(KEY)


def test_the_key_makes_the_hash(settings):
    before = fingerprint(KEY)
    settings.SUPPRESSION_KEY = "another key that is long enough for anything"
    assert fingerprint(KEY) != before


def test_one_newsletter_can_be_kept_away_alone():
    sport, morning = make_list(slug="sport"), make_list()
    suppress(KEY, reason=SuppressionReason.MANUAL, by=None, now=NOW, newsletter=sport)
    assert is_suppressed(KEY, sport)
    assert not is_suppressed(KEY, morning)


def test_twice_is_once_and_the_first_reason_stays():
    suppress(KEY, reason=SuppressionReason.COMPLAINT, by=None, now=NOW)
    suppress(KEY, reason=SuppressionReason.HARD_BOUNCE, by=None, now=NOW)
    assert Suppression.objects.get().reason == SuppressionReason.COMPLAINT


def test_only_people_let_back_who_complained():
    row = suppress(KEY, reason=SuppressionReason.COMPLAINT, by=None, now=NOW)
    with pytest.raises(PermissionDenied):
        lift(row, by=None)
    with pytest.raises(PermissionDenied):
        lift(row, by=make_user(role="Reporter"))
    lift(row, by=make_user(is_superuser=True))
    assert not is_suppressed(KEY, make_list())


def test_who_asks_for_a_newsletter_has_a_fingerprint():
    subscriber = make_pending(address="Reader@Example.org").subscriber
    assert Subscriber.objects.get(pk=subscriber.pk).fingerprint == fingerprint(KEY)
