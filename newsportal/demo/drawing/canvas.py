"""A small drawing surface in logical units, supersampled twice and scaled down."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFilter

WIDE, HIGH, SAMPLES = 1600, 1000, 2
Point = tuple[float, float]
Painter = Callable[["Canvas"], None]
PAINTERS: dict[str, Painter] = {}


def motif(key: str) -> Callable[[Painter], Painter]:
    """Register the painter of one motif under its key."""

    def register(painter: Painter) -> Painter:
        PAINTERS[key] = painter
        return painter

    return register


def rgb(colour: str) -> tuple[int, int, int]:
    """Turn ``#rrggbb`` into three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """Blend two colours; ``share`` is the part of the second one."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def spline(points: Sequence[Point], steps: int = 14) -> list[Point]:
    """Return a Catmull-Rom curve through the points."""
    ends = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for i in range(len(points) - 1):
        p0, p1, p2, p3 = ends[i : i + 4]
        for step in range(steps):
            t = step / steps
            weights = (
                -0.5 * t + t**2 - 0.5 * t**3,
                1 - 2.5 * t**2 + 1.5 * t**3,
                0.5 * t + 2 * t**2 - 1.5 * t**3,
                -0.5 * t**2 + 0.5 * t**3,
            )
            knots = list(zip(weights, (p0, p1, p2, p3), strict=True))
            curve.append((sum(w * p[0] for w, p in knots), sum(w * p[1] for w, p in knots)))
    return [*curve, points[-1]]


def height_at(line: Sequence[Point], x: float) -> float:
    """Return the height of a left-to-right line at ``x``."""
    for (x0, y0), (x1, y1) in pairwise(line):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / ((x1 - x0) or 1)
    return line[-1][1]


class Canvas:
    """1600 by 1000 logical units, covering whatever size was asked for."""

    def __init__(self, key: str, width: int, height: int) -> None:
        self.random = random.Random(key)  # noqa: S311 - a drawing, not a secret
        self.width, self.height = width, height
        w, h = width * SAMPLES, height * SAMPLES
        self.image = Image.new("RGB", (w, h))
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.scale = max(w / WIDE, h / HIGH)
        self.dx = (w - WIDE * self.scale) / 2
        self.dy = (h - HIGH * self.scale) / 2

    def finish(self) -> Image.Image:
        """Scale the drawing down to the size asked for."""
        return self.image.resize((self.width, self.height), Image.Resampling.BOX)

    def at(self, x: float, y: float) -> Point:
        """Map logical units to pixels."""
        return x * self.scale + self.dx, y * self.scale + self.dy

    def sky(self, *colours: str, until: float = HIGH, start: float = 0) -> None:
        """Fill a band with an even vertical gradient through the colours."""
        top = 0 if start == 0 else round(self.at(0, start)[1])
        bottom = self.image.height if until >= HIGH else round(self.at(0, until)[1])
        rows = max(2, bottom - top)
        column = Image.new("RGB", (1, rows))
        for row in range(rows):
            place = row / (rows - 1) * (len(colours) - 1)
            i = min(int(place), len(colours) - 2)
            first, second = rgb(colours[i]), rgb(colours[i + 1])
            share = place - i
            r, g, b = (round(a + (z - a) * share) for a, z in zip(first, second, strict=True))
            column.putpixel((0, row), (r, g, b))
        self.image.paste(column.resize((self.image.width, rows)), (0, top))
        self.pen.rectangle((0, top + rows, *self.image.size), fill=rgb(colours[-1]))

    def poly(self, points: Iterable[Point], colour: str, alpha: int = 255) -> None:
        """Fill a polygon."""
        self.pen.polygon([self.at(*p) for p in points], fill=(*rgb(colour), alpha))

    def blob(self, points: Sequence[Point], colour: str, alpha: int = 255) -> None:
        """Fill a smooth closed shape through the points."""
        self.poly(spline([*points, points[0]]), colour, alpha)

    def rect(self, x: float, y: float, w: float, h: float, colour: str, alpha: int = 255, r: float = 0) -> None:
        """Fill a rectangle, with round corners if ``r`` is given."""
        box = (*self.at(x, y), *self.at(x + w, y + h))
        self.pen.rounded_rectangle(box, r * self.scale, fill=(*rgb(colour), alpha))

    def oval(self, x: float, y: float, rx: float, ry: float, colour: str, alpha: int = 255) -> None:
        """Fill an ellipse around its centre."""
        box = (*self.at(x - rx, y - ry), *self.at(x + rx, y + ry))
        self.pen.ellipse(box, fill=(*rgb(colour), alpha))

    def disc(self, x: float, y: float, r: float, colour: str, alpha: int = 255) -> None:
        """Fill a circle."""
        self.oval(x, y, r, r, colour, alpha)

    def ring(self, x: float, y: float, r: float, colour: str, width: float) -> None:
        """Draw a circle's outline."""
        box = (*self.at(x - r, y - r), *self.at(x + r, y + r))
        self.pen.ellipse(box, outline=rgb(colour), width=max(1, round(width * self.scale)))

    def arc(self, x: float, y: float, r: float, turn: tuple[float, float], colour: str, width: float) -> None:
        """Draw a part of a circle between two angles in degrees."""
        box = (*self.at(x - r, y - r), *self.at(x + r, y + r))
        self.pen.arc(box, *turn, fill=rgb(colour), width=max(1, round(width * self.scale)))

    def line(self, points: Sequence[Point], colour: str, width: float = 4, alpha: int = 255) -> None:
        """Draw a line of one width through the points."""
        size = max(1, round(width * self.scale))
        places = [self.at(*p) for p in points]
        self.pen.line(places, fill=(*rgb(colour), alpha), width=size, joint="curve")

    def ribbon(self, middle: Sequence[tuple[float, float, float]], colour: str) -> None:
        """Fill a smooth road or stream given as (x, y, half width)."""
        left = spline([(x - w, y) for x, y, w in middle])
        right = spline([(x + w, y) for x, y, w in middle])
        self.poly([*left, *reversed(right)], colour)

    def sun(self, x: float, y: float, r: float, colour: str, glow: int = 0) -> None:
        """Draw a sun or moon with soft rings of light around it."""
        for ring in range(glow, 0, -1):
            self.disc(x, y, r * (1 + ring * 0.45), colour, 34)
        self.disc(x, y, r, colour)

    def ridge(self, y: float, rise: float, colour: str, waves: int = 2, floor: float = HIGH) -> list[Point]:
        """Fill a rolling hill layer and return its upper edge."""
        rng = self.random
        parts = [(rng.uniform(0.6, 1.4) * (n + 1), rng.uniform(0, math.tau), 1 / (n + 1)) for n in range(waves)]
        edge = []
        for x in range(-40, WIDE + 41, 10):
            lift = sum(a * math.sin(f * math.tau * x / WIDE + p) for f, p, a in parts)
            edge.append((float(x), y - rise * lift / 1.5))
        self.poly([*edge, (WIDE + 40, floor), (-40, floor)], colour)
        return edge

    def crag(self, y: float, rise: float, colour: str, rough: float = 0.55) -> list[Point]:
        """Fill a jagged mountain layer and return its upper edge."""
        rng = self.random
        heights = [rng.uniform(-0.4, 0.4) for _ in range(5)]
        swing = 1.0
        for _ in range(5):
            finer = []
            for a, b in pairwise(heights):
                finer += [a, (a + b) / 2 + rng.uniform(-swing, swing) * 0.5]
            heights, swing = [*finer, heights[-1]], swing * rough
        step = (WIDE + 80) / (len(heights) - 1)
        edge = [(-40 + i * step, y - rise * h) for i, h in enumerate(heights)]
        self.poly([*edge, (WIDE + 40, HIGH), (-40, HIGH)], colour)
        return edge

    def haze(self, y: float, depth: float, colour: str, strength: int = 120) -> None:
        """Lay a soft horizontal veil, strongest in its middle."""
        steps = 24
        for step in range(steps):
            alpha = round(strength * math.sin(math.pi * (step + 0.5) / steps))
            self.rect(-40, y + depth * step / steps, WIDE + 80, depth / steps, colour, alpha)

    def mirror(self, y: float, colour: str, share: float = 0.5, squash: float = 0.8) -> None:
        """Reflect what is above ``y`` into the water below it."""
        line = round(self.at(0, y)[1])
        depth = self.image.height - line
        source = min(line, round(depth / squash))
        part = self.image.crop((0, line - source, self.image.width, line))
        small = part.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize(
            (self.image.width // 4, max(1, round(source * squash / 4)))
        )
        soft = small.filter(ImageFilter.BoxBlur((0.6, 6)))
        still = soft.resize((self.image.width, round(source * squash)))
        water = Image.new("RGB", still.size, rgb(colour))
        self.pen.rectangle((0, line, self.image.width, self.image.height), fill=rgb(colour))
        self.image.paste(Image.blend(still, water, share), (0, line))

    def ripples(self, y: float, until: float, colour: str, count: int = 60, alpha: int = 110) -> None:
        """Scatter short level strokes over water, longer towards the viewer."""
        for _ in range(count):
            near = self.random.random() ** 1.4
            length = 30 + 190 * near * self.random.uniform(0.5, 1)
            x = self.random.uniform(-60, WIDE)
            level = y + (until - y) * near
            self.rect(x, level, length, 2 + 4 * near, colour, alpha, r=2)
