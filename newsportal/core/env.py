"""Strict readers of the environment: an odd value stops the start with a sentence that says what is allowed.

Django-independent but for the exception, so that the settings file can use it while it is being read.
"""

import ipaddress
import os
import re
import secrets
import zoneinfo
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")
HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:]+")
DOMAIN = re.compile(r"(?=.{4,180}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*")
PLAIN_LOCAL_PART = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?<!.{25})")
MAILBOX = re.compile(r"[^\s<>@]+@[^\s<>@]+|[^<>@\r\n]+ <[^\s<>@]+@[^\s<>@]+>")

# Schemes of mail servers: the usual port, and what encrypts the line (RFC 8314: submission 587, smtps 465).
RELAYS = {"submission": (587, "STARTTLS"), "smtps": (465, "TLS"), "smtp": (25, None)}
# Mail providers by Anymail's names, and the setting that holds the key; `mailgun` also wants the domain it sends for.
PROVIDERS = {
    "brevo": "BREVO_API_KEY",
    "mailersend": "MAILERSEND_API_TOKEN",
    "mailgun": "MAILGUN_API_KEY",
    "mandrill": "MANDRILL_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "resend": "RESEND_API_KEY",
    "sendgrid": "SENDGRID_API_KEY",
    "sparkpost": "SPARKPOST_API_KEY",
}
NO_RELAYS = {"console": "console", "memory": "locmem", "dummy": "dummy"}


class Environment:
    """The process environment, with `.env` read where it exists. Every reader raises ImproperlyConfigured."""

    def __init__(self, dotenv: Path | None = None) -> None:
        self._env = Env()
        if dotenv and dotenv.is_file():
            self._env.read_env(str(dotenv), recurse=False)

    def text(self, name: str, default: str = "") -> str:
        """The value without surrounding space; `default` where it is unset or empty."""
        return self._env.str(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes or no."""
        value = self.text(name).lower()
        if not value:
            return default
        if value not in TRUE + FALSE:
            raise _odd(name, value, f"one of {', '.join(TRUE + FALSE)}")
        return value in TRUE

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            raise _odd(name, value, f"a whole number from {low} to {high}")
        return int(value)

    def choice(self, name: str, *, default: str, among: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self.text(name, default)
        if value not in among:
            raise _odd(name, value, f"one of {', '.join(among)}")
        return value

    def words(self, name: str) -> list[str]:
        """A list separated by commas; empty where unset."""
        return [word for part in self.text(name).split(",") if (word := part.strip())]

    def hosts(self, name: str, *, default: list[str]) -> list[str]:
        """Host names as Django's ALLOWED_HOSTS takes them: bare, or with a leading dot for all below it."""
        hosts = self.words(name) or default
        for host in hosts:
            if "://" in host or "/" in host or " " in host:
                raise _odd(name, host, "host names separated by commas, such as news.example.org,www.example.org")
        return hosts

    def address(self, name: str, *, default: str) -> str:
        """An http(s) address of a site's root, returned without a slash at its end."""
        allowed = "an address such as https://news.example.org"
        value = self.text(name, default)
        parts = _split(name, value, allowed)
        rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username)
        if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.hostname or "") or any(rest):
            raise _odd(name, "an address with more or less than that" if parts.username else value, allowed)
        return value.rstrip("/")

    def link(self, name: str) -> str:
        """A whole http(s) address; "" where unset."""
        allowed = "an address such as https://hub.example.org/"
        value = self.text(name)
        parts = _split(name, value, allowed)
        if value and not (parts.scheme in ("http", "https") and HOST.fullmatch(parts.hostname or "")):
            raise _odd(name, value, allowed)
        return value

    def contact(self, name: str) -> str:
        """Where people write to: a bare e-mail address (returned as mailto:) or an https page; "" where unset."""
        value = self.text(name)
        if not value or value.startswith("https://"):
            return self.link(name)
        address = value.removeprefix("mailto:")
        if not MAILBOX.fullmatch(address) or " " in address:
            raise _odd(name, value, "security@example.org or https://example.org/security")
        return f"mailto:{address}"

    def time_zone(self, name: str, *, default: str) -> str:
        """The name of an IANA time zone."""
        value = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise _odd(name, value, "a time zone such as Asia/Dhaka or UTC") from None
        return value

    def networks(self, name: str) -> list[str]:
        """IP networks separated by commas."""
        values = self.words(name)
        for value in values:
            try:
                ipaddress.ip_network(value)
            except ValueError:
                raise _odd(name, value, "IP networks separated by commas, such as 10.0.0.0/8") from None
        return values

    def ip_address(self, name: str, *, default: str) -> str:
        """One IPv4 or IPv6 address."""
        value = self.text(name, default)
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            raise _odd(name, value, "an IP address such as 127.0.0.1 or 0.0.0.0") from None

    def mailbox(self, name: str, *, default: str) -> str:
        """A sender's address, bare or as `Name <address>`."""
        value = self.text(name, default)
        if not MAILBOX.fullmatch(value):
            raise _odd(name, value, "an address such as news@example.org or The News <news@example.org>")
        return value

    def bounce_mailbox(self, name: str) -> str:
        """A bare address that takes mail for `local+anything@domain` too; "" where unset (RFC 5321, 4.5.3.1.1)."""
        value = self.text(name)
        if value and not (MAILBOX.fullmatch(value) and PLAIN_LOCAL_PART.fullmatch(value.partition("@")[0])):
            raise _odd(name, value, "an address such as bounces@example.org, at most 24 characters before the @")
        return value

    def report_mailbox(self, name: str) -> str:
        """`imaps://user:password@host/folder`, `imap://…` or `maildir:///folder`; "" where unset."""
        allowed = "imaps://user:password@host/INBOX, imap://user:password@host/INBOX or maildir:///folder"
        value = self.text(name)
        parts = _split(name, value, allowed)
        is_imap = parts.scheme in ("imap", "imaps") and parts.hostname and parts.username and parts.password
        if value and not (is_imap or (parts.scheme == "maildir" and parts.path.strip("/") and not parts.netloc)):
            raise _odd(name, _scheme(parts), allowed)
        return value

    def basic_auth(self, name: str) -> list[str]:
        """`user:password` pairs separated by commas, for providers' webhooks; needs the package django-anymail."""
        values = self.words(name)
        if any(len(value) < 32 or value.count(":") != 1 for value in values):
            raise _odd(name, "something else", "user:password, at least 32 characters made at random")
        if values and not find_spec("anymail"):
            raise ImproperlyConfigured(
                f"{name} is set, and the package for providers' webhooks is missing: "
                "run `.venv/bin/python -m pip install django-anymail`."
            )
        return values

    def secrets(self, name: str) -> list[str]:
        """Secrets separated by commas, the one in use first: a new one is added before the old one goes."""
        values = self.words(name)
        if any(len(value) < 32 for value in values):
            raise _odd(name, "a short text", "secrets of at least 32 characters made at random, separated by commas")
        return values

    def label(self, name: str) -> str:
        """The name of a DKIM key: letters, digits, hyphens and dots; "" where unset (RFC 6376 section 3.1)."""
        value = self.text(name)
        if value and not LABEL.fullmatch(value):
            raise _odd(name, value, "the name of a DKIM key, such as 2026a or mail.2026")
        return value

    def domain(self, name: str) -> str:
        """A host name with a dot in it, in ASCII; "" where unset."""
        value = self.text(name).lower()
        if value and not DOMAIN.fullmatch(value):
            raise _odd(name, value, "a domain such as bounce.example.org")
        return value

    def database(self, name: str, *, default: Path) -> dict[str, Any]:
        """Django's DATABASES entry for a `sqlite:///path` or `postgres://user:password@host/name` address."""
        allowed = "sqlite:///path/to/file or postgres://user:password@host:5432/name"
        url = self.text(name, f"sqlite:///{quote(str(default))}")
        parts = _split(name, url, allowed)
        if parts.scheme not in ("sqlite", "postgres", "postgresql") or not parts.path.strip("/"):
            raise _odd(name, _scheme(parts), allowed)
        try:
            entry = dict(dj_database_url.parse(url, conn_max_age=60))
        except (ValueError, KeyError):
            raise _odd(name, _scheme(parts), allowed) from None
        if entry["ENGINE"].endswith("sqlite3"):
            entry["CONN_MAX_AGE"] = None
            entry["OPTIONS"] = {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728;",
            }
        else:
            entry["CONN_HEALTH_CHECKS"] = True
            # A server that is gone answers nothing at all; without a limit a page would wait minutes for it.
            entry["OPTIONS"] = {"connect_timeout": 5, **entry.get("OPTIONS", {})}
        return entry

    def cache(self, name: str) -> dict[str, Any]:
        """Django's CACHES entry for a `redis://…` address; a cache in the process where unset."""
        allowed = "an address such as redis://host:6379/0, rediss://… or unix:///path/to/socket"
        url = self.text(name, "locmem://")
        parts = _split(name, url, allowed)
        if parts.scheme == "locmem":
            return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}
        rest = parts.path.strip("/")
        if (parts.scheme in ("redis", "rediss") and parts.hostname and (not rest or rest.isdecimal())) or (
            parts.scheme == "unix" and rest
        ):
            return {
                "BACKEND": "newsportal.core.redis_cache.Cache",
                "LOCATION": url,
                "KEY_PREFIX": "newsportal",
                "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
            }
        raise _odd(name, _scheme(parts), allowed)

    def server(self, name: str, *, default: str) -> str:
        """The web server: gunicorn, or granian where its package is installed."""
        value = self.choice(name, default=default, among=("gunicorn", "granian"))
        if value == "granian" and not find_spec("granian"):
            raise ImproperlyConfigured(
                f"{name} is “granian”, and its package is missing: run `.venv/bin/python -m pip install granian`."
            )
        return value

    def caches_in_front(self, name: str) -> list[str]:
        """`varnish://host:port`, `https://token@host/path` or `http://…`, separated by commas; [] where unset."""
        allowed = "varnish://host:port or https://token@host/path, separated by commas"
        fronts = self.words(name)
        for front in fronts:
            parts = _split(name, front, allowed)
            if parts.scheme not in ("varnish", "http", "https") or not parts.hostname or parts.password:
                raise _odd(name, _scheme(parts), allowed)
        return fronts

    def mail(self, name: str) -> dict[str, Any]:
        """Django's EMAIL_* settings for a `submission://user:password@host:port` address; the console where unset."""
        allowed = (
            f"{'|'.join(RELAYS)}://user:password@host:port, anymail+{'|'.join(PROVIDERS)}://key@domain, "
            f"or {'|'.join(NO_RELAYS)}:"
        )
        parts = _split(name, self.text(name, "console:"), allowed)
        if parts.scheme in NO_RELAYS:
            return {"EMAIL_BACKEND": f"django.core.mail.backends.{NO_RELAYS[parts.scheme]}.EmailBackend"}
        if parts.scheme.startswith("anymail+"):
            return _provider(name, parts, allowed)
        if parts.scheme not in RELAYS or not parts.hostname or parts.path.strip("/"):
            raise _odd(name, _scheme(parts), allowed)
        port, encrypted_by = RELAYS[parts.scheme]
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or port,
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": encrypted_by == "STARTTLS",
            "EMAIL_USE_SSL": encrypted_by == "TLS",
        }

    def storage(self, name: str, *, default: Path) -> dict[str, Any]:
        """Django's STORAGES["default"] for `file:///folder` or `s3://key:secret@host/bucket?region=…`."""
        allowed = "file:///folder or s3://key:secret@host/bucket"
        url = _split(name, self.text(name, f"file://{quote(str(default))}"), allowed)
        if url.scheme == "file" and url.path.startswith("/"):
            return {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": unquote(url.path), "base_url": "/media/"},
            }
        bucket = url.path.strip("/")
        if url.scheme != "s3" or not url.hostname or not bucket:
            raise _odd(name, _scheme(url), allowed)
        if not (find_spec("storages") and find_spec("boto3")):
            raise ImproperlyConfigured(
                f"{name} names an S3 bucket, and the packages for it are missing: "
                "run `.venv/bin/python -m pip install 'django-storages[s3]'`."
            )
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3_options(url, bucket)}

    def secret_key(self, name: str, *, folder: Path) -> str:
        """The signing key: from the environment, else made once at random and kept in `folder`, readable by us only."""
        if key := self.text(name):
            if len(key) < 32:
                raise _odd(name, "a short text", "at least 32 characters made at random")
            return key
        path = folder / name.lower()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with open(path, "x", opener=_private) as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name} is not set and {folder} cannot be written ({error.strerror}): "
                f"set {name} in the environment, or run from a folder that you may write to."
            ) from None
        return path.read_text().strip()


def _split(name: str, value: str, allowed: str) -> SplitResult:
    """The parts of an address, its port among them readable. The address may hold a password: it is never shown."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise _odd(name, "no address", allowed) from None
    return parts


def _scheme(parts: SplitResult) -> str:
    """What of an address may be shown, as it may hold a password."""
    return f"{parts.scheme}:…" if parts.scheme else "no address"


def _provider(name: str, parts: SplitResult, allowed: str) -> dict[str, Any]:
    """Settings for Anymail; `domain` is the one that the provider sends for."""
    provider = parts.scheme.removeprefix("anymail+")
    if provider not in PROVIDERS or not parts.username or not parts.hostname or parts.path.strip("/"):
        raise _odd(name, _scheme(parts), allowed)
    if not find_spec("anymail"):
        raise ImproperlyConfigured(
            f"{name} names a mail provider, and the package for it is missing: "
            "run `.venv/bin/python -m pip install django-anymail`."
        )
    keys = {PROVIDERS[provider]: unquote(parts.username)}
    if provider == "mailgun":
        keys["MAILGUN_SENDER_DOMAIN"] = parts.hostname
    return {"EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend", "ANYMAIL": keys}


def _s3_options(url: Any, bucket: str) -> dict[str, Any]:
    return {
        "bucket_name": bucket,
        "endpoint_url": f"https://{url.hostname}" + (f":{url.port}" if url.port else ""),
        "access_key": unquote(url.username or ""),
        "secret_key": unquote(url.password or ""),
        "region_name": dict(parse_qsl(url.query)).get("region"),
        "querystring_auth": False,
        "file_overwrite": False,
    }


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _odd(name: str, value: str, allowed: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is “{value}”; allowed is {allowed}.")
