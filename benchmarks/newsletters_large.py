"""An issue to 100,000 readers: how long freezing takes, how fast a worker sends, and how much memory it needs."""

import datetime as dt
import os
import time
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from benchmarks.newsletters import make_issue, make_list_with, own_sink, send_prepared
from newsletter.delivery.freezing import prepare
from newsletter.digesting import make_due_digests
from newsletter.models import Issue, Subscription
from newsletter.states import ListKind
from tests.factories import make_articles, make_section

TITLE = "An issue to 100,000 readers"
HEADINGS = ("what", "value", "asked for")
READERS = int(os.environ.get("READERS", "100000"))


def rows() -> Iterator[tuple]:
    """One row a figure, in the order of HEADINGS."""
    issue = make_issue(make_list_with(READERS))
    began = time.perf_counter()
    issue = prepare(issue, now=timezone.now())
    yield f"readers frozen: {issue.audience}", f"{time.perf_counter() - began:.1f} s", "< 30 s on PostgreSQL"
    with own_sink(0.0) as port:
        began = time.perf_counter()
        memory = in_a_worker(lambda: send_prepared(issue, port))
        yield "sent by one worker", f"{READERS / (time.perf_counter() - began):.0f} mails/s", ""
        yield "its most memory (VmHWM)", f"{memory / 1024:.0f} MB", "< 200 MB"
    yield from pages_of(issue)
    yield from a_digest()


def pages_of(issue: Issue) -> Iterator[tuple]:
    """What editors open of it, by its queries and its time."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("benchmark"))
    deliveries = reverse("admin:newsletter_delivery_changelist")
    pages = {
        "the desk": reverse("admin:index"),
        "the issue's page": reverse("admin:newsletter_issue_change", args=[issue.pk]),
        "its mails": f"{deliveries}?issue={issue.pk}",
        "its mails that were sent": f"{deliveries}?issue={issue.pk}&state=sent",
        "its figures": reverse("admin:newsletter_issue_figures", args=[issue.pk]),
        "the list of readers": reverse("admin:newsletter_subscriber_changelist"),
    }
    for name, address in pages.items():
        client.get(address)
        began = time.perf_counter()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            status = client.get(address).status_code
        if status != 200:
            raise RuntimeError(f"{address} answered {status}, so there is nothing to measure.")
        yield f"page: {name}", f"{len(asked)} queries, {(time.perf_counter() - began) * 1000:.0f} ms", "<= 20 queries"


def a_digest() -> Iterator[tuple]:
    """A daily one to as many readers: made, and its audience frozen, each in a process of its own."""
    now = timezone.now()
    newsletter = make_list_with(READERS, slug="daily", kind=ListKind.DIGEST, stale_after=0, send_time=dt.time())
    Subscription.objects.filter(newsletter=newsletter).update(covered_until=now - dt.timedelta(days=2))
    make_articles(number=20, section=make_section(name="World"))
    Article.objects.update(publish_at=now - dt.timedelta(days=1))
    for what, work in (("a digest made", make_due_digests), ("its readers frozen", _freeze_due)):
        began = time.perf_counter()
        memory = in_a_worker(lambda work=work: work(now=timezone.now()))
        yield f"{what} for {READERS}", f"{time.perf_counter() - began:.1f} s, {memory / 1024:.0f} MB", "< 200 MB"
    issue = Issue.objects.digests().get()
    if issue.audience != READERS:
        raise RuntimeError(f"The digest goes to {issue.audience} readers, not to {READERS}.")


def _freeze_due(*, now: dt.datetime) -> None:
    for issue in Issue.objects.due(now).select_related("newsletter"):
        prepare(issue, now=now)


def in_a_worker(work) -> int:
    """Does it in a process of its own; the most memory that this held, in KB."""
    connection.close()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            work()
            os.write(writing, str(most_memory()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        memory = pipe.read()
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("The worker failed.")
    return int(memory)


def most_memory() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
