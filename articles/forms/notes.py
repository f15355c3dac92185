"""The form of an editorial note."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles import noting


class Person(forms.ModelChoiceField):
    """Somebody of the newsroom, by name."""

    def label_from_instance(self, person: Any) -> str:
        return person.get_full_name() or person.get_username()


class NoteForm(forms.Form):
    """A text, and for whom; `articles.noting` checks both again."""

    text = forms.CharField(
        label=_("Note"), max_length=noting.LONGEST, widget=forms.Textarea(attrs={"rows": 3, "id": "note-text"})
    )
    to = Person(
        label=_("For"),
        queryset=None,
        required=False,
        empty_label=_("everybody who opens the story"),
        widget=forms.Select(attrs={"id": "note-to"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = noting.newsroom()
