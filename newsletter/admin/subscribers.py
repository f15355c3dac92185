"""Subscribers in the admin: found, read, taken off on request, erased by those who may. Nobody adds any here."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from newsletter.forgetting import forget
from newsletter.models import ConsentRecord, Notice, Subscriber, Subscription
from newsletter.subscribing import OVER_LIMIT, unsubscribe
from newsportal.core import limits


class SubscriptionInline(admin.TabularInline):
    """Where the address stands; only verbs change it."""

    model = Subscription
    extra = 0
    can_delete = False
    fields = ["newsletter", "state", "asked_at", "confirmation_sent_at", "confirmed_at", "ended_at", "last_error"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):
    list_display = ["address", "states", "language", "created"]
    list_filter = ["subscriptions__state", "subscriptions__newsletter", "language"]
    search_fields = ["key", "address"]
    inlines = [SubscriptionInline]
    actions = ["unsubscribe_from_everything"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        return super().get_queryset(request).prefetch_related("subscriptions__newsletter")

    @admin.display(description=_("newsletters"))
    def states(self, subscriber: Subscriber) -> str:
        rows = subscriber.subscriptions.all()
        return ", ".join(f"{row.newsletter} ({row.newsletter.language}): {row.get_state_display()}" for row in rows)

    @admin.action(description=_("Unsubscribe from everything"), permissions=["unsubscribe"])
    def unsubscribe_from_everything(self, request: HttpRequest, subscribers: QuerySet[Subscriber]) -> None:
        rows = Subscription.objects.filter(subscriber__in=subscribers)
        now, source = timezone.now(), request.path
        ended = sum(unsubscribe(row, by=request.user, now=now, source=source).ended_at == now for row in rows)
        text = ngettext("%(count)d subscription ended.", "%(count)d subscriptions ended.", ended)
        self.message_user(request, text % {"count": ended}, messages.SUCCESS)

    def has_unsubscribe_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.change_subscription")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """Erasing an address takes its subscriptions and consents along, which nobody may delete one by one."""
        shown, counts, lacking, protected = super().get_deleted_objects(objs, request)
        alongside = {model._meta.verbose_name for model in (Subscription, ConsentRecord, Notice)}
        return shown, counts, lacking - alongside, protected

    def delete_model(self, request: HttpRequest, obj: Subscriber) -> None:
        forget(obj, never_again=False, by=request.user, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        for subscriber in queryset:
            self.delete_model(request, subscriber)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        refused = limits.refusals(OVER_LIMIT, now=timezone.now())
        if refused and request.method == "GET":
            text = ngettext(
                "%(count)d sign-up of today was over a limit, or a program's, and was not taken.",
                "%(count)d sign-ups of today were over a limit, or a program's, and were not taken.",
                refused,
            )
            self.message_user(request, text % {"count": refused}, messages.WARNING)
        return super().changelist_view(request, extra_context)
