"""gunicorn's threads, of which each process takes as many connections as it can answer at once.

gunicorn's own worker takes whatever waits. Of several that come together, as a proxy opens them, the first process to
wake took all, and answered them one after the other while the others had nothing to do.
"""

from concurrent.futures import Future
from socket import socket
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker


class Worker(ThreadWorker):
    """Leaves new connections to the other processes while all of its threads are at work.

    They wait where the kernel keeps them until one of the processes has a thread. All of this happens in the worker's
    main thread; while it takes no connections it turns to `set_accept_enabled` before each look at those it has.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at_work = 0

    @property
    def is_full(self) -> bool:
        return self.at_work >= self.cfg.threads

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and not self.is_full)

    def accept(self, listener: socket) -> None:
        """Only now that somebody waits: to look away from the door and back with each request would take its time."""
        if self.is_full:
            self.set_accept_enabled(False)
        else:
            super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        self.at_work += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Future) -> None:
        self.at_work -= 1
        super().finish_request(conn, fs)
