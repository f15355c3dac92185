import logging
import re

import pytest
from django.http import FileResponse, HttpResponse
from django.urls import path

from newsportal.core import request_log

LOGGER = "newsportal.core.request_log"


def answer(request, status=200):
    return HttpResponse("answer", status=status)


def fail(request):
    raise ValueError("broken")


def download(request):
    return FileResponse(open(__file__, "rb"))


urlpatterns = [
    path("answer/<int:status>/", answer),
    path("newsletter/confirm/<str:token>/", lambda request, token: answer(request)),
    path("fail/", fail),
    path("healthz", answer),
]
handler404 = lambda request, exception: HttpResponse("missing", status=404)  # noqa: E731
handler500 = lambda request: HttpResponse("broken", status=500)  # noqa: E731


@pytest.fixture(autouse=True)
def _own_addresses(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def lines(caplog):
    """The request lines logged so far, as (level, facts)."""
    caplog.set_level(logging.DEBUG, logger=LOGGER)

    def read():
        return [(record.levelname, record.msg) for record in caplog.records if record.name == LOGGER]

    return read


def test_a_request_ends_with_one_line_that_tells_what_came_of_it(client, lines):
    response = client.get("/answer/200/?q=secret")
    [(level, line)] = lines()
    assert (level, line["event"]) == ("INFO", "request_finished")
    assert (line["request"], line["status"]) == ("GET /answer/200/", 200)
    assert line["duration"] >= 0
    assert line["request_id"] == response["X-Request-ID"]


@pytest.mark.django_db
def test_neither_query_nor_address_of_the_visitor_is_logged(client, caplog):
    caplog.set_level(logging.DEBUG)
    client.get("/answer/404/?email=reader@example.org", REMOTE_ADDR="203.0.113.9")
    assert "reader@example.org" not in caplog.text
    assert "203.0.113.9" not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "level"), [(301, "INFO"), (404, "INFO"), (503, "ERROR")])
def test_only_faults_of_ours_are_errors(client, lines, status, level):
    client.get(f"/answer/{status}/")
    assert lines()[0][0] == level


def test_what_monitors_ask_is_quiet_while_all_is_well(client, lines):
    client.get("/healthz")
    assert lines()[0][0] == "DEBUG"


def test_a_host_that_is_not_ours_is_named(client, lines):
    response = client.get("/answer/200/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert lines()[0][1]["host"] == "evil.example"


def test_an_exception_is_logged_once_with_the_id_of_its_request(client, lines, caplog):
    client.raise_request_exception = False
    response = client.get("/fail/")
    failed = [record.msg for record in caplog.records if isinstance(record.msg, dict) and "exc_info" in record.msg]
    assert [line["event"] for line in failed] == ["request_failed"]
    assert failed[0]["request_id"] == response["X-Request-ID"]
    assert lines()[-1][1]["status"] == 500


def test_a_file_is_left_to_the_server_to_send(rf, lines):
    response = request_log.RequestLogMiddleware(download)(rf.get("/file/"))
    assert response.file_to_stream is not None
    response.file_to_stream.close()
    assert len(lines()) == 1


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space in it", "new\tline-in-it"])
def test_an_odd_id_from_outside_is_replaced(client, settings, given):
    settings.TRUSTED_PROXIES = 1
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/healthz", headers={"x-request-id": given})["X-Request-ID"])


def test_the_id_of_a_trusted_proxy_is_kept(client, settings):
    settings.TRUSTED_PROXIES = 1
    assert client.get("/healthz", headers={"x-request-id": "4711-abcdef"})["X-Request-ID"] == "4711-abcdef"


def test_without_a_trusted_proxy_an_id_from_outside_is_not_believed(client):
    assert client.get("/healthz", headers={"x-request-id": "4711-abcdef"})["X-Request-ID"] != "4711-abcdef"


@pytest.mark.django_db
def test_who_is_logged_in_is_named_only_where_the_view_asked(rf, django_user_model, lines):
    user = django_user_model.objects.create(username="editor")

    def view(request):
        request._cached_user = user
        return HttpResponse()

    request_log.RequestLogMiddleware(view)(rf.get("/desk/"))
    assert lines()[0][1]["user_id"] == user.pk


def test_a_page_asks_for_no_session_on_behalf_of_the_log(client, settings, lines):
    # Without the mark that allows it, reading the session would fail this test.
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    assert client.get("/answer/200/").status_code == 200
    assert "user_id" not in lines()[0][1]
