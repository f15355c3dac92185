"""The pictures that imported stories name: files beside the import file, and nowhere else."""

from pathlib import Path, PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles import imaging
from articles.importing.caches import Remembered
from articles.importing.fields import BadRecord


class ImageDirectory:
    """Stores the pictures of one folder in the library, each once, and remembers their ids."""

    def __init__(self, folder: Path | None, *, dry_run: bool) -> None:
        self._folder = folder.resolve() if folder else None
        self._dry_run = dry_run
        self._known: Remembered[Path, int | None] = Remembered()

    def find(self, name: str) -> int | None:
        """The id of the picture in the file `name`; None for "" and on a dry run. Raises BadRecord."""
        if not name:
            return None
        path = self._inside(name)
        try:
            return self._known.get(path, lambda: self._stored(path))
        except ValidationError as error:
            raise _refused(name, " ".join(error.messages)) from None
        except OSError as error:
            raise _refused(name, error.strerror or _("it cannot be read")) from None

    def forget(self) -> None:
        """Forgets everything, as after a rollback."""
        self._known.forget()

    def _inside(self, name: str) -> Path:
        if self._folder is None or "://" in name or PurePosixPath(name).is_absolute():
            raise _refused(name, _("it must be the path of a file beside the import file"))
        try:
            path = (self._folder / name).resolve()
            inside, found = path.is_relative_to(self._folder), path.is_file()
        except (OSError, RuntimeError):
            # Too long a name; symbolic links in a circle.
            inside, found = True, False
        if not inside:
            raise _refused(name, _("it is outside the folder of the import file"))
        if not found:
            raise _refused(name, _("there is no such file"))
        return path

    def _stored(self, path: Path) -> int | None:
        with path.open("rb") as file:
            if self._dry_run:
                imaging.reencode(imaging.read_bounded(file))
                return None
            return imaging.store_image(file, title=path.stem[:160]).pk


def _refused(name: str, reason: str) -> BadRecord:
    return BadRecord(_("“image” %(name)s: %(reason)s") % {"name": name[:80], "reason": reason})
