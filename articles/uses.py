"""Where pictures of the library are used: asked of whatever refers to them, so that no app has to be named here."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from articles.models import Image, Rendition

MOST = 20


@dataclass(frozen=True)
class Use:
    """One place: what kind of thing it is, its name, and where it is edited ("" where that is no page of its own)."""

    kind: str
    name: str
    address: str


def uses_of(image: Image) -> list[Use]:
    """The newest places that use a picture, at most MOST of each kind. One query a kind."""
    found = []
    for relation in _relations():
        rows = relation.related_model._default_manager.filter(**{relation.field.name: image}).order_by("-pk")[:MOST]
        found += [Use(str(row._meta.verbose_name), str(row), _address(row)) for row in rows]
    return found


def used(images: QuerySet[Image]) -> QuerySet[Image]:
    """Those that something uses."""
    places = Q()
    for relation in _relations():
        rows = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        places |= Q(Exists(rows))
    return images.filter(places)


def unused(images: QuerySet[Image]) -> QuerySet[Image]:
    """Those that nothing uses."""
    return images.exclude(pk__in=used(Image.objects.all()).values("pk"))


def _relations() -> list[Any]:
    """What points to a picture, also where no name leads back."""
    fields = Image._meta.get_fields(include_hidden=True)
    return [field for field in fields if field.one_to_many and field.related_model is not Rendition]


def _address(row: Any) -> str:
    row = getattr(row, "user", row)
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""
