"""Rivers, harbours and the sea."""

from __future__ import annotations

import math

from .canvas import Canvas, Point, mix, motif, spline
from .parts import canopy_boat, cloud, grove, gulls, hull, palm, panes, sail_boat


@motif("river-boats")
def river_boats(c: Canvas) -> None:
    """Sailing boats on a wide river in the evening."""
    c.sky("#e9c38b", "#f4dfb4", "#f9efd8", until=540)
    c.sun(1050, 380, 110, "#c4523a", glow=2)
    cloud(c, 300, 210, 300, "#f8ebcd", 150)
    bank = c.ridge(520, 8, "#a08a6a", waves=3)
    grove(c, bank, "#9b8768", 46, 45)
    for x in (160, 230, 690, 1380):
        palm(c, x, 520, 105, "#8b7759", 0.05)
    sail_boat(c, 880, 552, 110, "#7c5d48", "#d3a062")
    sail_boat(c, 1330, 556, 90, "#7c5d48", "#b97a56")
    c.mirror(560, "#dcb98a", 0.35)
    c.ripples(570, 990, "#f9eed6", 70, 120)
    c.ripples(600, 990, "#8d6f58", 30, 70)
    sail_boat(c, 460, 730, 400, "#43302b", "#a63a2c")
    c.ripples(760, 830, "#43302b", 8, 60)
    canopy_boat(c, 1130, 820, 330, "#33262a", "#7b5f3a")
    c.ripples(850, 900, "#f9eed6", 12, 130)


@motif("school-boat")
def school_boat(c: Canvas) -> None:
    """A school boat with children at its windows, a village on a mound."""
    c.sky("#cfe0e2", "#eef0e2", until=560)
    c.sun(140, 230, 75, "#e7c46c", glow=2)
    cloud(c, 950, 190, 340, "#f8f8f0", 200)
    cloud(c, 560, 300, 220, "#f8f8f0", 160)
    c.ridge(505, 10, "#a9c2b5", waves=3)
    mound = [(float(x), 520.0) for x in range(1040, 1660, 10)]
    grove(c, mound, "#5e8f77", 105, 60)
    for x, wall in ((1130, "#c9a878"), (1270, "#b98f6a"), (1420, "#c9a878")):
        c.rect(x, 486, 80, 46, wall)
        c.poly([(x - 14, 490), (x + 40, 446), (x + 94, 490)], "#8d3f31")
    c.rect(1000, 522, 640, 18, "#6f8f5f", r=9)
    c.mirror(535, "#9fc0bd", 0.45)
    c.ripples(545, 990, "#f0f5ee", 80, 130)
    wood = "#6b4331"
    c.rect(420, 560, 720, 190, "#f3e8cf")
    c.rect(420, 690, 720, 80, "#b5432f")
    for n in range(6):
        classroom_window(c, 450 + n * 115, 590)
    c.poly([(370, 565), (430, 500), (1130, 500), (1190, 565)], "#00624a")
    for n in range(4):
        left = 520 + n * 140
        c.poly([(left, 548), (left + 22, 512), (left + 132, 512), (left + 122, 548)], "#26405e")
        c.line([(left + 66, 548), (left + 76, 512)], "#8fa6bd", 3)
    c.line([(1240, 740), (1240, 380)], wood, 8)
    c.rect(1244, 384, 130, 78, "#00624a")
    c.disc(1303, 423, 25, "#c0392b")
    hull(c, 800, 790, 1150, wood, 0.07)
    c.line(spline([(228, 712), (570, 764), (1007, 764), (1394, 692)]), "#d9a441", 9)
    c.ripples(880, 970, "#5f8a8a", 22, 110)


def classroom_window(c: Canvas, x: float, y: float) -> None:
    """A window with one or two children looking out."""
    c.rect(x, y, 88, 84, "#37545c", r=6)
    shirts = ("#e9eef0", "#d9a441", "#7fb0a0")
    seats = (28, 62) if c.random.random() < 0.6 else (44,)
    for seat in seats:
        c.rect(x + seat - 17, y + 56, 34, 28, c.random.choice(shirts), r=10)
        c.disc(x + seat, y + 42, 16, "#6b4636")
        c.poly([(x + seat - 16, y + 40), (x + seat, y + 22), (x + seat + 16, y + 40)], "#1d1a1c")


@motif("port")
def port(c: Canvas) -> None:
    """Gantry cranes over a container ship."""
    c.sky("#c5d3da", "#e8e6da", "#f3e6cf", until=680)
    c.sun(250, 330, 80, "#d8894d", glow=2)
    c.ridge(600, 26, "#b4c0c3", waves=2)
    c.ridge(640, 14, "#97a8ae", waves=3)
    for x, size in ((980, 330), (1200, 340)):
        crane(c, x, 690, size, "#8195a0")
    for x, size in ((1390, 560), (760, 560)):
        crane(c, x, 720, size, "#1f3f5c")
    c.rect(-40, 715, 1680, 62, "#7c878b")
    c.rect(-40, 712, 1680, 9, "#c8cabf")
    colours = ("#a63a2c", "#00624a", "#d09a3f", "#2f5b85", "#e9e0cb", "#6f7f88")
    for column in range(11):
        for level in range(c.random.choice((2, 3, 3, 4))):
            left, top = 330 + column * 76, 632 - level * 40
            paint = c.random.choice(colours)
            c.rect(left, top, 73, 38, paint)
            for rib in (1, 2):
                c.rect(left + rib * 24, top + 4, 3, 30, mix(paint, "#101820", 0.3))
    c.rect(190, 480, 110, 190, "#f1ede0")
    c.rect(176, 476, 138, 26, "#f1ede0")
    panes(c, (196, 510, 100, 130), (4, 4), "#2b4257")
    c.rect(220, 420, 42, 62, "#a63a2c")
    deck = [(130, 655), (1190, 655), (1260, 610), (1215, 770), (170, 770)]
    c.poly(deck, "#22384f")
    c.poly([(164, 745), (1221, 745), (1215, 775), (170, 775)], "#8d3527")
    c.mirror(775, "#7f95a1", 0.4)
    c.ripples(785, 990, "#eef0ea", 36, 110)
    gulls(c, [(520, 260, 26), (590, 230, 20), (460, 215, 16)], "#44586a")


def crane(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """A quay crane with its boom over the ship."""
    beam, thick = y - size * 0.62, size * 0.028
    for leg in (0, 0.26):
        foot = x + leg * size
        c.line([(foot, y), (foot, beam)], colour, thick * 1.2)
    c.line([(x, y - size * 0.2), (x + size * 0.26, y - size * 0.2)], colour, thick)
    c.line([(x, y - size * 0.2), (x + size * 0.26, beam)], colour, thick * 0.6)
    c.rect(x - size * 0.62, beam - thick, size * 1.05, thick * 1.8, colour)
    top = (x + size * 0.06, y - size * 0.95)
    c.line([(x, beam), top], colour, thick)
    c.line([(x + size * 0.26, beam), top], colour, thick)
    for end in (-0.58, -0.3, 0.4):
        c.line([top, (x + end * size, beam)], colour, thick * 0.35)
    c.rect(x - size * 0.4, beam + thick, size * 0.09, size * 0.06, colour)
    for cable in (-0.385, -0.33):
        c.line([(x + cable * size, beam), (x + cable * size, beam + size * 0.2)], colour, 2.5)


@motif("sea")
def sea(c: Canvas) -> None:
    """A setting sun on open water with a trawler far out."""
    c.sky("#8fb3b8", "#c9d6c8", "#f3dfb9", until=520)
    c.sun(800, 505, 165, "#dd8a4a", glow=2)
    for x, y, size in ((180, 250, 360), (1050, 170, 300), (1180, 330, 240)):
        cloud(c, x, y, size, "#f1ead4", 130)
    c.sky("#6fa0a6", "#2f6a79", "#123f55", start=520)
    hull(c, 1200, 522, 130, "#2a4453", 0.12)
    c.rect(1150, 478, 46, 36, "#2a4453")
    c.line([(1215, 515), (1215, 430), (1270, 500)], "#2a4453", 4)
    shades = ("#5a929b", "#417e8b", "#2b6878", "#1d5467", "#124057")
    for n, shade in enumerate(shades):
        base, rise = 590 + n * 85, 7 + n * 7
        crest = [
            (float(x), base - rise * abs(math.sin(x / (70 + 40 * n) + n * 1.3)) ** 0.8) for x in range(-40, 1660, 8)
        ]
        c.poly([*crest, (1640, base + 30), (-40, base + 30)], shade, 120 + 25 * n)
        c.line([(x, y + 2) for x, y in crest], mix(shade, "#eef3ea", 0.45), 2 + n * 0.8)
        c.sky(shade, mix(shade, "#123f55", 0.6), start=base + 30, until=base + 60 if n < 4 else 1000)
    for n in range(26):
        y = 530 + n * n * 0.62
        half = (165 - n * 3) * c.random.uniform(0.55, 1.05)
        c.rect(800 - half + c.random.uniform(-16, 16), y, half * 2, 4 + n * 0.4, "#eab27a", 150, r=4)
    gulls(c, [(420, 360, 30), (500, 320, 24), (350, 310, 18), (1000, 400, 16)], "#34535e")


@motif("lighthouse")
def lighthouse(c: Canvas) -> None:
    """A striped lighthouse on a headland throws its beam at night."""
    c.sky("#16233f", "#33476b", "#7b87a0", until=660)
    for _ in range(70):
        x, y = c.random.uniform(0, 1600), c.random.uniform(0, 420)
        c.disc(x, y, c.random.uniform(1, 2.6), "#e9e6d4", 200)
    c.sun(330, 190, 52, "#f1e8c9", glow=2)
    c.poly([(1120, 290), (-60, 330), (-60, 560)], "#f5dd97", 60)
    c.poly([(1120, 290), (-60, 390), (-60, 490)], "#f5dd97", 60)
    c.poly([(1120, 290), (1660, 180), (1660, 300)], "#f5dd97", 70)
    c.sky("#41587b", "#1c3152", start=655)
    c.ripples(665, 980, "#a9b7c9", 90, 80)
    for x, size in ((420, 70), (560, 46)):
        hull(c, x, 680, size, "#0f1a30", 0.14)
        c.disc(x, 668, 4, "#f5dd97")
    tower = [(1060, 780), (1085, 350), (1155, 350), (1180, 780)]
    c.poly(tower, "#ece5d3")
    for n in range(3):
        y0, y1 = 400 + n * 125, 462 + n * 125
        in0, in1 = 25 * (780 - y0) / 430, 25 * (780 - y1) / 430
        c.poly([(1060 + in0, y0), (1180 - in0, y0), (1180 - in1, y1), (1060 + in1, y1)], "#a5382b")
    c.poly([(1128, 350), (1155, 350), (1180, 780), (1136, 780)], "#16233f", 60)
    c.rect(1066, 336, 108, 16, "#1a2238")
    c.rect(1090, 262, 60, 76, "#f8e7ac")
    for bar in (1088, 1118, 1148):
        c.rect(bar, 262, 5, 76, "#1a2238")
    c.poly([(1078, 264), (1120, 216), (1162, 264)], "#a5382b")
    c.disc(1120, 298, 90, "#f8e7ac", 50)
    land = spline([(680, 830), (820, 790), (980, 765), (1250, 760), (1450, 700), (1660, 690)])
    c.poly([*land, (1660, 1040), (560, 1040)], "#0d1a2b")
    c.rect(1230, 690, 130, 80, "#24324a")
    c.poly([(1215, 694), (1295, 640), (1375, 694)], "#131d31")
    c.rect(1280, 716, 28, 28, "#f5dd97")
    surf = spline([(540, 1040), (640, 900), (690, 838), (840, 800)])
    c.line(surf, "#c8d2da", 7)


@motif("cyclone")
def cyclone(c: Canvas) -> None:
    """A storm wheel over the coast, palms bent, a shelter on pillars."""
    c.sky("#5a6878", "#8d99a1", "#c2c4bd", until=720)
    for arm in range(5):
        for layer, shade in enumerate(("#a9b3b8", "#7c8a97", "#dcdcd3")):
            swirl(c, arm * math.tau / 5 + layer * 0.34, shade, 46 - layer * 11)
    c.oval(1010, 300, 42, 26, "#3d4a59")
    c.haze(520, 180, "#c2c4bd", 150)
    for n, shade in enumerate(("#74858e", "#526975", "#38505f")):
        base, rise = 690 + n * 62, 34 + n * 14
        crest = [(float(x), base - rise * swell((x / (230 + 70 * n) + n * 0.4) % 1)) for x in range(-40, 1660, 6)]
        c.poly([*crest, (1640, 1000), (-40, 1000)], shade)
        c.line(crest, "#dfe3df", 4 + n)
    c.poly(spline([(-40, 840), (420, 830), (900, 905), (1200, 1040), (-40, 1040)]), "#1f2f36")
    for x, size in ((120, 430), (250, 350), (730, 280)):
        palm(c, x, 870, size, "#182529", -0.42)
    shelter(c, 370, 850)
    for _ in range(120):
        x, y = c.random.uniform(0, 1700), c.random.uniform(0, 950)
        c.line([(x, y), (x - 34, y + 22)], "#e6e9e6", 2, 110)


def swell(place: float) -> float:
    """Height of a wave that leans forward, for a place from 0 to 1."""
    return 6.75 * place * place * (1 - place)


def swirl(c: Canvas, turn: float, shade: str, width: float) -> None:
    """One arm of the storm wheel, wider as it leaves the eye."""
    outer: list[Point] = []
    inner: list[Point] = []
    for step in range(34):
        angle = turn + step * 0.115
        r = 46 * math.exp(step * 0.075)
        half = width * 1.5 * math.sin(math.pi * (step + 1) / 35) ** 0.8
        for side, edge in ((half, outer), (-half, inner)):
            edge.append((1010 + (r + side) * math.cos(angle), 300 + (r + side) * 0.56 * math.sin(angle)))
    c.poly([*outer, *reversed(inner)], shade, 120)


def shelter(c: Canvas, x: float, y: float) -> None:
    """A cyclone shelter: a storey on pillars with a stair and a signal flag."""
    for n in range(5):
        c.rect(x + 8 + n * 52, y - 90, 16, 100, "#c9c2ae")
    c.rect(x - 12, y - 190, 260, 106, "#e6dfcb")
    c.rect(x - 24, y - 202, 284, 16, "#a63a2c")
    panes(c, (x, y - 176, 236, 78), (6, 1), "#f2c25c")
    c.line([(x + 250, y - 90), (x + 340, y + 14)], "#c9c2ae", 12)
    c.line([(x + 40, y - 200), (x + 40, y - 320)], "#e6dfcb", 5)
    for top in (318, 276):
        c.poly([(x + 38, y - top), (x - 34, y - top + 16), (x + 38, y - top + 32)], "#b5322a")
