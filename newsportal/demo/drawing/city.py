"""Buildings and big works of the city."""

from __future__ import annotations

import math

from .canvas import Canvas, mix, motif, spline
from .parts import cloud, panes, person, town, tree


@motif("metro")
def metro(c: Canvas) -> None:
    """A train on its viaduct above trees and traffic in the morning."""
    c.sky("#f0d3c4", "#f7e9d8", until=760)
    c.sun(1190, 250, 92, "#e38f6b", glow=2)
    town(c, 760, 420, "#d9c3bb")
    town(c, 780, 300, "#b5a3a6", "#cbbab8", 0.7)
    for x in (90, 480, 870, 1260, 1650):
        c.poly([(x - 26, 560), (x + 26, 560), (x + 20, 900), (x - 20, 900)], "#74808a")
        c.poly([(x - 120, 560), (x + 120, 560), (x + 40, 625), (x - 40, 625)], "#74808a")
    c.rect(-40, 516, 1680, 52, "#8d98a0")
    c.rect(-40, 500, 1680, 18, "#a9b2b6")
    for n in range(4):
        car(c, 150 + n * 345 - 60, 352)
    for x in range(100, 1640, 320):
        c.rect(x, 290, 7, 212, "#5d6973")
        c.rect(x, 292, 60, 5, "#5d6973")
    c.line([(-40, 300), (1640, 300)], "#5d6973", 3)
    c.rect(-40, 740, 1680, 150, "#8fa596")
    c.rect(-40, 880, 1680, 160, "#4b5661")
    for x in range(-10, 1640, 130):
        c.rect(x, 944, 66, 7, "#d8d4c6")
    for x, size in ((20, 230), (270, 190), (610, 240), (730, 180), (1080, 230), (1420, 250)):
        tree(c, x, 890, size, "#1f5b49")
    bus(c, 300, 850, "#a63a2c")
    bus(c, 900, 862, "#d09a3f")


def car(c: Canvas, x: float, y: float) -> None:
    """One metro car."""
    c.rect(x, y, 338, 146, "#f4f1e8", r=14)
    c.rect(x, y + 98, 338, 20, "#00624a")
    c.rect(x, y + 122, 338, 7, "#b5322a")
    for n in range(3):
        c.rect(x + 22 + n * 108, y + 30, 62, 54, "#35505f", r=8)
        c.rect(x + 88 + n * 108, y + 22, 30, 118, "#dbe0dc", r=3)
    c.rect(x + 40, y + 144, 70, 12, "#39424a")
    c.rect(x + 230, y + 144, 70, 12, "#39424a")


def bus(c: Canvas, x: float, y: float, colour: str) -> None:
    """A city bus from the side."""
    c.rect(x, y - 10, 240, 92, colour, r=12)
    for n in range(5):
        c.rect(x + 14 + n * 44, y + 4, 36, 32, "#e9e4d4", r=4)
    for wheel in (52, 188):
        c.disc(x + wheel, y + 82, 20, "#22282e")
        c.disc(x + wheel, y + 82, 8, "#9aa3a8")


@motif("skyline")
def skyline(c: Canvas) -> None:
    """City towers at night above a lake."""
    c.sky("#1d2347", "#4a4675", "#a9788b", until=700)
    c.sun(360, 230, 78, "#f2e3c3", glow=3)
    town(c, 700, 330, "#5b5580")
    town(c, 700, 420, "#3c3a66")
    towers = (
        (140, 150, 300),
        (330, 110, 420),
        (560, 170, 360),
        (780, 120, 520),
        (960, 180, 330),
        (1190, 130, 450),
        (1390, 170, 290),
    )
    for x, wide, tall in towers:
        c.rect(x, 700 - tall, wide, tall + 4, "#23244a")
        box = (x + 10, 716 - tall, wide - 20, tall - 40)
        panes(c, box, (wide // 30, tall // 42), "#f0c26a", 0.6)
    c.poly([(780, 182), (840, 120), (900, 182)], "#23244a")
    c.rect(838, 60, 5, 70, "#23244a")
    c.disc(840, 60, 5, "#d9503f")
    c.poly([(1190, 252), (1320, 205), (1320, 252)], "#23244a")
    c.rect(330, 262, 110, 20, "#2d2e58")
    c.rect(-40, 690, 1680, 14, "#14163a")
    for x in range(20, 1640, 92):
        c.disc(x, 684, 5, "#f6dd9c")
    c.mirror(704, "#2a2c58", 0.42, 0.75)
    c.ripples(715, 990, "#d9a9a0", 40, 60)
    c.ripples(715, 990, "#191b40", 30, 90)


@motif("hospital")
def hospital(c: Canvas) -> None:
    """A white hospital with a green cross, an ambulance in front."""
    c.sky("#bcd7d8", "#e9f0e6", until=760)
    c.sun(250, 230, 76, "#f0d791", glow=2)
    cloud(c, 1150, 170, 330, "#f8faf5", 210)
    cloud(c, 420, 310, 240, "#f8faf5", 170)
    town(c, 760, 260, "#a9c3c3")
    c.rect(330, 300, 470, 480, "#f4f1e6")
    c.rect(800, 420, 560, 360, "#e6e6da")
    c.rect(316, 286, 498, 20, "#00624a")
    c.rect(800, 408, 574, 16, "#00624a")
    c.rect(500, 150, 130, 138, "#f4f1e6")
    c.rect(548, 170, 34, 98, "#00624a")
    c.rect(516, 202, 98, 34, "#00624a")
    panes(c, (346, 330, 438, 330), (7, 5), "#6d99a3")
    panes(c, (816, 446, 528, 210), (9, 3), "#6d99a3")
    for x, y in ((1110, 460), (470, 410), (700, 530)):
        c.rect(x, y, 34, 34, "#f0cf80")
    c.rect(450, 660, 240, 22, "#00624a")
    for x in (462, 668):
        c.rect(x, 680, 12, 104, "#8fa4a2")
    c.rect(510, 694, 120, 90, "#37585f")
    c.rect(568, 694, 4, 90, "#e6e6da")
    for x, size in ((200, 300), (1440, 330), (1540, 260), (70, 240)):
        tree(c, x, 800, size, "#2f6f57")
    c.rect(-40, 780, 1680, 50, "#c7cfc4")
    c.rect(-40, 826, 1680, 200, "#6b7d82")
    for x in range(0, 1640, 150):
        c.rect(x, 940, 80, 8, "#e6e6da")
    ambulance(c, 900, 690)
    for x, cloth, robe in ((390, "#a63a2c", True), (440, "#d09a3f", False), (760, "#e9f0e6", False)):
        person(c, x, 826, 120, cloth, robe=robe)


def ambulance(c: Canvas, x: float, y: float) -> None:
    """An ambulance with a green band."""
    c.rect(x, y, 260, 160, "#fbfaf4", r=12)
    c.poly(
        [(x + 256, y + 44), (x + 320, y + 50), (x + 356, y + 100), (x + 360, y + 160), (x + 256, y + 160)], "#fbfaf4"
    )
    c.poly([(x + 268, y + 56), (x + 314, y + 60), (x + 338, y + 98), (x + 268, y + 98)], "#37585f")
    c.rect(x, y + 104, 360, 20, "#00624a")
    c.rect(x + 110, y + 26, 18, 60, "#00624a")
    c.rect(x + 89, y + 47, 60, 18, "#00624a")
    c.rect(x + 226, y - 14, 44, 16, "#c0392b", r=6)
    for wheel in (64, 290):
        c.disc(x + wheel, y + 160, 33, "#2b343a")
        c.disc(x + wheel, y + 160, 14, "#b9c2c2")


@motif("parliament")
def parliament(c: Canvas) -> None:
    """Concrete blocks with circles and triangles mirrored in a lake at dawn."""
    c.sky("#b7c4d3", "#eadfce", "#f5e3c6", until=640)
    c.sun(1290, 330, 88, "#d99257", glow=2)
    c.ridge(600, 10, "#a4aea6", waves=3)
    for x in range(-20, 1640, 58):
        tree(c, x, 640, c.random.uniform(70, 130), "#7c9486")
    stone, shade, dark = "#a9a59b", "#8a8881", "#4c4f54"
    c.rect(610, 190, 380, 440, shade)
    for x, wide, top, tone in (
        (470, 170, 270, stone),
        (960, 170, 270, stone),
        (330, 150, 340, shade),
        (1120, 150, 340, shade),
        (690, 220, 230, stone),
    ):
        c.rect(x, top, wide, 640 - top, tone)
        for level in range(top + 40, 640, 46):
            c.rect(x, level, wide, 4, "#e9e4d6")
    c.disc(800, 380, 84, dark)
    c.rect(716, 470, 168, 150, stone)
    c.poly([(736, 620), (800, 486), (864, 620)], dark)
    for x in (555, 1045):
        c.disc(x, 400, 52, dark)
        c.poly([(x - 52, 600), (x, 480), (x + 52, 600)], dark)
    for x in (405, 1195):
        c.rect(x - 22, 390, 44, 210, dark)
        c.disc(x, 390, 22, dark)
    c.rect(240, 618, 1120, 26, "#a4563f")
    c.rect(200, 640, 1200, 14, "#8a4333")
    c.rect(796, 90, 6, 104, dark)
    c.rect(802, 92, 84, 50, "#00624a")
    c.disc(840, 117, 16, "#b5322a")
    c.mirror(654, "#a9b3b6", 0.35, 0.75)
    c.ripples(664, 990, "#f4ead7", 60, 110)
    for x, y in ((170, 930), (260, 950), (1380, 940), (1470, 915)):
        c.oval(x, y, 46, 12, "#4f7f63")
        c.disc(x + 6, y - 10, 9, "#d98c9a")


@motif("factory")
def factory(c: Canvas) -> None:
    """A garment factory at the change of shift."""
    c.sky("#a9b5c9", "#e3cfc6", "#f3ddc0", until=700)
    c.sun(1330, 420, 105, "#dd8f62", glow=1)
    town(c, 720, 190, "#b9adb2")
    for x, tall in ((1180, 470), (1270, 400)):
        c.poly([(x, 720), (x + 10, 720 - tall), (x + 44, 720 - tall), (x + 54, 720)], "#8b4a3d")
        c.rect(x + 8, 745 - tall, 38, 26, "#ece0cc")
        for n in range(5):
            c.disc(x + 40 + n * 46, 690 - tall - n * 24, 26 + n * 9, "#efe6dc", 110)
    for n in range(5):
        x = 110 + n * 210
        c.poly([(x, 420), (x + 150, 300), (x + 150, 420)], "#5b6a80")
        c.poly([(x + 150, 300), (x + 210, 420), (x + 150, 420)], "#42506a")
        c.poly([(x + 156, 322), (x + 200, 410), (x + 156, 410)], "#f1cf87")
    c.rect(110, 418, 1050, 320, "#51607a")
    for level in (450, 560):
        panes(c, (130, level, 1010, 96), (12, 1), "#f4d590")
    c.rect(96, 540, 1078, 10, "#39465f")
    c.rect(560, 650, 150, 92, "#f4d590")
    c.rect(632, 650, 6, 92, "#39465f")
    c.rect(-40, 735, 1680, 300, "#8e8079")
    c.poly([(540, 740), (730, 740), (1050, 1040), (80, 1040)], "#c2b19c")
    cloths = ("#a63a2c", "#00624a", "#d09a3f", "#34558b", "#7f4a6d", "#e8ddc8", "#2f7f7a")
    for row in range(5):
        y, size = 790 + row * 48, 92 + row * 30
        for n in range(5 + row % 2):
            x = 630 + (n - 2.4 + c.random.uniform(-0.2, 0.2)) * (50 + row * 34) + row * 10
            person(c, x, y + c.random.uniform(-8, 8), size, c.random.choice(cloths))


@motif("railway")
def railway(c: Canvas) -> None:
    """Rails running to the horizon and a train coming out of the evening."""
    c.sky("#6d7f96", "#c9b09b", "#efcf9c", until=560)
    c.sun(1010, 440, 120, "#d9713f", glow=2)
    for x, y, size in ((160, 190, 330), (1150, 230, 300)):
        cloud(c, x, y, size, "#d9bfa6", 150)
    c.ridge(530, 16, "#92857c", waves=3)
    for x in range(-10, 1640, 64):
        if abs(x - 760) > 110:
            tree(c, x, 560, c.random.uniform(60, 120), "#6d6a5f")
    c.sky("#a08a55", "#6f6a3d", "#46482f", start=552)
    c.poly([(742, 552), (778, 552), (1330, 1040), (190, 1040)], "#6b5b51")
    y, step = 562.0, 5.0
    while y < 1030:
        half = (y - 545) * 0.86
        c.rect(760 - half, y, half * 2, step * 0.5, "#3b302d")
        y, step = y + step, step * 1.17
    for side in (-1, 1):
        c.poly(
            [(760 + side * 9, 552), (760 + side * 12, 552), (760 + side * 350, 1040), (760 + side * 322, 1040)],
            "#cfc6b8",
        )
    engine(c, 760, 690, 250)
    for n in range(6):
        share = 0.62**n
        x, foot = 760 + 740 * share, 556 + 330 * share
        c.rect(x - 6 * share, foot - 520 * share, 12 * share + 2, 520 * share, "#3a302f")
        c.rect(x - 50 * share, foot - 490 * share, 100 * share, 8 * share + 1, "#3a302f")
    for level in (-44, 44):
        ends = [(760 + (740 + level) * 0.62**n, 556 - 162 * 0.62**n) for n in range(6)]
        c.line([(1700, 395 - 162 * 0.6), *ends], "#3a302f", 3)
    c.rect(270, 420, 14, 440, "#2e2a2d")
    c.rect(250, 400, 54, 130, "#2e2a2d", r=12)
    c.disc(277, 435, 18, "#4f423f")
    c.disc(277, 492, 18, "#4fbf8c")


def engine(c: Canvas, x: float, y: float, size: float) -> None:
    """A locomotive seen from the front with its lamp on."""
    w, h = size * 0.62, size * 0.95
    c.rect(x - w / 2, y - h, w, h * 0.92, "#00624a", r=18)
    c.rect(x - w / 2, y - h * 0.5, w, h * 0.1, "#e3b341")
    for side in (-1, 1):
        c.rect(x + side * w * 0.23 - w * 0.18, y - h * 0.86, w * 0.36, h * 0.26, "#26333c", r=6)
        c.disc(x + side * w * 0.34, y - h * 0.25, w * 0.07, "#f2ddaa")
    c.disc(x, y - h * 0.94, w * 0.34, "#fff0c2", 60)
    c.disc(x, y - h * 0.94, w * 0.09, "#fff0c2")
    grill = mix("#a63a2c", "#20181a", 0.25)
    c.poly([(x - w * 0.5, y - h * 0.12), (x + w * 0.5, y - h * 0.12), (x + w * 0.4, y), (x - w * 0.4, y)], grill)
    for angle in range(0, 360, 30):
        reach = w * 0.14
        lamp = (x + reach * math.cos(math.radians(angle)), y - h * 0.94 + reach * math.sin(math.radians(angle)))
        c.disc(*lamp, 2, "#fff0c2", 120)
    c.line(spline([(x - w * 0.5, y - h * 0.9), (x, y - h * 1.0), (x + w * 0.5, y - h * 0.9)]), "#0b4636", 6)
