"""Links that pass a story on."""

from urllib.parse import parse_qs, urlsplit

import pytest

from articles.sharing import share_links

ADDRESS = "https://news.example.org/bn/%E0%A6%AC/7/%E0%A6%96/"
HEADLINE = "“নদী” & বাঁধ? 50 % + more"


@pytest.mark.parametrize("link", share_links(HEADLINE, ADDRESS), ids=lambda link: link.name)
def test_each_carries_the_address_whole(link):
    values = [value for values in parse_qs(urlsplit(link.address).query).values() for value in values]
    assert any(value.endswith(ADDRESS) for value in values)


def test_a_mail_has_no_plus_for_a_space():
    mail = share_links("Two words", ADDRESS)[-1].address
    assert mail.startswith("mailto:?subject=Two%20words&body=https%3A")
