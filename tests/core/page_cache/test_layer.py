import datetime as dt
import gzip
import threading
import time

import brotli
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from articles import missing, workflow
from newsportal.core.page_cache import encodings, purging
from newsportal.core.page_cache.keys import digest
from newsportal.core.page_cache.tags import EVERYTHING
from tests.factories import make_article
from tests.pages import Site, ask, commit, wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return make_article(headline="Ferries sail again")


@pytest.fixture
def site():
    return Site()


def test_second_reader_gets_the_page_from_memory(site, story):
    first, second = site.get(story.get_absolute_url()), site.get(story.get_absolute_url())
    assert (first.mark, second.mark, site.made) == ("miss", "hit", 1)
    assert first.body == second.body
    assert "Ferries sail again" in second.text


def test_answer_is_the_one_that_django_gives(site, story):
    page = Client().get(story.get_absolute_url(), headers={"host": "127.0.0.1:8000"})
    site.get(story.get_absolute_url())
    kept = site.get(story.get_absolute_url())
    for name in ("Content-Type", "Content-Language", "Content-Security-Policy", "Permissions-Policy", "Cache-Tag"):
        assert kept.headers[name] == page.headers[name], name
    assert kept.headers["X-Frame-Options"] == "DENY"
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    assert kept.headers["Vary"] == "Accept-Encoding"
    assert int(kept.headers["Content-Length"]) == len(kept.body)


def test_request_id_is_never_kept(site):
    ids = {site.get("/latest/").headers["X-Request-ID"] for _reader in range(3)}
    assert len(ids) == 3


def test_a_trusted_proxys_request_id_is_handed_back(site, settings):
    settings.TRUSTED_PROXIES = 1
    site.get("/latest/")
    assert site.get("/latest/", x_request_id="abcdefgh12345678").headers["X-Request-ID"] == "abcdefgh12345678"


def test_staff_and_readers_share_pages(site, story):
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("ed", "ed@example.org", "x"))
    session = f"sessionid={client.cookies['sessionid'].value}"
    first = site.get(story.get_absolute_url(), cookie=session)
    assert "Set-Cookie" not in first.headers
    assert site.get(story.get_absolute_url()).mark == "hit"
    assert site.get("/admin/", cookie=session).status == 200


@pytest.mark.parametrize(
    "address", ["/healthz", "/readyz", "/admin/login/", "/newsletter/preferences/", "/static/x.css"]
)
def test_what_is_not_public_passes_through(site, address):
    for _time in range(2):
        assert site.get(address).mark == ""
    assert site.made == 2


def test_reads_are_counted_beside_the_cache(site, story):
    assert site.get("/reads/", method="POST").status == 403  # by its own view
    assert site.made == 1


@pytest.mark.parametrize("query", ["", "?utm_source=mail"])
def test_a_missing_page_is_noted_once(site, query, monkeypatch):
    noted = []
    monkeypatch.setattr(missing, "note", lambda path, *rest, **more: noted.append(path))
    assert site.get(f"/nowhere/{query}").status == 404
    assert noted == ["/nowhere/"]


def test_what_is_not_kept_is_packed_once_for_whoever_asks(monkeypatch):
    packed = []
    pack = encodings.compress
    monkeypatch.setattr(encodings, "compress", lambda body, way: packed.append(way) or pack(body, way))

    def failing(environ, start_response):
        start_response("404 Not Found", [("Content-Type", "text/html")])
        return [b"nothing here " * 50]

    answer = Site(failing).get("/nowhere/", accept_encoding="gzip, br;q=0.5")
    assert (packed, gzip.decompress(answer.body)) == (["gzip"], b"nothing here " * 50)


def test_page_that_is_not_there_is_not_kept(site):
    assert [site.get("/nowhere/").status for _time in range(2)] == [404, 404]
    assert site.made == 2


def test_withdrawn_and_moved_pages_are_kept(site, story):
    moved = f"/elsewhere/{story.pk}/old-slug/"
    gone = make_article(state="withdrawn", publish_at=timezone.now() - dt.timedelta(hours=1)).get_absolute_url()
    for address, status in ((moved, 301), (gone, 410)):
        answers = [site.get(address) for _time in range(2)]
        assert [(answer.status, answer.mark) for answer in answers] == [(status, "miss"), (status, "hit")]
    assert site.get(moved).headers["Location"] == story.get_absolute_url()


def test_head_is_answered_from_the_same_page_without_a_body(site, story):
    whole = site.get(story.get_absolute_url())
    head = site.get(story.get_absolute_url(), method="HEAD")
    assert (head.mark, head.body, head.headers["Content-Length"]) == ("hit", b"", whole.headers["Content-Length"])


def test_head_of_a_page_that_is_missing_makes_it(site, story):
    assert site.get(story.get_absolute_url(), method="HEAD").mark == "miss"
    assert "Ferries" in site.get(story.get_absolute_url()).text


@pytest.mark.parametrize(
    ("accepted", "unpack"), [("br, gzip", brotli.decompress), ("gzip", gzip.decompress), ("", lambda body: body)]
)
def test_page_comes_packed_as_the_browser_likes(site, story, accepted, unpack):
    plain = site.get(story.get_absolute_url()).body
    answer = site.get(story.get_absolute_url(), accept_encoding=accepted)
    assert unpack(answer.body) == plain
    assert answer.headers.get("Content-Encoding", "") == accepted.split(",")[0]
    assert site.made == 1


def test_what_the_first_reader_accepts_is_nobody_elses_business(site, story):
    site.get(story.get_absolute_url(), accept_encoding="gzip", range="bytes=0-3", if_none_match="*")
    answer = site.get(story.get_absolute_url())
    assert answer.status == 200
    assert answer.text.endswith("</html>\n")


def test_known_page_is_answered_304_in_any_encoding(site, story):
    etag = site.get(story.get_absolute_url()).headers["ETag"]
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        answer = site.get(story.get_absolute_url(), if_none_match=known, accept_encoding="gzip")
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)
        assert "Content-Length" not in answer.headers
    assert site.get(story.get_absolute_url(), if_none_match='"other"').status == 200


def test_first_reader_who_knows_the_page_is_answered_304_too(site, story):
    etag = site.get(story.get_absolute_url()).headers["ETag"]
    assert Site().get(story.get_absolute_url(), if_none_match=etag).status == 304


def test_caches_in_front_are_told_how_long_the_page_is_good_from_now_on(site, story):
    site.get(story.get_absolute_url())
    site.age(100)
    control = site.get(story.get_absolute_url()).headers["Cache-Control"]
    assert "s-maxage=200" in control or "s-maxage=199" in control


# --- Fresh ------------------------------------------------------------------------------------------------------------


def test_purged_page_is_made_anew_and_no_other(site, story):
    other = make_article(headline="আরেকটি", language="bn")
    tag = f"story:{story.pk}"
    addresses = [f"/x/{story.pk}/", other.get_absolute_url()]
    for address in addresses:
        site.get(address)
    purging.purge(tag)
    assert [site.get(address).mark for address in addresses] == ["miss", "hit"]
    assert [site.get(address).mark for address in addresses] == ["hit", "hit"]


def test_purging_everything_leaves_nothing(site, story):
    site.get(story.get_absolute_url())
    purging.purge(EVERYTHING)
    assert site.get(story.get_absolute_url()).mark == "miss"


def test_page_that_was_purged_while_it_was_made_is_not_kept(story):
    def changing(environ, start_response):
        purging.purge(f"story:{story.pk}")
        commit()
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60"), ("Cache-Tag", f"story:{story.pk}")])
        return [b"old"]

    site = Site(changing)
    assert [site.get("/latest/").mark for _time in range(2)] == ["miss", "miss"]


def test_page_past_its_age_is_made_anew(site, story):
    site.get(story.get_absolute_url())
    site.age(301)
    assert site.get(story.get_absolute_url()).mark == "miss"


def test_page_is_not_given_out_past_a_planned_change(site, story):
    make_article(headline="Soon", publish_at=timezone.now() + dt.timedelta(seconds=30))
    site.get(story.get_absolute_url())
    site.age(31)
    # Not even while a new one is made.
    entry = site.cache.memory.get("127.0.0.1" + story.get_absolute_url())
    assert not entry.is_fresh_enough(time.time())
    assert site.get(story.get_absolute_url()).mark == "miss"


# --- Several processes ------------------------------------------------------------------------------------------------


def test_what_one_process_has_made_serves_the_others(story):
    one, two = Site(shared=True), Site(shared=True)
    one.get(story.get_absolute_url())
    assert two.get(story.get_absolute_url(), accept_encoding="br").mark == "hit"
    assert (one.made, two.made) == (1, 0)


def test_change_reaches_what_the_shared_cache_holds(story):
    one, two = Site(shared=True), Site(shared=True)
    one.get(story.get_absolute_url())
    purging.purge(f"story:{story.pk}")
    assert two.get(story.get_absolute_url()).mark == "miss"
    assert one.get(story.get_absolute_url()).mark == "hit"
    assert one.made == 1


def test_searches_and_moves_do_not_fill_the_shared_cache(story):
    one, two = Site(shared=True), Site(shared=True)
    for address in ("/search/?q=fog", f"/x/{story.pk}/wrong/"):
        one.get(address)
        assert two.get(address).mark == "miss"


def test_odd_parameters_of_a_story_do_not_fill_it_either(story):
    one, two = Site(shared=True), Site(shared=True)
    one.get(f"{story.get_absolute_url()}?before=5")
    two.get(f"{story.get_absolute_url()}?before=5")
    assert (one.made, two.made) == (1, 1)


def test_shared_cache_that_fails_harms_nobody(story, monkeypatch):
    site = Site(shared=True)
    for name in ("get", "set", "add", "delete"):
        monkeypatch.setattr(f"newsportal.core.page_cache.shared.cache.{name}", fail)
    assert [site.get(f"/x/{story.pk}/").mark for _time in range(2)] == ["miss", "hit"]


def test_garbage_in_the_shared_cache_is_made_anew(story):
    site = Site(shared=True)
    site.get(story.get_absolute_url())
    key = site.cache.shared._page(digest("127.0.0.1" + story.get_absolute_url()))
    for garbage in (b"x", b"\x00\x00\x00\x05{}", "text", 5):
        cache.set(key, garbage)
        assert Site(shared=True).get(story.get_absolute_url()).status == 200


def fail(*args, **kwargs):
    raise ConnectionError("no route to host")


# --- The database is away ---------------------------------------------------------------------------------------------


@pytest.fixture
def outage(monkeypatch):
    """`outage(site)`: from now on neither the ledger nor any page has a database."""

    def begin(site):
        monkeypatch.setattr(site.cache.ledger, "_read", lose_connection)
        site._application = broken

    return begin


def lose_connection(*args):
    raise OperationalError("server closed the connection unexpectedly")


def broken(environ, start_response):
    start_response("500 Internal Server Error", [("Content-Type", "text/html")])
    return [b"broken"]


def test_last_good_page_is_given_out_and_marked(site, story, outage):
    site.get(story.get_absolute_url())
    outage(site)
    site.age(4000)
    answer = site.get(story.get_absolute_url())
    assert (answer.status, answer.mark) == (200, "stale-error")
    assert answer.headers["Warning"].startswith("111")
    assert "s-maxage=0" in answer.headers["Cache-Control"]
    assert site.made == 1  # nobody waits for a database that is away


def test_page_that_is_a_day_old_is_not_given_out(site, story, outage):
    site.get(story.get_absolute_url())
    outage(site)
    site.age(300 + 86400 + 1)
    assert site.get(story.get_absolute_url()).status == 500


def test_page_of_the_shared_cache_is_given_out_by_a_process_that_has_none(story, outage):
    Site(shared=True).get(story.get_absolute_url())
    late = Site(shared=True)
    outage(late)
    assert late.get(story.get_absolute_url()).mark == "stale-error"


def test_page_that_fails_by_itself_is_the_last_good_one(site, story):
    site.get(story.get_absolute_url())
    site._application = broken
    site.age(4000)
    assert site.get(story.get_absolute_url()).mark == "stale-error"
    assert site.get("/latest/").status == 500


@pytest.mark.parametrize("how", ["away", "failing"])
def test_what_was_taken_down_does_not_come_back_as_the_last_good_page(site, story, outage, how):
    site.get(story.get_absolute_url())
    workflow.withdraw(story, by=None, reason="It was not so.")
    commit()
    assert site.cache.ledger.refresh()
    if how == "away":
        outage(site)
    site._application = broken
    assert site.get(story.get_absolute_url()).status == 500


def test_what_was_only_changed_does(site, story, outage):
    site.get(story.get_absolute_url())
    purging.purge(f"story:{story.pk}")
    assert site.cache.ledger.refresh()
    outage(site)
    assert site.get(story.get_absolute_url()).mark == "stale-error"


def test_site_is_fresh_again_when_the_database_is_back(site, story, monkeypatch):
    site.get(story.get_absolute_url())
    with monkeypatch.context() as outage:
        outage.setattr(site.cache.ledger, "_read", lose_connection)
        assert site.get(story.get_absolute_url()).mark == "stale-error"
    purging.purge(f"story:{story.pk}")
    assert [site.get(story.get_absolute_url()).mark for _time in range(2)] == ["miss", "hit"]


# --- Many at once -----------------------------------------------------------------------------------------------------


class Slow:
    """An application that makes a page when it is told to."""

    def __init__(self, body=b"page", control="public, s-maxage=60, stale-while-revalidate=60"):
        self.body, self.control = body, control
        self.calls, self.go, self.began = 0, threading.Event(), threading.Event()

    def __call__(self, environ, start_response):
        self.calls += 1
        self.began.set()
        assert self.go.wait(10)
        start_response("200 OK", [("Cache-Control", self.control), ("Content-Type", "text/html")])
        return [self.body]


def readers(site, number, address="/latest/"):
    """That many readers at once; (threads, the answers that come)."""
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(site.get(address))) for _reader in range(number)]
    for thread in threads:
        thread.start()
    return threads, answers


def without_database(site):
    """For threads, which have no part in a test's transaction."""
    site.get = lambda address: ask(site.cache, address)
    site.cache.ledger.refresh = lambda: True
    site.cache.ledger.checked = float("inf")
    return site


def test_one_makes_a_missing_page_and_the_others_wait():
    slow = Slow()
    site = without_database(Site(slow))
    threads, answers = readers(site, 8)
    assert slow.began.wait(10)
    wait_until(lambda: all(thread.is_alive() for thread in threads))
    slow.go.set()
    for thread in threads:
        thread.join(10)
    assert slow.calls == 1
    assert sorted(answer.mark for answer in answers) == ["hit"] * 7 + ["miss"]
    assert {answer.body for answer in answers} == {b"page"}


def test_others_get_the_last_page_while_a_new_one_is_made():
    slow = Slow()
    site = without_database(Site(slow))
    slow.go.set()
    site.get("/latest/")
    site.age(61)
    slow.go.clear()
    slow.began.clear()
    threads, answers = readers(site, 1)
    assert slow.began.wait(10)
    assert site.get("/latest/").mark == "stale"
    slow.go.set()
    threads[0].join(10)
    assert answers[0].mark == "miss"
    assert slow.calls == 2


def test_another_process_waits_for_the_one_that_makes_the_page():
    slow = Slow(control="public, s-maxage=60, stale-if-error=86400")
    one, two = without_database(Site(slow, shared=True)), without_database(Site(slow, shared=True))
    threads, answers = readers(one, 1)
    assert slow.began.wait(10)
    more, others = readers(two, 2)
    wait_until(lambda: two.cache._flights)
    slow.go.set()
    for thread in [*threads, *more]:
        thread.join(10)
    assert slow.calls == 1
    assert [answer.mark for answer in others] == ["hit", "hit"]
    assert answers[0].mark == "miss"


def test_process_that_dies_while_it_makes_a_page_holds_nobody_up_for_long(monkeypatch):
    monkeypatch.setattr("newsportal.core.page_cache.layer.PATIENCE", 0.1)
    slow = Slow()
    slow.go.set()
    site = without_database(Site(slow, shared=True))
    monkeypatch.setattr(site.cache.shared, "claim", lambda name: "")
    monkeypatch.setattr(site.cache.shared, "is_claimed", lambda name: True)
    assert site.get("/latest/").mark == "miss"


def test_application_that_raises_leaves_no_reader_waiting():
    def dying(environ, start_response):
        raise RuntimeError("out of memory")

    site = without_database(Site(dying))
    for _time in range(2):
        with pytest.raises(RuntimeError):
            site.get("/latest/")
    assert not site.cache._flights


def test_old_link_with_a_number_is_asked_whole(story):
    def old_links(environ, start_response):
        found = environ["QUERY_STRING"] == "id=5"
        start_response("301 Moved Permanently" if found else "404 Not Found", [("Location", "/new/")] if found else [])
        return [b""]

    site = without_database(Site(old_links))
    answers = [site.get("/old/?id=5"), site.get("/old/"), site.get("/old/?id=5")]
    assert [answer.status for answer in answers] == [301, 404, 301]
