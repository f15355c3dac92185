import pytest

from newsletter.models import Wording
from newsletter.wording import form_wording, wording_shown

pytestmark = pytest.mark.django_db


def test_the_form_s_words_include_the_site_s_pitch(monkeypatch):
    monkeypatch.setattr("newsletter.wording.site", lambda language: type("S", (), {"newsletter_pitch": "Every day."}))
    wording = form_wording("en")
    assert "Every day." in wording.text.split("\n")
    assert wording.note in wording.text.split("\n")


def test_an_earlier_form_in_a_cache_is_recorded_as_it_was(now):
    earlier = Wording.objects.keep("Earlier words", language="en", now=now)
    assert wording_shown(earlier.digest, language="en") == "Earlier words"


def test_words_of_another_language_were_not_shown(now):
    other = Wording.objects.keep("অন্য কথা", language="bn", now=now)
    assert wording_shown(other.digest, language="en") == form_wording("en").text


def test_an_invented_digest_gets_today_s_words():
    assert wording_shown("f" * 64, language="en") == form_wording("en").text
