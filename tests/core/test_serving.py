import contextlib
import os
import re
import signal
import socket
import time

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection

from newsportal import serving

QUIET = lambda sentence: None  # noqa: E731
# Long enough for a slow machine; a test that passes needs a fraction of it.
PATIENCE = 90


@contextlib.contextmanager
def listener():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock.getsockname()[1]


def free_port():
    with listener() as port:
        return port


# --- Before the start -------------------------------------------------------------------------------------------------


def test_gunicorn_answers_readers_unless_granian_is_asked_for(settings):
    assert serving.web_server()[1] == serving.GUNICORN
    settings.SERVER, settings.PORT, settings.BIND = "granian", 8123, "127.0.0.1"
    command = " ".join(serving.web_server()[1])
    assert command.startswith("-m granian --interface wsgi --host 127.0.0.1 --port 8123 ")
    assert command.endswith(" newsportal.wsgi:application")


def test_a_free_port_is_fine(settings):
    settings.PORT = free_port()
    serving.check_port()


def test_a_taken_port_is_named_with_another_one(settings):
    with listener() as settings.PORT, pytest.raises(serving.StartRefused) as refused:
        serving.check_port()
    assert f"Port {settings.PORT} is taken" in str(refused.value)
    assert f"make run PORT={settings.PORT + 1}" in str(refused.value)


def test_an_address_of_another_machine_is_refused(settings):
    settings.BIND, settings.PORT = "192.0.2.1", free_port()
    with pytest.raises(serving.StartRefused, match="set BIND"):
        serving.check_port()


def test_serve_refuses_a_taken_port_before_it_touches_anything(settings, monkeypatch):
    monkeypatch.setattr(serving, "prepare", lambda say: pytest.fail("it went on"))
    with listener() as settings.PORT, pytest.raises(SystemExit, match="is taken"):
        call_command("serve")


def test_a_folder_that_cannot_be_made_is_refused(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file" / "var"
    with pytest.raises(serving.StartRefused, match="set DATA_DIR"):
        serving.check_folder()


def test_a_folder_is_made_where_it_is_missing(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "new" / "var"
    serving.check_folder()
    assert list(settings.DATA_DIR.iterdir()) == []


def test_a_database_that_does_not_answer_is_refused(monkeypatch):
    def fail():
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(connection, "ensure_connection", fail)
    with pytest.raises(serving.StartRefused, match=r"does not answer \(connection refused\).*DATABASE_URL"):
        serving.check_services()


@pytest.mark.django_db
def test_a_cache_that_does_not_answer_is_refused(monkeypatch):
    def fail(key):
        raise ConnectionError("refused")

    monkeypatch.setattr(cache, "get", fail)
    with pytest.raises(serving.StartRefused, match="CACHE_URL"):
        serving.check_services()


# --- Static files and the demo ----------------------------------------------------------------------------------------


@pytest.fixture
def collected(settings, tmp_path, monkeypatch):
    """Instead of collecting, notes that it was asked for."""
    settings.STATIC_ROOT = tmp_path
    calls = []
    monkeypatch.setattr(serving, "call_command", lambda *args, **options: calls.append(args))
    return calls


def test_static_files_are_collected_once(collected):
    serving.collect_static(QUIET)
    serving.collect_static(QUIET)
    assert collected == [("collectstatic",)]


def test_changed_static_files_are_collected_again(collected, monkeypatch):
    fingerprints = iter(["old", "new"])
    monkeypatch.setattr(serving, "static_fingerprint", lambda: next(fingerprints))
    serving.collect_static(QUIET)
    serving.collect_static(QUIET)
    assert len(collected) == 2


@pytest.fixture
def fresh_finders():
    """Finders keep the folders they were made with."""
    get_finder.cache_clear()
    yield
    get_finder.cache_clear()


def test_the_fingerprint_of_static_files_follows_their_content(settings, tmp_path, fresh_finders):
    settings.STATICFILES_DIRS = [tmp_path]
    (tmp_path / "a.css").write_text("a {}")
    first = serving.static_fingerprint()
    (tmp_path / "a.css").write_text("a { color: red }")
    assert serving.static_fingerprint() != first


@pytest.mark.django_db
def test_the_demo_is_loaded_into_a_new_database_only(monkeypatch, django_user_model):
    calls = []
    monkeypatch.setattr(serving, "call_command", lambda *args, **options: calls.append(args))
    serving.load_demo(QUIET)
    assert calls == [("demo",)]
    django_user_model.objects.create(username="editor")
    serving.load_demo(QUIET)
    assert calls == [("demo",)]


def test_the_accounts_of_the_demo_are_shown_while_they_are_there(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert "chief" not in serving.welcome()
    (tmp_path / "demo-accounts.txt").write_text("chief pa55word\n")
    assert "chief pa55word" in serving.welcome()


def test_the_addresses_of_all_editions_are_shown(settings):
    settings.SITE_URL, settings.LANGUAGE_CODE = "http://127.0.0.1:9000", "en"
    found = re.findall(r"http://\S+", serving.welcome())
    assert found == [f"http://127.0.0.1:9000/{path}" for path in ("", "bn/", "admin/")]


# --- Processes --------------------------------------------------------------------------------------------------------


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


LASTING = ("lasting", ("-c", "import time; time.sleep(600)"))


def test_when_one_process_ends_the_other_is_ended_and_it_is_said(settings):
    settings.PORT = free_port()
    said = []
    supervisor = serving.Supervisor(said.append)
    status = supervisor.run(LASTING, ("failing", ("-c", "raise SystemExit(3)")))
    assert status == 1
    assert said == ["The failing ended by itself (exit status 3), so the portal ends."]
    assert not any(alive(child.process.pid) for child in supervisor.children)


def test_a_stop_ends_every_process(settings):
    settings.PORT = free_port()
    supervisor = serving.Supervisor(lambda sentence: None)
    supervisor.stopping = True
    assert supervisor.run(LASTING, LASTING) == 0
    assert [child.process.returncode for child in supervisor.children] == [-signal.SIGTERM] * 2


def test_a_process_that_will_not_end_is_killed(settings, monkeypatch):
    settings.PORT = free_port()
    monkeypatch.setattr(serving, "SECONDS_TO_END", 0)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
    supervisor = serving.Supervisor(lambda sentence: None)
    monkeypatch.setattr(supervisor, "_watch", lambda: wait_until(lambda: ignores_sigterm(supervisor)) and 0)
    supervisor.run(("deaf", ("-c", deaf)))
    assert supervisor.children[0].process.returncode == -signal.SIGKILL


def ignores_sigterm(supervisor):
    with open(f"/proc/{supervisor.children[0].process.pid}/status") as status:
        ignored = next(line for line in status if line.startswith("SigIgn:"))
    return bool(int(ignored.split()[1], 16) & 1 << (signal.SIGTERM - 1))


def wait_until(condition):
    """Polls until `condition()` is true; fails when that takes longer than anybody would wait."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)
    return answer
