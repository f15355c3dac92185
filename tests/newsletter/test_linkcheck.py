import http.server
import socket
import threading

import pytest

from newsletter.composing import linkcheck
from newsletter.composing.linkcheck import dead_elsewhere, links_in


@pytest.fixture
def server(monkeypatch):
    """A server that says 200, 404 or 405 by the path; for this test its address counts as public."""

    class Answer(http.server.BaseHTTPRequestHandler):
        asked = []

        def do_HEAD(self):
            self.asked.append(self.path)
            self.send_response(int(self.path[1:4]))
            self.end_headers()

        def log_message(self, *args):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    monkeypatch.setattr(linkcheck, "_public_address", lambda host, port: "127.0.0.1")
    yield f"http://news.example:{running.server_address[1]}", Answer.asked
    running.shutdown()
    thread.join()
    running.server_close()


def test_links_are_read_from_the_mail_each_once():
    html = '<a href="https://a.example/?x=1&amp;y=2">a</a><a href="https://a.example/?x=1&amp;y=2">b</a><a href="mailto:x">'
    assert links_in(html) == ["https://a.example/?x=1&y=2"]


def test_only_what_says_that_it_is_gone_is_dead(server):
    base, asked = server
    dead = dict(dead_elsewhere([f"{base}/200", f"{base}/404?a=1#b", f"{base}/405", f"{base}/410"]))
    assert set(dead) == {f"{base}/404?a=1#b", f"{base}/410"}
    assert "/404?a=1" in asked


def test_links_to_this_site_are_not_asked_for(server, settings):
    base, asked = server
    settings.SITE_URL = base
    assert list(dead_elsewhere([f"{base}/404"])) == []
    assert asked == []


def test_it_asks_for_so_many_and_no_more(server, monkeypatch):
    base, asked = server
    monkeypatch.setattr(linkcheck, "MOST", 3)
    list(dead_elsewhere([f"{base}/200/{number}" for number in range(9)]))
    assert len(asked) == 3


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1", "fd00::1", "0.0.0.0", "100.64.0.1"],
)
def test_hosts_of_private_networks_are_never_asked(monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [(family, 1, 6, "", (address, 80))])
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("asked"))
    assert [why for _address, why in dead_elsewhere(["http://inside.example/"])] == ["The server does not answer."]


@pytest.mark.parametrize("address", ["http://", "http://[::1", "http://a b/", "https://x.example:99999/", "http:///x"])
def test_what_is_no_address_is_dead_and_breaks_nothing(address, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [])
    assert len(list(dead_elsewhere([address]))) == 1
