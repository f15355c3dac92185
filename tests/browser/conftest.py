"""Chromium for whole journeys. Every console message, script error and refused resource fails the test that saw it."""

import atexit
import os
import re
import shutil
import tempfile
import time

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import Client, override_settings

from tests.browser.servers import OwnServer

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
MISSING = "Chromium is missing: apt-get install chromium (or your system's package) runs the browser tests"


def pytest_collection_modifyitems(items):
    found = [item for item in items if "/browser/" in str(item.path)]
    for item in found:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group("browser"))
    if found and connection.vendor == "sqlite":
        # SQLite in memory refuses at once where a file waits its turn, and two browsers ask at once.
        folder = tempfile.mkdtemp(prefix="newsportal-tests-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        connection.settings_dict["TEST"]["NAME"] = f"{folder}/test.sqlite3"


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    # Playwright's sync interface runs an event loop in this thread; Django would refuse queries beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory):
    """Static files as they are in production: collected, with hashed names."""
    folder = tmp_path_factory.mktemp("static")
    storages = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "newsportal.core.static_files.StaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", verbosity=0, interactive=False)
    return folder


@pytest.fixture
def site(chromium, collected_static, settings, live_server):
    """The running site's address; built on the same storage as production."""
    return live_server.url


@pytest.fixture(autouse=True)
def _production_static_files(_plain_static_files, collected_static, settings):
    settings.STATIC_ROOT = collected_static
    # The test server looks files up by finders: this is where the hashed names are.
    settings.STATICFILES_DIRS = [collected_static]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "newsportal.core.static_files.StaticFilesStorage"},
    }


@pytest.fixture
def _quiet_server():
    """After the browsers are closed: waits for what they asked last, before the database is emptied under it."""
    under_way = []

    def started(**_):
        under_way.append(1)

    def finished(**_):
        under_way.pop()

    request_started.connect(started)
    request_finished.connect(finished)
    yield
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < 0.2:
        time.sleep(0.02)
        quiet_since = time.monotonic() if under_way else quiet_since
    request_started.disconnect(started)
    request_finished.disconnect(finished)


@pytest.fixture
def open_browser(chromium, _quiet_server):
    """`open_browser(width=…)` gives a page of a visitor of its own; what its console says is asserted at the end.

    `bears` is a pattern for the messages that the test provokes.
    """
    contexts, messages = [], []

    def new_page(*, width=1280, height=900, bears="net::ERR_ABORTED", **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)

        def note(message):
            if not re.search(bears, message) and "net::ERR_ABORTED" not in message:
                messages.append(message)

        def failed(request):
            # What a script asked a service worker for fails so when its page is left; of an open page the console tells.
            if (request.resource_type, request.failure) != ("fetch", "net::ERR_FAILED"):
                note(f"failed: {request.url} {request.failure}")

        context.on("console", lambda message: note(f"{message.type}: {message.text}"))
        context.on("weberror", lambda error: note(f"error: {error.error}"))
        context.on("requestfailed", failed)
        return context.new_page()

    yield new_page
    for context in contexts:
        context.close()
    assert messages == [], "\n".join(messages[:10])


@pytest.fixture
def open_as(open_browser, site):
    """`open_as(user, path)` gives a page of somebody who is signed in, at an address of the site."""

    def open_page(user, path, **options):
        client = Client()
        client.force_login(user)
        page = open_browser(**options)
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
        page.goto(site + path)
        return page

    return open_page


@pytest.fixture
def own_server(chromium, tmp_path):
    server = OwnServer(tmp_path)
    server.start()
    yield server
    server.kill()
