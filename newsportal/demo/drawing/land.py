"""Hills, fields, forests and mountains."""

from __future__ import annotations

import math
from itertools import pairwise

from .canvas import Canvas, Point, height_at, mix, motif, spline
from .parts import canopy_boat, cloud, grove, gulls, palm, person, pine, tree


@motif("hills")
def hills(c: Canvas) -> None:
    """Five blue ranges under a pale sun, a road crossing the last of them."""
    c.sky("#dfe8ef", "#f1f0ea", until=720)
    c.sun(1120, 300, 105, "#c9ccc4", glow=2)
    for y, rise, colour in ((470, 70, "#b7c3cb"), (540, 70, "#93a3b0"), (625, 65, "#6d8092")):
        c.ridge(y, rise, colour)
    edge = c.ridge(735, 55, "#465a70")
    for x in (150, 195, 235, 520, 1210, 1250, 1275, 1320, 1440):
        at = height_at(edge, x)
        c.oval(x, at - 24, 9, 34, "#34475c")
    front = spline([(-40, 800), (300, 760), (700, 850), (1150, 890), (1640, 800)])
    c.poly([*front, (1640, 1000), (-40, 1000)], "#1e4678")
    road = [(300, 764, 5), (380, 800, 12), (560, 835, 20), (600, 880, 30), (430, 935, 48)]
    c.ribbon([*road, (460, 1040, 95)], "#c8cfd2")
    for x, y, size in ((900, 905, 90), (990, 915, 70), (1290, 915, 110), (1380, 900, 80)):
        tree(c, x, y, size, "#163a66")


@motif("tea-garden")
def tea_garden(c: Canvas) -> None:
    """Rows of tea bushes over round slopes, shade trees and pickers."""
    c.sky("#e6ecdf", "#f6f1e0", until=640)
    c.sun(390, 250, 80, "#e0c583", glow=2)
    c.ridge(420, 60, "#bccbb4")
    grove(c, c.ridge(480, 45, "#93ad94"), "#87a38a", 50, 70)
    c.haze(470, 110, "#f3f1e3", 130)
    colours = ("#5f8f6d", "#34785a", "#00624a")
    for n, (y, colour) in enumerate(zip((570, 680, 810), colours, strict=True)):
        edge = c.ridge(y, 50, colour, waves=1)
        rows(c, edge, mix(colour, "#e9efc9", 0.26), mix(colour, "#0b2f25", 0.22), 20 + 9 * n)
        for x in (260 + 130 * n, 760 - 90 * n, 1320 + 60 * n):
            shade_tree(c, x, height_at(edge, x) + 8, 170 + 45 * n, mix(colour, "#12382c", 0.5))
    for x, y, cloth in ((690, 868, "#b5432f"), (800, 890, "#d9a441"), (1130, 890, "#f0e6cf")):
        person(c, x, y, 120, cloth)
        c.oval(x + 21, y - 70, 17, 23, "#8a6436")
    for n in range(3):
        front = [(float(x), 880 + 44 * n + 12 * math.sin(x / 90 + n)) for x in range(-40, 1660, 20)]
        c.poly([*front, (1640, 1000), (-40, 1000)], ("#0c5a45", "#084d3b", "#063e30")[n])


def rows(c: Canvas, edge: list[Point], light: str, dark: str, gap: int) -> None:
    """Bands of bushes that follow the edge of a slope."""
    for n in range(1, 7):
        row = [(x, y + n * gap * (1 + n * 0.12)) for x, y in edge]
        c.line(row, dark, gap * 0.34)
        c.line([(x, y - gap * 0.2) for x, y in row], light, gap * 0.24)


def shade_tree(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """A slender tree with flat crowns, as they stand between tea bushes."""
    c.line([(x, y), (x + 4, y - size)], colour, size * 0.035)
    for dx, dy, rx in ((0, 1.0, 0.16), (-0.1, 0.88, 0.15), (0.11, 0.82, 0.14), (0, 0.92, 0.17)):
        c.oval(x + dx * size, y - dy * size, rx * size, size * 0.1, colour)


@motif("rice-field")
def rice_field(c: Canvas) -> None:
    """Paddies in perspective, from seedling green to ripe gold."""
    c.sky("#f3e3bd", "#f9f0da", until=520)
    c.sun(1180, 330, 95, "#d98a3d", glow=2)
    c.ridge(455, 14, "#b9b37f", waves=3)
    far = [(float(x), 470.0) for x in range(-40, 1660, 20)]
    grove(c, far, "#7d8a58", 66, 75)
    for x, size in ((180, 210), (235, 170), (1420, 230), (760, 140)):
        palm(c, x, 476, size, "#5d6d45", 0.06)
    levels = (470, 520, 595, 710, 1010)
    shades = ("#c9b45a", "#8fa552", "#d5b64f", "#5f8f4c", "#c29a35", "#7fa04f", "#a9b356")
    for band, (top, low) in enumerate(pairwise(levels)):
        for part in range(-4, 5):
            plot(c, part + (band % 2) * 0.45, top, low, shades[(part * 3 + band * 2) % len(shades)])
    for x, y, size in ((500, 760, 215), (690, 800, 240), (1040, 745, 205)):
        reaper(c, x, y, size)


def plot(c: Canvas, part: float, top: float, low: float, colour: str) -> None:
    """One paddy between two levels, its rows running to the horizon."""

    def x_at(place: float, y: float) -> float:
        return 800 + place * (y - 395) * 0.95

    def corner(place: float, y: float) -> Point:
        return x_at(place, y), y

    c.poly([corner(part, top), corner(part + 1, top), corner(part + 1, low), corner(part, low)], colour)
    dark = mix(colour, "#3b4a20", 0.16)
    for n in range(1, 4):
        place = part + n / 4
        c.line([corner(place, top), corner(place, low)], dark, (low - 400) / 110)
    bund = "#efe3c0"
    c.line([corner(part, top), corner(part, low)], bund, (low - 400) / 45)
    c.line([corner(part, low), corner(part + 1, low)], bund, (low - 400) / 60)


def reaper(c: Canvas, x: float, y: float, size: float) -> None:
    """A farmer bent over the crop under a wide cone hat."""
    skin, cloth = "#53392c", "#a5382b"
    hip = (x, y - size * 0.5)
    for foot in (-0.12, 0.12):
        c.line([hip, (x + foot * 0.6 * size, y - size * 0.25), (x + foot * size, y)], skin, size * 0.075)
    c.poly(
        [
            (x - size * 0.11, hip[1]),
            (x + size * 0.1, hip[1] - 4),
            (x + size * 0.14, y - size * 0.24),
            (x - size * 0.14, y - size * 0.24),
        ],
        "#2f5b85",
    )
    c.line([hip, (x + size * 0.34, y - size * 0.72)], cloth, size * 0.19)
    c.disc(*hip, size * 0.095, cloth)
    c.disc(x + size * 0.34, y - size * 0.72, size * 0.095, cloth)
    c.line(
        [(x + size * 0.33, y - size * 0.7), (x + size * 0.4, y - size * 0.4), (x + size * 0.5, y - size * 0.26)],
        skin,
        size * 0.06,
    )
    c.arc(x + size * 0.58, y - size * 0.26, size * 0.09, (180, 400), "#e9e4d4", size * 0.025)
    c.disc(x + size * 0.48, y - size * 0.76, size * 0.085, skin)
    c.poly(
        [(x + size * 0.27, y - size * 0.84), (x + size * 0.53, y - size * 1.02), (x + size * 0.71, y - size * 0.72)],
        "#e9d49a",
    )


@motif("sundarbans")
def sundarbans(c: Canvas) -> None:
    """Mangroves on stilt roots along a creek, a heron and a boat."""
    c.sky("#d5e0d3", "#efeede", until=560)
    c.sun(820, 260, 85, "#f4ead0", glow=3)
    for y, size, colour in ((500, 110, "#a9c0ad"), (530, 150, "#7ba08b"), (560, 190, "#4b7c69")):
        bank = [(float(x), float(y)) for x in range(-40, 1660, 10)]
        clear = [p for p in bank if abs(p[0] - 830) > (y - 440) * 1.6]
        grove(c, [p for p in clear if p[0] < 830], colour, size, size * 0.5)
        grove(c, [p for p in clear if p[0] > 830], colour, size, size * 0.5)
        c.haze(y - 60, 90, "#e9ece0", 70)
    c.mirror(565, "#a9bfb2", 0.45)
    c.ripples(580, 960, "#eef0e4", 45, 90)
    canopy_boat(c, 850, 640, 190, "#2e4a42", "#8b7a4d")
    for x, size in ((90, 470), (330, 380), (1310, 400), (1530, 500)):
        mangrove(c, x, 790, size, "#0b4a3a")
    for side in (1, -1):
        shore = [(-40, 790), (200, 800), (400, 850), (560, 945), (640, 1040), (-40, 1040)]
        c.poly(spline([(x if side > 0 else 1640 - x, y) for x, y in shore]), "#06382c")
    for x in range(10, 450, 27):
        foot = 800 + (x / 46) ** 2
        c.poly([(x, foot + 14), (x + 5, foot - 30 - x % 25), (x + 11, foot + 14)], "#06382c")
    heron(c, 1085, 935, 165)


def mangrove(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """A mangrove tree with arching roots."""
    fork = y - size * 0.24
    c.line([(x, fork + 10), (x + size * 0.02, y - size * 0.7)], colour, size * 0.05)
    for reach in (-0.3, -0.2, -0.1, 0.1, 0.2, 0.3):
        root = [(x, fork), (x + size * reach * 0.7, fork + size * 0.06), (x + size * reach, y + 40)]
        c.line(spline(root), colour, size * 0.024)
    for dx, dy, rx, ry in ((0, 0.78, 0.3, 0.16), (-0.22, 0.64, 0.2, 0.11), (0.24, 0.6, 0.22, 0.12)):
        c.oval(x + dx * size, y - dy * size, rx * size, ry * size, colour)


def heron(c: Canvas, x: float, y: float, size: float) -> None:
    """A white heron standing in shallow water."""
    white = "#f3f1e6"
    for leg in (-0.04, 0.06):
        c.line([(x + leg * size, y), (x + leg * size * 0.4, y - size * 0.45)], "#c08a3e", 4)
    body = [
        (x - size * 0.34, y - size * 0.36),
        (x - size * 0.05, y - size * 0.6),
        (x + size * 0.15, y - size * 0.55),
        (x + size * 0.08, y - size * 0.4),
    ]
    c.blob(body, white)
    neck = [
        (x + 0.12 * size, y - 0.52 * size),
        (x + 0.24 * size, y - 0.68 * size),
        (x + 0.12 * size, y - 0.84 * size),
        (x + 0.2 * size, y - 0.97 * size),
    ]
    c.line(spline(neck), white, size * 0.06)
    c.disc(x + size * 0.21, y - size * 0.97, size * 0.05, white)
    beak = [(x + size * 0.24, y - size), (x + size * 0.44, y - size * 0.93)]
    c.poly([*beak, (x + size * 0.24, y - size * 0.94)], "#c98a35")


@motif("mountains")
def mountains(c: Canvas) -> None:
    """Snow peaks at dawn above pine slopes and a still lake."""
    c.sky("#b9c3d6", "#e8d5cf", "#f6e7d5", until=640)
    c.sun(1230, 225, 70, "#f7efe0", glow=2)
    c.crag(430, 150, "#c3bfcb")
    peaks = [
        (-60, 560),
        (140, 400),
        (230, 450),
        (430, 170),
        (560, 330),
        (640, 290),
        (820, 470),
        (980, 300),
        (1090, 400),
        (1240, 330),
        (1420, 500),
        (1660, 430),
    ]
    c.poly([*peaks, (1660, 700), (-60, 700)], "#6f7c96")
    for i in (1, 3, 5, 7, 9):
        snow_cap(c, peaks[i - 1], peaks[i], peaks[i + 1])
    c.ridge(610, 40, "#4d6079", waves=3)
    c.haze(560, 90, "#f3e4d8", 110)
    slope = c.ridge(680, 26, "#2f4a5c", waves=3)
    for x in range(-20, 1640, 21):
        pine(c, x, height_at(slope, x) + 14, c.random.uniform(50, 105), "#2f4a5c")
    c.mirror(720, "#8ea0b2", 0.35, 0.72)
    c.ripples(735, 990, "#f0e6dc", 34, 80)
    shore = spline([(-40, 880), (250, 900), (480, 960), (560, 1040)])
    c.poly([*shore, (-40, 1040)], "#17323a")
    for x, size in ((30, 420), (150, 330), (265, 380), (385, 220)):
        pine(c, x, 900 + x * 0.14, size, "#17323a")


def snow_cap(c: Canvas, left: Point, top: Point, right: Point) -> None:
    """Snow on a peak, lit on one side and ragged below."""

    def along(end: Point, share: float) -> Point:
        return top[0] + (end[0] - top[0]) * share, top[1] + (end[1] - top[1]) * share

    (lx, ly), (rx, ry) = along(left, 0.62), along(right, 0.7)
    mid = (top[0] + (rx - lx) * 0.06, (ly + ry) / 2 + 14)
    c.poly([top, (lx, ly), (lx + (mid[0] - lx) * 0.55, (top[1] + ly) / 2 + 22), mid], "#c9cfdd")
    c.poly([top, mid, (mid[0] + (rx - mid[0]) * 0.4, (top[1] + ry) / 2 + 14), (rx, ry)], "#f6ece2")


@motif("snow-roads")
def snow_roads(c: Canvas) -> None:
    """A cleared road through snow, birches, a plough with its lamps on."""
    c.sky("#aab6c4", "#d5d9dc", "#e9e4da", until=600)
    c.sun(420, 330, 62, "#f4e6c8", glow=2)
    far = c.ridge(510, 26, "#b3bfcb", waves=3)
    for x in range(-20, 1640, 17):
        pine(c, x, height_at(far, x) + 10, c.random.uniform(35, 85), "#8496a6")
    c.ridge(570, 24, "#dfe4e7")
    c.ridge(650, 30, "#eceff0")
    c.poly(spline([(-40, 700), (500, 690), (1000, 740), (1640, 690), (1640, 1040), (-40, 1040)]), "#f7f7f4")
    road = [(1010, 562, 6), (1120, 610, 14), (1080, 665, 28), (880, 735, 60), (760, 840, 120)]
    c.ribbon([(x, y, w * 1.25) for x, y, w in road] + [(740, 1050, 300)], "#d3dbe0")
    c.ribbon([*road, (740, 1050, 240)], "#71808f")
    for share in (-0.4, 0.4):
        c.line(spline([(x + w * share, y) for x, y, w in [*road, (740, 1050, 240)]]), "#a4b0ba", 5)
    for n, (x, y, w) in enumerate(road[1:]):
        for side in (-1.6, 1.6):
            c.rect(x + side * w - 3, y - 30 - 26 * n, 4 + 2 * n, 34 + 26 * n, "#a63a2c")
    plough(c, 890, 735, 150)
    for x, size in ((90, 620), (210, 520), (1420, 640), (1545, 540)):
        birch(c, x, 880 + (x % 50), size)
    for _ in range(130):
        x, y = c.random.uniform(0, 1600), c.random.uniform(0, 1000)
        c.disc(x, y, c.random.uniform(2, 5), "#ffffff", 210)


def plough(c: Canvas, x: float, y: float, size: float) -> None:
    """A snow plough seen from the front."""
    c.rect(x - size * 0.34, y - size * 0.95, size * 0.68, size * 0.75, "#c58a2c", r=8)
    c.rect(x - size * 0.26, y - size * 0.86, size * 0.52, size * 0.28, "#3c4a59", r=5)
    c.disc(x, y - size * 0.99, size * 0.06, "#f2b544")
    for side in (-0.24, 0.24):
        c.disc(x + side * size, y - size * 0.42, size * 0.17, "#fff3c9", 90)
        c.disc(x + side * size, y - size * 0.42, size * 0.065, "#fff3c9")
    blade = [(x - size * 0.55, y - size * 0.3), (x + size * 0.55, y - size * 0.24)]
    c.poly([*blade, (x + size * 0.6, y + size * 0.06), (x - size * 0.6, y)], "#96382b")


def birch(c: Canvas, x: float, y: float, size: float) -> None:
    """A bare birch with a few branches."""
    dark = "#46525e"
    c.poly([(x - size * 0.02, y), (x - 3, y - size), (x + 3, y - size), (x + size * 0.02, y)], dark)
    for n in range(7):
        level = y - size * (0.4 + n * 0.08)
        way = 1 if n % 2 else -1
        reach = size * (0.27 - n * 0.025)
        end = (x + way * reach, level - reach * 1.05)
        c.line(spline([(x, level), (x + way * reach * 0.5, level - reach * 0.4), end]), dark, 6)
        c.line([(x + way * reach * 0.5, level - reach * 0.4), (x + way * reach * 0.95, level - reach * 0.45)], dark, 4)


@motif("power-lines")
def power_lines(c: Canvas) -> None:
    """Pylons walking over a plain at sunset, birds on the wires."""
    c.sky("#c9766a", "#e5a97e", "#f4dcae", until=760)
    c.sun(480, 560, 130, "#f7e4bb", glow=2)
    for x, y, size in ((760, 170, 330), (120, 300, 240)):
        cloud(c, x, y, size, "#f3cfa0", 120)
    c.ridge(720, 20, "#a7665c", waves=3)
    c.ridge(770, 18, "#7c4a4c", waves=2)
    towers = [
        (1340.0, 960.0, 860.0),
        (880.0, 850.0, 470.0),
        (640.0, 800.0, 270.0),
        (510.0, 775.0, 160.0),
        (430.0, 762.0, 100.0),
    ]
    dark = "#3a2733"
    start = (2100.0, 1080.0, 1500.0)
    for (x0, y0, s0), (x1, y1, s1) in zip([start, *towers], towers, strict=False):
        for level, half in ((0.94, 0.16), (0.8, 0.24)):
            for side in (-1, 1):
                a = (x0 + side * half * s0, y0 - level * s0 + 0.03 * s0)
                b = (x1 + side * half * s1, y1 - level * s1 + 0.03 * s1)
                low = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + (s0 + s1) * 0.03)
                c.line(spline([a, low, b]), dark, max(2.0, s1 / 190))
    grove(c, c.ridge(850, 12, "#5a3a45", waves=3), "#5a3a45", 36, 260)
    for x, y, size in reversed(towers):
        pylon(c, x, y, size, dark)
    c.ridge(955, 14, "#2c1f2b", waves=2)
    gulls(c, [(300, 330, 20), (360, 300, 16), (250, 290, 14), (700, 250, 18)], dark)


def pylon(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """A lattice tower with three pairs of arms."""
    thick = max(2.5, size / 75)

    def half(level: float) -> float:
        return size * (0.15 - 0.125 * min(1.0, level / 0.66)) if level < 0.66 else size * 0.025

    levels = [0, 0.2, 0.37, 0.51, 0.6, 0.66, 0.8, 0.94, 1.0]
    for low, high in pairwise(levels):
        y0, y1 = y - low * size, y - high * size
        for side in (-1, 1):
            foot = (x + side * half(low), y0)
            c.line([foot, (x + side * half(high), y1)], colour, thick)
            c.line([foot, (x - side * half(high), y1)], colour, thick * 0.6)
    for level, reach in ((0.94, 0.16), (0.8, 0.24), (0.66, 0.2)):
        at = y - level * size
        c.poly([(x - reach * size, at), (x, at - size * 0.035), (x + reach * size, at), (x, at + size * 0.012)], colour)
        for side in (-1, 1):
            end = x + side * reach * size
            c.line([(end, at), (end, at + size * 0.03)], colour, thick)
