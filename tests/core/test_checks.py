import pytest

from newsportal.core import checks

WELL = {
    "HTTPS": True,
    "SECRET_KEY_IS_LOCAL": False,
    "CACHE_IS_SHARED": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "ALLOWED_HOSTS": ["news.example.org"],
    "TRUSTED_PROXIES": 1,
    "SUPPRESSION_KEY_IS_LOCAL": False,
}
CASES = [
    ({"SECRET_KEY_IS_LOCAL": True}, "newsportal.W001"),
    ({"CACHE_IS_SHARED": False}, "newsportal.W002"),
    ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "newsportal.W003"),
    ({"ALLOWED_HOSTS": ["*"]}, "newsportal.W004"),
    ({"TRUSTED_PROXIES": 0}, "newsportal.W005"),
    ({"SUPPRESSION_KEY_IS_LOCAL": True}, "newsportal.W006"),
]


def found(settings, **changes):
    for name, value in {**WELL, **changes}.items():
        setattr(settings, name, value)
    return [message for check in checks.ALL for message in check(None)]


def test_a_site_that_is_set_up_well_has_nothing_to_mend(settings):
    assert found(settings) == []


@pytest.mark.parametrize(("changes", "number"), CASES)
def test_a_mistake_of_deployment_is_named_with_what_mends_it(settings, changes, number):
    [message] = found(settings, **changes)
    assert message.id == number
    assert message.hint.startswith("Set ")


def test_a_machine_of_ones_own_needs_none_of_it(settings):
    changes = {"HTTPS": False, "SECRET_KEY_IS_LOCAL": True, "CACHE_IS_SHARED": False, "TRUSTED_PROXIES": 0}
    assert found(settings, **changes) == []
