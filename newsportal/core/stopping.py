"""How a long-running command hears that it should end."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def heeding_signals(stop: Callable[..., Any]) -> Iterator[None]:
    """Calls `stop(number, frame)` on SIGTERM, Ctrl-C and the closing of the terminal, and restores what was before.

    A hang-up that is ignored already (`nohup`) stays ignored.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    for number, handler in before.items():
        if not (number == signal.SIGHUP and handler == signal.SIG_IGN):
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
