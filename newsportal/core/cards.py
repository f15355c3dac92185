"""The picture that other sites show of a page which has none: its words on our ground."""

import io
from functools import lru_cache
from pathlib import Path

import regex
from PIL import Image, ImageDraw, ImageFont, features

WIDTH, HEIGHT = 1200, 630
GROUND, PAPER, ACCENT, QUIET = "#00624a", "#fffdf9", "#5fc7a6", "#cfe3db"
FONT = Path(__file__).parent / "fonts" / "card.ttf"
MARGIN = 80
# The sizes that are tried for the headline, and how many lines each has room for.
SIZES = ((76, 3), (64, 4), (52, 5))
# Lines are this much higher than their letters: Bangla hangs marks below and above.
LEADING = 1.34
# Letters and signs that the font has; words in others would be boxes.
_KNOWN = regex.compile(
    r"[\x20-\x7e\u00a0-\u017f\u0964\u0965\u0980-\u09ff\u1e00-\u1eff"
    r"\u200c\u200d\u2010-\u203a\u20ac\u2122]*"
)


def draw(title: str, label: str, name: str) -> bytes:
    """A PNG of 1200 by 630: `label` above `title`, the site's `name` below. Of what cannot be written as it should be
    (another script, or Bangla on a machine whose Pillow knows no shaping) only the ground is drawn.
    """
    picture = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    canvas = ImageDraw.Draw(picture)
    canvas.rectangle([MARGIN, 72, MARGIN + 96, 80], fill=ACCENT)
    if _can_write(label):
        canvas.text((MARGIN, 100), label[:60], font=_font(32), fill=QUIET)
    if _can_write(title):
        size, lines = _fitted(title)
        for place, line in enumerate(lines):
            canvas.text((MARGIN, 160 + place * size * LEADING), line, font=_font(size), fill=PAPER)
    if _can_write(name):
        canvas.text((MARGIN, HEIGHT - 92), name[:50], font=_font(36), fill=PAPER)
    buffer = io.BytesIO()
    picture.quantize(32).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _can_write(text: str) -> bool:
    return bool(_KNOWN.fullmatch(text)) and (text.isascii() or features.check("raqm"))


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title has room, and its lines; a title that never has is cut."""
    for size, room in SIZES:
        lines = _lines(title, _font(size))
        if len(lines) <= room:
            return size, lines
    return size, [*lines[: room - 1], _cut(lines[room - 1], _font(size))]


def _lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """`text` in lines that are no wider than the picture; a word that is too long alone is cut between graphemes."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _fits(longer, font):
            lines[-1] = longer
            continue
        while not _fits(word, font):
            graphemes = regex.findall(r"\X", word)
            fits = next(n for n in range(len(graphemes) - 1, 0, -1) if _fits("".join(graphemes[:n]), font) or n == 1)
            lines.append("".join(graphemes[:fits]))
            word = "".join(graphemes[fits:])
        lines.append(word)
    return [line for line in lines if line]


def _cut(line: str, font: ImageFont.FreeTypeFont) -> str:
    """A line that goes on, marked "…"."""
    graphemes = regex.findall(r"\X", line)
    while graphemes and not _fits("".join(graphemes) + "…", font):
        graphemes.pop()
    return "".join(graphemes).rstrip(" ,;:–—-") + "…"


def _fits(text: str, font: ImageFont.FreeTypeFont) -> bool:
    return font.getlength(text) <= WIDTH - 2 * MARGIN


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
