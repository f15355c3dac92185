"""How a web process takes connections; its threads are played by a test."""

import socket
from concurrent.futures import Future

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from newsportal.gunicorn_worker import Worker

THREADS = 4


class Pool:
    """In the place of the threads: what they were given, to be finished by hand."""

    def __init__(self):
        self.given = []

    def submit(self, _work, connection):
        connection.init()
        self.given.append(Future())
        return self.given[-1]


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def worker(listener, monkeypatch):
    config = Config()
    config.set("threads", THREADS)
    worker = Worker(1, 0, [listener], None, 30, config, Logger(config))
    monkeypatch.setattr(worker, "load_wsgi", lambda: None)
    monkeypatch.setattr(worker, "init_signals", lambda: None)
    monkeypatch.setattr(worker, "get_thread_pool", Pool)
    monkeypatch.setattr(worker, "run", lambda: None)
    worker.init_process()
    worker.poller.register(worker.method_queue.fileno(), 1, worker.method_queue.run_callbacks)
    yield worker
    worker.poller.close()
    worker.method_queue.close()


@pytest.fixture
def connect(listener):
    opened = []

    def connect(number):
        opened.extend(socket.create_connection(listener.getsockname()) for _connection in range(number))

    yield connect
    for connection in opened:
        connection.close()


def turn(worker, times=30):
    """As gunicorn's own loop (ThreadWorker.run) goes round."""
    for _time in range(times):
        if not worker._accepting:
            worker.set_accept_enabled(True)
        worker.wait_for_and_dispatch_events(timeout=0)


def test_takes_what_its_threads_can_answer_and_leaves_the_rest_to_others(worker, connect):
    connect(10)
    turn(worker)
    assert (worker.nr_conns, len(worker.tpool.given)) == (THREADS, THREADS)


def test_takes_another_for_each_answer(worker, connect):
    connect(10)
    turn(worker)
    for taken in (5, 6):
        worker.tpool.given[taken - 5].set_result(False)
        turn(worker)
        assert len(worker.tpool.given) == taken
        # The one that was answered is closed.
        assert (worker.nr_conns, worker.at_work) == (THREADS, THREADS)


def test_connections_that_wait_for_their_next_request_keep_nobody_out(worker, connect):
    connect(10)
    turn(worker)
    for answer in worker.tpool.given[:THREADS]:
        answer.set_result(True)
    turn(worker)
    assert worker.nr_conns == 2 * THREADS
    assert len(worker.keepalived_conns) == THREADS


def test_takes_none_while_it_stops(worker, connect):
    worker.set_accept_enabled(False)
    connect(2)
    worker.wait_for_and_dispatch_events(timeout=0)
    assert worker.nr_conns == 0
