"""One style sheet a page: what it imports is put into it when static files are collected."""

import pytest
from django.core.files.storage import FileSystemStorage

from newsportal.core.static_files import StaticFilesStorage


@pytest.fixture
def collect(tmp_path, settings):
    """`collect({"css/a.css": "…"})` gives the storage after it has taken the files in."""
    settings.DEBUG = False
    source = FileSystemStorage(tmp_path / "source")

    def run(files):
        for name, text in files.items():
            path = tmp_path / "source" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        storage = StaticFilesStorage(location=tmp_path / "collected", base_url="/static/")
        for name in files:
            storage.delete(name)
            storage.save(name, source.open(name))
        for *_, done in storage.post_process({name: (source, name) for name in files}):
            if isinstance(done, Exception):
                raise done
        return storage

    return run


def served(storage, name):
    with storage.open(storage.stored_name(name)) as file:
        return file.read().decode()


SHEETS = {
    "css/site.css": '/* All. */\n@import "a.css";\n@import "print.css" print;\n',
    "css/a.css": "p { color: red; }\n",
    "css/print.css": "p { color: black; }\n",
}


def test_imports_stand_in_the_file_that_imports_them(collect):
    expected = "p { color: red; }\n\n@media print {\np { color: black; }\n}\n\n"
    assert served(collect(SHEETS), "css/site.css") == expected


def test_comments_are_not_sent_to_readers(collect):
    sheets = SHEETS | {"css/a.css": "/* One\nand two. */\np { color: red; } /* three */\n"}
    assert served(collect(sheets), "css/site.css").startswith("p { color: red; } \n")


def test_a_changed_import_changes_the_address(collect):
    before = collect(SHEETS).stored_name("css/site.css")
    after = collect(SHEETS | {"css/a.css": "p { color: blue; }\n"})
    assert after.stored_name("css/site.css") != before
    assert "blue" in served(after, "css/site.css")


def test_imports_of_others_stay_as_they_are(collect):
    sheets = SHEETS | {"vendor/x.css": '@import url("y.css");\n', "vendor/y.css": "b { color: red; }\n"}
    assert "@import url(" in served(collect(sheets), "vendor/x.css")


def test_a_missing_import_stops_collecting(collect):
    with pytest.raises(KeyError, match="css/nowhere.css"):
        collect({"css/site.css": '@import "nowhere.css";\n'})
