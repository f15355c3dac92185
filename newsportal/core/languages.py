"""The editions' languages."""

from django.conf import settings


def default_language() -> str:
    """The language whose edition stands at the root of the site; a function, so that migrations don't freeze it."""
    return settings.LANGUAGE_CODE


def other_languages(language: str) -> list[str]:
    """The codes of all editions but one."""
    return [code for code, _name in settings.LANGUAGES if code != language]
