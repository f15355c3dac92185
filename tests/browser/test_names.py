"""What scripts build in place of a field, and fields in rows, are called what their label or column says."""

import pytest
from django.urls import reverse

from articles.compiling import compile_series
from articles.models import Series, StoryTemplate
from articles.states import CHIEF_EDITOR
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_parts_of_a_series_are_named_by_their_columns(open_as):
    series = Series.objects.create(title="The river takes")
    compile_series(series, [make_article(headline="A school goes")], by=None)
    page = open_as(make_user(role=CHIEF_EDITOR), reverse("admin:articles_series_change", args=[series.pk]))
    parts = page.get_by_role("group", name="Parts")
    parts.get_by_role("combobox", name="Story: A school goes").wait_for()
    assert parts.get_by_role("combobox", name="Story", exact=True).count() == 2
    page.get_by_role("button", name="Add another Part").click()
    parts.get_by_role("combobox", name="Story", exact=True).nth(2).wait_for()
    assert parts.get_by_role("spinbutton", name="Place", exact=True).count() == 4
    assert parts.get_by_role("checkbox", name="Delete", exact=True).count() == 1


def test_the_editor_of_a_story_template_is_named_by_its_field(open_as):
    template = StoryTemplate.objects.create(name="Note", language="en")
    page = open_as(make_user(role=CHIEF_EDITOR), reverse("admin:articles_storytemplate_change", args=[template.pk]))
    page.get_by_role("textbox", name="Body", exact=True).and_(page.locator(".ProseMirror")).wait_for()
