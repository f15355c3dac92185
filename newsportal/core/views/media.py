"""Uploaded files, where they are kept on this machine. A web server in front may serve the same folder itself."""

import datetime as dt
from pathlib import Path

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import condition, require_safe

# What a browser may show; everything else is offered as a download. SVG is not among them: it can hold scripts.
SHOWN = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


def stored_file(path: str) -> Path | None:
    """The file that `path` names in the local storage; None where there is none, or it is not ours to show."""
    # Not default_storage, which stands before the storage and is empty until something else has used it.
    storage = storages["default"]
    if not isinstance(storage, FileSystemStorage) or any(part.startswith(".") for part in path.split("/")):
        return None
    try:
        file = Path(storage.path(path))
        return file if file.is_file() else None
    except (SuspiciousFileOperation, ValueError, OSError):
        return None


def _etag(request: HttpRequest, path: str) -> str | None:
    if (file := stored_file(path)) is None:
        return None
    facts = file.stat()
    return f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'


def _modified(request: HttpRequest, path: str) -> dt.datetime | None:
    if (file := stored_file(path)) is None:
        return None
    return dt.datetime.fromtimestamp(file.stat().st_mtime, tz=dt.UTC)


@require_safe
@condition(etag_func=_etag, last_modified_func=_modified)
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """An uploaded file. Names are made at random and never used twice, so that caches may keep it for a year."""
    if (file := stored_file(path)) is None:
        raise Http404("no such file")
    content_type = SHOWN.get(file.suffix.lower())
    response = FileResponse(
        file.open("rb"), as_attachment=content_type is None, content_type=content_type or "application/octet-stream"
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
