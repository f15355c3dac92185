"""Things that occur in several drawings: trees, boats, houses, people."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .canvas import Canvas, Point, mix, spline


def tree(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """A round tree standing on ``y``."""
    c.rect(x - size * 0.04, y - size * 0.6, size * 0.08, size * 0.62, colour)
    for dx, dy, r in ((0, -0.78, 0.27), (-0.22, -0.6, 0.21), (0.22, -0.6, 0.22), (0, -0.55, 0.25)):
        c.disc(x + dx * size, y + dy * size, r * size, colour)


def grove(c: Canvas, edge: Sequence[Point], colour: str, size: float = 60, gap: float = 50) -> None:
    """A loose row of round trees along an edge."""
    x = edge[0][0]
    for ex, ey in edge:
        if ex >= x:
            grown = size * c.random.uniform(0.55, 1.25)
            tree(c, ex, ey + size * 0.1, grown, colour)
            x = ex + gap * c.random.uniform(0.4, 1.9)


def palm(c: Canvas, x: float, y: float, size: float, colour: str, lean: float = 0.12) -> None:
    """A palm; a strong ``lean`` bends trunk and leaves with the wind."""
    top = (x + size * lean, y - size)
    bend = spline([(x, y), (x + size * lean * 0.3, y - size * 0.5), top])
    c.line(bend, colour, size * 0.05)
    blown = lean * 1.3 if abs(lean) > 0.25 else 0
    for turn in range(-4, 5):
        angle = -math.pi / 2 + turn * 0.46
        reach = size * (0.42 - 0.02 * abs(turn))
        tip_x = top[0] + math.cos(angle) * reach + blown * reach
        tip_y = top[1] + math.sin(angle) * reach * 0.75 + size * 0.16
        mid_x = top[0] + (tip_x - top[0]) * 0.55
        mid_y = min(top[1], tip_y) - size * 0.05
        upper = spline([top, (mid_x, mid_y - size * 0.035), (tip_x, tip_y)])
        lower = spline([(tip_x, tip_y), (mid_x, mid_y + size * 0.075), top])
        c.poly([*upper, *lower], colour)


def pine(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """A conifer of four tiers."""
    c.rect(x - size * 0.03, y - size * 0.2, size * 0.06, size * 0.22, colour)
    for tier in range(4):
        half = size * (0.26 - tier * 0.055)
        base = y - size * (0.1 + tier * 0.2)
        c.poly([(x - half, base), (x, base - size * 0.36), (x + half, base)], colour)


def person(c: Canvas, x: float, y: float, size: float, cloth: str, skin: str = "#4a342c", *, robe: bool = True) -> None:
    """A small standing figure, in a sari or robe, or in shirt and trousers."""
    head = size * 0.105
    c.disc(x, y - size + head, head, skin)
    waist, shoulder = y - size * 0.45, y - size * 0.76
    if robe:
        hem = size * 0.2
        outline = [(x - size * 0.13, shoulder), (x + size * 0.13, shoulder)]
        c.poly([*outline, (x + hem, y), (x - hem, y)], cloth)
    else:
        legs = mix(cloth, "#20242a", 0.6)
        c.rect(x - size * 0.11, waist - 2, size * 0.09, size * 0.46, legs)
        c.rect(x + size * 0.02, waist - 2, size * 0.09, size * 0.46, legs)
        c.rect(x - size * 0.14, shoulder, size * 0.28, size * 0.36, cloth, r=size * 0.06)
    c.oval(x, shoulder + size * 0.02, size * 0.14, size * 0.07, cloth)


def hull(c: Canvas, x: float, y: float, size: float, colour: str, rise: float = 0.16) -> None:
    """A country boat's hull, low in the middle and drawn up at both ends."""
    stern, bow = (x - size * 0.5, y - size * rise), (x + size * 0.52, y - size * rise * 1.25)
    top = spline([stern, (x - size * 0.2, y - size * 0.03), (x + size * 0.18, y - size * 0.03), bow])
    under = spline([bow, (x + size * 0.26, y + size * 0.07), (x - size * 0.26, y + size * 0.07), stern])
    c.poly([*top, *under], colour)


def sail_boat(c: Canvas, x: float, y: float, size: float, wood: str, cloth: str) -> None:
    """A boat with a wide patched square sail."""
    c.line([(x - size * 0.05, y), (x - size * 0.05, y - size * 1.02)], wood, size * 0.022)
    left, right, low, high = x - size * 0.42, x + size * 0.34, y - size * 0.22, y - size * 0.94
    belly = spline([(right, high), (right + size * 0.1, (low + high) / 2), (right, low)])
    side = spline([(left, low), (left + size * 0.08, (low + high) / 2), (left, high)])
    c.poly([*belly, *side], cloth)
    dark = mix(cloth, wood, 0.25)
    for share in (0.33, 0.66):
        level = high + (low - high) * share
        c.line([(left + size * 0.07, level), (right + size * 0.08, level)], dark, size * 0.008)
    c.rect(x - size * 0.1, high + size * 0.3, size * 0.16, size * 0.17, dark)
    c.rect(left + size * 0.14, high + size * 0.04, size * 0.13, size * 0.17, mix(cloth, wood, 0.12))
    hull(c, x, y, size, wood)
    person(c, x + size * 0.36, y - size * 0.04, size * 0.26, mix(wood, "#000000", 0.2), wood, robe=False)


def canopy_boat(c: Canvas, x: float, y: float, size: float, wood: str, mat: str) -> None:
    """A small boat with a curved mat canopy and a rower."""
    arch = [
        (x + size * 0.2 * math.cos(a / 12 * math.pi), y - size * 0.17 * math.sin(a / 12 * math.pi)) for a in range(13)
    ]
    c.poly(arch, mat)
    c.line([(x + size * 0.38, y - size * 0.22), (x + size * 0.58, y + size * 0.06)], wood, 5)
    person(c, x + size * 0.34, y - size * 0.05, size * 0.27, wood, wood, robe=False)
    hull(c, x, y, size, wood)


def panes(
    c: Canvas,
    box: tuple[float, float, float, float],
    grid: tuple[int, int],
    colour: str,
    share: float = 1.0,
) -> None:
    """Windows in a grid of (columns, rows); ``share`` of them are lit."""
    x, y, w, h = box
    columns, rows = grid
    cell_w, cell_h = w / columns, h / rows
    for row in range(rows):
        for column in range(columns):
            if c.random.random() <= share:
                left, top = x + (column + 0.22) * cell_w, y + (row + 0.22) * cell_h
                c.rect(left, top, cell_w * 0.56, cell_h * 0.5, colour)


def town(c: Canvas, y: float, rise: float, colour: str, lit: str = "", share: float = 0.5) -> None:
    """A row of flat-roofed buildings with tanks and aerials on the roofs."""
    x = -30.0
    while x < 1640:
        wide = c.random.uniform(60, 150)
        tall = rise * c.random.uniform(0.35, 1.0)
        c.rect(x, y - tall, wide + 1, tall + 4, colour)
        roof = c.random.random()
        if roof < 0.4:
            c.rect(x + wide * 0.2, y - tall - 22, wide * 0.3, 24, colour)
        elif roof < 0.6:
            c.rect(x + wide * 0.6, y - tall - 48, 4, 50, colour)
        if lit:
            grid = (max(2, round(wide / 26)), max(2, round(tall / 36)))
            c_box = (x + 8, y - tall + 12, wide - 16, tall - 16)
            panes(c, c_box, grid, lit, share)
        x += wide + c.random.choice((0, 0, 6, 18))


def gulls(c: Canvas, places: Sequence[tuple[float, float, float]], colour: str) -> None:
    """Birds in flight as pairs of arcs."""
    for x, y, size in places:
        wings = [(x - size, y - size * 0.25), (x - size * 0.5, y - size * 0.45), (x, y)]
        other = [(x, y), (x + size * 0.5, y - size * 0.5), (x + size, y - size * 0.35)]
        c.line(spline(wings), colour, size * 0.13)
        c.line(spline(other), colour, size * 0.13)


def cloud(c: Canvas, x: float, y: float, size: float, colour: str, alpha: int = 255) -> None:
    """A flat cloud made of level bars with round ends."""
    for dx, dy, w in ((0.0, 0.0, 1.0), (0.18, -0.13, 0.5), (-0.2, 0.13, 0.72)):
        c.rect(x + dx * size, y + dy * size, w * size, size * 0.14, colour, alpha, r=size * 0.07)
