"""Addresses on this site for those who read them elsewhere."""

import pytest

from newsportal.core.addresses import absolute


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("/world/?page=2", "https://news.example/world/?page=2"),
        ("", "https://news.example/"),
        ("https://cdn.example/a.png", "https://cdn.example/a.png"),
    ],
)
def test_addresses_of_ours_get_scheme_and_host(settings, address, whole):
    settings.SITE_URL = "https://news.example"
    assert absolute(address) == whole
