"""The envelope sender that names a delivery."""

import pytest

from newsletter.bouncing import verp
from newsletter.models import Delivery
from tests.newsletter.factories import make_delivery

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _bounces(settings):
    settings.BOUNCE_ADDRESS = "bounces@example.org"


def test_it_names_the_delivery():
    delivery = make_delivery()
    assert verp.read(verp.envelope_sender(delivery)) == delivery


def test_it_survives_a_server_that_changes_the_case():
    delivery = make_delivery()
    assert verp.read(f"<{verp.envelope_sender(delivery).upper()}>") == delivery


def test_the_local_part_keeps_within_64_octets_with_the_longest_name_and_number(settings):
    settings.BOUNCE_ADDRESS = f"{'b' * 24}@example.org"
    address = verp.envelope_sender(Delivery(pk=10**12 - 1))
    assert len(address.rpartition("@")[0]) == 64


def test_a_token_of_an_earlier_key_is_read(settings):
    delivery = make_delivery()
    address = verp.envelope_sender(delivery)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 40, [settings.SECRET_KEY]
    assert verp.read(address) == delivery


@pytest.mark.parametrize("address", ["", "bounces@example.org", "bounces+1@example.org", "bounces+٣.a@x.org", "+.@"])
def test_other_addresses_name_nothing(address):
    assert verp.read(address) is None


def test_a_token_of_another_delivery_is_refused():
    one, other = make_delivery(), make_delivery()
    signature = verp.envelope_sender(one).partition(".")[2]
    assert verp.read(f"bounces+{other.pk}.{signature}") is None


def test_a_delivery_that_is_gone_names_nothing():
    delivery = make_delivery()
    address = verp.envelope_sender(delivery)
    delivery.delete()
    assert verp.read(address) is None


def test_without_a_bounce_address_the_plain_sender_is_used(settings):
    settings.BOUNCE_ADDRESS, settings.DEFAULT_FROM_EMAIL = "", "The News <news@example.org>"
    assert verp.envelope_sender(Delivery(pk=1)) == "news@example.org"
