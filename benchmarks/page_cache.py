"""Pages from the page cache, measured with wrk (Debian's package) against a bare WSGI function of the same server.

Every figure is of one gunicorn with two processes as operators start it; a shared cache is needed (CACHE_URL).
SERVERS=gunicorn,granian,nginx measures those, too, where they are installed. SECONDS is how long each figure takes.
Pages are asked for as browsers do, which take them compressed; ACCEPT_ENCODING= (nothing) asks for plain ones.

What is compared runs by turns, the best turn of each counts: what else the machine does can only make it slower. The
processes of gunicorn take connections as they come; a turn in which nearly all fell to one of them is run again.
"""

import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from articles.models import Article, RelatedStory
from articles.related.lists import LENGTH
from benchmarks import fronts
from benchmarks.archive import look_at_tables
from benchmarks.serving import free_port, running
from tests.factories import make_articles, make_section
from tests.newsletter.workers import database_url

TITLE = "Pages from the page cache, requests a second"
HEADINGS = ("what", "connections", "requests/s", "p50 ms", "p99 ms", "p99/p50", "of the bare", "asked for")
STORIES, PARAGRAPHS = 2_000, 45
CONNECTIONS = (1, 8, 32)
TURNS = 5
# How much less than the other a process may have worked, where it is to have had its share of the connections.
SHARE, ATTEMPTS = 0.3, 8
SECONDS = int(os.environ.get("SECONDS", "2"))
ACCEPT_ENCODING = os.environ.get("ACCEPT_ENCODING", "gzip, deflate, br, zstd")
SERVERS = os.environ.get("SERVERS", "gunicorn").split(",")
BODY = "<p>" + "The ferries went back to work on Sunday morning, after two days of fog on the river. " * 6 + "</p>"


class Server(NamedTuple):
    """Where one listens, and the process that started its others; None where it has none of gunicorn's kind. `takes` is
    what it is told of how a page may be packed; "" for not at all.
    """

    port: int
    process: subprocess.Popen | None = None
    takes: str = ACCEPT_ENCODING

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept-Encoding": self.takes} if self.takes else {}


@dataclass(frozen=True)
class Load:
    """What wrk has measured; times in milliseconds."""

    rate: float
    p50: float
    p99: float


def rows() -> Iterator[tuple]:
    """One row a page and number of connections, in the order of HEADINGS."""
    if not settings.CACHE_IS_SHARED:
        sys.exit("Two web processes need a cache that they share: CACHE_URL=redis://127.0.0.1:6379/15.")
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt-get install wrk.")
    section = make_section(name="World")
    story = make_articles(number=STORIES, section=section)[0].get_absolute_url()
    Article.objects.update(body=BODY * PARAGRAPHS)
    list_related()
    look_at_tables()
    pages = {"front": "/", "section": section.get_absolute_url(), "story": story}
    with tempfile.TemporaryDirectory() as folder:
        collect_static(folder)
        yield from _cached(folder, pages)
        yield from _uncached(folder, story)
        for name in SERVERS:
            if name in fronts.KINDS:
                yield from _other(fronts.KINDS[name], folder, story)


def list_related() -> None:
    """Twelve others for each story, as the worker leaves them: it would take these texts for one and the same."""
    pks = list(Article.objects.values_list("pk", flat=True))
    rows = [
        RelatedStory(article_id=pk, other_id=pks[(place + 7 * step + 1) % len(pks)], score=0.5 - step / 100)
        for place, pk in enumerate(pks)
        for step in range(LENGTH)
    ]
    RelatedStory.objects.bulk_create(rows, batch_size=1_000)


def _cached(folder: str, pages: dict[str, str]) -> Iterator[tuple]:
    """Each page beside a bare function of its size."""
    for name, address in pages.items():
        with server(folder, "newsportal.wsgi") as ours:
            size = len(fetch(ours, address))
            with server(folder, "benchmarks.bare:function", BARE_SIZE=str(size)) as bare:
                for number in CONNECTIONS:
                    most, cached = by_turns((bare, "/"), (ours, address), number)
                    yield _row(f"bare function, {size:,} bytes", number, most)
                    yield _row(f"{name}, cached", number, cached, of=most, asked=">= 0.85")
            if name == "story":
                yield ("memory of a process", "", f"{memory(ours):.0f} MB", "", "", "", "", "<= 120 MB")


def _uncached(folder: str, story: str) -> Iterator[tuple]:
    """Plain, as the page cache asks for what it packs itself, once for all readers."""
    with server(folder, "newsportal.wsgi", PAGE_CACHE="no") as ours:
        ours = ours._replace(takes="")
        size = len(fetch(ours, story))
        with server(folder, "benchmarks.bare:view", BARE_SIZE=str(size)) as bare:
            view, uncached = by_turns((bare._replace(takes=""), "/"), (ours, story), 8)
    yield _row("Django view, constant body", 8, view)
    yield _row("story, uncached", 8, uncached, of=view, asked=">= 0.10")


def _other(kind: fronts.Kind, folder: str, story: str) -> Iterator[tuple]:
    """Another server, or a cache in front, beside gunicorn's cached figure; and beside what it gives for nothing but
    bytes, which is as much as it can give here.
    """
    with server(folder, "newsportal.wsgi") as ours:
        (Path(folder) / "bytes").write_bytes(os.urandom(len(fetch(ours, story))))
        with kind.start(folder, ours.port, environment(folder, 0)) as port:
            gunicorn, other = by_turns((ours, story), (Server(port), story), 32)
            yield _row(kind.name, 32, other, of=gunicorn, asked=kind.asked)
            if kind.plain:
                other, plain = by_turns((Server(port), story), (Server(port), kind.plain), 32)
                yield _row(f"{kind.name}, beside a file of its size", 32, other, of=plain)


def by_turns(one: tuple[Server, str], other: tuple[Server, str], connections: int) -> list[Load]:
    """The best of TURNS of two addresses."""
    for server, address in (one, other):
        fetch(server, address)
        # Each thread of a server has a connection to the database of its own, and its queries to write down.
        wrk(server, address, 32, seconds=1)
    turns = [[even(server, address, connections) for server, address in (one, other)] for _turn in range(TURNS)]
    return [max(loads, key=lambda load: load.rate) for loads in zip(*turns, strict=True)]


def even(server: Server, address: str, connections: int) -> Load:
    """A run in which each process had its share of the connections, where there are as many as that."""
    for _attempt in range(ATTEMPTS):
        before = worked(server)
        load = wrk(server, address, connections)
        shares = [after - then for then, after in zip(before, worked(server), strict=True)]
        if connections < 8 or not shares or min(shares) > SHARE * max(shares):
            return load
    raise RuntimeError(f"All connections of {ATTEMPTS} runs fell to one process of {server.process.args}.")


def worked(server: Server) -> list[float]:
    """How long each process of gunicorn has worked, in ticks of the clock; [] for other servers."""
    stats = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in children(server)]
    return [int(stat[11]) + int(stat[12]) for stat in stats]


def children(server: Server) -> list[str]:
    pid = server.process.pid if server.process else 0
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if pid else []


def wrk(server: Server, address: str, connections: int, *, seconds: int = SECONDS) -> Load:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += [word for header in server.headers.items() for word in ("-H", ": ".join(header))]
    command.append(f"http://127.0.0.1:{server.port}{address}")
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{address} was not always answered:\n{said}")
    rate = float(re.search(r"Requests/sec:\s*([\d.]+)", said)[1])
    return Load(rate, _latency(said, 50), _latency(said, 99))


def _latency(said: str, percentile: int) -> float:
    number, unit = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", said).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def _row(name: str, number: int, load: Load, *, of: Load | None = None, asked: str = "") -> tuple:
    share = f"{load.rate / of.rate:.2f}" if of else ""
    spread = f"{load.p99 / load.p50:.1f}"
    return name, number, f"{load.rate:,.0f}", f"{load.p50:.2f}", f"{load.p99:.2f}", spread, share, asked


def environment(folder: str, port: int, **own: str) -> dict[str, str]:
    """Of a web server on the benchmark's database, with keys of its own in the shared cache."""
    facts = {
        "DATABASE_URL": database_url(),
        "DATA_DIR": folder,
        "SECRET_KEY": settings.SECRET_KEY,
        "LOG_LEVEL": "ERROR",
    }
    facts |= {"PORT": str(port), "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1"}
    return {**os.environ, **facts, "DEBUG": "", "WEB_CONCURRENCY": "2", "PAGE_CACHE": "yes", **own}


def collect_static(folder: str) -> None:
    """Pages name static files by their digests."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, env=environment(folder, 1), cwd=settings.BASE_DIR, check=True)


@contextmanager
def server(folder: str, application: str, **own: str) -> Iterator[Server]:
    """gunicorn with an application, once it answers."""
    port = free_port()
    # What is bare has none of the portal's hooks; all else is the same.
    bare = ["-k", "gthread", "-w", "2", "--threads", "4", "--keep-alive", "5", "-b", f"127.0.0.1:{port}"]
    options = ["--config", "python:newsportal.gunicorn_conf"] if application == "newsportal.wsgi" else bare
    command = [sys.executable, "-m", "gunicorn", *options, application]
    with running(command, port, env=environment(folder, port, **own)) as process:
        yield Server(port, process)


def fetch(server: Server, address: str) -> bytes:
    """A page, three times, so that it is kept everywhere."""
    for _time in range(3):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", address, headers=server.headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}.")
    return body


def memory(server: Server) -> float:
    """The largest of a server's processes, in megabytes, without the files that it maps (SQLite, libraries)."""
    statuses = [Path(f"/proc/{child}/status").read_text() for child in children(server)]
    return max(int(re.search(r"RssAnon:\s+(\d+)", status)[1]) for status in statuses) / 1024
