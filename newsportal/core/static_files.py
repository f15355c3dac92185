"""Static files as they are served: one style sheet a page, under a name that changes with its content."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# `@import "print.css" print;` of a file in the same folder. `@import url(…)`, as others' files have it, stays.
_IMPORT = re.compile(r'^@import "(?P<name>[\w-]+\.css)"(?: (?P<medium>[\w-]+))?;$', re.MULTILINE)

# Readers have no use for them on the way. No text of our style sheets looks like one.
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Puts imported style sheets into the one that imports them, so that a page asks once for all its looks."""

    def post_process(self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any) -> Iterator:
        """As ManifestFilesMixin.post_process; `paths` maps a file's name to where collectstatic found it."""
        if not dry_run:
            for name in [name for name in paths if name.endswith(".css")]:
                with paths[name][0].open(paths[name][1]) as file:
                    source = file.read().decode()
                if _IMPORT.search(source):
                    self.delete(name)
                    self.save(name, ContentFile(_COMMENT.sub("", _inlined(name, source, paths)).encode()))
                    paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)


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
