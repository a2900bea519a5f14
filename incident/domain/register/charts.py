"""Plots as SVG text: columns per month, hours against a limit, bars of a ranking.

Every plot is one picture with a sentence in words; the numbers stand in a table beside it. On pages the pieces carry
class names that the style sheet dresses; ``standalone`` drawings carry their colours themselves (PDF). Tones differ in
pattern as well as in colour: what is late is hatched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 240
LEFT, RIGHT, TOP, FOOT = 42, 14, 22, 44
ROW: Final = 30
NAME_WIDTH: Final = 330
_INK, _SOFT, _BRAND, _RED, _LINE = "#16242a", "#51646c", "#0b5c6b", "#b3261e", "#d5dee1"
DRESS: Final = {
    "chart-axis": f'stroke="{_SOFT}"',
    "chart-grid": f'stroke="{_LINE}"',
    "chart-label": f'fill="{_SOFT}" font-size="12" font-family="Source Sans 3"',
    "chart-value": f'fill="{_INK}" font-size="12" font-weight="600" font-family="Source Sans 3"',
    "chart-bar": f'fill="{_BRAND}"',
    "chart-pale": 'fill="#b9d3d8"',
    "chart-late": f'fill="{_RED}"',
    "chart-hatch": 'stroke="#ffffff" stroke-width="2"',
    "chart-limit": f'stroke="{_RED}" stroke-width="2.5"',
    "chart-limit-word": f'fill="{_RED}" font-size="12" font-weight="700" font-family="Source Sans 3"',
}
"""The colours where there is no style sheet."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a column: how much, and in which tone (``bar``, ``pale`` or ``late``)."""

    amount: int
    tone: str = "bar"


@dataclass(frozen=True, slots=True)
class Column:
    """One column with its label; parts stand on each other."""

    label: str
    parts: tuple[Part, ...]

    @property
    def amount(self) -> int:
        """The height of the whole column."""
        return sum(part.amount for part in self.parts)


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. ``words`` is the sentence for people who do not see it; ``limit`` stands before that column."""

    words: str
    columns: tuple[Column, ...]
    limit: int | None = None
    limit_word: str = ""
    standalone: bool = False


def columns_svg(chart: Chart) -> str:
    """Upright columns with a scale on the left, and where wanted a limit between two of them."""
    pen = _Pen(chart.standalone)
    most = max((column.amount for column in chart.columns), default=0)
    top = _round_up(most)
    pieces = [*_grid(pen, top), *_upright(pen, chart.columns, top)]
    if chart.limit is not None:
        pieces += _limit(pen, chart, len(chart.columns))
    return pen.picture(chart.words, HEIGHT, pieces)


def ranking_svg(chart: Chart) -> str:
    """Lying bars, one below the other, each with its name and number."""
    pen = _Pen(chart.standalone)
    most = max((column.amount for column in chart.columns), default=0) or 1
    room = WIDTH - NAME_WIDTH - 60
    pieces = []
    for number, column in enumerate(chart.columns):
        y = number * ROW + 4
        pieces.append(pen.text("chart-label", NAME_WIDTH - 10, y + 16, _short(column.label), "end"))
        pieces.append(pen.box("chart-bar", NAME_WIDTH, y, room * column.amount / most, ROW - 9))
        x = NAME_WIDTH + room * column.amount / most + 8
        pieces.append(pen.text("chart-value", x, y + 16, str(column.amount), "start"))
    return pen.picture(chart.words, max(len(chart.columns), 1) * ROW + 8, pieces)


@dataclass(frozen=True, slots=True)
class _Pen:
    standalone: bool

    def dress(self, name: str) -> str:
        return DRESS[name] if self.standalone else f'class="{name}"'

    def box(self, name: str, x: float, y: float, width: float, height: float) -> str:
        return f'<rect {self.dress(name)} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"/>'

    def line(self, name: str, x1: float, y1: float, x2: float, y2: float) -> str:
        return f'<line {self.dress(name)} x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'

    def text(self, name: str, x: float, y: float, words: str, anchor: str = "middle") -> str:
        return f'<text {self.dress(name)} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'

    def picture(self, words: str, height: float, pieces: Sequence[str]) -> str:
        looks = 'xmlns="http://www.w3.org/2000/svg"' if self.standalone else 'class="chart"'
        return (
            f'<svg {looks} viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(words, quote=True)}">'
            f"{''.join(pieces)}</svg>"
        )


def _round_up(most: int) -> int:
    """The end of the scale: a number that divides well into four."""
    steps = (base * int(10**power) for power in count() for base in (1, 2, 5))
    return 4 * next(step for step in steps if step * 4 >= most)


def _y(amount: float, top: int) -> float:
    return HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * amount / top


def _grid(pen: _Pen, top: int) -> Iterator[str]:
    for quarter in range(5):
        amount = top * quarter // 4
        y = _y(amount, top)
        yield pen.line("chart-grid" if quarter else "chart-axis", LEFT, y, WIDTH - RIGHT, y)
        yield pen.text("chart-label", LEFT - 8, y + 4, str(amount), "end")


def _upright(pen: _Pen, columns: Sequence[Column], top: int) -> Iterator[str]:
    room = (WIDTH - LEFT - RIGHT) / max(len(columns), 1)
    width = min(room * 0.7, 54)
    every = 1 if len(columns) <= 13 else -(-len(columns) // 12)
    for number, column in enumerate(columns):
        middle = LEFT + room * (number + 0.5)
        base = 0
        for part in column.parts:
            if part.amount:
                yield from _part(pen, part, middle - width / 2, width, _y(base + part.amount, top), _y(base, top))
                base += part.amount
        if column.amount:
            yield pen.text("chart-value", middle, _y(column.amount, top) - 6, str(column.amount))
        if number % every == 0:
            yield pen.text("chart-label", middle, HEIGHT - FOOT + 18, column.label)


def _part(pen: _Pen, part: Part, x: float, width: float, upper: float, lower: float) -> Iterator[str]:
    yield pen.box(f"chart-{part.tone}", x, upper, width, lower - upper)
    if part.tone == "late":
        y = upper + 5
        while y < lower - 2:
            yield pen.line("chart-hatch", x, y, x + width, y)
            y += 6


def _limit(pen: _Pen, chart: Chart, count: int) -> Iterator[str]:
    x = LEFT + (WIDTH - LEFT - RIGHT) / max(count, 1) * (chart.limit or 0)
    yield pen.line("chart-limit", x, TOP - 6, x, HEIGHT - FOOT + 4)
    yield pen.text("chart-limit-word", x, TOP - 9, chart.limit_word)


def _short(label: str, most: int = 46) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"
