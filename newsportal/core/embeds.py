"""Addresses of other sites that a story may show something from: which site it is, and what of it goes into a frame.

Nothing is asked of those sites: all that is known follows from the address.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

from csp.decorators import csp_update

# The only hosts that a page may put into a frame.
FRAME_HOSTS = [
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    "https://platform.twitter.com",
    "https://www.facebook.com",
    "https://www.instagram.com",
    "https://www.tiktok.com",
    "https://w.soundcloud.com",
    "https://www.google.com",
    "https://www.openstreetmap.org",
]
# For the views of pages that may: loaded when a reader asks for it, and not before (static/js/embeds.js).
may_frame = csp_update({"frame-src": FRAME_HOSTS})
MOST = 2000
WIDE, TALL, BAR = "wide", "tall", "bar"
_YOUTUBE = re.compile(r"[A-Za-z0-9_-]{6,20}")
_CODE = re.compile(r"[A-Za-z0-9_-]{3,40}")
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[^\s./:@\[\]]+\.)+[^\s./:@\[\]\d][^\s./:@\[\]]+")


@dataclass(frozen=True)
class Embed:
    """What an address shows: `name` of the site, the address for a link, and that of the frame in its `shape`.

    `frame` is "" for all sites that are not known here: they get a card with the link.
    """

    provider: str
    name: str
    address: str
    frame: str = ""
    shape: str = WIDE


def read(text: str) -> Embed | None:
    """What the one address that `text` is shows; None when it is anything else than an http(s) address of a host."""
    address = text.strip()
    if len(address) > MOST or re.search(r"\s", address) or not re.match(r"https?://", address, re.IGNORECASE):
        return None
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        if parts.username or parts.port not in (None, 80, 443) or not _HOST.fullmatch(host):
            return None
    except ValueError:
        return None
    site = re.sub(r"^(www|m|mobile)\.", "", host)
    for reader in _READERS.get(site, ()):
        if embed := reader(address, parts):
            return embed
    return Embed("link", site, address)


def _youtube(address: str, parts: SplitResult) -> Embed | None:
    steps = parts.path.strip("/").split("/")
    asked = parse_qs(parts.query).get("v", [""])[0]
    code = steps[0] if "youtu.be" in parts.netloc.lower() else asked
    if steps[0] in ("shorts", "embed", "live", "v") and len(steps) > 1:
        code = steps[1]
    if not _YOUTUBE.fullmatch(code):
        return None
    return Embed("youtube", "YouTube", address, f"https://www.youtube-nocookie.com/embed/{code}?autoplay=1")


def _vimeo(address: str, parts: SplitResult) -> Embed | None:
    found = re.fullmatch(r"/(?:video/|channels/[\w-]+/)?(\d{1,12})(?:/([0-9a-f]{6,20}))?/?", parts.path)
    if not found:
        return None
    key = f"&h={found[2]}" if found[2] else ""
    return Embed("vimeo", "Vimeo", address, f"https://player.vimeo.com/video/{found[1]}?dnt=1&autoplay=1{key}")


def _x(address: str, parts: SplitResult) -> Embed | None:
    found = re.fullmatch(r"/\w{1,30}/status(?:es)?/(\d{1,25})(?:/.*)?", parts.path)
    if not found:
        return None
    return Embed("x", "X", address, f"https://platform.twitter.com/embed/Tweet.html?dnt=true&id={found[1]}", TALL)


def _facebook(address: str, parts: SplitResult) -> Embed | None:
    is_video = parts.path.startswith("/watch") or "/videos/" in parts.path or parts.path.startswith("/reel/")
    is_post = any(part in parts.path for part in ("/posts/", "/photo", "/permalink.php", "/story.php"))
    if not is_video and not is_post:
        return None
    plugin, shape = ("video", WIDE) if is_video else ("post", TALL)
    frame = f"https://www.facebook.com/plugins/{plugin}.php?href={quote(address, safe='')}"
    return Embed("facebook", "Facebook", address, frame, shape)


def _instagram(address: str, parts: SplitResult) -> Embed | None:
    found = re.fullmatch(r"/(?:[\w.]+/)?(p|reel|tv)/([A-Za-z0-9_-]{3,40})/?", parts.path)
    if not found:
        return None
    return Embed(
        "instagram", "Instagram", address, f"https://www.instagram.com/{found[1]}/{found[2]}/embed/captioned/", TALL
    )


def _tiktok(address: str, parts: SplitResult) -> Embed | None:
    found = re.fullmatch(r"/@[\w.-]+/video/(\d{5,25})/?", parts.path)
    if not found:
        return None
    return Embed("tiktok", "TikTok", address, f"https://www.tiktok.com/embed/v2/{found[1]}", TALL)


def _soundcloud(address: str, parts: SplitResult) -> Embed | None:
    steps = parts.path.strip("/").split("/")
    if len(steps) < 2 or not all(_CODE.fullmatch(step) for step in steps[:2]):
        return None
    clean = quote(f"https://soundcloud.com{parts.path}", safe="")
    return Embed(
        "soundcloud", "SoundCloud", address, f"https://w.soundcloud.com/player/?url={clean}&auto_play=true", BAR
    )


def _google_maps(address: str, parts: SplitResult) -> Embed | None:
    if not parts.path.startswith("/maps"):
        return None
    if parts.path.startswith("/maps/embed") and "pb" in parse_qs(parts.query):
        return Embed("google-maps", "Google Maps", address, f"https://www.google.com/maps/embed?{parts.query}")
    place = re.search(r"/maps/(?:place|search)/([^/]+)", parts.path)
    point = re.search(r"/@(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)", parts.path)
    wanted = place[1] if place else (f"{point[1]},{point[2]}" if point else parse_qs(parts.query).get("q", [""])[0])
    if not wanted:
        return None
    frame = f"https://www.google.com/maps?q={quote(wanted, safe='+%,')}&output=embed"
    return Embed("google-maps", "Google Maps", address, frame)


def _openstreetmap(address: str, parts: SplitResult) -> Embed | None:
    found = re.search(r"map=(\d{1,2})/(-?\d{1,2}(?:\.\d+)?)/(-?\d{1,3}(?:\.\d+)?)", parts.fragment)
    if not found:
        return None
    zoom, north, east = int(found[1]), float(found[2]), float(found[3])
    across, down = 360 / 2**zoom, 180 / 2**zoom
    box = ",".join(f"{edge:.5f}" for edge in (east - across, north - down / 2, east + across, north + down / 2))
    frame = f"https://www.openstreetmap.org/export/embed.html?bbox={quote(box, safe='')}&layer=mapnik"
    return Embed("openstreetmap", "OpenStreetMap", address, frame)


Reader = Callable[[str, SplitResult], Embed | None]
# By the host without www, m or mobile; google has a domain in every country.
_READERS: dict[str, tuple[Reader, ...]] = {
    **dict.fromkeys(("youtube.com", "youtu.be", "youtube-nocookie.com", "music.youtube.com"), (_youtube,)),
    **dict.fromkeys(("vimeo.com", "player.vimeo.com"), (_vimeo,)),
    **dict.fromkeys(("x.com", "twitter.com"), (_x,)),
    **dict.fromkeys(("facebook.com", "fb.com", "web.facebook.com"), (_facebook,)),
    "instagram.com": (_instagram,),
    "tiktok.com": (_tiktok,),
    "soundcloud.com": (_soundcloud,),
    **dict.fromkeys(("google.com", "google.com.bd", "google.co.uk", "maps.google.com"), (_google_maps,)),
    "openstreetmap.org": (_openstreetmap,),
}
