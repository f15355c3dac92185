"""What the log can be asked for."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from articles.acts import all_acts
from articles.forms.days import DayField, midnight
from articles.models import Article, LogEntry


class Person(forms.ModelChoiceField):
    """People who may sign in to the admin, by the name the newsroom knows them by."""

    def label_from_instance(self, user: Any) -> str:
        return user.get_full_name() or user.get_username()


class LogForm(forms.Form):
    """The filters of the log; `matching` applies them. Every field may be left empty."""

    story = forms.IntegerField(label=_("Story"), required=False, min_value=1, widget=forms.HiddenInput)
    action = forms.ChoiceField(label=_("What"), required=False)
    by = Person(get_user_model().objects.none(), label=_("Who"), required=False, empty_label=_("Anybody"))
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="filter_%s", **kwargs)
        self.fields["action"].choices = [("", _("Anything")), *all_acts()]
        self.fields["by"].queryset = get_user_model().objects.filter(is_staff=True).order_by("username")

    def article(self) -> Article | None:
        """The story that is asked for; None for all of them, and for one that is no more."""
        pk = self.cleaned_data.get("story") if self.is_valid() else None
        return Article.objects.filter(pk=pk).only("headline").first() if pk else None

    def matching(self, entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        """`entries` as asked; none while something asked cannot be understood."""
        if not self.is_valid():
            return entries.none()
        asked = self.cleaned_data
        wanted = {"article_id": asked["story"], "action": asked["action"], "by": asked["by"]}
        wanted["at__gte"] = midnight(asked["first"]) if asked["first"] else None
        wanted["at__lt"] = midnight(asked["last"], after=1) if asked["last"] else None
        return entries.filter(**{name: value for name, value in wanted.items() if value})
