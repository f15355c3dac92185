"""Compressing a page once, and choosing what a browser takes (RFC 9110, section 12.5.3)."""

import gzip
import re
import sys

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

IDENTITY = "identity"
# The smallest first: of those that a browser likes equally well the first is taken.
ENCODINGS = ("br", "zstd", "gzip")
SMALLEST = 256
# What a server may send before it is answered, ten segments of 1,460 bytes (RFC 6928), less 2,100 bytes of headers. A
# page that is larger by less than an eighth comes a round trip earlier when it is compressed as hard as that takes.
ROUND_TRIP, NEARLY = 12_500, 14_000
# A header longer than this is no browser's; what is chosen for a header is remembered for so many of them.
LONGEST, REMEMBERED = 500, 512

_COMPRESSIBLE = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript)|image/svg\+xml", re.IGNORECASE)
_PART = re.compile(r"\s*([A-Za-z0-9!#$%&'+.^_`|~-]+|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE)
_chosen: dict[str, str] = {}


def choose(accepted: str) -> str:
    """The encoding for an `Accept-Encoding` header: one of ENCODINGS, or IDENTITY."""
    found = _chosen.get(accepted)
    if found is None:
        found = _choose(accepted)
        if len(_chosen) < REMEMBERED:
            _chosen[accepted] = found
    return found


def _choose(accepted: str) -> str:
    if len(accepted) > LONGEST:
        return IDENTITY
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        # What is not well formed asks for nothing.
        if match := _PART.fullmatch(part):
            name = match[1].lower().removeprefix("x-")
            weights[name] = min(1.0, float(match[2])) if match[2] else 1.0
    others = weights.get("*", 0.0)
    best = max(ENCODINGS, key=lambda name: weights.get(name, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get(IDENTITY, 0.0) else IDENTITY


def is_compressible(content_type: str) -> bool:
    """Whether compressing is worth its while for a kind of content."""
    return _COMPRESSIBLE.match(content_type) is not None


def compress(body: bytes, encoding: str) -> bytes:
    """The body in an encoding. The strengths are those that cost a page of 40 KB about two milliseconds; sixty, where
    that spares readers a round trip.
    """
    if encoding == "br":
        data = brotli.compress(body, quality=6)
        return brotli.compress(body, quality=11) if ROUND_TRIP < len(data) <= NEARLY else data
    if encoding == "zstd":
        return zstd.compress(body, 9)
    if encoding == "gzip":
        return gzip.compress(body, 6, mtime=0)
    return body


def packed(body: bytes, content_type: str, encoding: str) -> tuple[bytes, str]:
    """The body in an encoding where that makes it smaller, else as it is; with the encoding that it came to be."""
    if encoding != IDENTITY and len(body) >= SMALLEST and is_compressible(content_type):
        data = compress(body, encoding)
        if len(data) < len(body):
            return data, encoding
    return body, IDENTITY


def in_all(body: bytes, content_type: str) -> dict[str, bytes]:
    """The body in every encoding that makes it smaller, and as it is."""
    bodies = {}
    for encoding in (IDENTITY, *ENCODINGS):
        data, made = packed(body, content_type, encoding)
        bodies[made] = data
    return bodies
