"""The names of a byline are put together with the keyboard, as they will be printed."""

import pytest

from articles.models import Article
from articles.states import EDITOR
from tests.factories import make_article, make_contributor, make_outlet, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_roles_guests_and_order_by_keyboard(open_as):
    outlet = make_outlet(code="Bd24live")
    make_contributor(name="Hasan Kabir", initials="Hk", outlet=outlet)
    make_contributor(name="Karim Ahmed", initials="Ka", outlet=outlet)
    article = make_article(published=False)
    page = open_as(make_user(role=EDITOR), f"/admin/articles/article/{article.pk}/change/")
    panel = page.get_by_role("group", name="Names in the byline")
    page.get_by_label("Byline code").fill("Bd24live/Hk")
    page.get_by_label("Byline code").press("Tab")
    panel.get_by_label("Name in place 1").wait_for()
    panel.get_by_role("button", name="Add a name").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("kari")
    panel.get_by_role("option", name="Karim Ahmed").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Add a name").press("Enter")
    panel.get_by_label("Role: nobody yet").select_option("words")
    page.keyboard.press("Tab")
    page.keyboard.type("Rina Das")
    panel.get_by_role("option", name="Rina Das guest").wait_for()
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Further up: Rina Das").press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.locator(".messagelist").wait_for()
    assert [str(line) for line in Article.objects.get().credits] == ["Rina Das", "Hasan Kabir", "Pictures: Karim Ahmed"]
    assert page.locator("#id_credits").input_value().startswith("Rina Das (guest)")
