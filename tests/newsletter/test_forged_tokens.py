"""Links that nobody was sent: each token address says so, and nothing is changed or mailed."""

import string

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter import links
from newsletter.clicking import tracked
from newsletter.models import Subscriber
from newsletter.noticing import ask_to_move, tell_of_move
from newsletter.singles import send_due_singles
from tests.newsletter.factories import make_confirmed, make_issue, make_pending

pytestmark = pytest.mark.django_db
PAGES = [
    "newsletter_confirm", "newsletter_preferences", "newsletter_move", "newsletter_move_back", "newsletter_unsubscribe",
    "newsletter_go",
]  # fmt: skip
# What a token may be confused with; a slash would be another address.
LETTERS = string.ascii_letters + string.digits + "-_.:~%+=" + "\u200b০১"
POSTS = [
    {},
    {"List-Unsubscribe": "One-Click"},
    {"do": "forget", "sure": "on"},
    {"do": "move", "email": "eve@example.net"},
]
hostile = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def ours():
    """A link of each page, by its name: the token alone."""
    reader = make_confirmed(address="ana@example.org")
    notice = ask_to_move(reader.subscriber, "new@example.org", now=timezone.now())
    told = tell_of_move(reader.subscriber, "old@example.org", now=timezone.now())
    url = tracked(make_issue(newsletter=reader.newsletter), "https://example.net/")
    return {
        "newsletter_confirm": token_in(links.confirm_url(make_pending(sent=True))),
        "newsletter_preferences": token_in(links.preferences_url(reader.subscriber)),
        "newsletter_move": token_in(links.move_url(notice)),
        "newsletter_move_back": token_in(links.move_back_url(told)),
        "newsletter_unsubscribe": token_in(links.unsubscribe_url(reader)),
        "newsletter_go": token_in(url.partition("?")[0]),
    }


def token_in(url):
    return url.rstrip("/").rpartition("/")[2]


def knock(name, token):
    """Opens an address and presses every button that it might have; the answers."""
    path, client = reverse(name, args=[token]), Client()
    answers = [client.get(path), *(client.post(path, fields) for fields in POSTS)]
    return {answer.status_code for answer in answers}


def nothing_came_of_it():
    """What was due before is all that is mailed, and both readers are still there."""
    send_due_singles(now=timezone.now())
    assert [message.to for message in mail.outbox] == [["new@example.org"], ["old@example.org"]]
    assert Subscriber.objects.filter(key="ana@example.org", subscriptions__state="confirmed").exists()


@pytest.mark.parametrize("name", PAGES)
def test_a_link_changed_in_any_place_is_none_of_ours(name, all_rows):
    token = ours()[name]
    before = all_rows()
    for place, letter in enumerate(token):
        other = next(new for new in "a0b" if new.lower() != letter.lower())
        forged = token[:place] + other + token[place + 1 :]
        assert knock(name, forged) <= {404, 405}, forged
    assert all_rows() == before
    nothing_came_of_it()


@pytest.mark.parametrize("name", PAGES)
def test_a_link_for_one_page_opens_no_other(name, all_rows):
    tokens = ours()
    del tokens[name]
    before = all_rows()
    assert all(knock(name, token) <= {404, 405} for token in tokens.values())
    assert all_rows() == before
    nothing_came_of_it()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("other_id", ["0", "-1", "99999999999999999999", "70-70", "1-2-3", "", "০", "1.5"])
def test_a_number_put_before_a_good_signature_names_nobody(name, other_id):
    signature = ours()[name].partition(".")[2]
    assert knock(name, f"{other_id}.{signature}") <= {404, 405}
    nothing_came_of_it()


@hostile
@given(token=st.text(LETTERS, min_size=1, max_size=80))
def test_what_is_made_up_is_unknown_everywhere(token):
    for name in PAGES:
        assert knock(name, token) <= {404, 405}
    assert not mail.outbox
