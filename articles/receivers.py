"""Listeners of the articles app, wired at the bottom."""

from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils import timezone

from articles import page_tags
from articles.compiling import purge_series
from articles.models import (
    Article,
    Contributor,
    ContributorText,
    Image,
    Outlet,
    Redirect,
    Section,
    Series,
    StoryTerms,
    Tag,
)
from articles.picture_pages import note_pictures, purge_picture
from articles.purging import purge_deleted
from articles.related.store import uncount
from articles.rendering import retire
from articles.search import mark_stale
from articles.search.sqlite import add_functions
from newsportal.core.page_cache.purging import purge


def tag_renamed(instance: Tag, *, created: bool = False, **kwargs: Any) -> None:
    """The stories with the tag are found by its name: the duty articles.search writes their rows anew."""
    if not created:
        mark_stale(Q(article__tagged__tag=instance))


def contributor_renamed(instance: Contributor, *, created: bool = False, **kwargs: Any) -> None:
    """As a tag: stories are found by the names of those who signed them."""
    if not created:
        mark_stale(Q(article__bylines__contributor=instance))


def contributor_named(instance: ContributorText, **kwargs: Any) -> None:
    """A name in one more language."""
    mark_stale(Q(article__bylines__contributor=instance.contributor_id))


def terms_deleted(instance: StoryTerms, **kwargs: Any) -> None:
    """A story that is deleted no longer counts in the statistics of its edition."""
    uncount(instance)


def story_saved(instance: Article, *, created: bool, update_fields: Any = None, **kwargs: Any) -> None:
    """Notes which pictures stand in the text: they say where they are used, and cannot be deleted meanwhile."""
    if update_fields is not None and "body" not in update_fields:
        return
    note_pictures([instance], are_new=created)


def picture_deleted(instance: Image, **kwargs: Any) -> None:
    """The files of a picture that is deleted go when no cache can name them any more."""
    retire([instance.file.name, *instance.renditions.values_list("name", flat=True)], now=timezone.now())


def purge_tag(instance: Tag, **kwargs: Any) -> None:
    """Its name stands on every page of a story that carries it."""
    purge(page_tags.tag(instance.pk), page_tags.tag_name(instance.pk), page_tags.NAMES)


def purge_person(instance: Contributor | ContributorText, **kwargs: Any) -> None:
    """As a tag's."""
    pk = instance.contributor_id if isinstance(instance, ContributorText) else instance.pk
    purge(page_tags.author(pk), page_tags.person(pk), page_tags.NAMES)


def purge_outlet(instance: Outlet, **kwargs: Any) -> None:
    """Its address stands at the end of its stories."""
    purge(page_tags.outlet(instance.pk))


def purge_sections(instance: Section, **kwargs: Any) -> None:
    """Every page names some, and a story's address is made of its own."""
    purge(page_tags.sections(instance.language), page_tags.section(instance.pk))


def purge_redirect(instance: Redirect, **kwargs: Any) -> None:
    """An old address leads elsewhere, or nowhere."""
    purge(page_tags.REDIRECTS)


def series_changed(instance: Series, **kwargs: Any) -> None:
    """Its title stands on its stories too."""
    purge_series(instance)


def picture_changed(instance: Image, **kwargs: Any) -> None:
    """As a tag's name, what is said of it."""
    purge_picture(instance)


def purge_story(instance: Article, **kwargs: Any) -> None:
    """A story that is deleted is on no page any more."""
    purge_deleted(instance)


# What pages show beside stories, and who purges it.
_SHOWN = (
    *((Tag, purge_tag), (Contributor, purge_person), (ContributorText, purge_person)),
    *((Outlet, purge_outlet), (Section, purge_sections), (Image, picture_changed)),
    *((Redirect, purge_redirect), (Series, series_changed)),
)


def connect() -> None:
    pre_delete.connect(purge_story, sender=Article, dispatch_uid="pages-story")
    for model, purger in _SHOWN:
        post_save.connect(purger, sender=model, dispatch_uid=f"pages-saved-{model.__name__}")
        pre_delete.connect(purger, sender=model, dispatch_uid=f"pages-deleted-{model.__name__}")
    post_save.connect(story_saved, sender=Article, dispatch_uid="text-pictures")
    pre_delete.connect(picture_deleted, sender=Image, dispatch_uid="picture-files")
    pre_delete.connect(terms_deleted, sender=StoryTerms, dispatch_uid="related-terms")
    connection_created.connect(add_functions, dispatch_uid="search-functions")
    post_save.connect(tag_renamed, sender=Tag, dispatch_uid="search-tag")
    post_save.connect(contributor_renamed, sender=Contributor, dispatch_uid="search-contributor")
    for signal in (post_save, post_delete):
        signal.connect(contributor_named, sender=ContributorText, dispatch_uid=f"search-name-{id(signal)}")
