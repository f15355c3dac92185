import datetime as dt

import pytest

from newsletter.consenting import forget_networks
from newsletter.models import ConsentRecord, Wording
from tests.newsletter.factories import ask

pytestmark = pytest.mark.django_db


def test_networks_are_forgotten_after_thirty_days(now):
    ask(network="203.0.113.0/24", now=now)
    ask(network="203.0.113.0/24", now=now + dt.timedelta(days=5))
    assert forget_networks(now=now + dt.timedelta(days=31)) == 1
    assert sorted(ConsentRecord.objects.values_list("network", flat=True)) == ["", "203.0.113.0/24"]
    assert forget_networks(now=now + dt.timedelta(days=31)) == 0


def test_the_same_words_are_kept_once(now):
    ask(now=now)
    ask(now=now)
    assert Wording.objects.count() == 1
