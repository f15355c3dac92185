"""Work, play and the arts."""

from __future__ import annotations

import math

from .canvas import Canvas, mix, motif, spline
from .parts import palm


@motif("loom")
def loom(c: Canvas) -> None:
    """A hand loom by a window, a cloth growing on it."""
    c.sky("#e6d3b3", "#d6bb93")
    c.rect(-40, 820, 1680, 220, "#9a7450")
    for x in range(-20, 1640, 140):
        c.rect(x, 820, 3, 200, "#835f40")
    c.rect(1090, 120, 380, 400, "#f6eedb")
    c.rect(1112, 142, 336, 356, "#cfe0d6")
    c.sun(1340, 250, 52, "#e0a24e", glow=1)
    c.poly([*spline([(1112, 420), (1220, 385), (1340, 410), (1448, 380)]), (1448, 498), (1112, 498)], "#7fa58c")
    palm(c, 1190, 440, 150, "#4f7f68", 0.08)
    c.rect(1274, 142, 12, 356, "#8a5f3c")
    c.rect(1112, 310, 336, 10, "#8a5f3c")
    c.poly([(1112, 520), (1448, 520), (1250, 1000), (780, 1000)], "#f7e7c0", 60)
    wood, dark = "#6a4029", "#4c2c1e"
    for x in (170, 960):
        c.rect(x, 130, 44, 760, wood)
    c.rect(130, 120, 914, 48, wood)
    c.rect(214, 300, 746, 26, dark)
    threads(c, dark)
    cloth(c)
    c.rect(140, 700, 940, 46, wood)
    c.rect(120, 860, 964, 40, dark)
    weaver(c)


def threads(c: Canvas, dark: str) -> None:
    """Warp threads, heddles and the reed."""
    for n in range(42):
        x = 236 + n * 17
        c.line([(x + (n - 21) * -2.4, 316), (x, 560)], "#f3e6cb" if n % 4 else "#b5432f", 4)
    for bar in (380, 412):
        c.rect(226, bar, 722, 9, dark)
        for n in range(36):
            c.rect(240 + n * 19.4, bar + 8, 3, 24, "#d9b98a")
    for x in (330, 590, 850):
        c.line([(x, 168), (x, 382)], dark, 4)
        c.disc(x, 214, 20, "#8a5f3c")
        c.disc(x, 214, 7, dark)
    c.rect(206, 480, 762, 24, "#8a5f3c")
    c.rect(206, 540, 762, 24, "#8a5f3c")


def cloth(c: Canvas) -> None:
    """The woven part: bands, a border and a sprig pattern."""
    c.rect(230, 564, 714, 140, "#1f5a57")
    for y in (572, 690):
        c.rect(230, y, 714, 8, "#e0b24a")
    for row, y in enumerate((606, 642, 676)):
        for n in range(15):
            x = 262 + n * 47 + (row % 2) * 23
            c.poly([(x, y - 12), (x + 9, y), (x, y + 12), (x - 9, y)], "#f1e4c8")
            c.disc(x, y, 3.5, "#b5322a")
    c.rect(230, 746, 714, 60, "#1f5a57")
    for n in range(24):
        x = 230 + n * 29.75
        c.poly([(x, 806), (x + 14.8, 760), (x + 29.7, 806)], "#e0b24a")
    shuttle = spline([(380, 590), (440, 574), (520, 572), (600, 590)])
    c.poly([*shuttle, *spline([(600, 590), (520, 604), (440, 602), (380, 590)])], "#c98f4e")


def weaver(c: Canvas) -> None:
    """The weaver, seen from behind at the side of the loom."""
    skin, shirt = "#5b3c2d", "#efe6d2"
    c.rect(600, 900, 300, 30, "#4c2c1e")
    c.blob([(640, 910), (620, 790), (670, 690), (750, 670), (830, 690), (880, 790), (860, 910)], shirt)
    c.line(spline([(660, 730), (560, 720), (500, 600)]), skin, 34)
    c.line(spline([(850, 730), (905, 660), (880, 560)]), skin, 34)
    c.disc(495, 592, 21, skin)
    c.disc(880, 552, 21, skin)
    c.rect(724, 640, 52, 50, skin)
    c.disc(750, 600, 62, skin)
    c.poly([(750 + 66 * math.cos(a / 10), 592 + 66 * math.sin(a / 10)) for a in range(28, 67)], "#1f1a1b")
    c.line([(700, 700), (752, 760), (806, 700)], "#b5322a", 15)
    c.poly([(640, 880), (860, 880), (900, 1040), (600, 1040)], "#34558b")


@motif("cricket")
def cricket(c: Canvas) -> None:
    """A batter at the crease in a floodlit ground at dusk."""
    c.sky("#3a4672", "#8f7f97", "#e3b391", until=520)
    c.sun(260, 330, 74, "#f2d9a8", glow=1)
    for x, tall in ((190, 340), (520, 270), (1080, 270), (1430, 340)):
        floodlight(c, x, 480, tall)
    c.poly(
        [*spline([(-40, 400), (400, 445), (800, 455), (1200, 445), (1640, 400)]), (1640, 620), (-40, 620)], "#3d3c5c"
    )
    dots = ("#e3b341", "#b5432f", "#efe3c8", "#2f8a6a", "#7f86a8")
    for row in range(3):
        for n in range(40):
            x = n * 41 + c.random.uniform(-4, 4)
            y = 470 + row * 33 - abs(x - 800) ** 2 / 15500
            c.disc(x, y, 11, c.random.choice(dots))
    c.poly(
        [*spline([(-40, 545), (400, 572), (800, 578), (1200, 572), (1640, 545)]), (1640, 1000), (-40, 1000)], "#efe6d0"
    )
    c.poly(
        [*spline([(-40, 566), (400, 590), (800, 596), (1200, 590), (1640, 566)]), (1640, 1000), (-40, 1000)], "#2f7d57"
    )
    for n in range(-7, 8, 2):
        c.poly(
            [(800 + n * 62, 594), (800 + (n + 1) * 62, 594), (800 + (n + 1) * 260, 1040), (800 + n * 260, 1040)],
            "#3f8f66",
            150,
        )
    c.poly([(752, 628), (848, 628), (1130, 1040), (470, 1040)], "#d5b98a")
    c.rect(640, 836, 330, 6, "#f7f1e0")
    stumps(c, 800, 668, 70)
    fielder(c, 830, 690, 100)
    for x, y in ((330, 650), (1270, 640), (560, 622)):
        fielder(c, x, y, 66)
    stumps(c, 1005, 960, 230)
    batter(c, 640, 965, 1.0)
    c.disc(905, 705, 13, "#b5322a")


def floodlight(c: Canvas, x: float, y: float, tall: float) -> None:
    """A mast with a bank of lamps."""
    c.poly([(x - 10, y), (x - 4, y - tall), (x + 4, y - tall), (x + 10, y)], "#2a2d4a")
    c.oval(x, y - tall - 20, 120, 80, "#fff3cf", 50)
    c.rect(x - 62, y - tall - 50, 124, 62, "#2a2d4a", r=5)
    for row in range(2):
        for n in range(4):
            c.disc(x - 45 + n * 30, y - tall - 34 + row * 29, 11, "#fff3cf")


def stumps(c: Canvas, x: float, y: float, size: float) -> None:
    """Three stumps and two bails."""
    for n in (-1, 0, 1):
        c.rect(x + n * size * 0.15 - size * 0.03, y - size, size * 0.06, size, "#f0d9a2", r=4)
    for n in (-0.075, 0.075):
        c.rect(x + n * size - size * 0.07, y - size * 1.03, size * 0.14, size * 0.04, "#b5322a")


def fielder(c: Canvas, x: float, y: float, size: float) -> None:
    """A distant player in green."""
    c.line([(x - size * 0.1, y), (x, y - size * 0.45), (x + size * 0.12, y)], "#0b4a38", size * 0.1)
    c.oval(x, y - size * 0.6, size * 0.14, size * 0.22, "#00624a")
    c.disc(x, y - size * 0.9, size * 0.1, "#4a342c")
    c.rect(x - size * 0.1, y - size, size * 0.22, size * 0.07, "#b5322a")


def batter(c: Canvas, x: float, y: float, s: float) -> None:
    """A batter playing a drive."""
    green, pad, skin = "#00624a", "#f5f0e2", "#5a3c2e"
    c.line([(x - 20, y - 190), (x - 70, y - 100), (x - 90, y)], green, 46 * s)
    c.line([(x + 10, y - 190), (x + 90, y - 110), (x + 110, y)], green, 46 * s)
    c.poly([(x - 96, y - 118), (x - 50, y - 106), (x - 66, y), (x - 116, y)], pad)
    c.poly([(x + 62, y - 124), (x + 114, y - 122), (x + 138, y), (x + 84, y)], pad)
    c.blob([(x - 52, y - 180), (x - 46, y - 290), (x + 4, y - 350), (x + 60, y - 320), (x + 46, y - 200)], green)
    c.line(spline([(x + 20, y - 325), (x + 100, y - 280), (x + 150, y - 220)]), green, 34)
    c.line(spline([(x + 30, y - 290), (x + 90, y - 230), (x + 150, y - 214)]), green, 30)
    c.disc(x + 152, y - 216, 22, pad)
    c.poly([(x + 158, y - 232), (x + 172, y - 220), (x + 290, y - 60), (x + 256, y - 36)], "#e0bd7d")
    c.line([(x + 146, y - 230), (x + 170, y - 204)], skin, 12)
    c.disc(x + 52, y - 382, 40, skin)
    c.poly(
        [
            *spline([(x + 6, y - 380), (x + 14, y - 424), (x + 58, y - 436), (x + 98, y - 402)]),
            (x + 112, y - 390),
            (x + 60, y - 388),
        ],
        "#0b4a38",
    )
    c.line([(x + 66, y - 372), (x + 98, y - 366), (x + 70, y - 352)], "#d8dcd6", 4)


@motif("stage")
def stage(c: Canvas) -> None:
    """A singer with a dotara in two beams of light, the hall in the dark."""
    c.sky("#2a1530", "#4b1f35")
    c.rect(230, 90, 1140, 690, "#3a2a52")
    c.sky("#322650", "#8a4a5c", "#dc9a62", start=90, until=780)
    for x, w in ((-40, 270), (1370, 270)):
        c.rect(x, 0, w, 1000, "#1d0f22")
    c.sun(800, 400, 205, "#efc27e", glow=1)
    c.ridge(690, 24, "#7b3f50", floor=790)
    c.ridge(735, 18, "#562c42", floor=790)
    c.poly([(400, 0), (470, 0), (900, 790), (660, 790)], "#fff0c4", 60)
    c.poly([(1130, 0), (1200, 0), (940, 790), (700, 790)], "#fff0c4", 60)
    c.poly([(120, 1000), (230, 770), (1370, 770), (1480, 1000)], "#6f3f2e")
    c.oval(800, 815, 240, 34, "#d89a5c", 160)
    singer(c, 800, 815)
    for side in (0, 1):
        curtain(c, side)
    for n in range(16):
        x = n * 107 - 53
        c.oval(x + 53, 66, 60, 58, "#8f2430" if n % 2 else "#a52f36")
    c.rect(-40, 0, 1680, 62, "#7d1f2b")
    c.rect(-40, 56, 1680, 10, "#d8a13c")
    for row, tone in ((0, "#23122a"), (1, "#150a1b")):
        for n in range(15):
            x = n * 118 - 20 + row * 58 + c.random.uniform(-10, 10)
            c.disc(x, 925 + row * 52, 36 + row * 6, tone)
            c.oval(x, 1010 + row * 40, 64, 58, tone)


def curtain(c: Canvas, side: int) -> None:
    """A gathered curtain with folds."""
    for n in range(7):
        left = n * 50 if side == 0 else 1600 - (n + 1) * 50
        inward = (6 - n) * 8
        pull = -inward if side == 0 else inward
        tone = mix("#a52f36", "#4b1022", 0.12 + 0.5 * (n % 2) + 0.04 * n)
        fold = [(left, 40), (left + 52, 40), (left + 52 + pull * 0.2, 420)]
        narrow = -n * 16 if side == 0 else n * 16
        low = [(left + 54 + narrow, 860), (left - 2 + narrow, 860), (left + pull * 0.2, 420)]
        c.poly([*fold, *low], tone)


def singer(c: Canvas, x: float, y: float) -> None:
    """A seated baul with a long-necked instrument."""
    skin, robe = "#54362b", "#d9792f"
    c.blob(
        [(x - 150, y), (x - 110, y - 60), (x, y - 84), (x + 110, y - 60), (x + 150, y), (x, y + 22)],
        mix(robe, "#7b2a1f", 0.35),
    )
    c.blob([(x - 74, y - 50), (x - 66, y - 190), (x, y - 236), (x + 66, y - 190), (x + 74, y - 50)], robe)
    c.rect(x - 18, y - 250, 36, 40, skin)
    c.oval(x, y - 284, 46, 52, skin)
    c.poly(
        spline(
            [
                (x - 52, y - 270),
                (x - 40, y - 340),
                (x + 4, y - 352),
                (x + 44, y - 336),
                (x + 52, y - 270),
                (x + 30, y - 314),
                (x - 26, y - 314),
            ]
        ),
        "#f0e2c4",
    )
    c.disc(x + 6, y - 362, 22, "#f0e2c4")
    c.poly(spline([(x - 30, y - 262), (x, y - 214), (x + 30, y - 262)]), "#e6ddcf")
    c.line([(x - 40, y - 82), (x + 190, y - 262)], "#4a2a1c", 15)
    c.oval(x - 58, y - 72, 62, 50, "#7c4a2a")
    c.oval(x - 58, y - 72, 38, 30, "#e6cf9f")
    c.line(spline([(x - 58, y - 180), (x - 110, y - 120), (x - 62, y - 74)]), robe, 34)
    c.line(spline([(x + 58, y - 180), (x + 120, y - 150), (x + 120, y - 200)]), robe, 34)
    c.disc(x - 60, y - 76, 18, skin)
    c.disc(x + 118, y - 206, 18, skin)
