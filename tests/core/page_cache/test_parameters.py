"""The page cache hands a view only those parameters that it has named: a view that reads one has to name it."""

import inspect
import re

from django.conf import settings
from django.urls import get_resolver
from django.utils import translation

PAGED, READS = re.compile(r"\b(story_list|page_of)\("), re.compile(r"\brequest\.GET\b")


def views(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.callback


def source(view):
    """A view with the functions of its module that it calls."""
    whole = inspect.getsource(inspect.unwrap(view))
    module = inspect.getmodule(inspect.unwrap(view))
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if re.search(rf"(?<!def )\b{name}\(", whole) and function.__module__ == module.__name__:
            whole += inspect.getsource(inspect.unwrap(function))
    return whole


def test_public_views_name_the_parameters_that_they_read():
    with translation.override(settings.LANGUAGE_CODE):
        public = {view for view in views(get_resolver().url_patterns) if hasattr(view, "page_parameters")}
    assert len(public) > 15
    paged = {view for view in public if PAGED.search(source(view)) and "page" not in view.page_parameters}
    reading = {view for view in public if READS.search(source(view)) and not view.page_parameters}
    broken = sorted(f"{view.__module__}.{view.__name__}" for view in paged | reading)
    assert not broken, "Name it in @public(…, parameters=[…]):\n" + "\n".join(broken)
