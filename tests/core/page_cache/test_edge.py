import datetime as dt
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from newsportal.core.env import Environment
from newsportal.core.models import Purge
from newsportal.core.page_cache import edge
from newsportal.core.page_cache.edge import BACKLOG, NotTold, tell

pytestmark = pytest.mark.django_db


class Cdn(BaseHTTPRequestHandler):
    """Takes whatever it is sent; `server.status` is what it answers."""

    def take(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.taken.append((self.command, self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    do_BAN = do_POST = take

    def log_message(self, *args):
        pass


@pytest.fixture
def cdn():
    server = HTTPServer(("127.0.0.1", 0), Cdn)
    server.taken, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def changed(number, tags):
    now = timezone.now()
    return Purge.objects.create(change=str(number), number=number, tags=tags, at=now, next_try=now)


def bodies(cdn):
    return [json.loads(body) for _method, _path, _headers, body in cdn.taken]


def test_one_change_is_one_request_with_its_tags(cdn, settings):
    settings.PURGE_URL = [f"http://se%40cret@127.0.0.1:{cdn.server_port}/zones/7/purge_cache?x=1"]
    changed(1, "front:en story:1")
    changed(2, "story:2")
    assert tell(now=timezone.now()) == 2
    method, path, headers, _body = cdn.taken[0]
    assert (method, path, headers["Authorization"]) == ("POST", "/zones/7/purge_cache?x=1", "Bearer se@cret")
    assert bodies(cdn) == [{"tags": ["front:en", "story:1"]}, {"tags": ["story:2"]}]
    assert tell(now=timezone.now()) == 0


def test_everything_is_everything(cdn, settings):
    settings.PURGE_URL = [f"http://127.0.0.1:{cdn.server_port}", f"varnish://127.0.0.1:{cdn.server_port}"]
    changed(1, "everything story:1")
    tell(now=timezone.now())
    assert json.loads(cdn.taken[0][3]) == {"purge_everything": True}
    assert cdn.taken[1][2]["X-Purge-Tags"] == "."


def test_varnish_is_sent_a_pattern_that_fits_whole_tags(cdn, settings):
    settings.PURGE_URL = [f"varnish://127.0.0.1:{cdn.server_port}"]
    changed(1, "front:en story:1")
    tell(now=timezone.now())
    method, path, headers, _body = cdn.taken[0]
    assert (method, path, headers["Host"]) == ("BAN", "/", "127.0.0.1:8000")
    pattern = headers["X-Purge-Tags"]
    assert re.search(pattern, "site,story:1")
    assert re.search(pattern, "front:en,site")
    assert not re.search(pattern, "site,story:11,front:bn")


def test_cache_that_does_not_answer_is_asked_again_later_and_nothing_is_lost(cdn, settings):
    settings.PURGE_URL = [f"http://127.0.0.1:{cdn.server_port}/"]
    now = timezone.now() + dt.timedelta(seconds=1)
    changed(1, "story:1")
    changed(2, "story:2")
    cdn.status = 503
    with pytest.raises(NotTold, match="503"):
        tell(now=now)
    assert tell(now=now) == 0  # not before its pause is over
    assert Purge.objects.first().last_error == "it answered 503"
    cdn.status = 200
    assert tell(now=now + dt.timedelta(seconds=2)) == 2
    assert len(cdn.taken) == 3


def test_cache_that_is_not_there_fails_the_duty(settings):
    settings.PURGE_URL = ["http://127.0.0.1:9/"]
    changed(1, "story:1")
    with pytest.raises(NotTold):
        tell(now=timezone.now())


def test_pauses_grow_to_a_minute(settings, monkeypatch):
    settings.PURGE_URL = ["http://127.0.0.1:9/"]
    row, now = changed(1, "story:1"), timezone.now()
    pauses = []
    for _try in range(9):
        with pytest.raises(NotTold):
            tell(now=now)
        row.refresh_from_db()
        pauses.append((row.next_try - now).total_seconds())
        now = row.next_try
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_what_has_piled_up_is_told_together(cdn, settings):
    settings.PURGE_URL = [f"http://127.0.0.1:{cdn.server_port}/"]
    for number in range(1, BACKLOG + 3):
        changed(number, f"story:{number} front:en")
    assert tell(now=timezone.now()) == BACKLOG + 2
    assert [len(body["tags"]) for body in bodies(cdn)] == [BACKLOG + 3]


def test_many_tags_are_told_in_portions(cdn, settings):
    settings.PURGE_URL = [f"http://127.0.0.1:{cdn.server_port}/"]
    changed(1, " ".join(f"story:{number}" for number in range(250)))
    tell(now=timezone.now())
    assert [len(body["tags"]) for body in bodies(cdn)] == [100, 100, 50]


def test_worker_that_stops_stops(settings, monkeypatch):
    monkeypatch.setattr(edge, "_tell", lambda *args: pytest.fail("it was to stop"))
    changed(1, "story:1")
    assert tell(now=timezone.now(), stopping=lambda: True) == 0


@pytest.mark.parametrize("value", ["ftp://cdn", "varnish://", "https://a:b@cdn/", "cdn:80", "http://["])
def test_odd_address_stops_the_start_and_shows_no_token(value, monkeypatch):
    monkeypatch.setenv("PURGE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="PURGE_URL") as refusal:
        Environment().caches_in_front("PURGE_URL")
    assert "a:b" not in str(refusal.value)
