"""The form beside a story is for the newsletter that fits it."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.utils import timezone

from newsletter.fitting import fitting
from newsletter.models import ConsentRecord, NewsletterList, SignUp, Subscription
from newsletter.signing_up import take_sign_ups
from newsletter.stamps import stamp
from newsletter.states import ListKind
from tests.factories import make_article, make_section
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def sport():
    return make_section(name="Sport")


def about(section=None, *, tags=(), slug="sport", **fields):
    made = make_list(slug=slug, name=fields.pop("name", slug.title()), **fields)
    if section:
        made.sections.add(section)
    for tag in tags:
        made.tags.add(tag)
    return made


def slug_for(story):
    cache.clear()
    fit = fitting(story)
    return fit and fit.slug


def test_without_newsletters_about_something_it_is_the_first_as_everywhere(sport):
    make_list()
    assert slug_for(make_article(section=sport)) is None


def test_the_section_decides_and_what_stands_in_it_belongs_to_it(sport):
    about(sport)
    cricket = make_section(name="Cricket", parent=sport)
    assert slug_for(make_article(section=sport)) == slug_for(make_article(section=cricket)) == "sport"
    assert slug_for(make_article(section=make_section(name="Sports cars"))) is None


def test_the_nearest_section_goes_first(sport):
    cricket = make_section(name="Cricket", parent=sport)
    about(sport)
    about(cricket, slug="cricket", position=5)
    assert slug_for(make_article(section=cricket)) == "cricket"


def test_a_tag_decides_where_no_section_does(sport):
    story = make_article(tags=["climate"])
    about(sport)
    about(slug="climate", tags=story.tags.all())
    assert slug_for(story) == "climate"
    assert slug_for(make_article(section=sport, tags=["climate"])) == "sport"


@pytest.mark.parametrize("fields", [{"is_open": False}, {"kind": ListKind.ALERT}, {"language": "bn"}])
def test_closed_ones_alerts_and_other_editions_do_not_fit(sport, fields):
    about(sport, **fields)
    assert slug_for(make_article(section=sport)) is None


def test_many_stories_cost_one_query_a_minute(sport, django_assert_num_queries):
    about(sport)
    about(make_section(name="World"), slug="world")
    stories = [make_article(section=sport) for _number in range(5)]
    with django_assert_num_queries(1):
        assert {fitting(story).slug for story in stories} == {"sport"}


def test_the_form_names_it_and_is_for_it(client, sport):
    make_list(slug="morning", name="Morning")
    about(sport, name="Sport at seven", pitch="All the scores.", position=3)
    story = make_article(section=sport)
    page = client.get(story.get_absolute_url()).content.decode()
    assert "Sport at seven</h2>" in page
    assert "All the scores." in page
    assert 'name="newsletter" value="sport"' in page
    digest = page.split('name="wording" value="')[1].split('"')[0]
    fields = {"email": "ana@example.org", "newsletter": "sport", "wording": digest, "source": "/sport/1/x/"}
    assert client.post("/newsletter/subscribe/", {**fields, "stamp": _stamp()}).status_code == 303
    take_sign_ups(now=NOW)
    assert Subscription.objects.get().newsletter.slug == "sport"
    assert "All the scores." in ConsentRecord.objects.get().wording.text


def _stamp():
    return stamp(timezone.now() - dt.timedelta(minutes=1))


def test_one_that_was_closed_meanwhile_asks_for_another(client, sport):
    make_list(slug="morning", name="Morning")
    about(sport, position=3)
    NewsletterList.objects.filter(slug="sport").update(is_open=False)
    response = client.post(
        "/newsletter/subscribe/", {"email": "a@example.org", "newsletter": "sport", "stamp": _stamp()}
    )
    assert response.status_code == 422
    assert "Please choose one of these newsletters." in response.content.decode()
    assert not SignUp.objects.exists()
