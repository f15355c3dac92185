"""Stories that are translations of each other: links, what readers and search engines are told of them."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from articles import contents, revising, translating, workflow
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, LogEntry, Translation
from articles.states import EDITOR, NEWSLETTER_EDITOR, State
from tests.factories import make_article, make_contributor, make_section, make_tag, make_user

pytestmark = pytest.mark.django_db
ALTERNATE = re.compile(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">')
SWITCH = re.compile(r'<li><a href="([^"]+)" lang="(?:en|bn)" hreflang="(?:en|bn)">')


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://news.example"


@pytest.fixture
def pair():
    """A story and its translation, linked."""
    english, bangla = make_article(headline="Ferries"), make_article(headline="ফেরি", language="bn")
    translating.link(english, bangla, by=None)
    return english, bangla


def groups():
    """Which stories are linked, as sets of ids."""
    found = {}
    for row in Translation.objects.all():
        found.setdefault(row.group, set()).add(row.article_id)
    return sorted(map(sorted, found.values()))


def alternates(client, address):
    return dict(ALTERNATE.findall(client.get(address).content.decode()))


def switch(client, address):
    """Where the switch of editions leads."""
    (found,) = SWITCH.findall(client.get(address).content.decode())
    return found


def whole(story):
    return f"https://news.example{story.get_absolute_url()}"


def test_a_link_is_logged_for_both_and_made_once(pair):
    translating.link(*pair, by=None)
    translating.link(*reversed(pair), by=None)
    assert groups() == [sorted(story.pk for story in pair)]
    assert LogEntry.objects.filter(action="link_translation").count() == 2


def test_a_story_of_the_same_edition_is_no_translation(pair):
    with pytest.raises(NewsroomError, match="another edition"):
        translating.link(pair[0], make_article(), by=None)


def test_another_translation_takes_the_place_of_the_first(pair):
    english, old = pair
    new = make_article(language="bn")
    translating.link(english, new, by=None)
    assert groups() == [sorted([english.pk, new.pk])]
    assert not Translation.objects.filter(article=old).exists()


def test_a_translation_leaves_the_story_that_it_had(pair):
    english, bangla = pair
    other = make_article()
    translating.link(other, bangla, by=None)
    assert groups() == [sorted([other.pk, bangla.pk])]


def test_two_pairs_that_cross_leave_nobody_alone(pair):
    others = make_article(), make_article(language="bn")
    translating.link(*others, by=None)
    translating.link(pair[0], others[1], by=None)
    assert groups() == [sorted([pair[0].pk, others[1].pk])]


def test_unlinking_leaves_no_story_alone_in_a_group(pair):
    translating.unlink(pair[1], by=None)
    translating.unlink(pair[1], by=None)
    assert (groups(), LogEntry.objects.filter(action="unlink_translation").count()) == ([], 1)


def test_who_may_not_change_stories_links_none(pair):
    user = make_user(role=NEWSLETTER_EDITOR)
    for act in (lambda: translating.link(*pair, by=user), lambda: translating.unlink(pair[0], by=user)):
        with pytest.raises(NotAllowed):
            act()


def test_a_story_that_goes_to_the_other_edition_is_no_translation_any_more(pair):
    english, _bangla = pair
    section = make_section(name="বিশ্ব", language="bn")
    text = contents.take(english) | {"language": "bn", "section": {"id": section.pk, "name": section.name}}
    revising.save(english, text, by=None)
    workflow.update(english, by=None)
    assert groups() == [], "nor is the other one left alone in a group"


def test_both_pages_name_both_and_themselves(client, pair):
    english, bangla = pair
    expected = {"en": whole(english), "bn": whole(bangla), "x-default": whole(english)}
    assert alternates(client, english.get_absolute_url()) == expected
    assert alternates(client, bangla.get_absolute_url()) == expected


def test_the_switch_leads_from_a_story_to_its_translation(client, pair):
    english, bangla = pair
    assert switch(client, english.get_absolute_url()) == bangla.get_absolute_url()
    assert switch(client, bangla.get_absolute_url()) == english.get_absolute_url()


@pytest.mark.parametrize("fields", [{"published": False}, {"state": State.WITHDRAWN}, {"hours_ago": -1}])
def test_a_translation_that_readers_cannot_see_is_not_named(client, fields):
    english, hidden = make_article(), make_article(language="bn", **fields)
    translating.link(english, hidden, by=None)
    assert alternates(client, english.get_absolute_url()) == {}
    assert switch(client, english.get_absolute_url()) == "/bn/"


def test_a_translation_is_named_from_its_minute_on(client):
    minute = timezone.now().replace(microsecond=0) + dt.timedelta(hours=1)
    english, later = make_article(), make_article(language="bn", publish_at=minute)
    translating.link(english, later, by=None)
    for moment, named in ((minute - dt.timedelta(seconds=1), False), (minute, True)):
        with time_machine.travel(moment, tick=False):
            assert bool(alternates(client, english.get_absolute_url())) is named


def test_a_story_without_translations_costs_no_query_more(client, django_assert_num_queries, pair):
    alone = make_article()
    found_of_each = []
    for story in (alone, pair[0]):
        found = Article.objects.for_page(timezone.now()).get(pk=story.pk)
        with django_assert_num_queries(0 if story is alone else 1):
            found_of_each.append(translating.translations_of(found, timezone.now(), translating.DueChanges()))
    assert found_of_each == [[], [pair[1]]]


def test_sitemaps_tell_of_translations(client, pair):
    english, bangla = pair
    make_article(headline="Alone")
    now = timezone.localtime()
    for language in ("en", "bn"):
        text = client.get(f"/sitemap-{language}-{now:%Y-%m}.xml").content.decode()
        assert text.count("<xhtml:link") == 2
        for story in (english, bangla):
            assert f'<xhtml:link href="{whole(story)}" hreflang="{story.language}" rel="alternate">' in text


@pytest.mark.parametrize(
    "page", ["/", "/latest/", "/corrections/", "/archive/", "/tags/padma/", "/authors/hasan-kabir/"]
)
def test_pages_that_both_editions_have_are_kept_and_named(client, page):
    make_article(tags=[make_tag()], signed_by=[make_contributor()])
    assert (switch(client, page), switch(client, f"/bn{page}")) == (f"/bn{page}", page)
    assert alternates(client, page) == {
        "en": f"https://news.example{page}",
        "bn": f"https://news.example/bn{page}",
        "x-default": f"https://news.example{page}",
    }


def test_further_pages_of_a_list_have_no_counterpart(client):
    tag = make_tag()
    for _ in range(21):
        make_article(tags=[tag])
    assert alternates(client, "/tags/padma/?page=2") == {}
    assert switch(client, "/tags/padma/?page=2") == "/bn/tags/padma/"


@pytest.mark.parametrize("names_the_other", [0, 1])
def test_a_section_leads_to_its_counterpart_whichever_names_the_other(client, names_the_other):
    sections = [make_section(name="World"), make_section(name="বিশ্ব", language="bn")]
    sections[names_the_other].counterpart = sections[1 - names_the_other]
    sections[names_the_other].save()
    addresses = [section.get_absolute_url() for section in sections]
    assert [switch(client, address) for address in addresses] == addresses[::-1]
    assert set(alternates(client, addresses[0])) == {"en", "bn", "x-default"}


def test_a_section_without_counterpart_leads_to_the_front_page(client):
    assert switch(client, make_section(name="World").get_absolute_url()) == "/bn/"


@pytest.mark.parametrize(
    ("page", "there"),
    [("/search/", "/bn/search/"), ("/search/?q=fog", "/bn/search/?q=fog"), ("/newsletter/", "/bn/newsletter/")],
)
def test_search_keeps_its_words_and_the_newsletter_its_page(client, page, there):
    assert switch(client, page) == there
    assert switch(client, there) == page


def test_a_page_that_is_not_there_leads_to_the_front_page(client):
    assert switch(client, "/nobody/") == "/bn/"


# --- in the admin


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR)
    client.force_login(user)
    return user


def page_of(story):
    return reverse("admin:articles_article_translations", args=[story.pk])


def test_an_editor_finds_and_links_the_translation(client, editor):
    english, bangla = make_article(headline="Ferries"), make_article(headline="ফেরি ফিরল", language="bn")
    make_article(headline="ফেরি ডুবল", language="bn", state=State.ARCHIVED)
    assert page_of(english) in client.get(reverse("admin:articles_article_change", args=[english.pk])).content.decode()
    for asked in ("ফেরি", str(bangla.pk), bangla.get_absolute_url(), ""):
        found = client.get(page_of(english), {"q": asked}).context["found"]
        assert list(found) == [bangla], asked
    client.post(page_of(english), {"other": bangla.pk})
    assert groups() == [sorted([english.pk, bangla.pk])]
    assert (
        "In the Bangla edition"
        in client.get(reverse("admin:articles_article_change", args=[english.pk])).content.decode()
    )


def test_an_editor_unlinks(client, editor, pair):
    client.post(page_of(pair[0]), {"unlink": "1"})
    assert groups() == []


@pytest.mark.parametrize("other", ["", "x", "٣", "999999", "9" * 30])
def test_what_is_no_story_is_refused_in_words(client, editor, other):
    answer = client.post(page_of(make_article()), {"other": other})
    assert (answer.status_code, "There is no such story." in answer.content.decode()) == (422, True)


def test_a_story_of_the_same_edition_is_refused_in_words(client, editor):
    answer = client.post(page_of(make_article()), {"other": make_article().pk})
    assert (answer.status_code, "another edition" in answer.content.decode()) == (422, True)


def test_who_may_not_change_stories_has_no_such_page(client):
    client.force_login(make_user(role=NEWSLETTER_EDITOR))
    assert client.get(page_of(make_article())).status_code == 403
