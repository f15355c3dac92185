"""How fast an issue goes out: against raw smtplib, a connection a mail, and django-newsletter, to the same mail server.

The mail server is Postfix's `smtp-sink` (Debian package postfix) where it is installed, else the sink of our tests as a
process of its own. Only the ratios of one run mean something. django-newsletter is installed into a folder that is then
thrown away; without a package index that line is left out, with a word.
"""

import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from benchmarks.serving import free_port, running
from newsletter.delivery import sending
from newsletter.delivery.freezing import prepare
from newsletter.delivery.messages import Letter, Reader, Template
from newsletter.models import Block, Delivery, Issue, NewsletterList, Subscriber, Subscription
from newsletter.states import BlockKind, DeliveryState, IssueState, SubscriptionState

TITLE = "An issue to its readers"
HEADINGS = ("way", "mails", "mails/s", "ratio", "asked for")
READERS, CONNECTIONS = 2_000, 4
ROUND_TRIP = 0.02
FRESH = 40
# What an issue of a Bangla newsroom weighs.
PARAGRAPH = "প্রধানমন্ত্রী বলেছেন, সোমবার দুপুর থেকে নৌযান আবার চলবে। The ferries run again from noon on Monday. "
OTHER = Path(__file__).parent / "django_newsletter.py"


def rows() -> Iterator[tuple]:
    """One row a way, in the order of HEADINGS."""
    yield "(what the disk can write down, one thing after the other)", "", f"{writes_a_second():.0f}", "", ""
    newsletter = make_list_with(READERS)
    with sink() as port:
        message = ready_bytes(newsletter)
        raw = best(lambda: partial(raw_smtplib, port, message, READERS, CONNECTIONS), READERS)
        yield f"(the mail has {len(message) / 1000:.0f} KB)", "", "", "", ""
        yield f"raw smtplib, {CONNECTIONS} connections, ready bytes", READERS, f"{raw:.0f}", "1.00", ""
        ours = best(lambda: ready_to_send(newsletter, port), READERS)
        yield (
            f"ours, {CONNECTIONS} connections, no mail without a commit before it",
            READERS,
            f"{ours:.0f}",
            f"{ours / raw:.2f}",
            ">= 0.60",
        )
        theirs = django_newsletter(port, newsletter)
        if theirs:
            yield "django-newsletter 1.2.1", READERS, f"{theirs:.0f}", f"ours is {ours / theirs:.1f} ×", ">= 8 ×"
        else:
            yield "django-newsletter 1.2.1: left out, it cannot be installed here", 0, "", "", ""
    with own_sink(ROUND_TRIP) as port:
        fresh = rate(lambda: connection_a_mail(port, message, FRESH), FRESH)
        yield "20 ms away, a connection a mail", FRESH, f"{fresh:.1f}", "1.00", ""
        far = rate(ready_to_send(newsletter, port), READERS)
        yield f"20 ms away, ours, {CONNECTIONS} connections", READERS, f"{far:.0f}", f"{far / fresh:.1f} ×", ">= 20 ×"


def rate(work: Callable[[], None], mails: int) -> float:
    """Mails a second."""
    began = time.perf_counter()
    work()
    return mails / (time.perf_counter() - began)


def best(make: Callable[[], Callable[[], None]], mails: int) -> float:
    """The best of three: other work on the machine only ever slows one down."""
    return max(rate(make(), mails) for _time in range(3))


def writes_a_second(seconds: float = 1.0) -> float:
    """How often the disk under the database can be made to write (fsync): no commit a mail is faster than that."""
    with tempfile.NamedTemporaryFile() as file:
        count, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            count += 1
    return count / seconds


def make_list_with(readers: int, *, slug: str = "morning", **fields: object) -> NewsletterList:
    """A newsletter with so many confirmed readers of its own."""
    now = timezone.now()
    newsletter = NewsletterList.objects.create(name="Morning", slug=f"{slug}-{readers}", language="en", **fields)
    for start in range(0, readers, 10_000):
        names = [f"reader{number}@{slug}{readers}.example" for number in range(start, min(start + 10_000, readers))]
        made = Subscriber.objects.bulk_create(
            Subscriber(address=name, key=name, created=now, fingerprint=name) for name in names
        )
        Subscription.objects.bulk_create(
            Subscription(
                subscriber=reader,
                newsletter=newsletter,
                asked_at=now,
                confirmed_at=now,
                state=SubscriptionState.CONFIRMED,
            )
            for reader in made
        )
    return newsletter


def make_issue(newsletter: NewsletterList) -> Issue:
    """An issue of about 33 KB that is due now."""
    issue = Issue.objects.create(
        newsletter=newsletter, subject="নৌযান আবার চলবে", state=IssueState.SCHEDULED, send_at=timezone.now()
    )
    Block.objects.bulk_create(
        Block(issue=issue, position=place, kind=BlockKind.TEXT, text=PARAGRAPH * 5) for place in range(14)
    )
    return issue


def ready_bytes(newsletter: NewsletterList) -> bytes:
    issue = prepare(make_issue(newsletter), now=timezone.now())
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.CANCELLED)
    letter = Letter.frozen(issue.renderings.select_related("issue__newsletter").get())
    reader = Reader("reader@example.org", "<1@example.org>", f"https://example.org/{'u' * 60}", "https://example.org/p")
    return Template(letter, eight_bit=True).for_reader(reader)


def ready_to_send(newsletter: NewsletterList, port: int) -> Callable[[], None]:
    """Sends an issue that is frozen already (as django-newsletter's is prepared), in rounds as the worker does them."""
    issue = prepare(make_issue(newsletter), now=timezone.now())
    return lambda: send_prepared(issue, port)


def send_prepared(issue: Issue, port: int) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = sending.OWN, "127.0.0.1", port
    settings.NEWSLETTER_CONNECTIONS = CONNECTIONS
    while sending.send_due_issues(now=timezone.now()):
        pass
    sent = Delivery.objects.in_state(DeliveryState.SENT).filter(issue=issue).count()
    if sent != issue.audience:
        raise RuntimeError(f"Only {sent} of {issue.audience} mails were taken.")


def raw_smtplib(port: int, message: bytes, mails: int, connections: int) -> None:
    def one_connection(share: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as smtp:
            for number in range(share):
                smtp.sendmail("news@example.org", f"r{number}@example.org", message, mail_options=["BODY=8BITMIME"])

    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(one_connection, [mails // connections] * connections))


def connection_a_mail(port: int, message: bytes, mails: int) -> None:
    for _number in range(mails):
        raw_smtplib(port, message, 1, 1)


def django_newsletter(port: int, newsletter: NewsletterList) -> float:
    """Mails a second of django-newsletter with the same issue to as many readers; 0 where it cannot be installed."""
    rendering = Issue.objects.filter(newsletter=newsletter).first().renderings.get()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        python = place / "bin" / "python"
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "django-newsletter==1.2.1",
            "Django<5",
            "sorl-thumbnail",
        ]
        made = subprocess.run([sys.executable, "-m", "venv", folder]).returncode == 0
        if not made or subprocess.run(install).returncode:
            return 0.0
        (place / "issue.html").write_text(rendering.html)
        (place / "issue.txt").write_text(rendering.text)
        environment = {"PATH": os.environ["PATH"], "PORT": str(port), "READERS": str(READERS), "PLACE": folder}
        result = subprocess.run([str(python), str(OTHER)], env=environment, capture_output=True, text=True)
        if result.returncode:
            sys.stderr.write(result.stderr[-2000:])
            return 0.0
        return READERS / float(result.stdout.split()[-1])


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's sink, or ours; the port that it listens on."""
    program = shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/postfix/sbin")
    if program is None:
        with own_sink(0.0) as port:
            yield port
        return
    port = free_port()
    # It refuses to run as root.
    who = ["-u", "nobody"] if os.geteuid() == 0 else []
    with running([program, *who, f"127.0.0.1:{port}", "1000"], port, stderr=None):
        yield port


@contextmanager
def own_sink(round_trip: float) -> Iterator[int]:
    """The sink of the tests in a process of its own, as far away as `round_trip` seconds."""
    command = [sys.executable, "-m", "tests.newsletter.sink", str(round_trip)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
