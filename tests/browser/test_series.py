"""Nothing that axe knows of is wrong with a series, a story in one, and a live story, as readers see them."""

import pytest

from articles import covering
from articles.compiling import compile_series
from articles.models import Series
from tests.browser.test_newsroom_axe import violations
from tests.factories import make_article, make_image

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("look", [{"width": 1280}, {"width": 390, "color_scheme": "dark"}], ids=["light", "dark phone"])
def test_axe_finds_nothing(open_browser, site, look):
    story = make_article(headline="The river takes a school", lead_image=make_image())
    live = make_article(headline="Fog on the Padma, live", story_type="live")
    for number in range(25):
        covering.post(live, headline=f"Update {number}", body="<p>Fog.</p>", is_key=number > 22, by=None)
    series = Series.objects.create(title="The river takes", description="Five villages, five years.", planned=5)
    compile_series(series, [story, live], by=None)
    page = open_browser(bypass_csp=True, **look)
    for address in (series.get_absolute_url(), story.get_absolute_url(), live.get_absolute_url()):
        page.goto(f"{site}{address}")
        page.wait_for_load_state("load")
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{address} is too wide"
