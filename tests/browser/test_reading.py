"""A page that somebody looks at is counted; the test counts the seconds, so that nothing waits."""

import pytest
from django.utils import timezone

from articles import reading
from articles.models import HourReading
from newsportal.core import tallies
from tests.factories import make_article

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS_BY_HAND = (
    "window.setInterval = (tick) => { window.second = tick; }; window.clearInterval = () => { delete window.second; }"
)
HIDDEN = "Object.defineProperty(document, 'visibilityState', {value: 'hidden'})"


@pytest.fixture
def visit(open_browser, site):
    """`visit(story)` opens a story on a page where no second passes by itself; gives the page and what it counted."""

    def open_story(story, *, hidden=False):
        page, asked = open_browser(), []
        page.context.add_cookies([{"name": "sessionid", "value": "an-editor-reads-too", "url": site}])
        page.add_init_script(SECONDS_BY_HAND)
        page.on("request", lambda request: asked.append(request) if request.url.endswith("/reads/") else None)
        if hidden:
            page.add_init_script(HIDDEN)
        page.goto(site + story.get_absolute_url())
        return page, asked

    return open_story


def pass_seconds(page, number):
    # The script comes after all else; it shows its tools first and then begins to count.
    page.locator("[data-tools] [data-scripted]:not([hidden])").first.wait_for(state="attached")
    page.evaluate("(number) => { for (; number; number--) window.second?.(); }", number)


def test_five_seconds_in_view_are_one_read_that_names_nobody(visit):
    story = make_article()
    page, asked = visit(story)
    pass_seconds(page, 4)
    assert asked == []
    with page.expect_response("**/reads/") as answer:
        pass_seconds(page, 1)
    assert answer.value.status == 204
    assert "cookie" not in answer.value.request.all_headers()
    pass_seconds(page, 60)
    page.reload()
    pass_seconds(page, 60)
    assert [request.post_data for request in asked] == [str(story.pk)]
    reading.file_due(now=timezone.now() + tallies.SLOT + tallies.GRACE)
    assert HourReading.objects.of(story).total() == 1


def test_a_page_that_nobody_looks_at_is_not_read(visit):
    page, asked = visit(make_article(), hidden=True)
    pass_seconds(page, 60)
    assert asked == []
