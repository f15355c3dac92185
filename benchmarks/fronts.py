"""Other servers and caches in front, for benchmarks.page_cache."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.serving import free_port, running

NGINX = """
{user}worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 512; }}
http {{
    sendfile on; tcp_nopush on; open_file_cache max=1000; keepalive_requests 100000;
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    proxy_cache_path {folder}/pages levels=1:2 keys_zone=news:10m max_size=200m use_temp_path=off;
    server {{
        listen 127.0.0.1:{port};
        location = /bytes {{ root {folder}; }}
        location / {{
            proxy_pass http://127.0.0.1:{behind}; proxy_set_header Host $http_host; proxy_cache news;
            proxy_cache_lock on; proxy_cache_background_update on; proxy_buffer_size 16k; proxy_buffers 16 8k;
            proxy_hide_header Cache-Tag;
            proxy_cache_use_stale updating error timeout http_500 http_502 http_503 http_504;
        }}
    }}
}}
"""


@dataclass(frozen=True)
class Kind:
    """A server: `start(folder, behind, environment)` gives its port; `behind` is that of gunicorn with the portal.
    `plain` is the address of the file `bytes` of the folder, where it serves that by itself.
    """

    name: str
    asked: str
    start: Callable
    plain: str = ""


@contextmanager
def nginx(folder: str, behind: int, environment: dict[str, str]) -> Iterator[int]:
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not binary:
        sys.exit("nginx is missing: apt-get install nginx-light.")
    port, path = free_port(), Path(folder) / "nginx.conf"
    path.write_text(NGINX.format(folder=folder, port=port, behind=behind, user="" if os.geteuid() else "user root; "))
    with running([binary, "-c", str(path), "-p", folder], port, env=environment):
        yield port


@contextmanager
def granian(folder: str, behind: int, environment: dict[str, str]) -> Iterator[int]:
    if not find_spec("granian"):
        sys.exit("granian is missing: .venv/bin/python -m pip install granian.")
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    command += ["newsportal.wsgi:application"]
    with running(command, port, env=environment | {"PORT": str(port)}):
        yield port


KINDS = {
    "granian": Kind("story, cached, granian", ">= 3", granian),
    "nginx": Kind("story, nginx in front", ">= 5", nginx, plain="/bytes"),
}
