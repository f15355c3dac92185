"""A portal of its own for a test that kills it: gunicorn on an SQLite file, started and ended as an operator would."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request

from django.conf import settings

NEWSROOM = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import make_section, make_user
make_user(username="tania", password="correct horse battery staple", role="Editor")
make_section(name="World")
"""


def until(true, *, seconds=15, page=None):
    """Waits for `true()`; the page's own work goes on meanwhile."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        page.wait_for_timeout(100) if page else time.sleep(0.1)


class OwnServer:
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.file = folder / "db.sqlite3"
        kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        self.environment = {
            **kept,
            "DATA_DIR": str(folder),
            "DEBUG": "1",
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "newsportal.settings",
        }
        self.process = None
        self._run(["-c", NEWSROOM]).wait()

    def _run(self, arguments):
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start(self):
        config = "python:newsportal.gunicorn_conf"
        self.process = self._run(["-m", "gunicorn", "--config", config, "newsportal.wsgi"])
        until(self._answers, seconds=20)

    def _answers(self):
        try:
            return urllib.request.urlopen(f"{self.url}/healthz", timeout=2).status == 200
        except OSError:
            return False

    def kill(self):
        """kill -9 of all its processes: nothing is finished, nothing is said."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def holds(self, text):
        """Whether the database has `text` in any revision."""
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=5) as database:
            rows = database.execute("SELECT 1 FROM articles_revision WHERE instr(content, ?)", [text])
            return rows.fetchone() is not None
