"""The tags that imported stories carry: found in any case, made where they are missing."""

from django.db.models import Q

from articles.importing.caches import Remembered
from articles.models import Tag
from newsportal.core.text import slugify


class TagDirectory:
    """Finds the ids of tags by their names, and remembers them."""

    def __init__(self) -> None:
        self._known: Remembered[str, int] = Remembered()

    def find(self, names: tuple[str, ...]) -> list[int]:
        """The ids of the tags, in order, each once; those that are missing are made."""
        return list(dict.fromkeys(self._known.get(name.casefold(), lambda name=name: _found(name)) for name in names))

    def forget(self) -> None:
        """Forgets everything, as after a rollback."""
        self._known.forget()


def _found(name: str) -> int:
    """By slug as well as by name: SQLite folds the case of ASCII letters only, our slugs fold all."""
    candidates = (
        Tag.objects.filter(Q(name__iexact=name) | Q(slug=slugify(name))).order_by("pk").values_list("pk", "name")
    )
    same = (pk for pk, known in candidates if known.casefold() == name.casefold())
    pk = next(same, None)
    return pk if pk is not None else Tag.objects.create(name=name).pk
