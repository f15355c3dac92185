"""One style sheet a page, in the page: what it imports is put into it when static files are collected."""

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pytest
from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from csp.exceptions import CSPNonceError
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.template import Context, Template

from newsportal.core.middleware import ContentPolicyMiddleware
from newsportal.core.static_files import StaticFilesStorage, drawing, in_page

OURS = {"BACKEND": "newsportal.core.static_files.StaticFilesStorage"}


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


def test_no_text_of_our_style_sheets_looks_like_their_grammar():
    """Spaces go from around braces and semicolons, comments altogether, without a look at what is text."""
    for name in settings.FILES_IN_PAGES:
        texts = re.findall(r'"[^"\n]*"', (settings.BASE_DIR / "static" / name).read_text())
        assert not [text for text in texts if re.search(r"[{};]|/\*", text)], name


def test_a_drawing_stands_in_its_address():
    address = drawing("img/favicon.svg")
    kind, _, data = address.partition(",")
    assert kind == "data:image/svg+xml"
    assert ET.fromstring(unquote(data)).tag.endswith("}svg")
    assert not set(address) & set(' "<>#')


def test_imports_stand_in_the_file_that_imports_them(collect):
    expected = "p{color: red}@media print{p{color: black}}"
    assert served(collect(SHEETS), "css/site.css") == expected


def test_comments_are_not_sent_to_readers(collect):
    sheets = SHEETS | {"css/a.css": "/* One\nand two. */\np { color: red; } /* three */\n"}
    assert served(collect(sheets), "css/site.css").startswith("p{color: red}@media")


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


@pytest.fixture
def collected(collect, settings, tmp_path):
    """A site whose style sheets have been collected."""
    files = {"css/blocks.css": "/* Why. */\ntable { color: green; }\n", "js/early.js": "/* Why. */\nrun(1 && 2);\n"}
    collect(SHEETS | files)
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": OURS}


def styled(name):
    return Template(f'{{% style_sheet "{name}" %}}').render(Context())


def sources(response, directive="style-src"):
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    return policy[directive].split()


def answered(rf, content):
    return ContentPolicyMiddleware(lambda _request: HttpResponse(content))(rf.get("/"))


@pytest.mark.parametrize("name", ["css/site.css", "css/blocks.css"])
def test_a_page_carries_its_style_sheet_which_the_policy_lets_pass(collected, rf, name):
    page = styled(name)
    (text,) = re.fullmatch(r"<style>(.*)</style>", page, re.DOTALL).groups()
    assert "color: " in text
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert sources(answered(rf, f"<html><head>{page}</head></html>")) == ["'self'", f"'sha256-{digest}'"]


def test_the_policy_lets_nothing_pass_that_does_not_stand_in_the_head_of_a_page(collected, rf):
    other = styled("css/site.css").replace("red", "blue")
    allowed = sources(answered(rf, f"<head>{styled('css/blocks.css')}</head>"))
    assert allowed == ["'self'", in_page()["css/blocks.css"].source]
    for page in ("", f"<head></head><body>{styled('css/site.css')}</body>", f"<head>{other}</head>"):
        assert sources(answered(rf, page)) == ["'self'"]
        assert sources(answered(rf, page), "script-src") == ["'self'"]
    feed = HttpResponse(styled("css/site.css"), content_type="application/rss+xml")
    assert sources(ContentPolicyMiddleware(lambda _request: feed)(rf.get("/"))) == ["'self'"]
    streamed = ContentPolicyMiddleware(lambda _request: StreamingHttpResponse(iter([b"<head>"])))(rf.get("/"))
    assert sources(streamed) == ["'self'"]
    assert sorted(in_page()) == ["css/blocks.css", "css/site.css", "js/early.js"]


def test_a_page_that_is_confirmed_keeps_the_policy_that_it_came_with(collected, rf):
    answer = ContentPolicyMiddleware(lambda _request: HttpResponseNotModified())(rf.get("/"))
    assert "Content-Security-Policy" not in answer


def test_a_page_carries_its_script_which_the_policy_lets_pass(collected, rf):
    page = Template('{% script "js/early.js" late=address %}').render(Context({"address": '/a.js?"'}))
    (text,) = re.fullmatch(r'<script data-late="/a.js\?&quot;">(.*)</script>', page, re.DOTALL).groups()
    assert text == "run(1 && 2);"
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in sources(answered(rf, page), "script-src")


def test_a_nonce_that_is_asked_for_after_the_policy_was_sent_is_refused(collected, rf):
    request = rf.get("/")
    ContentPolicyMiddleware(lambda _request: HttpResponse())(request)
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)


def test_a_page_with_a_list_of_its_own_keeps_it(collected, rf):
    @csp_replace({"style-src": [UNSAFE_INLINE]})
    def view(_request):
        return HttpResponse(styled("css/site.css"))

    assert sources(ContentPolicyMiddleware(view)(rf.get("/"))) == ["'unsafe-inline'"]


def test_a_page_that_allows_more_allows_its_style_sheets_too(collected, rf):
    @csp_update({"style-src": ["'sha256-more='"]})
    def view(_request):
        return HttpResponse(styled("css/site.css"))

    allowed = sources(ContentPolicyMiddleware(view)(rf.get("/")))
    assert allowed == ["'self'", "'sha256-more='", in_page()["css/site.css"].source]


def test_while_they_are_worked_on_style_sheets_are_files(settings):
    settings.DEBUG = True
    assert styled("css/site.css") == '<link rel="stylesheet" href="/static/css/site.css">'
    script = Template('{% script "js/early.js" late="/a.js" %}').render(Context())
    assert script == '<script src="/static/js/early.js" data-late="/a.js"></script>'


def test_without_collected_files_pages_that_need_none_are_answered(settings, tmp_path, client):
    settings.STATIC_ROOT = tmp_path / "nothing"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": OURS}
    assert sources(client.get("/healthz")) == ["'self'"]


def test_no_style_sheet_of_ours_ends_the_element_that_it_stands_in(settings):
    sheets = list((settings.BASE_DIR / "static" / "css").glob("*.css"))
    assert sheets
    assert not [sheet.name for sheet in sheets if "</" in sheet.read_text()]
