"""The night sky."""

from __future__ import annotations

import math

from .canvas import Canvas, height_at, motif
from .parts import pine


@motif("observatory")
def observatory(c: Canvas) -> None:
    """A dome on a hill under turning stars."""
    c.sky("#0f1a3a", "#24386a", "#5f6f9a", "#c7a79c")
    shades = ("#f3ead0", "#c9d3ea", "#8fa3cf", "#e6c9a8")
    for n in range(120):
        r = 40 + n * 9.5
        start = c.random.uniform(120, 400)
        turn = (start, start + c.random.uniform(14, 46))
        c.arc(560, 250, r, turn, shades[n % 4], c.random.choice((1.5, 2, 3)))
    c.disc(560, 250, 4, "#f3ead0")
    c.sun(190, 660, 44, "#f3e3bd", glow=2)
    c.ridge(760, 40, "#56618a")
    c.ridge(820, 34, "#343f68")
    hill = [(float(x), 980 - 250 * math.exp(-(((x - 1080) / 430) ** 2))) for x in range(-40, 1660, 20)]
    c.rect(930, 520, 300, 250, "#cfcac2")
    c.rect(1130, 520, 100, 250, "#a7a5a8")
    c.rect(906, 506, 348, 26, "#e6e0d3")
    dome = [(1080 + 160 * math.cos(math.pi * a / 40), 508 - 165 * math.sin(math.pi * a / 40)) for a in range(41)]
    c.poly(dome, "#e6e0d3")
    c.poly([p for p in dome if p[0] > 1110] + [(1110, 508)], "#b9b7ba")
    c.poly([(1004, 508), (1040, 508), (1014, 356), (976, 384)], "#17223f")
    c.poly([(1012, 470), (1030, 462), (966, 338), (950, 348)], "#d09a3f")
    c.rect(1050, 640, 54, 100, "#f2c76b")
    for x in (960, 1170):
        c.rect(x, 580, 34, 44, "#f2c76b")
    c.poly([*hill, (1640, 1000), (-40, 1000)], "#131b33")
    for n, x in enumerate(range(20, 1640, 53)):
        if abs(x - 1080) > 190:
            pine(c, x, height_at(hill, x) + 20, 70 + (n * 37) % 90, "#131b33")
