"""Beats and roles on the page of a person, so that a chief editor can run the newsroom without being an administrator.

Nobody gives what they do not have: who is no superuser changes only people with no more rights than their own, and
puts them only into groups that hold no more.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models import Section, SectionBeat

User = get_user_model()
StockUserAdmin: type[Any] = type(admin.site.get_model_admin(User))


class BeatInline(admin.StackedInline):
    """The sections that somebody's rights are limited to."""

    model = SectionBeat
    extra = 1
    verbose_name_plural = _("Beats: works in these sections and below them only; none: everywhere")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "section":
            field.queryset = Section.objects.order_by("language", "path")
            field.label_from_instance = lambda s: f"{s.get_language_display()}: {'– ' * s.path.count('/')}{s.name}"
            for way in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{way}_related", False)
        return field


class NewsroomUserAdmin(StockUserAdmin):
    """Django's page of a person, with beats, and without ways to more rights than one's own."""

    # Roles are few and get ticks; Django's two lists of permissions are not for a screen reader.
    filter_horizontal = ()

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[type[admin.options.InlineModelAdmin]]:
        """A new account is saved first; then it can have beats."""
        return [*super().get_inlines(request, obj), *([BeatInline] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Single permissions, and being a superuser, are given by superusers; times by the clock."""
        fields = [*super().get_readonly_fields(request, obj), "last_login", "date_joined"]
        return fields if request.user.is_superuser else [*fields, "is_superuser", "user_permissions"]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple()
            if not request.user.is_superuser:
                kwargs["queryset"] = groups_within(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not outranks(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not outranks(obj, request.user))


def outranks(person: Any, other: Any) -> bool:
    """Whether `person` may do anything, once active again, that `other` may not."""
    if other.is_superuser:
        return False
    return person.is_superuser or not (_rights(person) <= other.get_all_permissions())


def groups_within(user: Any) -> QuerySet[Group]:
    """The groups whose every permission `user` has."""
    own = user.get_all_permissions()
    groups = Group.objects.prefetch_related("permissions__content_type")
    return Group.objects.filter(pk__in=[group.pk for group in groups if _codes(group.permissions.all()) <= own])


def _rights(person: Any) -> set[str]:
    """All that somebody's groups and own permissions hold, also while the account is switched off."""
    groups = Group.objects.filter(user=person).prefetch_related("permissions__content_type")
    held = _codes(person.user_permissions.select_related("content_type"))
    return held.union(*(_codes(group.permissions.all()) for group in groups))


def _codes(permissions: Any) -> set[str]:
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions}


admin.site.unregister(User)
admin.site.register(User, NewsroomUserAdmin)
