"""`{% part %}`: pieces of templates that are rendered once for what they show."""

import datetime as dt

import pytest
from django.template import Context, Engine, TemplateSyntaxError, engines
from django.utils.translation import override

from newsportal.core import parts
from newsportal.core.page_cache.tags import collecting, note


@pytest.fixture(autouse=True)
def none_known():
    parts.forget()


def template(source):
    return engines["django"].from_string(source).template


def test_is_rendered_once_for_what_its_variables_say():
    page, asked = template("{% part name %}{{ name }} {{ look }}{% endpart %}"), []
    for name in ("<b>", "<b>", "c"):
        asked.append(page.render(Context({"name": name, "look": lambda: pytest.fail("is not in the part")})))
    assert asked == ["&lt;b&gt; ", "&lt;b&gt; ", "c "]


def test_what_is_equal_but_written_otherwise_is_another():
    page = template("{% part thing %}{{ thing }}{% endpart %}")
    assert [page.render(Context({"thing": thing})) for thing in (1, True, "1", None)] == ["1", "True", "1", "None"]


def test_each_place_is_its_own_and_each_language():
    page = template("{% load i18n %}{% part %}{% translate 'Home' %}{% endpart %}/{% part %}b{% endpart %}")
    with override("bn"):
        bangla = page.render(Context())
    assert page.render(Context()) == "Home/b"
    assert bangla != "Home/b"


def test_tomorrow_is_another_day(monkeypatch):
    page, day = template("{% part %}{% today as date %}{{ date|date:'j' }}{% endpart %}"), dt.date(2026, 11, 26)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_moment: day)
    assert page.render(Context()) == "26"
    day = dt.date(2026, 11, 27)
    assert page.render(Context()) == "27"


def test_what_it_cannot_read_it_renders_each_time():
    page, seen = template("{% part thing %}{{ thing.look }}{% endpart %}"), []

    class Thing:
        def look(self):
            seen.append(1)
            return "x"

    assert [page.render(Context({"thing": Thing()})) for _turn in range(2)] == ["x", "x"]
    assert len(seen) == 2


def test_what_was_noted_for_the_page_cache_is_noted_again():
    for _turn in range(2):
        with collecting() as noted:
            parts.kept("a key", lambda: note("story:5") or "markup")
        assert noted == {"story:5"}


def test_no_block_may_stand_in_one():
    with pytest.raises(TemplateSyntaxError, match="no block"):
        Engine(builtins=["newsportal.core.templatetags.parts"]).from_string(
            "{% part %}{% block a %}{% endblock %}{% endpart %}"
        )
