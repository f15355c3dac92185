"""The form that links a story with its translation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.forms.related import number_in
from articles.models import Article, ArticleQuerySet

SHOWN = 20


class TranslationForm(forms.Form):
    """Finds stories of the other editions: by number, by address, or by words of the headline; all of them, the last
    saved first, when nothing is asked for.
    """

    q = forms.CharField(
        label=_("Find a story"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
        help_text=_("Words of its headline, its number or its address."),
    )

    def found(self, article: Article) -> ArticleQuerySet:
        """What may be linked with `article` and fits. One query."""
        asked = self.cleaned_data.get("q", "") if self.is_valid() else ""
        stories = Article.objects.exclude(language=article.language).not_archived().for_lists().last_saved_first()
        if number := number_in(asked.strip()):
            return stories.filter(pk=number)[:SHOWN]
        return stories.filter(headline__icontains=asked)[:SHOWN] if asked else stories[:SHOWN]
