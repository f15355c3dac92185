"""Outlets, contributors, guests and bylines: who stands behind a story."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.models.redirects import Redirect
from articles.states import Role
from newsportal.core.editions import everywhere
from newsportal.core.fields import LineField, SlugField
from newsportal.core.text import SLUG_LENGTH, clean_line, slugify

# Letters of the longest name that is printed without a page of its own.
GUEST_LENGTH = 120


class Outlet(models.Model):
    """A newsroom whose code stands at the front of a byline code: the `Bd24live` of `Bd24live/Hk`."""

    code = LineField(_("code"), max_length=40, help_text=_("As it is printed, such as Bd24live."))
    name = LineField(_("name"), max_length=120, blank=True)
    url = models.URLField(_("address"), blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        constraints = [models.UniqueConstraint(Lower("code"), name="one_outlet_a_code")]

    def __str__(self) -> str:
        return self.code


def _begins(words: str) -> models.Q:
    """Whether one of the words of a name begins so."""
    return models.Q(name__istartswith=words) | models.Q(name__icontains=f" {words}")


class ContributorQuerySet(models.QuerySet["Contributor"]):
    def with_texts(self) -> "ContributorQuerySet":
        """With the names and biographies in every language, in one more query for all rows."""
        return self.prefetch_related("texts")

    def called(self, words: str) -> "ContributorQuerySet":
        """Those with `words` in their name, in any language, or at the start of their initials, first those of whom a
        name or the initials begin so; ready to be shown with names and codes, in two queries. Nobody is called nothing.
        """
        words = clean_line(words)
        if not words:
            return self.none()
        texts = ContributorText.objects.filter(contributor=models.OuterRef("pk"))
        named = models.Q(name__icontains=words) | models.Exists(texts.filter(name__icontains=words))
        begin = models.Q(initials__istartswith=words) | _begins(words) | models.Exists(texts.filter(_begins(words)))
        begun = models.ExpressionWrapper(begin, models.BooleanField())
        people = self.filter(named | begin).select_related("outlet").with_texts()
        return people.order_by(begun.desc(), "name", "pk")

    def signing(self, stories: models.QuerySet[Any]) -> "ContributorQuerySet":
        """Contributors who signed any of `stories`."""
        bylines = Byline.objects.filter(contributor=models.OuterRef("pk"), article__in=stories)
        return self.filter(models.Exists(bylines))


class Contributor(models.Model):
    """Somebody whose work is published; needs no login. Initials are unique within an outlet."""

    name = LineField(_("name"), max_length=120)
    slug = SlugField(_("slug"), unique=True, blank=True, help_text=_("The author page's address; made from the name."))
    outlet = models.ForeignKey(
        Outlet, verbose_name=_("outlet"), on_delete=models.PROTECT, null=True, blank=True, related_name="contributors"
    )
    initials = LineField(_("initials"), max_length=12, blank=True, help_text=_("As printed in the byline code: Hk."))
    position = LineField(_("job title"), max_length=120, blank=True)
    biography = models.TextField(_("biography"), blank=True)
    picture = models.ForeignKey(
        "articles.Image", verbose_name=_("picture"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ContributorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        constraints = [
            models.UniqueConstraint(
                "outlet", Lower("initials"), name="one_contributor_a_code", condition=~models.Q(initials="")
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Old addresses lead to the new ones."""
        if not self.slug:
            self.slug = self._free_slug()
        before = Contributor.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
        super().save(*args, **kwargs)
        if before and before != self.slug:
            for address in everywhere("author", before).values():
                Redirect.objects.keep(address, contributor=self)

    def get_absolute_url(self) -> str:
        return reverse("author", args=[self.slug])

    @property
    def code(self) -> str:
        """The byline code of this contributor alone: `Bd24live/Hk`; "" without outlet or initials."""
        return f"{self.outlet.code}/{self.initials}" if self.outlet and self.initials else ""

    @property
    def local_name(self) -> str:
        """The name in the language of the page."""
        return self._in_language("name") or self.name

    @property
    def local_biography(self) -> str:
        """The biography in the language of the page."""
        return self._in_language("biography") or self.biography

    def _in_language(self, field: str) -> str:
        language = get_language()
        return next((getattr(text, field) for text in self.texts.all() if text.language == language), "")

    def _free_slug(self) -> str:
        base = slugify(self.name, length=SLUG_LENGTH - 8) or slugify(self.initials) or "author"
        if base.isdigit():
            base = f"author-{base}"
        taken = set(Contributor.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        number = 1
        slug = base
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        return slug


class ContributorText(models.Model):
    """A contributor's name and biography in one more language."""

    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    name = LineField(_("name"), max_length=120)
    biography = models.TextField(_("biography"), blank=True)

    class Meta:
        verbose_name = _("name in a language")
        verbose_name_plural = _("names in other languages")
        constraints = [models.UniqueConstraint(fields=["contributor", "language"], name="one_name_a_language")]

    def __str__(self) -> str:
        return self.name


class Byline(models.Model):
    """A name in the byline of a story, in the order in which they are printed: a contributor's, or a guest's.

    A guest is a name and nothing else: no page, no entry among the contributors. Who writes and takes the pictures has
    two rows.
    """

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="bylines")
    contributor = models.ForeignKey(
        Contributor, on_delete=models.PROTECT, null=True, blank=True, related_name="bylines"
    )
    name = LineField(_("guest"), max_length=GUEST_LENGTH, blank=True, default="", db_default="")
    role = models.CharField(
        _("role"), max_length=12, choices=Role.choices, default=Role.WORDS, db_default=Role.WORDS.value
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "contributor", "role"],
                name="once_in_a_role",
                condition=models.Q(contributor__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["article", "name", "role"], name="guest_once_in_a_role", condition=models.Q(contributor=None)
            ),
            models.CheckConstraint(
                condition=models.Q(models.Q(contributor=None) & ~models.Q(name=""))
                | models.Q(contributor__isnull=False, name=""),
                name="contributor_or_guest",
            ),
        ]
        indexes = [models.Index(fields=["contributor", "article"])]

    def __str__(self) -> str:
        return self.own_name if self.role == Role.WORDS else f"{self.get_role_display()}: {self.own_name}"

    @property
    def own_name(self) -> str:
        """The name as it is, whatever the language of the page."""
        return self.contributor.name if self.contributor else self.name

    @property
    def local_name(self) -> str:
        """The name in the language of the page."""
        return self.contributor.local_name if self.contributor else self.name

    def is_named_in(self, text: str) -> bool:
        """Whether the name, as it is or in the language of the page, stands in `text`."""
        names = {self.local_name, self.own_name}
        return any(name.casefold() in text.casefold() for name in names)


class Signed:
    """What a story says of those who made it: free of queries where its bylines were fetched."""

    # After `ArticleQuerySet.credited`: the role of the one whose stories were asked for.
    credited_as = ""
    bylines: models.Manager[Byline]

    @cached_property
    def credits(self) -> list[Byline]:
        """All names of the byline, in order."""
        return list(self.bylines.all())

    @property
    def signed_by(self) -> list[Contributor]:
        """The contributors of the byline in any role, each once."""
        return list(dict.fromkeys(line.contributor for line in self.credits if line.contributor))

    @property
    def written_by(self) -> list[Byline]:
        """Those whose words they are."""
        return [line for line in self.credits if line.role == Role.WORDS]

    @property
    def other_credits(self) -> list[tuple[str, list[Byline]]]:
        """The others, by what they did: (name of the role, its lines)."""
        lines = {role: [line for line in self.credits if line.role == role] for role in Role if role != Role.WORDS}
        return [(str(role.label), credited) for role, credited in lines.items() if credited]

    def role_of(self, contributor: Contributor) -> str:
        """What a contributor of the story did for it; the words where that is not all."""
        roles = {line.role for line in self.credits if line.contributor_id == contributor.pk}
        return next((role.value for role in Role if role in roles), "")
