"""Drawn pictures for the demonstration: calm, flat, layered and always the same."""

from __future__ import annotations

from PIL import Image

from . import city, land, life, night, street, water
from .canvas import PAINTERS, Canvas

__all__ = ["MOTIFS", "draw"]

_MODULES = (land, water, city, street, life, night)
MOTIFS: tuple[str, ...] = tuple(PAINTERS)


def draw(key: str, *, width: int = 1600, height: int = 1000) -> Image.Image:
    """Draw the motif ``key``; the same key and size always give the same picture."""
    if key not in PAINTERS:
        raise ValueError(f"No motif is called {key!r}.")
    canvas = Canvas(key, width, height)
    PAINTERS[key](canvas)
    return canvas.finish()
