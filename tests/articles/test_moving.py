"""Links never die: what moved leads on in one step, from everywhere it ever was."""

import datetime as dt
from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import moving, workflow
from articles.exceptions import NewsroomError, NotAllowed
from articles.forms.redirects import RedirectForm
from articles.models import Article, MissingPage, Redirect, Section, Series
from articles.models.redirects import as_path
from articles.states import CHIEF_EDITOR, EDITOR, REPORTER
from tests.articles.imports import line, run
from tests.factories import make_article, make_articles, make_contributor, make_section, make_tag, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://news.example"


def goes_to(client, address):
    """Where an address leads in one step; the test fails where that step is not the last."""
    answer = client.get(address)
    assert answer.status_code == 301, f"{address} answers {answer.status_code}"
    assert client.get(answer["Location"]).status_code in (200, 410), "it takes more than one step"
    return answer["Location"]


def rename(row, slug):
    row.slug = slug
    row.save()
    return row.get_absolute_url()


def make_series(*, name, **fields):
    return Series.objects.create(title=name, **fields)


ROWS = {"section": make_section, "tag": make_tag, "author": make_contributor, "series": make_series}


@pytest.mark.parametrize("kind", ROWS)
def test_a_changed_slug_leads_on_in_one_step_from_every_address_before(client, kind):
    row = ROWS[kind](name="First")
    addresses = [row.get_absolute_url()]
    addresses += [rename(row, slug) for slug in ("second", "third")]
    assert [goes_to(client, address) for address in addresses[:2]] == [addresses[2]] * 2


@pytest.mark.parametrize("kind", ROWS)
def test_an_address_that_is_used_again_is_a_page_again(client, kind):
    row = ROWS[kind](name="First")
    first = row.get_absolute_url()
    second = rename(row, "second")
    assert rename(row, "first") == first
    assert client.get(first).status_code == 200
    assert goes_to(client, second) == first


@pytest.mark.parametrize("kind", ["tag", "author"])
def test_the_other_edition_leads_on_too(client, kind):
    row = ROWS[kind](name="পদ্মা")
    old = f"/bn{row.get_absolute_url()}"
    rename(row, "নদী")
    assert goes_to(client, old) == f"/bn{row.get_absolute_url()}"


def test_a_moved_section_takes_those_in_it_along(client):
    world, asia = make_section(name="World"), make_section(name="Asia")
    east = make_section(name="East", parent=asia)
    asia.parent = world
    asia.save()
    rename(world, "abroad")
    assert goes_to(client, "/asia/") == goes_to(client, "/world/asia/") == "/abroad/asia/"
    assert goes_to(client, "/asia/east/") == goes_to(client, "/world/asia/east/") == "/abroad/asia/east/"
    assert Section.objects.get(pk=east.pk).path == "abroad/asia/east"


def test_a_stale_object_does_not_hide_what_the_address_was(client):
    stale = make_section(name="World")
    rename(Section.objects.get(pk=stale.pk), "abroad")
    rename(stale, "globe")
    assert goes_to(client, "/abroad/") == goes_to(client, "/world/") == "/globe/"


def test_a_bangla_section_leads_on(client):
    section = make_section(name="বিশ্ব", language="bn")
    old = section.get_absolute_url()
    assert rename(section, "দুনিয়া") == goes_to(client, old)


def test_a_series_leads_on_to_the_other_edition(client):
    series = make_series(name="পদ্মা", language="bn")
    old = series.get_absolute_url()
    series.language = "en"
    series.save()
    assert goes_to(client, old) == series.get_absolute_url()
    assert unquote(series.get_absolute_url()) == "/series/পদ্মা/"


def test_a_series_that_is_deleted_takes_its_old_addresses_along(client):
    series = make_series(name="Padma")
    rename(series, "river")
    series.delete()
    assert client.get("/series/padma/").status_code == 404


@pytest.mark.parametrize("old", ["/WORLD/", "/world/?page=2", "/world/?utm_source=x"])
def test_neither_case_nor_a_query_keeps_one_from_the_page(client, old):
    rename(make_section(name="World"), "abroad")
    assert goes_to(client, old) == "/abroad/"


@pytest.mark.parametrize("form", ["rss.xml", "atom.xml", "feed.json"])
@pytest.mark.parametrize(("kind", "folder"), [("section", "sections"), ("tag", "tags"), ("author", "authors")])
def test_feeds_move_with_their_pages(client, kind, folder, form):
    rename(ROWS[kind](name="First"), "second")
    assert goes_to(client, f"/feeds/{folder}/first/{form}") == f"/feeds/{folder}/second/{form}"


def test_a_story_leads_on_from_any_section_and_slug(client):
    story = make_article()
    old = story.get_absolute_url()
    rename(story.section, "abroad")
    Article.objects.filter(pk=story.pk).update(slug="another")
    story.refresh_from_db()
    assert goes_to(client, old) == story.get_absolute_url() == f"/abroad/{story.pk}/another/"


OLD = [
    "https://old.example/2018/09/18/ferries.html",
    "https://old.example/?p=12",
    "https://old.example/খবর/ফেরি/",
    "/a/b/c/d/e",
]


@pytest.mark.parametrize("old", OLD)
def test_the_old_address_of_an_imported_story_leads_to_it(client, old):
    run(line(url=old))
    here = old.removeprefix("https://old.example")
    if "?p=" in old:
        assert client.get(here).status_code == 200, "the front page answers whatever it is asked"
        return
    assert goes_to(client, here) == Article.objects.get().get_absolute_url()


def test_a_withdrawn_story_answers_gone_under_its_old_address_too(client):
    story = make_article()
    Redirect.objects.keep_stories({story.pk: "/old/ferries"})
    workflow.withdraw(story, by=None, reason="It was a balloon.")
    assert client.get(goes_to(client, "/old/ferries")).status_code == 410


@pytest.mark.parametrize("fields", [{"published": False}, {"hours_ago": -1}])
def test_a_story_that_is_not_out_is_not_given_away(client, fields):
    Redirect.objects.keep_stories({make_article(**fields).pk: "/old/ferries/"})
    assert client.get("/old/ferries/").status_code == 404


def test_of_two_stories_from_one_address_the_first_keeps_it(client):
    stories = make_articles(number=2)
    Redirect.objects.keep_stories({story.pk: "/old/" for story in stories})
    Redirect.objects.keep_stories({stories[1].pk: "/old/"})
    assert goes_to(client, "/old/") == stories[0].get_absolute_url()


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://old.example/a/b/", "/a/b"), ("/%E0%A6%96/", "/খ"), ("/a?b=%20c", "/a?b= c"), ("/?p=1", "/?p=1"), ("?p=1", "/?p=1"),
        ("https://old.example", ""), ("mailto:a@b.example", ""), ("http://[", ""), ("/" + "a" * 500, ""), ("/a%00b", ""), ("", ""),
    ],
)  # fmt: skip
def test_old_addresses_are_kept_by_their_paths(address, path):
    assert as_path(address) == path


def test_a_page_that_is_there_costs_no_query_more_and_a_missing_one_one(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/robots.txt")
    with django_assert_num_queries(1):
        moving.new_place("/nobody/", None, now=timezone.now())


def test_a_redirect_may_be_kept_by_any_cache(client):
    rename(make_section(name="World"), "abroad")
    answer = client.get("/world/")
    assert answer["Cache-Control"].startswith("public")
    assert {"redirects", "sections:en"} <= set(answer["Cache-Tag"].split(","))
    assert not answer.cookies


# --- what editors make


def redirect(old, new, *, by=None):
    return moving.keep(moving.read(old, new), by=by)


def test_an_editors_redirect_to_a_page_of_ours_follows_it(client):
    section = make_section(name="World")
    redirect("/old/", "https://news.example/world/")
    rename(section, "abroad")
    assert goes_to(client, "/old/") == "/abroad/"


def test_an_editors_redirect_to_a_series_follows_it(client):
    series = make_series(name="Padma")
    redirect("/old/", "/series/Padma/")
    renamed = rename(series, "river")
    assert goes_to(client, "/old/") == renamed
    with pytest.raises(NewsroomError, match="There is a page"):
        moving.read("/series/river/", "/latest/")
    with pytest.raises(NewsroomError, match="no page at the new address"):
        moving.read("/older/", "/series/nobody/")


@pytest.mark.parametrize("old", ["/old/page.html", "https://news.example/old/page.html/", "/old/page.html/"])
def test_an_editor_may_write_an_address_in_any_way(client, old):
    story = make_article()
    redirect(old, story.get_absolute_url())
    assert goes_to(client, "/old/page.html") == story.get_absolute_url()


def test_a_redirect_to_an_address_that_has_moved_takes_its_page(client):
    section = make_section(name="World")
    rename(section, "abroad")
    redirect("/old/", "/world/")
    assert goes_to(client, "/old/") == "/abroad/"
    assert Redirect.objects.get(path="/old").section == section


def test_a_redirect_may_lead_elsewhere_and_to_plain_pages(client):
    redirect("/shop/", "https://shop.example/")
    redirect("/news/", "/latest/")
    assert client.get("/shop/")["Location"] == "https://shop.example/"
    assert goes_to(client, "/news/") == "/latest/"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("/", "/latest/", "address of this site"), ("", "/latest/", "address of this site"),
        ("https://other.example/x/", "/latest/", "address of this site"),
        ("/latest/", "/archive/", "There is a page"), ("/world/", "/archive/", "There is a page"),
        ("/old/", "/nobody/", "no page at the new address"), ("/old/", "/old/", "no page at the new address"),
        ("/old/", "javascript:alert(1)", "https://"), ("/old/", "ferries", "https://"), ("/old/", "/world/99999/x/", "no page"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_refused_in_words(old, new, words):
    make_section(name="World")
    with pytest.raises(NewsroomError, match=words):
        moving.read(old, new)
    assert not Redirect.objects.exists()


@pytest.mark.parametrize(
    "new", ["/search/?q=budget&page=2#found", "https://news.example/search/?q=budget&page=2#found"]
)
def test_a_redirect_keeps_the_query_of_its_target(client, new):
    redirect("/old/", new)
    assert client.get("/old/")["Location"] == "/search/?q=budget&page=2#found"


def test_an_old_address_may_have_a_query():
    assert redirect(" /old/?id=7%20b ", "/latest/").path == "/old?id=7 b"


def test_who_may_not_make_redirects_keeps_none():
    with pytest.raises(NotAllowed):
        redirect("/old/", "/latest/", by=make_user(role=REPORTER))
    assert not Redirect.objects.exists()


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR)
    client.force_login(user)
    return user


def test_an_editor_makes_a_redirect_from_the_report(client, editor):
    now = timezone.now()
    MissingPage.objects.create(path="/old", hits=7, first_seen=now, last_seen=now, referrer="blog.example")
    report = client.get(reverse("admin:articles_missingpage_changelist")).content.decode()
    add = reverse("admin:articles_redirect_add")
    assert f"{add}?path=%2Fold" in report
    assert "blog.example" in report
    assert 'value="/old"' in client.get(f"{add}?path=%2Fold").content.decode()
    story = make_article()
    assert client.post(add, {"path": "/old", "to": story.get_absolute_url()}).status_code == 302
    assert (Redirect.objects.get().by, MissingPage.objects.count()) == (editor, 0)
    assert goes_to(client, "/old/") == story.get_absolute_url()


def test_a_refused_redirect_keeps_what_was_typed(client, editor):
    answer = client.post(reverse("admin:articles_redirect_add"), {"path": "/old", "to": "/nobody/"})
    assert "There is no page at the new address." in answer.content.decode()
    assert 'value="/nobody/"' in answer.content.decode()


def test_an_old_address_that_is_taken_is_said_and_leads_where_it_did(client, editor):
    redirect("/old/", "/latest/")
    answer = client.post(reverse("admin:articles_redirect_add"), {"path": "/old", "to": "/archive/"})
    assert "already exists" in answer.content.decode()
    assert goes_to(client, "/old/") == "/latest/"


def test_a_form_that_is_only_checked_writes_nothing(client, editor):
    row = redirect("/old/", "/latest/")
    form = RedirectForm({"to": "/archive/"}, instance=row)
    assert form.is_valid()
    assert Redirect.objects.get().address == "/latest/"


def test_a_redirect_can_be_changed_and_deleted(client, editor):
    row = redirect("/old/", "/latest/")
    change = reverse("admin:articles_redirect_change", args=[row.pk])
    client.post(change, {"to": "/archive/"})
    assert goes_to(client, "/old/") == "/archive/"
    client.post(reverse("admin:articles_redirect_delete", args=[row.pk]), {"post": "yes"})
    assert client.get("/old/").status_code == 404


@pytest.mark.parametrize(("role", "status"), [(REPORTER, 403), (EDITOR, 200), (CHIEF_EDITOR, 200)])
def test_editors_see_the_report(client, role, status):
    client.force_login(make_user(role=role))
    assert client.get(reverse("admin:articles_missingpage_changelist")).status_code == status
    assert client.get(reverse("admin:articles_redirect_changelist")).status_code == status


@pytest.mark.parametrize("number", [2, 20])
def test_the_lists_cost_the_same_with_few_and_many_rows(client, editor, django_assert_max_num_queries, number):
    now = timezone.now()
    for place, story in enumerate(make_articles(number=number)):
        redirect(f"/old/{place}x/", story.get_absolute_url(), by=editor)
        MissingPage.objects.create(path=f"/gone/{place}", hits=1, first_seen=now, last_seen=now + dt.timedelta(hours=1))
    for page in ("missingpage", "redirect"):
        with django_assert_max_num_queries(9):
            client.get(reverse(f"admin:articles_{page}_changelist"))
