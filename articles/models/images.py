"""Pictures: the file as it was re-encoded on upload, what is said about it, and the sizes in which pages show it."""

import datetime as dt
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles import cropping
from articles.cropping import Stamp
from newsportal.core.fields import LineField

# What this width, or the next smaller one, is called for where there can be only one: feeds, mails, search engines.
PLAIN_WIDTH = 1200


class ImageQuerySet(models.QuerySet["Image"]):
    def renditions_due(self, now: dt.datetime) -> "ImageQuerySet":
        """Pictures whose renditions are missing or out of date, newest first; not those that wait after an error."""
        return self.unrendered().filter(Q(render_after=None) | Q(render_after__lte=now)).order_by("-pk")

    def unrendered(self) -> "ImageQuerySet":
        """Pictures whose renditions are not what they should be, whatever the reason."""
        return self.filter(~Q(rendered=F("wanted")))


class StampField(models.CharField):
    """What renditions ought to be made from: follows from the file and the focal point whenever a row is written."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = str(model_instance.stamp)
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        """To the database it is a plain column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


@dataclass(frozen=True)
class Shown:
    """One file of a picture: its address on the site, and its size in pixels."""

    url: str
    width: int
    height: int


class Image(models.Model):
    """One picture of the library. The file is always one that `articles.imaging` has decoded and written anew.

    `rendered` says what the renditions that pages use were made from: "" until there are any, and the file itself
    serves until then. It is part of the row so that a page with twenty pictures asks for none of them.
    """

    file = models.ImageField(_("file"), upload_to="images/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256 of the file as uploaded.")
    kept_digest = models.CharField(
        max_length=64,
        default="",
        db_default="",
        db_index=True,
        editable=False,
        help_text="SHA-256 of the file as kept.",
    )
    title = LineField(
        _("title"), max_length=160, blank=True, help_text=_("For finding it again; readers don't see it.")
    )
    alt_text = LineField(
        _("alternative text"), max_length=300, blank=True, help_text=_("What is seen, for those who do not see it.")
    )
    caption = LineField(_("caption"), max_length=400, blank=True)
    credit = LineField(
        _("credit"), max_length=160, blank=True, help_text=_("Photographer and agency, as readers see it.")
    )
    source = LineField(
        _("source"), max_length=160, blank=True, default="", db_default="", help_text=_("Where it came from.")
    )
    licence = LineField(
        _("licence"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("What we may do with it; readers don't see it."),
    )
    focal_x = models.PositiveSmallIntegerField(
        _("focal point from the left"), default=50, db_default=50, validators=[MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point from the top"), default=50, db_default=50, validators=[MaxValueValidator(100)]
    )
    wanted = StampField(max_length=120, default="", db_default="", editable=False)
    rendered = models.CharField(max_length=120, default="", db_default="", editable=False)
    render_after = models.DateTimeField(null=True, editable=False)
    render_error = models.CharField(max_length=300, default="", db_default="", editable=False)
    created = models.DateTimeField(_("added"), auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(condition=Q(focal_x__lte=100, focal_y__lte=100), name="focal_point_inside")
        ]
        indexes = [models.Index(fields=["-id"], name="renditions_due", condition=~Q(rendered=F("wanted")))]

    def __str__(self) -> str:
        return self.title or self.caption or self.file.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is not None and {"file", "focal_x", "focal_y"} & set(fields):
            kwargs["update_fields"] = {*fields, "wanted"}
        super().save(*args, **kwargs)

    @property
    def stamp(self) -> Stamp:
        """What the renditions ought to be made from."""
        return Stamp(PurePosixPath(self.file.name or "").stem, self.focal_x, self.focal_y)

    @property
    def is_transparent(self) -> bool:
        """Whether the file has an alpha channel: then it is kept as WebP, else as JPEG (newsportal.core.pictures)."""
        return PurePosixPath(self.file.name or "").suffix.lower() == ".webp"

    @property
    def shown_stamp(self) -> Stamp | None:
        """What the renditions that may be shown were made from; None while there are none of this file.

        After the focal point was moved, or an upgrade that makes other sizes, these are the ones from before, until the
        new ones are there.
        """
        made = Stamp.read(self.rendered)
        return made if made and made.stem == self.stamp.stem else None

    def rendition(self, crop: str, extension: str, most: int, least: int = 0) -> list[Shown]:
        """The renditions of a crop in one format from `least` to `most` pixels wide, smallest first; where there is
        none, the one that is nearest. None at all while they are not made.
        """
        stamp = self.shown_stamp
        if stamp is None:
            return []
        made = cropping.sizes(self.width, self.height, crop, stamp.widths)
        fitting = [size for size in made if least <= size[0] <= most] or [size for size in made if size[0] < least][-1:]
        url = self.file.storage.url
        return [Shown(url(stamp.name(crop, size[0], extension)), *size) for size in fitting or made[:1]]

    @property
    def original(self) -> Shown:
        """The file itself."""
        return Shown(self.file.url, self.width, self.height)

    @property
    def plain(self) -> Shown:
        """One JPEG file for what knows no choice: feeds, mails, search engines. The file itself until it is made."""
        return (self.rendition(cropping.WHOLE, cropping.JPEG, PLAIN_WIDTH) or [self.original])[-1]

    @property
    def share(self) -> Shown:
        """The crop that networks show beside a link; the plain file until it is made."""
        return (self.rendition(cropping.SHARE, cropping.JPEG, PLAIN_WIDTH) or [self.plain])[-1]

    @property
    def thumbnail(self) -> Shown:
        """A small one for lists of the newsroom."""
        return (self.rendition(cropping.WHOLE, cropping.JPEG, cropping.SMALLEST) or [self.original])[-1]


class ArticlePicture(models.Model):
    """A picture that stands in the text of a story; kept as the text says (articles.receivers)."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="text_pictures")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="text_pictures")

    class Meta:
        verbose_name = _("text of a story")
        verbose_name_plural = _("texts of stories")
        constraints = [models.UniqueConstraint(fields=["article", "image"], name="once_in_a_text")]

    def __str__(self) -> str:
        return str(self.article)

    @property
    def user(self) -> models.Model:
        """Whose form says more than the row does."""
        return self.article


class Rendition(models.Model):
    """One file made from a picture: one crop in one size and format. Its name follows from what it was made from."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")
    crop = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    format = models.CharField(max_length=4)
    name = models.CharField(max_length=200, unique=True)
    size = models.PositiveIntegerField(help_text="Bytes.")

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        # Until the crops of a focal point that was moved are complete, those from before serve: a second row each.
        indexes = [models.Index(fields=["image", "crop", "width", "format"], name="rendition_by_size")]

    def __str__(self) -> str:
        return self.name


class RetiredFile(models.Model):
    """A file that no row uses any more. It stays as long as pages in caches may still name it, then it is deleted."""

    name = models.CharField(max_length=200, unique=True)
    since = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("retired file")
        verbose_name_plural = _("retired files")

    def __str__(self) -> str:
        return self.name
