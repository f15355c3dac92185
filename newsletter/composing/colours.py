"""Colours that can be read: contrast as WCAG 2.2 (success criterion 1.4.3) reckons it."""

import colorsys

# The mail's own colours, light and dark; those of the public site.
PAPER, INK, MUTED, RULE = "#fffdf9", "#16181b", "#595e64", "#dcd7cd"
DARK_PAPER, DARK_INK, DARK_MUTED, DARK_RULE = "#131517", "#eceae4", "#a4a9ae", "#33373a"
READABLE = 4.5
STEPS = 40


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white), of two colours such as "#00624a"."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, paper: str) -> str:
    """`colour`, made darker or lighter, its hue kept, only as far as it must be to be read on `paper`."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    end = 0 if contrast("#000000", paper) >= contrast("#ffffff", paper) else 1
    shades = (lightness + (end - lightness) * step / STEPS for step in range(STEPS + 1))
    candidates = [colour, *(_hexadecimal(colorsys.hls_to_rgb(hue, shade, saturation)) for shade in shades)]
    return next(candidate for candidate in candidates if contrast(candidate, paper) >= READABLE)


def _hexadecimal(shares: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
