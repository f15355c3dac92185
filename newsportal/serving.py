"""Starting the portal on one machine: all that has to be ready, then the web server and the worker side by side."""

import ctypes
import errno
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection

from newsportal.core.languages import other_languages
from newsportal.core.stopping import heeding_signals

GUNICORN = ("-m", "gunicorn", "--config", "python:newsportal.gunicorn_conf", "newsportal.wsgi")
WORKER = ("worker", ("manage.py", "work"))
# Longer than gunicorn lets a request run on.
SECONDS_TO_END = 30
SECONDS_TO_START = 60
# prctl(2): the signal that a process gets when its parent dies.
PR_SET_PDEATHSIG = 1

Say = Callable[[str], object]


class StartRefused(Exception):
    """The portal cannot start; the message is a sentence that says what to do."""


# --- What has to be right before anything is touched ------------------------------------------------------------------


def check_port() -> None:
    """Raises StartRefused unless the web server will be able to listen."""
    family = socket.AF_INET6 if ":" in settings.BIND else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.BIND, settings.PORT))
        except OSError as error:
            raise StartRefused(_why_not_listening(error)) from None


def _why_not_listening(error: OSError) -> str:
    other = settings.PORT + 1 if 1024 <= settings.PORT < 65535 else 8000
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.PORT} is taken: end the program that listens there, or use `make run PORT={other}`."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {settings.PORT} is not open to this account: use `make run PORT={other}`."
    return f"Nothing can listen on {settings.BIND} ({error.strerror}): set BIND to an address of this machine."


def check_folder() -> None:
    """Raises StartRefused unless the data folder can be written."""
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        probe = settings.DATA_DIR / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartRefused(
            f"{settings.DATA_DIR} cannot be written ({error.strerror}): "
            "run from a folder that you may write to, or set DATA_DIR to one."
        ) from None


def check_services() -> None:
    """Raises StartRefused unless the database and the cache answer."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise StartRefused(f"The database does not answer ({reason}): start it, or mend DATABASE_URL.") from None
    try:
        cache.get("answering")
    except Exception as error:  # the exceptions are those of whatever backend it is
        raise StartRefused(f"The cache does not answer ({error}): start it, or mend CACHE_URL.") from None


# --- What has to be ready before visitors come ------------------------------------------------------------------------


def prepare(say: Say) -> None:
    """Database, static files and, once, the demo newsroom. Quick where nothing has changed."""
    say("Bringing the database up to date …")
    call_command("migrate", verbosity=0, interactive=False)
    collect_static(say)
    load_demo(say)


def collect_static(say: Say) -> None:
    """Collects and compresses static files, unless those of the last time were the same."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = static_fingerprint()
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    say("Collecting static files …")
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    """Stands for the names, sizes and times of all static files."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = os.stat(storage.path(path))
            digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def load_demo(say: Say) -> None:
    """Loads the demo newsroom where there is neither a story nor an account, which only a new database lacks."""
    stories, accounts = apps.get_model("articles", "Article").objects, get_user_model().objects
    if "demo" not in get_commands() or stories.exists() or accounts.exists():
        return
    say("Loading the demo newsroom …")
    call_command("demo", verbosity=0)


# --- Running ----------------------------------------------------------------------------------------------------------


@dataclass
class Child:
    """A process that we started."""

    name: str
    process: subprocess.Popen


def web_server() -> tuple[str, tuple[str, ...]]:
    """What Supervisor runs to answer readers, as the setting SERVER says."""
    if settings.SERVER == "gunicorn":
        return "web server", GUNICORN
    options = {
        "interface": "wsgi",
        "host": settings.BIND,
        "port": str(settings.PORT),
        "workers": str(settings.WEB_CONCURRENCY),
        "blocking-threads": str(settings.WEB_THREADS),
        "log-level": "warning",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return "web server", ("-m", "granian", *words, "--no-ws", "newsportal.wsgi:application")


class Supervisor:
    """Keeps the web server and the worker running together: when one ends, or we are told to stop, both end."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.children: list[Child] = []
        self.stopping = False

    def stop(self, *signal_and_frame: object) -> None:
        """Ends everything; usable as a signal handler."""
        self.stopping = True

    def run(self, *commands: tuple[str, tuple[str, ...]]) -> int:
        """Starts each command (a name, and arguments for Python) and waits; the exit status to end with."""
        with heeding_signals(self.stop):
            try:
                self.children = [start(name, *arguments) for name, arguments in commands]
                return self._watch()
            finally:
                self._end()

    def _watch(self) -> int:
        announced = False
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.stopping:
            for child in self.children:
                if (status := child.process.poll()) is not None:
                    self.say(f"The {child.name} ended by itself ({_in_words(status)}), so the portal ends.")
                    return 1
            if not announced and (announced := answers()):
                self.say(welcome())
            if not announced and time.monotonic() > deadline:
                self.say(f"The web server did not answer within {SECONDS_TO_START} seconds, so the portal ends.")
                return 1
            time.sleep(0.2)
        self.say("Ending …")
        return 0

    def _end(self) -> None:
        for child in self.children:
            child.process.terminate()
        deadline = time.monotonic() + SECONDS_TO_END
        for child in self.children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()


def start(name: str, *arguments: str) -> Child:
    """Starts Python with `arguments`, in a session of its own so that Ctrl-C reaches only us, and ends with us."""
    environment = dict(os.environ)
    if sys.stderr.isatty():
        environment.setdefault("LOG_FORMAT", "console")
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )
    return Child(name, process)


def _end_with_parent() -> None:
    """Has the kernel end this process when its parent is killed without a chance to do so."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _in_words(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def answers() -> bool:
    """Whether something listens on our port."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.BIND, settings.BIND)  # noqa: S104
    try:
        with socket.create_connection((host, settings.PORT), timeout=1):
            return True
    except OSError:
        return False


def welcome() -> str:
    """The addresses, and the demo accounts while there are some."""
    names = dict(settings.LANGUAGES)
    codes = other_languages(settings.LANGUAGE_CODE)
    lines = [
        "",
        "The portal is running:",
        f"  site       {settings.SITE_URL}/",
        *(f"  {names[code]!s:<10} {settings.SITE_URL}/{code}/" for code in codes),
        f"  newsroom   {settings.SITE_URL}/admin/",
    ]
    accounts = settings.DATA_DIR / "demo-accounts.txt"
    if accounts.is_file():
        lines += ["", f"Demo accounts and their passwords (from {accounts}):", accounts.read_text().rstrip()]
    return "\n".join([*lines, "", "Ctrl-C ends it.", ""])
