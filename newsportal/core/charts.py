"""Charts as numbers in the units of an SVG's viewBox: drawn on the server, no script, no style of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT = 720, 140, 22


@dataclass(frozen=True)
class Mark:
    """One point of a chart: where it stands, how high it is, what it says; `tick` stands below the line, or is ""."""

    x: float
    y: float
    height: float
    label: str
    tick: str = ""


@dataclass(frozen=True)
class Chart:
    """What a template draws. `path` joins the marks of a line; `low` and `high` are what bottom and top stand for."""

    marks: list[Mark]
    low: int
    high: int
    path: str = ""
    step: float = 0
    width: int = WIDTH
    base: int = HEIGHT
    height: int = HEIGHT + FOOT


def line(points: Sequence[tuple[str, int, str]]) -> Chart:
    """A line over (label, number, tick) from left to right. It need not begin at zero: the growth is what counts."""
    numbers = [number for _label, number, _tick in points]
    low, high = min(numbers, default=0), max(numbers, default=0)
    spread = max(high - low, 1)
    step = WIDTH / max(len(points) - 1, 1)
    marks = [
        Mark(round(place * step, 1), round(HEIGHT - 8 - (number - low) / spread * (HEIGHT - 24), 1), 0, label, tick)
        for place, (label, number, tick) in enumerate(points)
    ]
    path = " ".join(f"{'L' if place else 'M'}{mark.x} {mark.y}" for place, mark in enumerate(marks))
    return Chart(marks, low, high, path, step)


def up_and_down(points: Sequence[tuple[str, int, int, str]]) -> tuple[Chart, Chart]:
    """Bars above a middle line and bars below it, on one scale, for (label, up, down, tick)."""
    most = max((number for _label, up, down, _tick in points for number in (up, down)), default=0)
    half = HEIGHT // 2
    step = WIDTH / max(len(points), 1)

    def height(number: int) -> float:
        return max(2, round(number / most * (half - 4), 1)) if number else 0

    ups = [Mark(round(place * step, 1), half - height(up), height(up), label, tick)
           for place, (label, up, _down, tick) in enumerate(points)]  # fmt: skip
    downs = [Mark(round(place * step, 1), half, height(down), label)
             for place, (label, _up, down, _tick) in enumerate(points)]  # fmt: skip
    return Chart(ups, 0, most, step=round(step * 0.8, 1), base=half), Chart(downs, 0, most, step=round(step * 0.8, 1))


def share(number: int, whole: int) -> int:
    """The length of a bar out of a hundred; what is there at all can be seen."""
    return max(1, round(100 * number / whole)) if number and whole else 0
