"""The column that a story's text stands in, with what its editor offers beyond text."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from newsportal.core.sanitising import EXTENSIONS, SanitisedHTMLField

# What static/js/body.js says.
TEXTS = {
    "picture": _("Picture from the library"),
    "gallery": _("Gallery"),
    "pull": _("Pull quote"),
    "facts": _("Fact box"),
    "story": _("Link to another story"),
    "searchPictures": _("Search pictures"),
    "searchStories": _("Search stories"),
    "add": _("Add pictures to the library"),
    "insert": _("Insert"),
    "cancel": _("Cancel"),
    "nothing": _("Nothing was found."),
    "lost": _("The server did not answer. Try again."),
    "edit": _("Picture in the text"),
    "alt": _("Alternative text"),
    "caption": _("Caption"),
    "size": _("Size"),
    "normal": _("Normal"),
    "wide": _("Wide"),
    "full": _("Full"),
}


class BodyField(SanitisedHTMLField):
    """A story's body: sanitised text with pictures of the library, galleries, pull quotes, fact boxes, story links."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        blocks = {
            "texts": TEXTS,
            "pictures": reverse_lazy("admin:articles_image_find"),
            "upload": reverse_lazy("admin:articles_image_upload"),
            "stories": reverse_lazy("admin:articles_article_related"),
        }
        kwargs.setdefault("extensions", {**EXTENSIONS, "Gallery": True, "CleanPaste": True, "StoryBlocks": blocks})
        super().__init__(*args, **kwargs)
