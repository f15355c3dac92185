"""Draws the site's icons in all sizes from one list of shapes: static/img. Run it by hand after changing a shape."""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "static" / "img"
GREEN, PAPER = "#00624a", "#fffdf9"
# A front page on a field of 32 units, as left, top, width, height.
SHAPES = [(6, 6, 20, 3), (6, 12, 9, 9), (18, 12, 8, 2), (18, 15.5, 8, 2), (18, 19, 8, 2), (6, 24, 20, 2)]
SIZES = {"icon-32.png": 32, "icon-180.png": 180, "icon-192.png": 192, "icon-512.png": 512}
# A maskable icon keeps what matters within a circle of 40 % of its side (W3C, Web App Manifest).
MASKABLE, SAFE = 512, 0.78


def drawn(side: int, scale: float = 1) -> Image.Image:
    """The icon with `side` pixels; `scale` draws the shapes smaller, around the middle."""
    finer = 8
    unit = side * finer / 32
    picture = Image.new("RGB", (side * finer, side * finer), GREEN)
    draw = ImageDraw.Draw(picture)
    for left, top, width, height in SHAPES:
        corners = [16 + (value - 16) * scale for value in (left, top, left + width, top + height)]
        draw.rectangle([round(corner * unit) - (place > 1) for place, corner in enumerate(corners)], fill=PAPER)
    return picture.resize((side, side), Image.Resampling.LANCZOS).quantize(32)


if __name__ == "__main__":
    for name, side in SIZES.items():
        drawn(side).save(FOLDER / name, optimize=True)
    drawn(MASKABLE, SAFE).save(FOLDER / "icon-maskable-512.png", optimize=True)
