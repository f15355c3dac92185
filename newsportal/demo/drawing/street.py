"""Street scenes: rickshaw, market and book fair."""

from __future__ import annotations

import math

from .canvas import Canvas, mix, motif, spline
from .parts import person, town, tree


@motif("rickshaw")
def rickshaw(c: Canvas) -> None:
    """A painted rickshaw in front of an old town wall."""
    c.sky("#f2d9a8", "#f8ecd0", until=720)
    c.sun(330, 250, 100, "#d77a45", glow=1)
    town(c, 720, 430, "#dcb98c")
    town(c, 730, 280, "#c4956d", "#e9cf9f", 0.5)
    c.rect(-40, 600, 1680, 200, "#a8664b")
    for n in range(9):
        x = 20 + n * 200
        c.rect(x, 650, 110, 150, "#8a4c39")
        c.disc(x + 55, 652, 55, "#8a4c39")
    c.rect(-40, 588, 1680, 16, "#e9d3a4")
    c.rect(-40, 796, 1680, 240, "#5c5150")
    c.rect(-40, 796, 1680, 22, "#8d7d72")
    for x in range(-20, 1640, 170):
        c.rect(x, 950, 90, 7, "#b7a894")
    c.oval(780, 880, 460, 20, "#3e3637")
    dark = "#23282f"
    wheel(c, 600, 760, 118, dark)
    wheel(c, 1090, 760, 118, dark)
    carriage(c, dark)
    rider(c, dark)


def wheel(c: Canvas, x: float, y: float, r: float, colour: str) -> None:
    """A spoked wheel with a red hub."""
    c.ring(x, y, r, colour, 12)
    c.ring(x, y, r - 14, "#d9d2c0", 3)
    for n in range(18):
        angle = n * math.tau / 18
        c.line([(x, y), (x + (r - 8) * math.cos(angle), y + (r - 8) * math.sin(angle))], "#d9d2c0", 2.5)
    c.disc(x, y, 13, "#b5322a")


def carriage(c: Canvas, dark: str) -> None:
    """Seat, folding hood and painted back panel."""
    c.line([(520, 700), (700, 706), (960, 700), (1090, 760)], dark, 10)
    c.rect(488, 560, 250, 130, "#00624a", r=14)
    c.rect(488, 652, 270, 42, "#b5322a", r=8)
    for n in range(5):
        x = 520 + n * 48
        for turn in range(6):
            angle = turn * math.tau / 6
            c.disc(x + 13 * math.cos(angle), 606 + 13 * math.sin(angle), 8, "#e3b341")
        c.disc(x, 606, 7, "#b5322a")
    c.rect(500, 540, 240, 26, "#7c2a2a", r=10)
    hood = [(480, 560), (450, 430), (480, 300), (590, 230), (720, 250), (790, 330)]
    c.poly([*spline(hood), (742, 352), (640, 560)], "#a5322c")
    c.poly([(790, 330), (742, 352), (600, 560), (742, 560), (742, 400)], "#5e1f22", 150)
    for n in range(1, 4):
        rib = [(480 + n * 58, 560), (462 + n * 66, 430), (500 + n * 58, 300 + n * 8)]
        c.line(spline([*rib, (560 + n * 48, 240 + n * 10)]), "#d8a13c", 6)
    c.line(spline(hood), "#e3b341", 11)
    for n in range(13):
        x, y = spline(hood)[n * 5 + 3]
        c.disc(x - 4, y + 4, 9, ("#00624a", "#f3e3b8", "#34558b")[n % 3])
    c.line([(738, 690), (900, 690)], dark, 12)
    c.line([(640, 556), (752, 562), (768, 668)], "#2f5b85", 44)
    c.oval(782, 684, 34, 11, "#4a342c")
    c.blob([(606, 560), (612, 450), (650, 405), (692, 450), (700, 562)], "#e9ddc2")
    c.line(spline([(662, 440), (700, 500), (752, 536)]), "#e9ddc2", 24)
    c.disc(654, 366, 38, "#4a342c")
    c.poly(spline([(610, 420), (606, 352), (648, 316), (694, 342), (654, 356), (650, 410)]), "#c98f35")


def rider(c: Canvas, dark: str) -> None:
    """The bicycle part with the man who pedals it."""
    c.line([(700, 706), (900, 770), (1010, 600), (1090, 760)], dark, 10)
    c.line([(870, 560), (900, 770)], dark, 10)
    c.line([(1010, 600), (1000, 540), (960, 530)], dark, 9)
    c.ring(905, 770, 34, dark, 8)
    c.rect(830, 548, 84, 18, dark, r=9)
    c.line([(905, 770), (930, 820)], dark, 7)
    skin, shirt, cloth = "#5a3c2e", "#f1ead6", "#34558b"
    c.poly([(838, 550), (900, 500), (990, 620), (968, 720), (915, 712), (925, 640)], cloth)
    c.line([(945, 700), (930, 815)], skin, 22)
    c.oval(945, 824, 30, 10, skin)
    c.blob([(840, 548), (850, 440), (905, 380), (950, 400), (930, 480), (905, 552)], shirt)
    c.line(spline([(920, 415), (965, 490), (990, 535)]), skin, 20)
    c.line([(930, 410), (952, 360)], skin, 30)
    c.disc(958, 345, 38, skin)
    c.poly(spline([(920, 340), (925, 305), (965, 296), (998, 322), (960, 326)]), "#1d1a1c")
    c.line([(908, 392), (956, 404)], "#b5322a", 16)


@motif("market")
def market(c: Canvas) -> None:
    """Stalls under striped awnings with heaps of vegetables and spice."""
    c.sky("#efe4c9", "#f7efdc", until=520)
    c.sun(1330, 170, 78, "#dfa84f", glow=2)
    town(c, 520, 280, "#dccfb4")
    town(c, 560, 160, "#bfae93", "#d9ccb0", 0.6)
    c.rect(-40, 560, 1680, 480, "#cdbb98")
    stripes = (("#a63a2c", "#f3e8cf"), ("#00624a", "#f3e8cf"), ("#d09a3f", "#f6eed9"))
    for n, (first, second) in enumerate(stripes):
        stall(c, 30 + n * 530, first, second)
    heaps = ("#c9522f", "#4f8a4a", "#e0b13f", "#7c3f63", "#8f2f27", "#d98a2f", "#6f9a55")
    for n in range(7):
        basket(c, 70 + n * 245, 945, heaps[n])
    walkers = ((590, "#34558b", True), (1110, "#7c3f63", True), (1190, "#2f7f7a", True))
    for x, cloth, robe in walkers:
        person(c, x, 890, 260, cloth, robe=robe)
        c.rect(x + 40, 770, 46, 54, "#e3c98f", r=10)


def stall(c: Canvas, x: float, first: str, second: str) -> None:
    """A stall with a scalloped awning, a seller and a hanging scale."""
    c.rect(x + 12, 400, 10, 400, "#6b4f3a")
    c.rect(x + 458, 400, 10, 400, "#6b4f3a")
    c.rect(x + 22, 470, 436, 200, "#8a7355")
    person(c, x + 150, 745, 270, mix(first, "#20242a", 0.25), robe=False)
    c.line([(x + 330, 470), (x + 330, 540)], "#3a332c", 4)
    c.line([(x + 270, 548), (x + 390, 532)], "#3a332c", 5)
    for side, level in ((270, 548), (390, 532)):
        c.line([(x + side, level), (x + side - 24, level + 70)], "#3a332c", 2.5)
        c.line([(x + side, level), (x + side + 24, level + 70)], "#3a332c", 2.5)
        c.oval(x + side, level + 72, 34, 9, "#3a332c")
    c.rect(x, 660, 480, 34, "#7a5a3c")
    c.rect(x + 10, 690, 460, 110, "#946f4a")
    for n in range(8):
        left, colour = x - 20 + n * 65, first if n % 2 == 0 else second
        c.poly([(left + 22, 330), (left + 78, 330), (left + 65, 440), (left, 440)], colour)
        c.oval(left + 32.5, 440, 32.5, 24, colour)
    fruit = ("#d98a2f", "#b5322a", "#6f9a55", "#e0c04f")
    for n in range(4):
        for row, count in ((0, 5), (1, 4), (2, 3), (3, 1)):
            for k in range(count):
                at = (x + 70 + n * 112 + (k - (count - 1) / 2) * 20, 652 - row * 16)
                c.disc(*at, 11, fruit[(n + row // 3) % 4])


def basket(c: Canvas, x: float, y: float, colour: str) -> None:
    """A round basket heaped to a cone."""
    heap = [(x - 105, y - 20), (x - 60, y - 84), (x, y - 128), (x + 60, y - 84), (x + 105, y - 20)]
    c.poly(spline(heap), colour)
    lit = mix(colour, "#fff3d6", 0.3)
    c.poly(spline([(x, y - 128), (x + 50, y - 84), (x + 105, y - 20), (x + 20, y - 20)]), lit)
    c.poly([(x - 118, y - 24), (x + 118, y - 24), (x + 84, y + 44), (x - 84, y + 44)], "#7a5433")
    for n in range(3):
        half = 116 - n * 13
        c.line([(x - half, y - 18 + n * 24), (x + half, y - 18 + n * 24)], "#a97d4d", 6)


@motif("book-fair")
def book_fair(c: Canvas) -> None:
    """Lit book stalls under trees and strings of lamps."""
    c.sky("#2b3159", "#6d5f80", "#d19a83", until=640)
    c.sun(1260, 190, 56, "#f3e6c6", glow=2)
    for x in range(-30, 1680, 150):
        tree(c, x, 620, c.random.uniform(300, 460), "#332f4f")
    for level, dip in ((250, 70), (180, 90)):
        for n in range(4):
            wire = spline([(n * 450 - 100, level), (n * 450 + 125, level + dip), (n * 450 + 350, level)])
            c.line(wire, "#1f1d36", 3)
            for x, y in wire[2::6]:
                c.disc(x, y + 8, 15, "#f8dc95", 60)
                c.disc(x, y + 8, 7, "#f8dc95")
    c.rect(-40, 620, 1680, 420, "#8a6d63")
    c.rect(-40, 800, 1680, 240, "#a3826f")
    for n, roof in enumerate(("#a63a2c", "#00624a", "#c98f35")):
        book_stall(c, 50 + n * 520, roof)
    readers = (
        (150, "#d9a441", True),
        (330, "#34558b", False),
        (600, "#b5432f", True),
        (770, "#efe3c8", False),
        (860, "#7c3f63", True),
        (1090, "#00624a", True),
        (1290, "#2d2b48", False),
        (1400, "#e3b9a4", True),
    )
    for n, (x, cloth, robe) in enumerate(readers):
        person(c, x, 910 + (n * 37) % 60, 250 if n not in (3, 6) else 180, cloth, "#3b2a2a", robe=robe)


def book_stall(c: Canvas, x: float, roof: str) -> None:
    """A stall whose shelves are full of spines."""
    c.rect(x, 430, 460, 380, "#f3d9a0")
    colours = ("#a63a2c", "#00624a", "#34558b", "#d09a3f", "#7c3f63", "#f8f1dd", "#2d2b48")
    for shelf in (530, 630):
        left = x + 22
        while left < x + 420:
            wide = c.random.uniform(30, 54)
            tall = c.random.uniform(50, 76)
            c.rect(left, shelf - tall, wide - 2, tall, c.random.choice(colours))
            left += wide
        c.rect(x + 14, shelf, 432, 9, "#7a5433")
    c.rect(x - 12, 700, 484, 120, mix(roof, "#20182a", 0.25))
    c.rect(x - 20, 690, 500, 18, "#e9d3a4")
    for n in range(6):
        tone = colours[(n * 2 + int(x)) % 7]
        for layer in range(2):
            c.rect(
                x + 20 + n * 76 + layer % 2 * 4,
                671 - layer * 19,
                54,
                17,
                tone if layer % 2 else mix(tone, "#f8f1dd", 0.4),
            )
    c.poly([(x - 30, 440), (x + 30, 372), (x + 430, 372), (x + 490, 440)], roof)
    c.rect(x + 110, 386, 240, 38, "#f8efd6", r=6)
    for n in range(3):
        c.rect(x + 134 + n * 68, 400, 54, 10, mix(roof, "#20182a", 0.3), r=4)
