"""Who the site is: one row that editors change, and its words in each language."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteIdentity(models.Model):
    """The one row of facts that hold in every language. Its primary key is always 1."""

    logo = models.FileField(
        _("logo"), upload_to="identity/", blank=True, help_text=_("PNG, JPEG or WebP, shown in the masthead.")
    )
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_address = models.TextField(_("postal address"), blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("site identity")
        verbose_name_plural = _("site identity")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_site_identity")]

    def __str__(self) -> str:
        return str(_("Site identity"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)


class SiteText(models.Model):
    """The site's words in one language; what is empty falls back to the words of the default language."""

    WORDS = ("name", "tagline", "mission", "newsletter_pitch", "copyright", "credit")

    identity = models.ForeignKey(SiteIdentity, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    name = models.CharField(_("name"), max_length=80, blank=True)
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    mission = models.TextField(_("our mission"), blank=True)
    newsletter_pitch = models.CharField(_("newsletter pitch"), max_length=240, blank=True)
    copyright = models.CharField(
        _("copyright line"), max_length=160, blank=True, help_text=_("{year} becomes the current year.")
    )
    credit = models.CharField(_("credit line"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("words in a language")
        verbose_name_plural = _("words in each language")
        constraints = [models.UniqueConstraint(fields=["identity", "language"], name="one_text_a_language")]

    def __str__(self) -> str:
        return self.get_language_display()


class SiteBanner(models.Model):
    """The line of breaking news at the top of every page of an edition, until its end. Verbs: articles.breaking."""

    identity = models.ForeignKey(SiteIdentity, on_delete=models.CASCADE, related_name="banners")
    language = models.CharField(_("edition"), max_length=8, choices=settings.LANGUAGES)
    text = models.CharField(_("text"), max_length=160)
    link = models.CharField(_("link"), max_length=500, blank=True)
    until = models.DateTimeField(_("until"))
    # Counted up by every change, so that of two people who change it at once the second is told.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("breaking banner")
        verbose_name_plural = _("breaking banners")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["identity", "language"], name="one_banner_an_edition")]

    def __str__(self) -> str:
        return self.text


class SocialLink(models.Model):
    """A place elsewhere where readers find the site."""

    identity = models.ForeignKey(SiteIdentity, on_delete=models.CASCADE, related_name="social_links")
    label = models.CharField(_("label"), max_length=40)
    url = models.URLField(_("address"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("social link")
        verbose_name_plural = _("social links")

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self.url and not self.url.startswith(("https://", "http://")):
            raise ValidationError({"url": _("Give an address that starts with https://.")})
