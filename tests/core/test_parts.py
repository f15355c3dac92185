"""Parts of pages that are rendered once for the same facts."""

import pytest
from django.test import override_settings
from django.utils.translation import override

from newsportal.core import parts
from newsportal.core.identity import Site


@pytest.fixture(autouse=True)
def none_known():
    parts.forget()


def footer(*, mission, asked):
    site = Site("en", name="The Courier", mission=mission)
    return parts.part("includes/_footer.html", str(site), lambda: asked.append(mission) or {"site": site})


def test_is_rendered_once_for_the_same_facts():
    asked = []
    assert footer(mission="To be <fair>", asked=asked) == footer(mission="To be <fair>", asked=asked)
    assert "To be &lt;fair&gt;" in footer(mission="To be <fair>", asked=asked)
    assert len(asked) == 1


def test_other_facts_are_another_part():
    assert footer(mission="To be fair", asked=[]) != footer(mission="To be fast", asked=[])


def test_each_language_has_its_own():
    english = footer(mission="To be fair", asked=[])
    with override("bn"):
        assert footer(mission="To be fair", asked=[]) != english


def test_the_oldest_go_where_there_are_too_many(monkeypatch):
    monkeypatch.setattr(parts, "MOST", 2.5 * (parts.ONE + len(footer(mission="one", asked=[]))))
    parts.forget()
    asked = []
    for mission in ("one", "two", "one", "three", "one", "two"):
        footer(mission=mission, asked=asked)
    assert asked == ["one", "two", "three", "two"]


def test_a_changed_setting_drops_them():
    asked = []
    footer(mission="one", asked=asked)
    with override_settings(SITE_URL="https://other.example"):
        footer(mission="one", asked=asked)
    assert len(asked) == 2
