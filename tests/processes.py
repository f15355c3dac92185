"""Several at once, and one that is killed: for tests with the fixture `threads_db`."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def at_once(*tasks):
    """Runs the tasks in threads that start together; their results in order."""
    start = threading.Barrier(len(tasks))

    def run(task):
        start.wait(timeout=20)
        try:
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, task) for task in tasks]]


def killed(task):
    """Runs a task in a process of its own, which is killed by its own hand at some point of it (`die`)."""
    child = os.fork()
    if not child:
        # The connection is the parent's; kept, so that nothing closes it from here.
        inherited, connection.connection = connection.connection, None
        try:
            task()
        finally:
            os._exit(len([inherited]))
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it was to be killed, and ended by itself"


def die(*_arguments, **_named):
    """What kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)
