"""How gunicorn serves the portal: `gunicorn --config python:newsportal.gunicorn_conf newsportal.wsgi`."""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from gunicorn.glogging import Logger

from newsportal import gunicorn_response

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsportal.settings")
try:
    port = settings.PORT
except ImproperlyConfigured as error:
    # Here, before a process is forked: gunicorn would start a worker that ends itself again and again.
    sys.exit(str(error))

bind = f"[{settings.BIND}]:{port}" if ":" in settings.BIND else f"{settings.BIND}:{port}"
# A cache that lives in one process allows one process (settings.py refuses more), so threads carry the load.
workers = settings.WEB_CONCURRENCY
worker_class = "newsportal.gunicorn_worker.Worker"
threads = settings.WEB_THREADS
timeout = 60
graceful_timeout = 20
keepalive = 5
# A Bangla letter takes nine characters in an address, and gunicorn's own limit of 4094 cuts searches.
limit_request_line = 8190
# Whether a proxy may be believed is for TRUSTED_PROXIES to say, wherever it connects from.
forwarded_allow_ips = ""
control_socket_disable = True
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


class Log(Logger):
    """Without the access log, whose place newsportal/core/request_log.py takes: gunicorn would put every line together
    before it asks the settings below whether anybody wants it, which takes as long as answering from the page cache.
    """

    def access(self, *request_and_answer: Any) -> None:
        return


logger_class = Log
accesslog = None
logconfig_dict = {
    **settings.LOGGING,
    "loggers": {
        **settings.LOGGING["loggers"],
        "gunicorn.error": {"handlers": [], "level": "WARNING", "propagate": True},
        "gunicorn.access": {"handlers": [], "level": "WARNING", "propagate": False},
        # Django leaves it to the server to drop the body of an answer to HEAD, and this server says so each time.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}


def post_worker_init(worker: Any) -> None:
    """After a web process has the portal loaded."""
    # Not before: the models that it needs are there from now on.
    import_module("newsportal.counting").start()
    gunicorn_response.install()
    # What is loaded now stays for good: looking for rubbish in it would hold requests up.
    gc.collect()
    gc.freeze()


def worker_exit(server: Any, worker: Any) -> None:
    """Before a web process ends, unless it is killed."""
    import_module("newsportal.counting").end()
