"""Versions of one report: of stories with nearly the same text the best match stands for all."""

from collections import Counter

from articles.models import StoryTerms
from articles.search.facets import Match


def grouped(matches: list[Match]) -> tuple[list[Match], dict[int, tuple[int, int]]]:
    """The first match of each text, in order; and for those that stand for others (number of others, `same_text`).

    One query. Which stories are versions of each other is found by the worker (articles.related).
    """
    texts = StoryTerms.objects.copies_among([match.pk for match in matches])
    numbers = Counter(texts.values())
    if not numbers or max(numbers.values()) < 2:
        return matches, {}
    shown, met = [], set()
    for match in matches:
        text = texts.get(match.pk)
        if text is None or text not in met:
            shown.append(match)
            met.add(text)
    others = {match.pk: (numbers[text] - 1, text) for match in shown if (text := texts.get(match.pk))}
    return shown, {pk: other for pk, other in others.items() if other[0]}
