"""Sending workers as processes of their own, to be killed. A nursery imports the portal once and forks each worker.

`python -m tests.newsletter.workers` reads lines: for each it forks a worker and prints its number (pid).
"""

import datetime as dt
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

LEASE = dt.timedelta(seconds=1.5)


class Nursery:
    """Starts workers on the database of the running test, which send to a mail server on `port`."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process
        self.alive: list[int] = []

    def start(self) -> int:
        self._process.stdin.write("start\n")
        self._process.stdin.flush()
        self.alive.append(int(self._process.stdout.readline()))
        return self.alive[-1]

    def kill(self, number: int) -> None:
        """Ends one at once, wherever it stands, and puts another in its place."""
        os.kill(self.alive.pop(number), signal.SIGKILL)
        self.start()

    def end(self) -> None:
        for pid in self.alive:
            os.kill(pid, signal.SIGKILL)
        self.alive.clear()


@contextmanager
def nursery(port: int, *, folder, connections: int = 2):
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "NEWSLETTER_CONNECTIONS": str(connections),
        "DATA_DIR": str(folder),
        "LOG_LEVEL": "ERROR",
        "PYTHONHASHSEED": "0",
    }
    command = [sys.executable, "-m", "tests.newsletter.workers"]
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    home = Nursery(process)
    try:
        yield home
    finally:
        home.end()
        process.stdin.close()
        process.wait(20)


def database_url() -> str:
    entry = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{entry['NAME']}"
    who = entry["USER"] + (f":{entry['PASSWORD']}" if entry["PASSWORD"] else "")
    return f"postgres://{who}@{entry['HOST'] or 'localhost'}:{entry['PORT'] or 5432}/{entry['NAME']}"


def work() -> None:
    """Rounds without end, with a short lease and little patience, so that a test sees within seconds what takes minutes."""
    from django.db import Error as DatabaseError
    from django.utils import timezone

    from newsletter.delivery import claiming, recording, sending, verdicts

    claiming.LEASE = recording.LEASE = LEASE
    verdicts.BACK_OFF[:] = [dt.timedelta(seconds=0.3)]
    sending.FIRST_REST = sending.LONGEST_REST = 0.1
    sending._rest = sending._Rest()
    while True:
        try:
            if not sum(sending.do_round(now=timezone.now(), seconds=2)):
                signal.sigtimedwait([], 0.05)
        except DatabaseError:
            connection.close()
            signal.sigtimedwait([], 0.1)


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsportal.settings")
    django.setup()
    import newsletter.delivery.sending  # noqa: F401 - before the first worker is forked

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        pid = os.fork()
        if not pid:
            work()
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
