"""Which of the two modules speaks the database's language; the functions of articles.search.sqlite are the protocol."""

from types import ModuleType

from django.db import connection

from articles.search import postgresql, sqlite


def adapter() -> ModuleType:
    """The module for the database of this connection."""
    return postgresql if connection.vendor == "postgresql" else sqlite
