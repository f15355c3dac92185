"""What is kept so that related stories can be found: a story's terms, how common each term is, and the lists."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    """A word's stem in a language, by its number (articles.related.terms), and the stories that it stands in.

    `stories` is how many, `newest` the ids of the last of them to be indexed, four bytes each, the last first. What
    the number of no word stands for, `terms.total_term`, counts all stories of a language.
    """

    number = models.IntegerField(primary_key=True)
    stories = models.IntegerField(default=0)
    newest = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")

    def __str__(self) -> str:
        return str(self.number)


class StoryTermsQuerySet(models.QuerySet["StoryTerms"]):
    def unlisted(self) -> "StoryTermsQuerySet":
        """Stories whose list of related ones has to be made, the newest first."""
        return self.filter(listed=False).order_by("-article")

    def shown_after(self, now: dt.datetime) -> "StoryTermsQuerySet":
        """Stories that have not been taken down for good at `now`."""
        return self.filter(Q(article__unpublish_at=None) | Q(article__unpublish_at__gt=now))

    def outgrown(self, language: str, stories: int) -> "StoryTermsQuerySet":
        """Stories whose norm was taken when the edition had less than half of its `stories`, or never."""
        return self.filter(language=language, counted__lt=max(1, stories // 2))

    def copies_among(self, stories: list[int]) -> dict[int, int]:
        """The number of its text, for each of the stories (ids) that another one has nearly the same text as."""
        return dict(self.filter(pk__among=set(stories), same_text__isnull=False).values_list("pk", "same_text"))


class StoryTerms(models.Model):
    """A published story's terms and the sketch of its wording, both packed as articles.related.terms does it.

    `norm` is the length of the weighted vector, taken when the edition had `counted` stories. Stories whose wording is
    nearly the same are of one `same_text`, which is the id of one of them.
    """

    article = models.OneToOneField(
        "articles.Article", verbose_name=_("story"), on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )
    language = models.CharField(_("edition"), max_length=8)
    packed = models.BinaryField()
    sketch = models.BinaryField()
    norm = models.FloatField(default=0.0)
    counted = models.IntegerField(default=0)
    listed = models.BooleanField(default=False)
    same_text = models.BigIntegerField(null=True)

    objects = StoryTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of a story")
        verbose_name_plural = _("terms of stories")
        indexes = [
            models.Index(fields=["language", "counted"], name="terms_by_age_of_norm"),
            models.Index(fields=["-article"], name="terms_unlisted", condition=Q(listed=False)),
            models.Index(fields=["same_text"], name="terms_same_text", condition=Q(same_text__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.article_id)


class RelatedStoryQuerySet(models.QuerySet["RelatedStory"]):
    def suggested(self) -> "RelatedStoryQuerySet":
        """What the machine has found."""
        return self.filter(kind=RelatedStory.Kind.SUGGESTED)

    def chosen(self) -> "RelatedStoryQuerySet":
        """What editors have said: pinned, in order, then excluded."""
        return self.exclude(kind=RelatedStory.Kind.SUGGESTED).order_by("-kind", "position", "pk")

    def pinned(self) -> "RelatedStoryQuerySet":
        """What editors have put first, in their order."""
        return self.filter(kind=RelatedStory.Kind.PINNED).order_by("position", "pk")

    def excluded(self) -> "RelatedStoryQuerySet":
        """What editors never want to see in the list."""
        return self.filter(kind=RelatedStory.Kind.EXCLUDED)

    def listed(self) -> "RelatedStoryQuerySet":
        """What readers may see: all but the excluded."""
        return self.exclude(kind=RelatedStory.Kind.EXCLUDED)

    def best_first(self) -> "RelatedStoryQuerySet":
        """Pinned ones in their order, then by score; the id breaks ties."""
        return self.order_by(F("position").asc(nulls_last=True), "-score", "-other")


class RelatedStory(models.Model):
    """One story in the list of another, or kept out of it. `score` is 0 to 1.2; editors' rows keep what they had."""

    class Kind(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        PINNED = "pinned", _("Pinned")
        EXCLUDED = "excluded", _("Excluded")

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="related_stories",
        db_index=False,
    )
    other = models.ForeignKey(
        "articles.Article", verbose_name=_("other story"), on_delete=models.CASCADE, related_name="listed_under"
    )
    score = models.FloatField(_("score"), default=0.0)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.SUGGESTED)
    position = models.PositiveSmallIntegerField(_("position"), null=True, blank=True)

    objects = RelatedStoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("related story")
        verbose_name_plural = _("related stories")
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="once_in_a_list"),
            models.CheckConstraint(condition=~Q(article=F("other")), name="never_in_its_own_list"),
            models.CheckConstraint(
                condition=Q(kind="pinned", position__isnull=False) | (~Q(kind="pinned") & Q(position=None)),
                name="pinned_has_a_position",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} → {self.other_id}"
