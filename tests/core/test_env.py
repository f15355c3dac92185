import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsportal.core import env as env_module
from newsportal.core.env import Environment

DEFAULTS = {
    "flag": {"default": False},
    "number": {"default": 1, "low": 1, "high": 65535},
    "choice": {"default": "en", "among": ("en", "bn")},
    "hosts": {"default": []},
    "address": {"default": "http://127.0.0.1:8000"},
    "ip_address": {"default": "127.0.0.1"},
    "mailbox": {"default": "news@example.org"},
    "bounce_mailbox": {},
    "domain": {},
    "label": {},
    "report_mailbox": {},
    "secrets": {},
    "basic_auth": {},
    "link": {},
    "contact": {},
    "time_zone": {"default": "UTC"},
    "networks": {},
    "database": {"default": "/tmp/db.sqlite3"},
    "cache": {},
    "mail": {},
    "storage": {"default": "/tmp/media"},
}

ODD = [
    ("flag", "maybe", "yes"),
    ("number", "abc", "65535"),
    ("number", "0", "65535"),
    ("number", "-1", "65535"),
    ("number", "65536", "65535"),
    ("number", "৮০০০", "65535"),
    ("number", "8000.5", "65535"),
    ("choice", "fr", "bn"),
    ("hosts", "http://news.example.org", "host names"),
    ("hosts", "news.example.org/path", "host names"),
    ("address", "foo", "https://"),
    ("address", "ftp://news.example.org", "https://"),
    ("address", "https://", "https://"),
    ("address", "https://news.example.org/path", "https://"),
    ("address", "https://news.example.org?q=1", "https://"),
    ("address", "https://news.example.org#top", "https://"),
    ("address", "https://a b.example.org", "https://"),
    ("address", "http://[::1", "https://"),
    ("address", "http://news.example.org:99999", "https://"),
    ("link", "hub.example.org", "https://"),
    ("link", "ftp://hub.example.org/", "https://"),
    ("link", "https://a b.example.org/", "https://"),
    ("contact", "security", "security@example.org"),
    ("contact", "The News <security@example.org>", "security@example.org"),
    ("contact", "https://", "https://"),
    ("contact", "http://example.org/", "security@example.org"),
    ("ip_address", "localhost", "127.0.0.1"),
    ("ip_address", "999.1.1.1", "127.0.0.1"),
    ("mailbox", "foo", "news@example.org"),
    ("mailbox", "News <news>", "news@example.org"),
    ("mailbox", "a@b\nBcc: c@d", "news@example.org"),
    ("bounce_mailbox", "bounces", "bounces@example.org"),
    ("bounce_mailbox", "bounces+x@example.org", "bounces@example.org"),
    ("bounce_mailbox", "The News <bounces@example.org>", "bounces@example.org"),
    ("bounce_mailbox", f"{'b' * 25}@example.org", "24"),
    ("report_mailbox", "imaps://host/INBOX", "imaps://"),
    ("report_mailbox", "imaps://user:hunter2@host:port/", "imaps://"),
    ("report_mailbox", "pop3://user:hunter2@host/", "maildir:///"),
    ("report_mailbox", "maildir://", "maildir:///"),
    ("secrets", "hunter2", "32"),
    ("basic_auth", "user:hunter2", "user:password"),
    ("basic_auth", "hunter2" * 8, "user:password"),
    ("label", "s1._domainkey.example.org", "2026a"),
    ("label", "a b", "2026a"),
    ("domain", "example", "bounce.example.org"),
    ("domain", "https://bounce.example.org", "bounce.example.org"),
    ("domain", "bounce example.org", "bounce.example.org"),
    ("domain", "-a.example.org", "bounce.example.org"),
    ("time_zone", "Mars", "Asia/Dhaka"),
    ("time_zone", "../etc/passwd", "Asia/Dhaka"),
    ("networks", "10.0.0.0/99", "10.0.0.0/8"),
    ("database", "foo", "postgres://"),
    ("database", "mysql://user:hunter2@host/name", "postgres://"),
    ("database", "postgres://user:hunter2@host", "postgres://"),
    ("database", "postgres://user:hunter2@host:port/name", "postgres://"),
    ("database", "postgres://user:hunter2@[host/name", "postgres://"),
    ("database", "sqlite://", "sqlite:///"),
    ("cache", "memcached://", "redis://"),
    ("cache", "redis://", "redis://"),
    ("cache", "redis://:hunter2@host:port/0", "redis://"),
    ("cache", "redis://:hunter2@host/name", "redis://"),
    ("cache", "unix://", "unix:///"),
    ("mail", "foo", "submission"),
    ("mail", "smtp://", "submission"),
    ("mail", "smtp://user:hunter2@host:port", "submission"),
    ("mail", "smtp+ssl://user:hunter2@host", "smtps"),
    ("mail", "anymail+nobody://hunter2@example.org", "anymail+"),
    ("mail", "anymail+postmark://", "anymail+"),
    ("storage", "foo", "file:///"),
    ("storage", "file:media", "file:///"),
    ("storage", "s3://key:hunter2@host", "bucket"),
    ("storage", "s3://key:hunter2@host:port/bucket", "bucket"),
]


@pytest.fixture
def read(monkeypatch):
    def read_(kind, value, **options):
        monkeypatch.setenv("A_NAME", value)
        return getattr(Environment(), kind)("A_NAME", **(DEFAULTS[kind] | options))

    return read_


@pytest.mark.parametrize(("kind", "value", "allowed"), ODD)
def test_an_odd_value_stops_the_start_with_what_is_allowed(read, kind, value, allowed):
    with pytest.raises(ImproperlyConfigured) as raised:
        read(kind, value)
    message = str(raised.value)
    assert message.startswith("A_NAME is “")
    assert allowed in message.partition("; allowed is ")[2]
    assert "hunter2" not in message


@pytest.mark.parametrize("kind", DEFAULTS)
def test_an_empty_value_is_as_good_as_none(read, kind, monkeypatch):
    empty = read(kind, "  ")
    monkeypatch.delenv("A_NAME")
    assert getattr(Environment(), kind)("A_NAME", **DEFAULTS[kind]) == empty


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("OFF", False)])
def test_a_flag_has_a_few_spellings(read, value, meant):
    assert read("flag", value, default=not meant) is meant


@pytest.mark.parametrize("value", ["https://news.example.org/", "http://[::1]:8000", "http://localhost:8000"])
def test_an_address_is_given_without_its_last_slash(read, value):
    assert read("address", value) == value.rstrip("/")


@pytest.mark.parametrize("value", ["news@example.org", "The News <news@example.org>", "খবর <news@example.org>"])
def test_a_sender_may_have_a_name(read, value):
    assert read("mailbox", value) == value


def test_a_mailbox_for_bounces_is_a_plain_address(read):
    assert read("bounce_mailbox", "mail.bounces@example.org") == "mail.bounces@example.org"
    assert read("domain", "Bounce.Example.ORG") == "bounce.example.org"


def test_a_list_is_separated_by_commas(read):
    assert read("hosts", " a.example.org, .b.example.org ,") == ["a.example.org", ".b.example.org"]


def test_sqlite_takes_the_write_lock_at_once_and_waits_for_it(read):
    entry = read("database", "sqlite:////srv/news/db.sqlite3")
    assert entry["NAME"] == "/srv/news/db.sqlite3"
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in entry["OPTIONS"]["init_command"]


def test_a_folder_may_have_any_name(read):
    odd = "/srv/a folder#1 100%25?"
    assert read("database", "", default=f"{odd}/db.sqlite3")["NAME"] == f"{odd}/db.sqlite3"
    assert read("storage", "", default=f"{odd}/media")["OPTIONS"]["location"] == f"{odd}/media"


def test_postgresql_is_not_waited_for_without_end(read):
    entry = read("database", "postgres://user:p%40ss@db.example.org:5433/news?sslmode=require")
    assert (entry["PASSWORD"], entry["PORT"], entry["NAME"]) == ("p@ss", 5433, "news")
    assert entry["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require"}
    assert entry["CONN_HEALTH_CHECKS"]


@pytest.mark.parametrize(
    ("value", "tls", "ssl", "port"),
    [
        ("submission://user:p%40ss@mail.example.org", True, False, 587),
        ("smtps://user:p%40ss@mail.example.org", False, True, 465),
        ("smtp://user:p%40ss@mail.example.org:2525", False, False, 2525),
    ],
)
def test_the_scheme_of_a_mail_server_says_what_encrypts_the_line(read, value, tls, ssl, port):
    entry = read("mail", value)
    assert (entry["EMAIL_USE_TLS"], entry["EMAIL_USE_SSL"], entry["EMAIL_PORT"]) == (tls, ssl, port)
    assert entry["EMAIL_HOST_PASSWORD"] == "p@ss"


def test_a_bucket_without_the_packages_for_it_says_what_to_install(read, monkeypatch):
    monkeypatch.setattr(env_module, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"django-storages\[s3\]"):
        read("storage", "s3://key:secret@s3.example.org/media")


def test_a_bucket_is_read_from_its_address(read, monkeypatch):
    monkeypatch.setattr(env_module, "find_spec", lambda name: name)
    entry = read("storage", "s3://key:s%2Fcret@s3.example.org:9000/media?region=dhaka")
    assert entry["OPTIONS"]["bucket_name"] == "media"
    assert entry["OPTIONS"]["endpoint_url"] == "https://s3.example.org:9000"
    assert (entry["OPTIONS"]["secret_key"], entry["OPTIONS"]["region_name"]) == ("s/cret", "dhaka")


def test_a_key_is_made_once_and_kept_for_us_alone(monkeypatch, tmp_path):
    monkeypatch.delenv("A_NAME", raising=False)
    first = Environment().secret_key("A_NAME", folder=tmp_path / "new")
    assert Environment().secret_key("A_NAME", folder=tmp_path / "new") == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "new" / "a_name").stat().st_mode) == 0o600


def test_a_short_key_is_refused_and_not_shown(monkeypatch, tmp_path):
    monkeypatch.setenv("A_NAME", "hunter2")
    with pytest.raises(ImproperlyConfigured, match="at least 32 characters") as raised:
        Environment().secret_key("A_NAME", folder=tmp_path)
    assert "hunter2" not in str(raised.value)


def test_a_folder_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("A_NAME", raising=False)
    (tmp_path / "file").write_text("")
    with pytest.raises(ImproperlyConfigured, match="cannot be written"):
        Environment().secret_key("A_NAME", folder=tmp_path / "file" / "folder")


def test_the_environment_goes_before_the_file(monkeypatch, tmp_path):
    # Set and deleted, so that what reading the file leaves in the process is taken back after the test.
    for name in ("A_NAME", "ANOTHER_NAME"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("A_NAME", "environment")
    (tmp_path / ".env").write_text("A_NAME=file\nANOTHER_NAME=file\n")
    env = Environment(tmp_path / ".env")
    assert (env.text("A_NAME"), env.text("ANOTHER_NAME")) == ("environment", "file")


def test_a_mail_provider_is_named_with_its_key(read):
    settings = read("mail", "anymail+mailgun://hunter2@mg.example.org")
    assert settings["EMAIL_BACKEND"] == "anymail.backends.mailgun.EmailBackend"
    assert settings["ANYMAIL"] == {"MAILGUN_API_KEY": "hunter2", "MAILGUN_SENDER_DOMAIN": "mg.example.org"}
