"""manage.py as a shell starts it."""

import os
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.parametrize("command", [["help"], ["sqlmigrate", "articles", "0001"]], ids=["short", "long"])
def test_who_reads_no_further_gets_no_traceback(command, tmp_path):
    """As in `manage.py related | head`, whatever of the output is still under way."""
    elsewhere = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CACHE_URL")}
    with subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=elsewhere | {"DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
