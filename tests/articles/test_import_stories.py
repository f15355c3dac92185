"""`manage.py import_stories`: what an operator types, reads and gets back."""

import contextlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from articles.importing import READERS, files
from articles.models import Article, Contributor, Section
from articles.states import State
from newsportal.core.text import nfc
from tests.factories import png

pytestmark = pytest.mark.django_db

ROWS = [{"id": str(number), "headline": f"Story {number}", "body": "They wait."} for number in (1, 2)]


def write(path, *rows):
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return str(path)


def run(*arguments, **options):
    """(status, stdout, stderr) of the command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_stories", *arguments, stdout=out, stderr=err, **options)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


def test_it_says_what_became_of_the_lines(tmp_path):
    file = write(tmp_path / "a.jsonl", *ROWS)
    assert run(file, "--format", "jsonl") == (0, "created 2, updated 0, unchanged 0, refused 0\n", "")
    assert run(file) == (0, "created 0, updated 0, unchanged 2, refused 0\n", "")


def test_refused_lines_are_named_and_end_it_with_status_1(tmp_path):
    status, out, err = run(write(tmp_path / "a.jsonl", ROWS[0], "{broken", "", {**ROWS[1], "headline": ""}))
    assert status == 1
    assert out == "created 1, updated 0, unchanged 0, refused 2\n"
    assert [part[:8] for part in err.splitlines()] == ["line 2: ", "line 4: ", "2 lines "]


def test_the_first_fifty_refused_lines_are_shown_and_all_counted(tmp_path):
    status, out, err = run(write(tmp_path / "a.jsonl", *["{"] * 80, ROWS[0]))
    assert status == 1
    assert "created 1" in out
    assert "refused 80" in out
    assert sum(part.startswith("line ") for part in err.splitlines()) == 50
    assert "… and 30 more" in err


def test_all_refused_lines_are_written_to_a_file(tmp_path):
    refused = tmp_path / "refused.jsonl"
    run(write(tmp_path / "a.jsonl", *["{"] * 80, {**ROWS[1], "headline": ""}), "--refused", str(refused))
    rows = [json.loads(line) for line in refused.read_text().splitlines()]
    assert len(rows) == 81
    assert rows[0] == {"line": 1, "id": "", "reason": rows[0]["reason"], "text": "{"}
    assert rows[80]["id"] == "2"
    assert json.loads(rows[80]["text"]) == {**ROWS[1], "headline": ""}


def test_the_file_of_refused_lines_is_not_the_file_itself(tmp_path):
    file = write(tmp_path / "a.jsonl", *ROWS)
    status, _out, err = run(file, "--refused", f"{tmp_path}/./a.jsonl")
    assert status == 1
    assert "overwrite the file" in err
    assert len(Path(file).read_text().splitlines()) == 2


def test_standard_input(monkeypatch):
    raw = "\n".join(map(json.dumps, ROWS)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert run("-")[:2] == (0, "created 2, updated 0, unchanged 0, refused 0\n")


def test_a_dry_run_stores_nothing(tmp_path):
    status, out, _err = run(write(tmp_path / "a.jsonl", *ROWS), "--dry-run")
    assert status == 0
    assert "nothing was stored" in out
    assert "created 2" in out
    assert not Article.objects.exists()


def test_drafts_in_a_section(tmp_path):
    run(write(tmp_path / "a.jsonl", *ROWS), "--draft", "--section", "World/Asia")
    assert set(Article.objects.values_list("state", "section__path")) == {(State.DRAFT, "world/asia")}


def test_a_section_that_cannot_be_is_refused_before_anything_is_read(tmp_path):
    status, _out, err = run(write(tmp_path / "a.jsonl", *ROWS), "--section", "a/b/c/d")
    assert (status, Section.objects.count()) == (1, 0)
    assert "three deep" in err


def test_overwrite(tmp_path):
    file = write(tmp_path / "a.jsonl", *ROWS)
    run(file)
    article = Article.objects.get(source_id="1")
    article.headline, article.version = "Ours", 2
    article.save()
    assert run(file, "--overwrite")[1] == "created 0, updated 1, unchanged 1, refused 0\n"
    article.refresh_from_db()
    assert article.headline == "Story 1"


def test_unknown_keys_and_what_is_left_out_are_named(tmp_path):
    body = '<p>a<img src="https://example.org/a.png"></p>'
    _status, out, _err = run(write(tmp_path / "a.jsonl", {**ROWS[0], "colour": "red", "body": body}))
    assert "colour (1)" in out
    assert "pictures in bodies that stand on other sites (1)" in out


def test_pictures_are_read_beside_the_file(tmp_path):
    (tmp_path / "a.png").write_bytes(png())
    assert run(write(tmp_path / "a.jsonl", {**ROWS[0], "image": "a.png"}))[0] == 0
    assert Article.objects.get().lead_image.title == "a"


@pytest.mark.parametrize("name", ["missing.jsonl", ".", "a\x00b"])
def test_a_file_that_cannot_be_opened_is_one_sentence(tmp_path, name):
    status, out, err = run(str(tmp_path / name))
    assert (status, out) == (1, "")
    assert "cannot be opened" in err


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    status, _out, err = run(write(tmp_path / "a.jsonl", *ROWS), "--refused", str(tmp_path / "no" / "refused.jsonl"))
    assert status == 1
    assert "cannot be opened" in err
    assert not Article.objects.exists()


def test_a_database_that_is_gone_is_one_sentence(tmp_path, monkeypatch):
    def gone(*args, **options):
        raise DatabaseError("server closed the connection\nunexpectedly")

    monkeypatch.setattr(files, "import_stories", gone)
    status, _out, err = run(write(tmp_path / "a.jsonl", *ROWS))
    assert status == 1
    assert (
        err
        == "The import stopped: server closed the connection. Nothing that was stored is lost; run it again to go on."
    )


def test_an_empty_file_is_no_mistake(tmp_path):
    assert run(write(tmp_path / "a.jsonl"))[:2] == (0, "created 0, updated 0, unchanged 0, refused 0\n")


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(tmp_path):
    status, _out, err = run(write(tmp_path / "a.jsonl"), "--format", "docx")
    assert status == 1
    assert all(name in err for name in READERS)


# --- Real news --------------------------------------------------------------------------------------------------------


def test_real_news_is_imported_whole(real_news):
    assert run(str(real_news))[:2] == (0, "created 210, updated 0, unchanged 0, refused 0\n")
    assert run(str(real_news))[:2] == (0, "created 0, updated 0, unchanged 210, refused 0\n")
    assert not Article.objects.filter(words=0).exists()
    assert not Contributor.objects.filter(slug="").exists()


def test_real_news_keeps_its_words(real_news):
    run(str(real_news))
    for line in real_news.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        article = Article.objects.get(source_id=row["id"])
        assert article.language == row["language"]
        assert article.agency == row["source"]
        assert {tag.name for tag in article.tags.all()} == {nfc(tag) for tag in row.get("tags", [])}
        assert len(article.signed_by) == len(row.get("authors", []))


def test_every_collection_beside_the_checkout_is_imported_whole(real_news):
    for file in sorted(real_news.parent.parent.glob("*/articles.jsonl")):
        lines = len(file.read_bytes().splitlines())
        before = Article.objects.count()
        status, out, _err = run(str(file))
        assert status == 0, out
        ids = {json.loads(line)["id"] for line in file.read_bytes().splitlines()}
        assert Article.objects.count() - before == len(ids)
        assert run(str(file))[1] == f"created 0, updated 0, unchanged {lines}, refused 0\n"


# --- Killed -----------------------------------------------------------------------------------------------------------

# Ends the process as a power cut would: after the rows of the third batch were written, before they are committed.
KILLED_IN_THE_THIRD_BATCH = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from articles.importing.store import Store
call_command("migrate", verbosity=0)
write, batches = Store.write, []
def write_and_die(*arguments):
    stored = write(*arguments)
    batches.append(stored)
    if len(batches) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return stored
Store.write = write_and_die
call_command("import_stories", sys.argv[1])
"""


def test_killed_in_the_middle_nothing_is_lost_or_doubled(tmp_path, settings):
    rows = [
        {"id": str(n), "headline": f"Story {n}", "body": "Text.", "tags": ["a"], "section": "b"} for n in range(700)
    ]
    file = write(tmp_path / "a.jsonl", *rows)
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/killed.sqlite3",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "newsportal.settings",
    }

    def process(*arguments):
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
        )

    assert process("-c", KILLED_IN_THE_THIRD_BATCH, file).returncode == -9
    assert process("manage.py", "import_stories", file).stdout == "created 300, updated 0, unchanged 400, refused 0\n"
    with contextlib.closing(sqlite3.connect(tmp_path / "killed.sqlite3")) as database:
        assert database.execute("SELECT COUNT(*), COUNT(DISTINCT source_id) FROM articles_article").fetchone() == (
            700,
            700,
        )
        assert database.execute("SELECT COUNT(*) FROM articles_taggedarticle").fetchone() == (700,)
        assert database.execute("SELECT COUNT(*) FROM articles_logentry").fetchone() == (700,)
