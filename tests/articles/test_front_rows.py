"""The rows of the front page: in which order they stand, which sections have one, and who says so."""

import pytest

from articles import arranging
from articles.exceptions import NotAllowed
from articles.models import FrontArrangement, FrontRow, LogEntry, SectionBeat
from articles.states import CHIEF_EDITOR, EDITOR
from newsportal.core.models import Purge
from tests.factories import make_article, make_articles, make_section, make_slot, make_user

pytestmark = pytest.mark.django_db
PAGE = "/admin/articles/frontarrangement/"
NAMES = ("Asia", "Business", "Culture")


@pytest.fixture
def sections():
    """Three sections with stories enough for a row each, in the order of their names."""
    found = [make_section(name=name, position=place) for place, name in enumerate(NAMES)]
    make_articles(number=9, section=make_section(name="Zeitgeist", position=9))
    for section in found:
        make_articles(number=5, section=section)
    return found


def order(*rows):
    """Rows as a form makes them; a section in a list has none."""
    rows = [(row[0], False) if isinstance(row, list) else (row, True) for row in rows]
    return [FrontRow(section=section, position=place, is_shown=there) for place, (section, there) in enumerate(rows)]


def arrange(*rows, slots=(), base=0, by=None):
    return arranging.arrange("en", slots, base=base, by=by, order=order(*rows))


def shown(client):
    return [row.section.name for row in client.get("/").context["front"].rows][: len(NAMES)]


def test_by_itself_the_order_is_that_of_the_sections(client, sections):
    assert shown(client) == [*NAMES]


def test_rows_stand_in_the_order_that_was_given(client, sections):
    asia, business, culture = sections
    arrange(culture, asia, business)
    assert shown(client) == ["Culture", "Asia", "Business"]
    page = client.get("/").content.decode()
    assert page.index(f'id="section-{culture.pk}"') < page.index(f'id="section-{asia.pk}"')


def test_a_section_that_is_to_have_no_row_has_none(client, sections):
    asia, business, culture = sections
    arrange(culture, [asia], business)
    assert "Asia" not in [row.section.name for row in client.get("/").context["front"].rows]


def test_a_new_section_has_its_row_after_the_others(client, sections):
    arrange(*reversed(sections))
    new = make_section(name="Aardvarks")
    make_articles(number=5, section=new)
    assert [row.section.name for row in client.get("/").context["front"].rows][-1] == "Aardvarks"


def test_what_is_pinned_in_a_row_that_is_not_there_waits_and_its_story_is_elsewhere(client, sections):
    story = make_article(section=sections[0], hours_ago=0)
    slots = [make_slot(article=story, section=sections[0], position=2)]
    arrange([sections[0]], *sections[1:], slots=slots)
    front = client.get("/").context["front"]
    assert story in [front.lead, *front.seconds]


def test_the_other_edition_keeps_its_order(client, sections):
    bangla = [make_section(name=name, language="bn", position=place) for place, name in enumerate(("ক", "খ"))]
    for section in bangla:
        make_articles(number=9, section=section)
    arrange(*reversed(sections))
    assert [row.section for row in client.get("/bn/").context["front"].rows] == bangla


def test_one_version_one_log_row_one_purge_and_the_same_again_nothing(sections):
    asia, business, culture = sections
    Purge.objects.all().delete()
    for _again in range(2):
        version = arrange(culture, asia, [business], base=FrontArrangement.objects.count())
    assert version.number == 1
    entry = LogEntry.objects.get(action="arrange_front")
    assert entry.old["rows"] == "Asia, Business, Culture, Zeitgeist"
    assert entry.new["rows"] == "Culture, Asia, (Business), Zeitgeist"
    assert Purge.objects.get().words == {"front:en"}


def test_pins_alone_leave_the_rows(client, sections):
    arrange(*reversed(sections))
    arranging.arrange("en", [make_slot(article=make_article())], base=1, by=None)
    assert shown(client) == ["Culture", "Business", "Asia"]


def test_undoing_brings_the_order_before_back(client, sections):
    arrange(*reversed(sections))
    arrange(*sections, base=1)
    assert shown(client) == [*NAMES]
    arranging.restore(FrontArrangement.objects.get(number=1), base=2, by=None)
    assert shown(client) == ["Culture", "Business", "Asia"]


def test_who_has_a_beat_orders_no_rows(sections):
    user = make_user(role=EDITOR)
    SectionBeat.objects.create(user=user, section=sections[0])
    with pytest.raises(NotAllowed, match="put them in order"):
        arrange(*reversed(sections), by=user)
    assert not FrontArrangement.objects.exists()


@pytest.mark.parametrize("number", [2, 20])
def test_costs_no_query_more_in_any_order(client, django_assert_max_num_queries, number):
    rows = [make_section(name=f"Section {place}") for place in range(number)]
    for section in rows:
        make_articles(number=5, section=section)
    arrange(*reversed(rows))
    with django_assert_max_num_queries(12):
        client.get("/")


# --- the page


@pytest.fixture
def editor(client):
    client.force_login(make_user(role=CHIEF_EDITOR))


def typed(*rows, **fields):
    """The rows as the page holds them."""
    numbers = [(row[0] if isinstance(row, list) else row).pk for row in rows]
    return {"base": 0, "rows": numbers, "without": [row[0].pk for row in rows if isinstance(row, list)], **fields}


def parts(answer):
    return [(part.section.name, part.has_row) for part in answer.context["parts"][1:4]]


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("_row_up", ["Business", "Asia", "Culture"]),
        ("_row_down", ["Asia", "Culture", "Business"]),
        ("_row_off", ["Asia", "Business", "Culture"]),
    ],
)
def test_a_row_is_moved_and_taken_away_by_its_buttons(client, editor, sections, button, expected):
    answer = client.post(PAGE, typed(*sections, **{button: sections[1].pk}))
    assert [name for name, _there in parts(answer)] == expected
    assert dict(parts(answer))["Business"] is (button != "_row_off")
    assert not FrontArrangement.objects.exists()


def test_a_row_that_is_dropped_on_another_stands_in_its_place(client, editor, sections):
    asia, business, culture = sections
    answer = client.post(PAGE, typed(asia, [business], culture, _row_move=f"{culture.pk}:{asia.pk}"))
    assert parts(answer) == [("Culture", True), ("Asia", True), ("Business", False)]
    assert parts(client.post(PAGE, typed(asia, [business], culture, _row_on=business.pk)))[1] == ("Business", True)


@pytest.mark.parametrize("value", ["", "x", "99999", ":", "1:", ":1", "9" * 40, "1:x"])
@pytest.mark.parametrize("button", ["_row_up", "_row_down", "_row_move", "_row_on", "_row_off"])
def test_odd_values_do_no_harm(client, editor, sections, button, value):
    posted = typed(*sections, **{button: value}) | {"rows": [sections[0].pk, "x", "9" * 40, "99999"], "without": ["y"]}
    assert client.post(PAGE, posted).status_code == 200


def test_the_preview_and_readers_get_the_typed_order(client, editor, sections):
    asia, business, culture = sections
    rows = typed(culture, [asia], business)
    preview = client.post(PAGE, rows | {"_preview": "1"}).context["front"]
    assert [row.section for row in preview.rows][:2] == [culture, business]
    assert client.post(PAGE, rows | {"_publish": "1"}).status_code == 302
    assert shown(client)[:2] == ["Culture", "Business"]
    assert parts(client.get(PAGE)) == [("Culture", True), ("Asia", False), ("Business", True)]


def test_who_has_a_beat_sees_no_buttons_for_rows(client, sections):
    user = make_user(role=EDITOR)
    SectionBeat.objects.create(user=user, section=sections[0])
    client.force_login(user)
    page = client.get(PAGE).content.decode()
    assert "_row_up" not in page
    assert f'name="rows" value="{sections[0].pk}"' in page
