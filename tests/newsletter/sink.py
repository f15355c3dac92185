"""A mail server that keeps nothing but who got which mail, and is as rude as it is told to be.

In a test it runs in a thread; `python -m tests.newsletter.sink [DELAY]` runs it by itself, prints its port and counts.
"""

import asyncio
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager

FEATURES = ("PIPELINING", "8BITMIME", "SIZE 10485760")
ANGLES = re.compile(rb"<([^>]*)>")
MESSAGE_ID = re.compile(rb"^message-id: *(\S+)", re.IGNORECASE | re.MULTILINE)
# What `behave` may say of a reader besides an answer of its own: end the connection before the mail is through, or
# take the mail and end it without a word.
HANG_UP, TAKE_AND_HANG_UP = "hang up", "take and hang up"


class Sink:
    """`behave(mailbox, times)` says how the reader's mail fares at the `times`-th try: "" is well, an answer such as
    "550 5.1.1 Unknown" is given at RCPT, one with "dot:" before it after the text. `answers` replaces the answer to a
    verb (b"MAIL": "550 no"); `delay` is added to each answer, in seconds.
    """

    def __init__(
        self,
        *,
        behave: Callable[[str, int], str] | None = None,
        answers: dict[str, str] | None = None,
        features: tuple[str, ...] = FEATURES,
        delay: float = 0.0,
        keep: bool = False,
    ) -> None:
        self.behave = behave
        self.answers = answers or {}
        self.features = features
        self.delay = delay
        self.accepted: Counter[str] = Counter()
        self.message_ids: dict[str, set[str]] = {}
        self.tries: Counter[str] = Counter()
        self.senders: dict[str, str] = {}
        self.texts: dict[str, bytes] | None = {} if keep else None
        self.commands: list[str] = []
        self.connections = 0
        self.port = 0

    def hear(self) -> None:
        """Called for each piece of what the clients say."""

    async def serve(self, port: int = 0) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Session(self), "127.0.0.1", port)
        self.port = server.sockets[0].getsockname()[1]
        return server


class _Session(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.buffer = b""
        self.in_text = False
        self.behaviour = self.mailbox = self.sender = ""

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.sink.connections += 1
        self.say(self.sink.answers.get("CONNECT", "220 sink ESMTP"), extra=self.sink.delay)

    def connection_lost(self, error) -> None:
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.sink.hear()
        self.buffer += data
        while self.buffer and not self.transport.is_closing() and (self.text() if self.in_text else self.command()):
            pass

    def say(self, answer: str, *, extra: float = 0.0) -> None:
        line = f"{answer}\r\n".encode()
        wait = self.sink.delay + extra
        if wait:
            asyncio.get_running_loop().call_later(wait, self.write, line)
        else:
            self.write(line)

    def write(self, line: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(line)
            if line.startswith(b"421"):
                self.transport.close()

    def command(self) -> bool:
        line, end, rest = self.buffer.partition(b"\r\n")
        if not end:
            return False
        self.buffer = rest
        verb = line[:4].decode("ascii", "replace").upper()
        if len(self.sink.commands) < 1000:
            self.sink.commands.append(line.decode("utf-8", "replace"))
        if verb in self.sink.answers:
            self.say(self.sink.answers[verb])
        else:
            getattr(self, f"do_{verb.lower()}", self.unknown)(line)
        return True

    def unknown(self, line: bytes) -> None:
        self.say("500 5.5.1 What?")

    def do_ehlo(self, line: bytes) -> None:
        lines = ["sink", *self.sink.features]
        for number, word in enumerate(lines, 1):
            self.say(f"250{' ' if number == len(lines) else '-'}{word}")

    def do_helo(self, line: bytes) -> None:
        self.say("250 sink")

    def do_rset(self, line: bytes) -> None:
        self.mailbox = self.sender = ""
        self.say("250 2.0.0 Ok")

    def do_quit(self, line: bytes) -> None:
        self.say("221 2.0.0 Bye")

    def do_mail(self, line: bytes) -> None:
        if self.sender:
            self.say("503 5.5.1 Nested MAIL")
            return
        self.sender, self.mailbox = ANGLES.search(line)[1].decode(), ""
        self.say("250 2.1.0 Ok")

    def do_rcpt(self, line: bytes) -> None:
        if not self.sender:
            self.say("503 5.5.1 MAIL first")
            return
        mailbox = ANGLES.search(line)[1].decode()
        self.sink.tries[mailbox] += 1
        self.behaviour = self.sink.behave(mailbox, self.sink.tries[mailbox]) if self.sink.behave else ""
        if self.behaviour[:3].isdigit():
            self.say(self.behaviour)
            return
        self.mailbox = mailbox
        self.say("250 2.1.5 Ok")

    def do_data(self, line: bytes) -> None:
        if not self.mailbox:
            self.say("503 5.5.1 No valid recipients")
            return
        self.in_text = True
        # So that a lone dot ends a text as well.
        self.buffer = b"\r\n" + self.buffer
        self.say("354 Go on")

    def text(self) -> bool:
        if self.behaviour == HANG_UP and len(self.buffer) > 100:
            self.transport.abort()
            return False
        text, end, rest = self.buffer.partition(b"\r\n.\r\n")
        if not end:
            return False
        self.buffer, self.in_text = rest, False
        text = text[2:]
        if self.behaviour.startswith("dot:"):
            self.say(self.behaviour.removeprefix("dot:"))
        else:
            self.take(text)
            if self.behaviour == TAKE_AND_HANG_UP:
                self.transport.abort()
                return False
            self.say("250 2.0.0 Taken")
        self.sender = self.mailbox = ""
        return True

    def take(self, text: bytes) -> None:
        sink, mailbox = self.sink, self.mailbox
        sink.accepted[mailbox] += 1
        sink.senders[mailbox] = self.sender
        if found := MESSAGE_ID.search(text[:4000]):
            sink.message_ids.setdefault(mailbox, set()).add(found[1].decode())
        if sink.texts is not None:
            sink.texts[mailbox] = (text + b"\r\n").replace(b"\r\n..", b"\r\n.")


@contextmanager
def running(sink: Sink, *, port: int = 0):
    """The sink in a thread of its own, listening on `sink.port`."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        server = await sink.serve(port)
        ready.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


async def main(delay: float) -> None:
    sink = Sink(delay=delay)
    server = await sink.serve()
    sys.stdout.write(f"{sink.port}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
