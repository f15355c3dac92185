"""Addresses that pages show something from."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from newsportal.core.embeds import FRAME_HOSTS, read
from tests.factories import make_article

YOUTUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"
KNOWN = [
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s", YOUTUBE),
    ("https://youtu.be/dQw4w9WgXcQ?si=abc", YOUTUBE),
    ("https://m.youtube.com/shorts/dQw4w9WgXcQ", YOUTUBE),
    ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1"),
    ("https://vimeo.com/76979871/8272103f6e", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1&h=8272103f6e"),
    (
        "https://x.com/bdnews/status/1234567890123?s=20",
        "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1234567890123",
    ),
    (
        "https://www.facebook.com/desk/posts/pfbid0abc",
        "https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fdesk%2Fposts%2Fpfbid0abc",
    ),
    ("https://www.instagram.com/p/Cabc_123/", "https://www.instagram.com/p/Cabc_123/embed/captioned/"),
    ("https://www.tiktok.com/@desk/video/7106594312292453675", "https://www.tiktok.com/embed/v2/7106594312292453675"),
    (
        "https://soundcloud.com/desk/morning-news?utm=1",
        "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fdesk%2Fmorning-news&auto_play=true",
    ),
    (
        "https://www.google.com/maps/place/Padma+Bridge/@23.44,90.26,15z",
        "https://www.google.com/maps?q=Padma+Bridge&output=embed",
    ),
    (
        "https://www.openstreetmap.org/#map=2/0/10",
        "https://www.openstreetmap.org/export/embed.html?bbox=-80.00000%2C-22.50000%2C100.00000%2C22.50000&layer=mapnik",
    ),
]


@pytest.mark.parametrize(("address", "frame"), KNOWN)
def test_a_known_address_has_its_frame(address, frame):
    assert read(address).frame == frame


@pytest.mark.parametrize("address", [address for address, _frame in KNOWN])
def test_every_frame_is_on_a_host_that_the_policy_allows(address):
    parts = urlsplit(read(address).frame)
    assert f"{parts.scheme}://{parts.netloc}" in FRAME_HOSTS


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/@channel",
        "https://www.youtube.com/watch?v=<script>",
        "https://vimeo.com/about",
        "https://x.com/desk",
        "https://example.org/a?b=c",
        "http://খবর.বাংলা/",
        "https://evil.example/youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
    ],
)
def test_any_other_address_is_a_link_card(address):
    embed = read(address)
    assert (embed.provider, embed.frame, embed.address) == ("link", "", address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Padma",
        "https://",
        "https://localhost/a",
        "https:// example.org",
        "ftp://example.org/a",
        "javascript:alert(1)",
        "https://user:pass@youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com:8080/watch?v=dQw4w9WgXcQ",
        "https://example.org/ and more",
        "https://[::1/",
        "https://1.2.3.4/",
        "https://example.org/" + "a" * 2000,
    ],
)
def test_what_is_no_address_is_none(text):
    assert read(text) is None


@given(
    some.text(max_size=40), some.sampled_from(["https://youtu.be/", "https://x.com/a/status/", "https://vimeo.com/"])
)
def test_no_text_breaks_out_of_a_frame_address(text, start):
    embed = read(start + text)
    if embed is not None and embed.frame:
        assert not set(embed.frame) & set("\"'<> ")
        assert urlsplit(embed.frame).netloc in {urlsplit(host).netloc for host in FRAME_HOSTS}


@pytest.mark.django_db
def test_only_pages_of_stories_may_frame_other_sites(client):
    story = make_article()
    assert f"frame-src {' '.join(FRAME_HOSTS)}" in client.get(story.get_absolute_url())["Content-Security-Policy"]
    for address in ("/", story.section.get_absolute_url(), "/latest/", "/admin/login/", "/nowhere/"):
        policy = client.get(address)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-src" not in policy
