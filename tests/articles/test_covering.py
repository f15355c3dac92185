"""Live coverage: the verbs, the page, the part that a script asks for, the feed, and the form."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.utils import timezone

from articles import covering, workflow
from articles.exceptions import NewsroomError, NotAllowed, WrongState
from articles.models import LiveUpdate, LogEntry, SectionBeat
from articles.states import EDITOR, REPORTER
from newsportal.core.models import Purge
from tests.factories import make_article, make_section, make_user
from tests.pages import Site, ask

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 26, 6, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def make_live(**fields):
    return make_article(story_type="live", headline="Fog on the Padma, live", **fields)


def post(article, headline="Ferries stop", body="", *, is_key=False, by=None, **fields):
    return covering.post(article, headline=headline, body=body, is_key=is_key, by=by, **fields)


def change(update, *, version=1, by=None, **words):
    words = {"headline": update.headline, "body": update.body, "is_key": update.is_key, **words}
    return covering.change(update, **words, version=version, by=by)


def poll(client, article, **headers):
    return client.get(f"/live/{article.pk}/", headers=headers)


def page_of(client, article, query=""):
    return client.get(article.get_absolute_url() + query).content.decode()


def test_the_newest_stands_first_and_key_points_on_top(client):
    article = make_live()
    for number, is_key in enumerate([True, False, True]):
        post(article, f"Update {number}", is_key=is_key, now=timezone.now() - (9 - number) * MINUTE)
    page = page_of(client, article)
    keys, updates = page.split('<ol class="updates">')
    assert keys.index(">Update 2</a>") < keys.index(">Update 0</a>")
    assert "Update 1" not in keys
    assert updates.index("<h3>Update 2</h3>") < updates.index("<h3>Update 1</h3>") < updates.index("<h3>Update 0</h3>")


def test_plain_text_becomes_paragraphs_and_markup_is_sanitised(client):
    article = make_live()
    post(article, body="One.\n\nTwo.<script>x</script>")
    assert LiveUpdate.objects.get().body.count("<p>") == 2
    assert "<script>x" not in page_of(client, article)


def test_an_update_without_a_title_is_a_key_point_by_its_words(client):
    article = make_live()
    post(article, "", "One.\n\nTwo.", is_key=True)
    assert ">One. Two.</a>" in page_of(client, article)


def test_pages_go_on_by_time(client):
    article = make_live()
    for number in range(25):
        post(article, f"Update {number:02}", now=timezone.now() - (30 - number) * MINUTE)
    page = page_of(client, article)
    older = re.search(r"\?before=\d+", page)[0]
    assert ("Update 05" in page, "Update 04" in page) == (True, False)
    page = page_of(client, article, older)
    assert ("Update 05" in page, "Update 04" in page, "Update 00" in page) == (False, True, True)
    assert "Newest updates" in page
    assert "data-live" not in page


@pytest.mark.parametrize("before", ["", "x", "0", "9" * 30, "१"])
def test_an_odd_page_is_the_first(client, before):
    article = make_live()
    post(article)
    assert "<h3>Ferries stop</h3>" in page_of(client, article, f"?before={before}")


def test_the_script_asks_for_the_part_that_changes(client):
    article = make_live()
    post(article)
    assert f'data-live="/live/{article.pk}/"' in page_of(client, article)
    first = poll(client, article)
    assert poll(client, article, if_none_match=first["ETag"]).status_code == 304
    post(article, "They sail again")
    second = poll(client, article, if_none_match=first["ETag"])
    assert second.status_code == 200
    assert "They sail again" in second.content.decode()


def test_the_poll_is_public_and_kept_for_seconds(client):
    answer = poll(client, make_live())
    assert answer["Cache-Control"].startswith("public, max-age=0, s-maxage=4,")
    assert "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")


@time_machine.travel(NOW, tick=False)
def test_readers_who_poll_are_one_page_to_the_application():
    article, site = make_live(), Site()
    post(article)
    address = f"/live/{article.pk}/"
    etag = dict(site.get(address).headers)["ETag"]
    statuses = {ask(site.cache, address, if_none_match=etag).status for _reader in range(1_000)}
    assert (site.made, statuses) == (1, {304})
    post(article, "They sail again")
    assert site.get(address, if_none_match=etag).status == 200
    assert site.made == 2


def test_the_poll_costs_the_same_with_any_number_of_updates(client, django_assert_max_num_queries):
    article = make_live()
    for number in range(30):
        post(article, f"Update {number}")
    with django_assert_max_num_queries(3):
        poll(client, article)


def test_an_update_purges_its_story_alone():
    article = make_live()
    Purge.objects.all().delete()
    post(article)
    assert [row.tags for row in Purge.objects.all()] == [f"live:{article.pk}"]


def test_the_page_and_the_poll_carry_the_tag_that_is_purged(client):
    article = make_live()
    for address in (article.get_absolute_url(), f"/live/{article.pk}/", f"/live/{article.pk}/rss.xml"):
        assert f"live:{article.pk}" in client.get(address)["Cache-Tag"].split(",")


@pytest.mark.parametrize("fields", [{"story_type": "news"}, {"published": False}, {"language": "bn"}])
def test_stories_that_are_not_live_here_have_no_updates(client, fields):
    article = make_article(**{"story_type": "live", **fields})
    assert poll(client, article).status_code == 404


def test_a_withdrawn_story_has_no_updates_any_more(client):
    article = make_live()
    post(article)
    workflow.withdraw(article, by=None, reason="It was wrong.")
    assert poll(client, article).status_code == 404
    with pytest.raises(WrongState):
        post(article)


def test_coverage_in_which_nothing_happens_is_over(client):
    with time_machine.travel(NOW, tick=False):
        article = make_live()
        post(article)
        assert "data-live" in page_of(client, article)
    with time_machine.travel(NOW + 13 * 60 * MINUTE, tick=False):
        page = page_of(client, article)
        assert "data-live" not in page
        assert "coverageEndTime" in page


def test_search_engines_are_told_update_by_update(client):
    article = make_live()
    post(article, "Ferries stop", "Fog came at <b>six</b>.")
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page_of(client, article), re.DOTALL)
    blog = next(data for data in map(json.loads, found) if data.get("@type") == "LiveBlogPosting")
    (update,) = blog["liveBlogUpdate"]
    assert (update["headline"], update["articleBody"]) == ("Ferries stop", "Fog came at six.")
    assert update["url"].endswith(f"#update-{LiveUpdate.objects.get().pk}")
    assert blog["coverageStartTime"]
    assert "coverageEndTime" not in blog


def test_the_feed_has_update_by_update(client):
    article = make_live()
    post(article, "Ferries stop & wait", "Fog.")
    post(article, "They sail")
    answer = client.get(f"/live/{article.pk}/rss.xml")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("application/rss+xml")
    assert text.index("They sail") < text.index("Ferries stop &amp; wait")
    assert "rss.xml" in page_of(client, article)


def test_bangla_updates_have_bangla_times(client):
    with time_machine.travel(NOW, tick=False):
        article = make_article(story_type="live", language="bn", headline="সরাসরি")
        post(article, "ফেরি বন্ধ")
        assert "১২:০০" in client.get(f"/bn/live/{article.pk}/").content.decode()


# --- the verbs


def test_writing_makes_one_log_row():
    user, article = make_user(role=EDITOR), make_live()
    post(article, "Ferries stop", by=user)
    entry = LogEntry.objects.get(action="post_update")
    assert (entry.article, entry.by, entry.new["headline"]) == (article, user, "Ferries stop")


def test_a_change_says_when_and_a_stale_one_is_refused(client):
    article = make_live()
    update = post(article)
    changed = change(update, headline="Ferries stop and wait")
    assert (changed.version, changed.changed_at is not None) == (2, True)
    assert "Changed at" in page_of(client, article)
    with pytest.raises(covering.StaleUpdate):
        change(update, headline="Another")
    assert LiveUpdate.objects.get().headline == "Ferries stop and wait"


def test_changing_nothing_changes_nothing():
    update = post(make_live())
    assert change(update).version == 1
    assert not LogEntry.objects.filter(action="change_update").exists()


def test_marking_as_key_is_no_change_of_words():
    assert change(post(make_live()), is_key=True).changed_at is None


def test_what_is_taken_out_is_gone_and_stays_in_the_log(client):
    article = make_live()
    update = post(article)
    for _again in range(2):
        covering.take_out(update, version=1, by=None)
    assert "Ferries stop" not in poll(client, article).content.decode()
    assert LogEntry.objects.get(action="remove_update").old["headline"] == "Ferries stop"


@pytest.mark.parametrize("words", [("", ""), ("  ", "<p></p>"), ("x" * 161, ""), ("x", "y" * 20_001)])
def test_what_is_no_update_is_refused(words):
    with pytest.raises(NewsroomError):
        post(make_live(), *words)


def test_a_minute_to_come_is_refused():
    with pytest.raises(NewsroomError, match="one to come"):
        post(make_live(), at=timezone.now() + MINUTE)


def test_only_who_publishes_in_the_section_may():
    sport, user = make_section(name="Sport"), make_user(role=EDITOR)
    SectionBeat.objects.create(user=user, section=sport)
    for by in (make_user(role=REPORTER), user):
        with pytest.raises(NotAllowed):
            post(make_live(), by=by)
    post(make_live(section=sport), by=user)


# --- the form


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR)
    client.force_login(user)
    return user


def page(article, rest=""):
    return f"/admin/articles/article/{article.pk}/live/{rest}"


def test_the_form_writes_and_changes_and_takes_out(client, editor):
    article = make_live()
    assert client.post(page(article), {"headline": "Ferries stop", "body": "", "is_key": "on"}).status_code == 302
    update = LiveUpdate.objects.get()
    assert (update.is_key, update.by) == (True, editor)
    at = timezone.localtime(update.at).strftime("%Y-%m-%dT%H:%M")
    client.post(page(article, f"{update.pk}/"), {"headline": "They sail", "body": "", "at": at, "version": 1})
    changed = LiveUpdate.objects.get()
    assert (changed.headline, changed.is_key, changed.at) == ("They sail", False, update.at)
    client.post(page(article, f"{update.pk}/"), {"_remove": "1", "version": 2})
    assert LiveUpdate.objects.get().removed_at is not None
    assert client.get(page(article)).status_code == 200


def test_what_cannot_be_taken_comes_back_as_it_was_typed(client, editor):
    article = make_live()
    update = post(article)
    change(update, headline="Theirs")
    answer = client.post(page(article, f"{update.pk}/"), {"headline": "Mine", "body": "", "version": 1})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Mine"' in text
    assert "Somebody has changed this update" in text


def test_the_story_form_leads_there_for_live_stories_alone(client, editor):
    live, news = make_live(), make_article()
    assert page(live) in client.get(f"/admin/articles/article/{live.pk}/change/").content.decode()
    assert page(news) not in client.get(f"/admin/articles/article/{news.pk}/change/").content.decode()


def test_reporters_read_and_do_not_write(client):
    client.force_login(make_user(role=REPORTER))
    article = make_live()
    assert "Publish the update" not in client.get(page(article)).content.decode()
    assert client.post(page(article), {"headline": "x"}).status_code == 422
    assert not LiveUpdate.objects.exists()
