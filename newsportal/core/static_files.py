"""Static files as they are served, under names that change with their content, and those that stand in pages."""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from whitenoise.storage import CompressedManifestStaticFilesStorage

# `@import "print.css" print;` of a file in the same folder. `@import url(…)`, as others' files have it, stays.
_IMPORT = re.compile(r'^@import "(?P<name>[\w-]+\.css)"(?: (?P<medium>[\w-]+))?;$', re.MULTILINE)

# Readers have no use for them on the way: comments, and in style sheets the spaces around what ends a rule. No text of
# the files that stand in pages looks like one.
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
_SPACE = re.compile(r"\s*([{};])\s*")

_ELEMENT = re.compile(rb"<(?:style|script)[^>]*>|</head>")
DIRECTIVES = {"css": "style-src", "js": "script-src"}


class InPage(NamedTuple):
    """What stands in a page's `<style>` or `<script>`, as text and as bytes; the directive of the policy that has to
    let it pass, and its source expression there (CSP Level 3, section 2.3.1).
    """

    text: SafeString
    raw: bytes
    directive: str
    source: str


def in_page() -> dict[str, InPage]:
    """The files of FILES_IN_PAGES by their names; none while they are worked on, or are not collected."""
    if settings.DEBUG or not isinstance(staticfiles_storage, StaticFilesStorage):
        return {}
    return staticfiles_storage.for_pages


def carried_by(page: bytes) -> list[InPage]:
    """Those of `in_page` that stand in the head of a page of HTML, in their order."""
    files, found, place = in_page().values(), [], 0
    while files and (element := _ELEMENT.search(page, place)) and element[0] != b"</head>":
        place = element.end()
        if file := next((file for file in files if page.startswith(file.raw, place)), None):
            found.append(file)
            # Most of a head are the sheets themselves.
            place += len(file.raw)
    return found


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Puts imported style sheets into the one that imports them, so that a page has all its looks in one."""

    def post_process(self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any) -> Iterator:
        """As ManifestFilesMixin.post_process; `paths` maps a file's name to where collectstatic found it."""
        if not dry_run:
            for name in [name for name in paths if name.endswith(".css") or name in settings.FILES_IN_PAGES]:
                with paths[name][0].open(paths[name][1]) as file:
                    source = file.read().decode()
                if name in settings.FILES_IN_PAGES or _IMPORT.search(source):
                    self.delete(name)
                    self.save(name, ContentFile(_squeezed(name, _inlined(name, source, paths)).encode()))
                    paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    @cached_property
    def for_pages(self) -> dict[str, InPage]:
        """What `in_page` gives, of the files that have been collected."""
        names = settings.FILES_IN_PAGES
        return {name: self._for_pages(name) for name in names if self.hash_key(name) in self.hashed_files}

    def _for_pages(self, name: str) -> InPage:
        with self.open(self.stored_name(name)) as file:
            text = file.read().decode().strip()
        raw = text.encode()
        digest = base64.b64encode(hashlib.sha256(raw).digest()).decode()
        return InPage(mark_safe(text), raw, DIRECTIVES[name.rpartition(".")[2]], f"'sha256-{digest}'")


@cache
def drawing(name: str) -> SafeString:
    """A small SVG file as an address that holds the drawing itself (RFC 2397), so that nobody asks for it."""
    path = finders.find(name)
    source = Path(path).read_text(encoding="utf-8").strip().replace('"', "'")
    return mark_safe("data:image/svg+xml," + quote(source, safe="='/:,()-;."))


def _squeezed(name: str, source: str) -> str:
    text = _COMMENT.sub("", source)
    return _SPACE.sub(r"\1", text).replace(";}", "}") if name.endswith(".css") else text


def _inlined(name: str, source: str, paths: dict[str, tuple[Storage, str]]) -> str:
    """`source` with the style sheets that it imports in their places; KeyError names one that does not exist."""
    folder = name.rpartition("/")[0]

    def content(found: re.Match) -> str:
        imported = f"{folder}/{found['name']}"
        storage, path = paths[imported]
        with storage.open(path) as file:
            text = _inlined(imported, file.read().decode(), paths)
        return f"@media {found['medium']} {{\n{text}}}\n" if found["medium"] else text

    return _IMPORT.sub(content, source)
