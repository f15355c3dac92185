"""The settings as a start with some environment reads them, each in a process of its own."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

READ = """
import json, sys, newsportal.settings as s
print(json.dumps({name: getattr(s, name) for name in sys.argv[1:]}, default=str))
"""
OURS = {"PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV"}


@pytest.fixture
def start(tmp_path):
    """`start("-c", code, NAME="value")`: Python in an environment of the test's own."""

    def start_(*arguments, **environment):
        kept = {name: value for name, value in os.environ.items() if name in OURS}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env={
                **kept,
                "DJANGO_SETTINGS_MODULE": "newsportal.settings",
                "DATA_DIR": str(tmp_path / "data"),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
        )

    return start_


@pytest.fixture
def read(start):
    """`read("NAME", …, VARIABLE="value")`: settings as they come out of an environment."""
    return lambda *names, **environment: json.loads(start("-c", READ, *names, **environment).stdout)


def test_with_nothing_set_it_is_a_site_of_ones_own_machine(read, tmp_path):
    found = read("DEBUG", "SITE_URL", "BIND", "HTTPS", "DATABASES", "CACHE_IS_SHARED", "EMAIL_BACKEND")
    assert (found["DEBUG"], found["SITE_URL"], found["BIND"]) == (False, "http://127.0.0.1:8000", "127.0.0.1")
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "data" / "db.sqlite3")
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend"
    assert not found["CACHE_IS_SHARED"]
    assert not found["HTTPS"]


def test_a_relative_data_folder_stands_in_the_project(read):
    assert read("DATA_DIR", DATA_DIR="var", SECRET_KEY="k" * 32)["DATA_DIR"] == str(settings.BASE_DIR / "var")


def test_the_port_moves_the_site(read):
    assert read("SITE_URL", PORT="9123")["SITE_URL"] == "http://127.0.0.1:9123"


@pytest.mark.parametrize(("cache", "processes", "threads"), [("", 1, 8), ("redis://127.0.0.1:6379/15", 2, 4)])
def test_a_shared_cache_lets_more_processes_serve(read, cache, processes, threads):
    found = read("WEB_CONCURRENCY", "WEB_THREADS", CACHE_URL=cache)
    assert (found["WEB_CONCURRENCY"], found["WEB_THREADS"]) == (processes, threads)


def test_a_site_on_https_is_held_to_it(read):
    strict = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    found = read(*strict, "ALLOWED_HOSTS", SITE_URL="https://news.example.org")
    assert "news.example.org" in found["ALLOWED_HOSTS"]
    assert all(found[name] for name in strict)


@pytest.mark.parametrize(("proxies", "believed"), [("0", None), ("1", ["HTTP_X_FORWARDED_PROTO", "https"])])
def test_only_a_trusted_proxy_is_believed_about_https(read, proxies, believed):
    assert read("SECURE_PROXY_SSL_HEADER", TRUSTED_PROXIES=proxies)["SECURE_PROXY_SSL_HEADER"] == believed


@pytest.mark.parametrize(
    "arguments",
    [
        ("manage.py", "check"),
        ("manage.py", "serve"),
        ("-m", "gunicorn", "--config", "python:newsportal.gunicorn_conf", "newsportal.wsgi"),
    ],
    ids=["check", "serve", "gunicorn"],
)
def test_an_odd_value_ends_the_start_with_one_sentence(start, arguments):
    result = start(*arguments, TIME_ZONE="Mars")
    assert result.returncode == 1
    assert result.stderr == "TIME_ZONE is “Mars”; allowed is a time zone such as Asia/Dhaka or UTC.\n"


def test_more_processes_than_the_cache_can_join_are_refused(start):
    result = start("manage.py", "check", WEB_CONCURRENCY="4")
    assert result.returncode == 1
    assert "set CACHE_URL" in result.stderr


@pytest.mark.parametrize(("server", "said"), [("apache", "allowed is"), ("granian", "pip install granian")])
def test_server_that_is_not_there_is_refused(start, server, said):
    result = start("manage.py", "check", SERVER=server, CACHE_URL="redis://127.0.0.1:6379/15")
    assert result.returncode == 1
    assert said in result.stderr


@pytest.mark.parametrize(("debug", "cached"), [("no", True), ("yes", False)])
def test_pages_are_cached_unless_somebody_develops(read, debug, cached):
    assert read("PAGE_CACHE", DEBUG=debug)["PAGE_CACHE"] is cached


def test_a_real_site_has_nothing_to_mend(start):
    result = start(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        SITE_URL="https://news.example.org",
        SECRET_KEY="k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz",
        SUPPRESSION_KEY="0123456789abcdefghijklmnopqrstuvwxyz" + "s" * 20,
        TRUSTED_PROXIES="1",
        CACHE_URL="redis://127.0.0.1:6379/15",
        EMAIL_URL="submission://user:password@mail.example.org:587",
    )
    assert (result.returncode, result.stderr) == (0, "")
