"""Whether readers wait longer for a story while somebody floods the sign-up form with 1,000 posts a minute.

A web server of its own (gunicorn as operators start it) is read at a steady pace, in quiet spells and in spells with
the flood by turns, so that whatever else the machine does falls on both. Each post comes from another network, as the
limit of one network would otherwise stop them.
"""

import datetime as dt
import http.client
import itertools
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from benchmarks.serving import free_port, running
from newsletter import breaker, stamps
from newsletter.models import SignUp, Subscription
from newsletter.signing_up import take_sign_ups
from tests.factories import make_articles, make_section
from tests.newsletter.workers import database_url

TITLE = "A story's page while 1,000 posts a minute flood the sign-up form"
HEADINGS = ("what", "quiet", "flooded", "ratio", "asked for")
POSTS_A_MINUTE, READS_A_SECOND = 1_000, 10
FIGURES = {"median, ms": statistics.median, "95 %, ms": lambda times: statistics.quantiles(times, n=20)[-1]}
SPELLS, SPELL = int(os.environ.get("SPELLS", "4")), 7.5


def rows() -> Iterator[tuple]:
    """One row a figure, in the order of HEADINGS."""
    story = make_articles(number=200, section=make_section(name="World"))[0]
    with tempfile.TemporaryDirectory() as folder, web_server(folder) as port:
        read, post = reader(port, story.get_absolute_url()), poster(port)
        for _time in range(10):
            read()
        quiet, flooded, posts = [], [], 0
        for _spell in range(SPELLS):
            quiet += steadily(read, READS_A_SECOND, SPELL)
            with flood(post) as answers:
                flooded += steadily(read, READS_A_SECOND, SPELL)
            posts += len(answers)
    for name, figure in FIGURES.items():
        before, meanwhile = figure(quiet) * 1000, figure(flooded) * 1000
        yield name, f"{before:.1f}", f"{meanwhile:.1f}", f"{meanwhile / before:.2f}", "about 1"
    yield f"forms sent: {posts}, taken", "", SignUp.objects.count(), "", f"<= {breaker.FLOOR}"
    while take_sign_ups(now=timezone.now()):
        pass
    due = Subscription.objects.filter(confirmation_due_at__isnull=False).count()
    yield "mails due to new addresses", "", due, "", f"<= {breaker.FLOOR}"


@contextmanager
def web_server(folder: str) -> Iterator[int]:
    """gunicorn on the benchmark's database; its port, once it answers."""
    port = free_port()
    own = {
        "DATABASE_URL": database_url(),
        "DATA_DIR": folder,
        "SECRET_KEY": settings.SECRET_KEY,
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "TRUSTED_PROXIES": "1",
        "LOG_LEVEL": "ERROR",
        "DEBUG": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:newsportal.gunicorn_conf", "newsportal.wsgi"]
    with running(command, port, cwd=settings.BASE_DIR, env={**os.environ, **own}):
        yield port


def ask(port: int, method: str, path: str, fields: dict[str, str] | None = None, **headers: str) -> tuple[int, bytes]:
    """One request over a connection of its own; status and body."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        link.request(method, path, urlencode(fields) if fields else None, {**kind, **headers})
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def reader(port: int, path: str) -> Callable[[], float]:
    """Reads the story once; how long that took, in seconds."""

    def read() -> float:
        began = time.perf_counter()
        status, _body = ask(port, "GET", path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}, so there is nothing to measure.")
        return time.perf_counter() - began

    return read


def poster(port: int) -> Callable[[], int]:
    """Sends the form once, for an address and from a network of its own each time; the answer's status."""
    numbers = itertools.count()

    def post() -> int:
        number = next(numbers)
        stamp = stamps.stamp(timezone.now() - dt.timedelta(minutes=1))
        fields = {"email": f"reader{number}@example.org", "source": "/", "stamp": stamp}
        place = f"10.{number // 250 % 250}.{number % 250}.1"
        status, _body = ask(port, "POST", "/newsletter/subscribe/", fields, **{"X-Forwarded-For": place})
        if status not in (200, 303, 503):
            raise RuntimeError(f"The form answered {status}.")
        return status

    return post


@contextmanager
def flood(post: Callable[[], int]) -> Iterator[list]:
    """1,000 posts a minute by a thread, until the block ends; their answers."""
    answers: list[int] = []
    over = threading.Event()

    def pour() -> None:
        began = time.monotonic()
        while not over.wait(max(0.0, began + len(answers) * 60 / POSTS_A_MINUTE - time.monotonic())):
            answers.append(post())

    thread = threading.Thread(target=pour)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


def steadily(work: Callable[[], float], a_second: float, seconds: float) -> list[float]:
    """Does it at a steady pace, as visitors come; what each gave."""
    began, results = time.monotonic(), []
    while (late := time.monotonic() - began) < seconds:
        results.append(work())
        time.sleep(max(0.0, len(results) / a_second - late))
    return results
