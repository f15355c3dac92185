import pytest

from newsletter.composing.passages import clean, for_mail, plain


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<p>Fog <b>today</b></p>", "<p>Fog <strong>today</strong></p>"),
        ('<p onclick="x()">Fog<script>alert(1)</script></p>', "<p>Fog</p>"),
        ('<a href="javascript:alert(1)">Fog</a>', "<a>Fog</a>"),
        ('<p>Fog<img src="https://tracker.example/p.gif"></p>', "<p>Fog</p>"),
        ("<style>p{display:none}</style><p>Fog</p>", "<p>Fog</p>"),
        ("Fog\n\nSun & rain", "<p>Fog</p>\n\n<p>Sun &amp; rain</p>"),
        ("<p> </p>", ""),
        ("   ", ""),
        ("<!--[if mso]><v:rect/><![endif]--><p>Fog</p>", "<p>Fog</p>"),
    ],
)
def test_only_what_a_mail_takes_is_stored(typed, stored):
    assert clean(typed) == stored
    assert clean(stored) == stored


def test_plain_text_has_paragraphs_items_and_addresses(settings):
    settings.SITE_URL = "https://news.example.org"
    markup = '<p>Fog &amp; <a href="/world/">sun</a>.</p><ul><li>one</li><li><p>two</p></li></ul><ol><li>x</li></ol>'
    expected = "Fog & sun (https://news.example.org/world/).\n\n- one\n- two\n\n1. x"
    assert plain(clean(markup)) == expected


def test_an_address_that_is_its_own_text_stands_once():
    assert plain('<p><a href="https://a.example/">https://a.example/</a></p>') == "https://a.example/"


def test_links_of_ours_get_their_host(settings):
    settings.SITE_URL = "https://news.example.org"
    assert for_mail('<p><a href="/x/">x</a></p>') == '<p><a href="https://news.example.org/x/">x</a></p>'
