"""What every test may use. Files are kept in a folder of the run; static files are served without a manifest."""

import os
import uuid

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from hypothesis import settings as hypothesis_settings

from newsportal.core import redis_cache

# No test is timed: on a busy machine a deadline says nothing about the code.
hypothesis_settings.register_profile("portal", deadline=None, max_examples=40)
hypothesis_settings.load_profile("portal")

_browser_tests_passed = []


def pytest_runtest_logreport(report):
    if report.when == "call" and report.passed and "browser" in report.keywords:
        _browser_tests_passed.append(report.nodeid)


def pytest_sessionfinish(session, exitstatus):
    """REQUIRE_BROWSER=1, as on the build machine: a run without a browser test that passed is no good run."""
    workers_only = hasattr(session.config, "workerinput") or session.config.option.collectonly
    if os.environ.get("REQUIRE_BROWSER") and exitstatus == 0 and not workers_only and not _browser_tests_passed:
        session.config.get_terminal_writer().line("REQUIRE_BROWSER is set, and no browser test has run.")
        session.exitstatus = 1


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """A slow hash is what a password wants and a test does not."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media", "base_url": "/media/"},
        },
    }


@pytest.fixture(autouse=True)
def _own_instance(settings, tmp_path):
    """Each test sends for its own database, as if it had never sent before."""
    settings.INSTANCE_FILE = tmp_path / "newsletter_instance"


@pytest.fixture(scope="session", autouse=True)
def _own_part_of_the_cache():
    """The processes of a run share what is behind CACHE_URL: each has a prefix of its own and clears no more than that."""
    if not django_settings.CACHE_IS_SHARED:
        yield
        return
    entry = django_settings.CACHES["default"]
    # The second is for the connection that this thread may have made already.
    entry["KEY_PREFIX"] = cache.key_prefix = f"test-{uuid.uuid4().hex}"
    with redis.Redis.from_url(entry["LOCATION"]) as server, pytest.MonkeyPatch.context() as patch:

        def clear(backend):
            for key in server.scan_iter(f"{backend.key_prefix}:*", count=1000):
                server.delete(key)

        patch.setattr(redis_cache.Cache, "clear", clear)
        yield


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def awkward_files(settings):
    """`awkward_files("images")`: hostile and broken files kept beside the checkout; the test is left out without them."""

    def find(kind):
        folder = settings.BASE_DIR.parent / "shared" / "data" / "bad_inputs" / kind
        if not folder.is_dir():
            pytest.skip("the folder of awkward files is not beside this checkout")
        return sorted(folder.iterdir())

    return find


@pytest.fixture
def real_news(settings):
    """The file of real stories in both languages (JSON Lines) kept beside the checkout; left out where it is missing."""
    path = settings.BASE_DIR.parent / "shared" / "data" / "bd_news" / "articles.jsonl"
    if not path.is_file():
        pytest.skip("the file of real news is not beside this checkout")
    return path


@pytest.fixture
def threads_db(transactional_db, tmp_path):
    """A database for tests with threads: SQLite's in memory knows no waiting for locks, so there a file takes its place."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    path = str(tmp_path / "threads.sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [path])
    # The settings are shared by the connections of all threads; the memory lasts as long as its connection is kept.
    memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.connection, connection.settings_dict["NAME"] = None, path
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name
