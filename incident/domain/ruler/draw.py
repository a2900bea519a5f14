"""The ruler as SVG text: pieces of a drawing, placed by the scale, dressed by class or by attribute."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from incident.domain.ruler.given import PinKind, RulerInput, Size, State
from incident.domain.ruler.scale import (
    HOUR,
    KEPT,
    Scale,
    days,
    lanes,
    nights,
    numbered,
    scale_of,
    tick_step,
    ticks,
    weekends,
)
from incident.domain.ruler.words import NOW, day_label
from incident.translations.say import translated

WIDTH: Final = 720.0
MARGIN: Final = 12.0
LANE: Final = 22
ROOM_FOR_DAY: Final = 0.15
EMPHASISED: Final = frozenset({PinKind.AWARE, PinKind.NOTIFIED})

_INK, _SOFT, _BRAND, _RED = "#16242a", "#51646c", "#0b5c6b", "#b3261e"
DRESS: Final[dict[str, str]] = {
    "ruler-before": 'fill="#f1f4f5" stroke="#c5d0d4" stroke-dasharray="3 3"',
    "ruler-band": 'fill="#ffffff" stroke="#9db0b7"',
    "ruler-night": 'fill="#dfe7ea"',
    "ruler-weekend": 'fill="#8aa3ac"',
    "ruler-run": f'fill="{_BRAND}" fill-opacity="0.28"',
    "ruler-over": f'fill="{_RED}" fill-opacity="0.30" stroke="{_RED}"',
    "ruler-tick": 'stroke="#b4c3c8"',
    "ruler-tick-long": f'stroke="{_SOFT}"',
    "ruler-hour": f'fill="{_SOFT}" font-size="11" text-anchor="middle"',
    "ruler-hour-due": f'fill="{_INK}" font-size="12" font-weight="700" text-anchor="middle"',
    "ruler-hour-over": f'fill="{_RED}" font-size="11" font-weight="700" text-anchor="end"',
    "ruler-day": f'fill="{_SOFT}" font-size="11" text-anchor="middle"',
    "ruler-day-edge": 'stroke="#9db0b7"',
    "ruler-edge": f'stroke="{_INK}" stroke-width="3"',
    "ruler-needle": f'stroke="{_BRAND}" stroke-width="2.5"',
    "ruler-needle-late": f'stroke="{_RED}" stroke-width="2.5"',
    "ruler-needle-head": f'fill="{_BRAND}"',
    "ruler-needle-head-late": f'fill="{_RED}"',
    "ruler-now": f'fill="{_INK}" font-size="12" font-weight="700"',
    "ruler-stem": 'stroke="#51646c"',
    "ruler-pin": f'fill="#ffffff" stroke="{_SOFT}" stroke-width="1.5"',
    "ruler-pin-strong": f'fill="{_BRAND}" stroke="{_BRAND}" stroke-width="1.5"',
    "ruler-number": f'fill="{_INK}" font-size="11" font-weight="600" text-anchor="middle"',
    "ruler-number-strong": 'fill="#ffffff" font-size="11" font-weight="600" text-anchor="middle"',
    "ruler-reminder": f'fill="#ffffff" stroke="{_SOFT}"',
    "ruler-reminder-past": f'fill="{_SOFT}" stroke="{_SOFT}"',
    "ruler-cut": f'fill="{_INK}" font-size="13" font-weight="700"',
}
"""The colours of the drawing where there is no style sheet; pages dress the same names in CSS."""


def _per_cent(share: float) -> str:
    return f"{round(share * 100, 2):g}%"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The drawing in the making: its scale, its rows (in pixels from the top) and its clothes."""

    given: RulerInput
    scale: Scale
    band_top: float
    band_height: float

    @property
    def band_end(self) -> float:
        return self.band_top + self.band_height

    def x(self, at: datetime) -> str:
        return self.at_share(self.scale.share(at))

    def at_share(self, share: float) -> str:
        if self.given.standalone:
            return f"{MARGIN + share * (WIDTH - 2 * MARGIN):.1f}"
        return _per_cent(share)

    def width(self, start: datetime, end: datetime) -> str:
        share = self.scale.share(end) - self.scale.share(start)
        return f"{share * (WIDTH - 2 * MARGIN):.1f}" if self.given.standalone else _per_cent(share)

    def piece(self, name: str, dress: str, inner: str = "", **places: object) -> str:
        clothes = DRESS[dress] if self.given.standalone else f'class="{dress}"'
        placed = " ".join(f'{key}="{value}"' for key, value in places.items())
        return f"<{name} {clothes} {placed}>{inner}</{name}>" if inner else f"<{name} {clothes} {placed}/>"

    def bar(self, dress: str, start: datetime, end: datetime, *, inset: float = 0, height: float | None = None) -> str:
        tall = self.band_height - 2 * inset if height is None else height
        across = self.width(start, end)
        return self.piece("rect", dress, x=self.x(start), width=across, y=self.band_top + inset, height=tall)

    def upright(self, dress: str, at: datetime, top: float, bottom: float) -> str:
        return self.piece("line", dress, x1=self.x(at), x2=self.x(at), y1=top, y2=bottom)

    def text(self, dress: str, at: datetime, y: float, words: str, **more: object) -> str:
        return self.piece("text", dress, escape(words), x=self.x(at), y=y, **more)

    def shape(self, dress: str, at: datetime, y: float, path: str) -> str:
        return f'<svg x="{self.x(at)}" y="{y}" overflow="visible">{self.piece("path", dress, d=path)}</svg>'


def _ground(sheet: _Sheet) -> Iterator[str]:
    given, scale, zone = sheet.given, sheet.scale, ZoneInfo(sheet.given.zone)
    if scale.first < given.starts_at:
        yield sheet.bar("ruler-before", scale.first, given.starts_at, inset=sheet.band_height / 4)
    yield sheet.bar("ruler-band", given.starts_at, given.due_at)
    for night in nights(scale, zone):
        start, end = max(night.start, given.starts_at), min(night.end, given.due_at)
        if start < end:
            yield sheet.bar("ruler-night", start, end, inset=1)
    for day in weekends(scale, zone):
        start, end = max(day.start, given.starts_at), min(day.end, given.due_at)
        if start < end:
            yield sheet.bar("ruler-weekend", start, end, height=5 if given.size is Size.PAGE else 2)


def _elapsed(sheet: _Sheet) -> Iterator[str]:
    given = sheet.given
    if given.state is State.WAIVED:
        return
    end = min(max(given.reading_at, given.starts_at), given.due_at)
    if end > given.starts_at:
        yield sheet.bar("ruler-run", given.starts_at, end, inset=1)
    if given.is_late:
        yield sheet.bar("ruler-over", given.due_at, min(given.reading_at, sheet.scale.last))


def _ticks(sheet: _Sheet) -> Iterator[str]:
    given = sheet.given
    step = tick_step(given.due_at - given.starts_at)
    for hour, at in ticks(given, sheet.scale):
        long = hour % step == 0
        dress, rise = ("ruler-tick-long", 10) if long else ("ruler-tick", 5)
        yield sheet.upright(dress, at, sheet.band_end - rise, sheet.band_end)


def _edge(sheet: _Sheet) -> Iterator[str]:
    reach = 6 if sheet.given.size is Size.PAGE else 3
    yield sheet.upright("ruler-edge", sheet.given.due_at, sheet.band_top - reach, sheet.band_end + reach)


def _hours(sheet: _Sheet) -> Iterator[str]:
    given, y = sheet.given, sheet.band_end + 22
    length = given.due_at - given.starts_at
    step = tick_step(length)
    for hour, at in ticks(given, sheet.scale):
        if hour % step == 0 and abs(at - given.due_at) > length * 0.05 and at < given.due_at:
            yield sheet.text("ruler-hour", at, y, str(hour))
    yield sheet.text("ruler-hour-due", given.due_at, y, f"{length / HOUR:g}")


def _over(sheet: _Sheet) -> Iterator[str]:
    given, y = sheet.given, sheet.band_end + 22
    if given.is_late and sheet.scale.share(given.due_at) < 1 - ROOM_FOR_DAY / 2:
        over = int((given.reading_at - given.due_at) / HOUR)
        yield sheet.text("ruler-hour-over", sheet.scale.last, y, f"+{over} »" if sheet.scale.cut_right else f"+{over}")


def _days(sheet: _Sheet) -> Iterator[str]:
    given, y = sheet.given, sheet.band_end + 40
    for day in days(sheet.scale, ZoneInfo(given.zone)):
        if day.start > sheet.scale.first:
            yield sheet.upright("ruler-day-edge", day.start, sheet.band_end + 28, sheet.band_end + 42)
        if sheet.scale.share(day.end) - sheet.scale.share(day.start) >= ROOM_FOR_DAY:
            middle = day.start + (day.end - day.start) / 2
            yield sheet.text("ruler-day", middle, y, day_label(middle, given.zone, given.language))


def _reminders(sheet: _Sheet) -> Iterator[str]:
    page = sheet.given.size is Size.PAGE
    path = "M0,-4 L4,0 L0,4 L-4,0 Z" if page else "M0,-2 L2,0 L0,2 L-2,0 Z"
    for at in sheet.given.reminders:
        if sheet.scale.first <= at <= sheet.scale.last:
            past = at <= sheet.given.reading_at
            yield sheet.shape("ruler-reminder-past" if past else "ruler-reminder", at, sheet.band_end, path)


def _needle(sheet: _Sheet) -> Iterator[str]:
    given = sheet.given
    if given.state is not State.OPEN:
        return
    late = "-late" if given.is_late else ""
    page = given.size is Size.PAGE
    top = 16.0 if page else sheet.band_top - 4
    at = min(given.now, sheet.scale.last)
    yield sheet.upright(f"ruler-needle{late}", at, top, sheet.band_end + (4 if page else 2))
    size = 6 if page else 4
    yield sheet.shape(f"ruler-needle-head{late}", at, top, f"M-{size},-{size} L{size},-{size} L0,2 Z")
    if page:
        yield _now_word(sheet, at)


def _now_word(sheet: _Sheet, at: datetime) -> str:
    end = sheet.scale.share(at) > 0.9
    anchor, shift = ("end", -10) if end else ("start", 10)
    return sheet.text("ruler-now", at, 15, translated(sheet.given.language, NOW), dx=shift, **{"text-anchor": anchor})


def _pins(sheet: _Sheet) -> Iterator[str]:
    pins = numbered(sheet.given.pins)
    lane_of = lanes([sheet.scale.share(pin.at) for _, pin in pins])
    for (number, pin), lane in zip(pins, lane_of, strict=True):
        y = sheet.band_top - 14 - lane * LANE
        strong = "-strong" if pin.kind in EMPHASISED else ""
        yield sheet.upright("ruler-stem", pin.at, y + 9, sheet.band_top + 6)
        yield sheet.piece("circle", f"ruler-pin{strong}", cx=sheet.x(pin.at), cy=y, r=9)
        yield sheet.text(f"ruler-number{strong}", pin.at, y + 4, str(number))


def _dots(sheet: _Sheet) -> Iterator[str]:
    for pin in sheet.given.pins:
        strong = "-strong" if pin.kind in EMPHASISED else ""
        middle = sheet.band_top + sheet.band_height / 2
        yield sheet.piece("circle", f"ruler-pin{strong}", cx=sheet.x(pin.at), cy=middle, r=3)


_Part = Callable[[_Sheet], Iterator[str]]


def _pieces(sheet: _Sheet, *parts: _Part) -> str:
    return "".join(piece for part in parts for piece in part(sheet))


@lru_cache(maxsize=KEPT)
def _still(sheet: _Sheet, *parts: _Part) -> str:
    """What stands still while the clock runs, drawn once for each clock and not at each look."""
    return _pieces(sheet, *parts)


def _drawn(sheet: _Sheet) -> str:
    given = replace(sheet.given, now=sheet.given.starts_at, settled_at=None, state=State.OPEN, pins=(), reminders=())
    still = replace(sheet, given=replace(given, title=""))
    ground = _still(still, _ground) + _pieces(sheet, _elapsed)
    if given.size is Size.LIST:
        return ground + _pieces(sheet, _edge, _dots, _reminders, _needle)
    marks = _still(still, _ticks, _days, _hours)
    return ground + marks + _pieces(sheet, _over, _edge, _reminders, _needle, _pins)


def _sheet(given: RulerInput) -> tuple[_Sheet, float]:
    scale = scale_of(given)
    if given.size is Size.LIST:
        return _Sheet(given, scale, 9, 12), 26
    lane_of = lanes([scale.share(pin.at) for _, pin in numbered(given.pins)])
    top = 24.0 + LANE * (max(lane_of, default=-1) + 1)
    return _Sheet(given, scale, top, 34), top + 34 + 48


def draw(given: RulerInput, words: str) -> str:
    """The SVG text; ``words`` becomes what a screen reader says instead of the drawing."""
    sheet, height = _sheet(given)
    pieces = _drawn(sheet)
    label = f'role="img" aria-label="{escape(words)}"'
    if given.standalone:
        box = f'width="{WIDTH:g}" height="{height:g}" viewBox="0 0 {WIDTH:g} {height:g}"'
        frame = f'xmlns="http://www.w3.org/2000/svg" {box} font-family="Source Sans 3, sans-serif"'
        return f"<svg {frame} {label}>{pieces}</svg>"
    state = "late" if given.is_late else given.state.value
    dress = f"ruler ruler-{given.size.value} ruler-is-{state}"
    return f'<svg class="{dress}" width="100%" height="{height:g}" overflow="visible" {label}>{pieces}</svg>'


__all__ = ["DRESS", "WIDTH", "draw"]
