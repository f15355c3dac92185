"""The page where the front page is arranged: every button with a plain form, refusals with what was typed in hand."""

import datetime as dt

import pytest
from django.utils import timezone

from articles import arranging
from articles.models import FrontArrangement, FrontSlot
from articles.search import index
from articles.states import CHIEF_EDITOR, EDITOR, REPORTER
from newsportal.core.identity import site
from tests.factories import make_article, make_articles, make_section, make_slot, make_user

pytestmark = pytest.mark.django_db
PAGE = "/admin/articles/frontarrangement/"


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR, first_name="Tania", last_name="Rahman")
    client.force_login(user)
    return user


def post(client, button, value="1", *, base=0, edition="en", **fields):
    return client.post(f"{PAGE}?edition={edition}", {"base": base, button: value, **fields})


def pins(answer):
    """What is pinned on the page that came back, by place."""
    stands = [stand for part in answer.context["parts"] for stand in part.places]
    return {stand.key: stand.slot.article.headline for stand in stands if stand.slot}


def pinned(key, story, **words):
    return {f"{key}-story": story.pk, **{f"{key}-{name}": value for name, value in words.items()}}


def test_shows_what_stands_in_every_place(client, editor):
    make_articles(number=9, section=make_section(name="Sport"))
    page = client.get(PAGE).content.decode()
    assert page.count('class="slot') == 4 + 5 + page.count('class="slot-tools')
    assert "Sport 5" in page


def test_a_found_story_is_pinned_to_the_chosen_place(client, editor):
    story = make_article(headline="Ferries sail again")
    answer = post(client, "_pin", story.pk, where="second-2")
    assert pins(answer) == {"second-2": "Ferries sail again"}
    assert FrontArrangement.objects.count() == 0


def test_what_stands_somewhere_by_itself_is_kept_there(client, editor):
    story = make_article(headline="Ferries sail again")
    assert pins(post(client, "_keep", f"lead-1:{story.pk}")) == {"lead-1": "Ferries sail again"}


def test_moving_down_changes_places(client, editor):
    one, two = make_article(headline="One"), make_article(headline="Two")
    typed = pinned("lead-1", one) | pinned("second-1", two, headline="Other words")
    answer = post(client, "_down", f"lead-1:{one.pk}", **typed)
    assert pins(answer) == {"lead-1": "Two", "second-1": "One"}
    assert 'value="Other words"' in answer.content.decode()


def test_dropping_on_a_place_pins_there_and_swaps(client, editor):
    sport = make_section(name="Sport")
    one, two = make_article(headline="One"), make_article(headline="Two", section=sport)
    key = f"row-{sport.pk}-2"
    answer = post(client, "_move", f"lead-1:{key}:{one.pk}", **pinned(key, two))
    assert pins(answer) == {key: "One", "lead-1": "Two"}


def test_a_story_that_is_pinned_elsewhere_moves(client, editor):
    story = make_article(headline="One")
    assert pins(post(client, "_pin", story.pk, where="lead-1", **pinned("second-3", story))) == {"lead-1": "One"}


def test_unpinning_leaves_the_place_to_itself(client, editor):
    assert pins(post(client, "_unpin", "lead-1", **pinned("lead-1", make_article()))) == {}


@pytest.mark.parametrize("value", ["", ":", "lead-1", "x:y:z", "lead-1:nowhere:1", "lead-1:99", "lead-1:second-1:abc"])
@pytest.mark.parametrize("button", ["_up", "_down", "_move", "_keep", "_unpin", "_pin"])
def test_odd_values_do_no_harm(client, editor, button, value):
    make_article()
    assert post(client, button, value, where="lead-1").status_code == 200


def test_publishing_gives_it_to_readers(client, editor):
    story = make_article(headline="Ferries sail again", hours_ago=99)
    make_article()
    until = (timezone.localtime() + dt.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    answer = post(client, "_publish", **pinned("lead-1", story, until=until, kicker="Padma"))
    assert answer.status_code == 302
    slot = FrontSlot.objects.current("en").get()
    assert (slot.article, slot.kicker, slot.arrangement.by) == (story, "Padma", editor)
    assert timezone.localtime(slot.until).strftime("%Y-%m-%dT%H:%M") == until


def test_what_is_published_stands_in_the_form_as_it_was_typed(client, editor):
    until = (timezone.localtime() + dt.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    post(client, "_publish", **pinned("lead-1", make_article(), until=until, headline="Other words"))
    form = client.get(PAGE).context["parts"][0].places[0].form
    assert (form["until"].value(), form["headline"].value()) == (until, "Other words")


def test_a_minute_that_has_passed_is_said_at_its_field(client, editor):
    answer = post(client, "_publish", **pinned("lead-1", make_article(), until="2026-01-01T06:00"))
    assert answer.status_code == 422
    assert "This minute has passed." in answer.content.decode()
    assert FrontArrangement.objects.count() == 0


def test_a_story_that_cannot_be_pinned_is_said_at_its_place(client, editor):
    answer = post(client, "_publish", **pinned("lead-1", make_article(headline="Draft", published=False)))
    assert answer.status_code == 422
    assert "“Draft” is not published" in answer.content.decode()


def test_of_two_editors_the_second_is_told_and_loses_nothing(client, editor):
    theirs, mine = make_article(headline="Theirs"), make_article(headline="Mine")
    arranging.arrange("en", [make_slot(article=theirs)], base=0, by=editor)
    answer = post(client, "_publish", base=0, **pinned("lead-1", mine))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert pins(answer) == {"lead-1": "Mine"}
    assert "Tania Rahman published this front page" in page
    assert ": Theirs</li>" in page
    assert post(client, "_publish", base=answer.context["base"], **pinned("lead-1", mine)).status_code == 302


def test_the_preview_shows_what_is_typed_at_a_minute(client, editor):
    story = make_article(headline="Ferries sail again", hours_ago=99)
    make_article(headline="New")
    at = timezone.localtime() + dt.timedelta(hours=5)
    answer = post(client, "_preview", at=at.strftime("%Y-%m-%dT%H:%M"), **pinned("lead-1", story))
    assert answer.context["front"].lead == story
    assert "readers do not have it yet" in answer.content.decode()
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_the_page_shows_a_minute_to_come(client, editor):
    make_article(headline="Now")
    make_article(headline="Tonight", publish_at=timezone.now() + dt.timedelta(hours=3), weight=2)
    at = timezone.localtime() + dt.timedelta(hours=5)
    answer = client.get(PAGE, {"at": at.strftime("%Y-%m-%dT%H:%M")})
    assert answer.context["parts"][0].places[0].story.headline == "Tonight"


def test_stories_are_found_by_their_words(client, editor):
    index([make_article(headline="Ferries sail again"), make_article(headline="Bananas")])
    story = client.get(PAGE, {"q": "ferries"}).context["found"][0]
    assert story.headline == "Ferries sail again"


def test_a_version_is_brought_back(client, editor):
    arranging.arrange("en", [make_slot(article=make_article(headline="One"))], base=0, by=editor)
    arranging.arrange("en", [], base=1, by=editor)
    assert client.post(f"{PAGE}restore/1/?edition=en", {"base": 2}).status_code == 302
    assert FrontSlot.objects.current("en").get().article.headline == "One"


def test_a_get_brings_nothing_back(client, editor):
    arranging.arrange("en", [make_slot(article=make_article())], base=0, by=editor)
    assert client.get(f"{PAGE}restore/1/").status_code == 405
    assert client.get(f"{PAGE}banner/").status_code == 405


@pytest.mark.parametrize("base", ["²", "٣", "-1", "9" * 30])
@pytest.mark.parametrize("button", ["_publish", "_end", ""])
def test_what_is_no_number_of_a_version_is_a_stale_page(client, editor, button, base):
    arranging.arrange("en", [make_slot(article=make_article())], base=0, by=editor)
    banner(client)
    page = {"_publish": "", "_end": "banner/", "": "restore/1/"}[button]
    answer = client.post(f"{PAGE}{page}?edition=en", {button: "1", "base": base, "banner-base": base})
    assert answer.status_code == (409 if button == "_publish" else 302)
    assert (FrontArrangement.objects.count(), site("en").banner.text) == (1, "Ferries stop")


def banner(client, **fields):
    until = (timezone.localtime() + dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    values = {"text": "Ferries stop", "link": "/world/", "until": until, "base": 0, **fields}
    data = {f"banner-{name}": value for name, value in values.items()}
    return client.post(f"{PAGE}banner/?edition=en", data)


def test_a_banner_is_put_up_and_taken_down(client, editor):
    assert banner(client).status_code == 302
    assert site("en").banner.text == "Ferries stop"
    assert 'value="Take it down"' in client.get(PAGE).content.decode()
    client.post(f"{PAGE}banner/?edition=en", {"_end": "1", "banner-base": 1})
    assert site("en").banner is None


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//evil.example", "world", "/a\\b", "data:text/html,x"])
def test_a_link_that_leads_nowhere_good_is_refused(client, editor, link):
    answer = banner(client, link=link)
    assert answer.status_code == 422
    assert site("en").banner is None


def test_a_stale_banner_is_said(client, editor):
    banner(client)
    assert banner(client, text="Another").status_code == 302
    assert "Somebody has changed the banner" in client.get(PAGE).content.decode()


def test_reporters_see_no_such_page(client):
    client.force_login(make_user(role=REPORTER))
    assert client.get(PAGE).status_code == 403
    assert "Front page" not in client.get("/admin/").content.decode()


def test_the_log_says_which_front_page(client):
    client.force_login(make_user(role=CHIEF_EDITOR))
    arranging.arrange("bn", [make_slot(article=make_article(language="bn"))], base=0, by=None)
    page = client.get("/admin/articles/logentry/").content.decode()
    assert "Front page, Bangla" in page
    assert "(deleted)" not in page
    assert b"Front page, Bangla" in b"".join(client.get("/admin/articles/logentry/export/").streaming_content)


@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_queries_with_any_number_of_pins(client, editor, django_assert_max_num_queries, number):
    stories = make_articles(number=30)
    world = make_section()
    places = [("second", None, 1), ("second", None, 2), *(("row", world, place) for place in range(1, 6))][:number]
    slots = [
        make_slot(article=story, area=area, section=section, position=position)
        for story, (area, section, position) in zip(stories, places, strict=False)
    ]
    arranging.arrange("en", slots, base=0, by=None)
    with django_assert_max_num_queries(26):
        client.get(PAGE)
