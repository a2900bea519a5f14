"""Template filters: instants that always print their zone, spans, numbers, sizes."""

import re
import textwrap
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from incident.documents.glyphs import undrawn
from incident.domain.ruler.words import day_pattern, length, stamp
from incident.law.questions import is_known
from incident.translations.say import N_, translated
from incident.web.clock import now
from incident.web.forms.base import flat
from incident.web.i18n import language_code
from incident.web.viewer import zone

SOON = timedelta(hours=12)


def when(at: datetime | None) -> str | Markup:
    """Day, date, time and zone as ``ma 23 nov 2026 09:20 CET``, with the machine-readable instant around it."""
    return "–" if at is None else instant(at, zone(), language_code())


@lru_cache(maxsize=4096)
def instant(at: datetime, seen_in: ZoneInfo, language: str) -> Markup:
    """The same for a reader: the words of an instant never change, and a list shows them again at every visit."""
    iso = at.astimezone(seen_in).isoformat(timespec="minutes")
    return Markup('<time datetime="{}">{}</time>').format(iso, stamp(at, seen_in.key, language))


def in_utc(text: str) -> datetime | None:
    """The instant that a form wants written in UTC; None for other words."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def clock_time(at: datetime | None) -> str | Markup:
    """The time of day with its zone, where the date stands beside it anyway."""
    if at is None:
        return "–"
    local = at.astimezone(zone())
    text = f"{format_time(local, 'HH:mm', tzinfo=zone(), locale=language_code())} {local:%Z}"
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="minutes"), text)


def day(on: date | datetime | None) -> str | Markup:
    """A calendar day; of an instant, the day it is in the viewer's zone."""
    if on is None:
        return "–"
    return _day(on.astimezone(zone()).date() if isinstance(on, datetime) else on, language_code())


@lru_cache(maxsize=1024)
def _day(on: date, language: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(
        on.isoformat(), format_date(on, f"{day_pattern(language)} y", locale=language)
    )


def duration(span: timedelta) -> str:
    """Hours and minutes in words."""
    return length(span, language_code())


def brief(span: timedelta) -> str:
    """A span in few letters: ``31 h 20 min`` below four days, else days and hours."""
    return _brief(int(abs(span) / timedelta(minutes=1)), language_code())


@lru_cache(maxsize=4096)
def _brief(minutes: int, language: str) -> str:
    if minutes >= 96 * 60:
        return translated(language, N_("%(days)s d %(hours)s h"), days=minutes // 1440, hours=minutes // 60 % 24)
    if minutes >= 60:
        text = N_("%(hours)s h %(minutes)s min")
        return translated(language, text, hours=minutes // 60, minutes=f"{minutes % 60:02d}")
    return translated(language, N_("%(minutes)s min"), minutes=minutes)


def left(span: timedelta) -> str:
    """What is left of a clock, or since when it is overdue, in few letters."""
    return _left(abs(span) // timedelta(minutes=1), span < timedelta(0), language_code())


@lru_cache(maxsize=4096)
def _left(minutes: int, late: bool, language: str) -> str:
    text = N_("%(time)s overdue") if late else N_("%(time)s left")
    return translated(language, text, time=_brief(minutes, language))


def tone(left: timedelta | None) -> str:
    """How a running clock looks: ``late``, ``soon`` or nothing."""
    if left is None:
        return ""
    return "late" if left < timedelta(0) else "soon" if left < SOON else ""


def ago(at: datetime) -> str:
    """How long ago, in the largest fitting unit."""
    minutes = int((now() - at) / timedelta(minutes=1))
    if minutes < 1:
        return str(_("just now"))
    if minutes < 60:
        return str(ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes))
    if minutes < 48 * 60:
        return str(ngettext("%(num)s hour ago", "%(num)s hours ago", minutes // 60))
    return str(ngettext("%(num)s day ago", "%(num)s days ago", minutes // 1440))


def number(value: int | float | None) -> str:
    """A number with the thousands marks of the language."""
    return "–" if value is None else _number(value, language_code())


@lru_cache(maxsize=1024)
def _number(value: int | float, language: str) -> str:
    return str(format_decimal(value, locale=language))


def size(octets: int) -> str:
    """A file size."""
    for unit in ("B", "kB", "MB"):
        if octets < 1000:
            return f"{number(octets)} {unit}"
        octets //= 1000
    return f"{number(octets)} GB"


def opening(text: str, most: int) -> str:
    """The first sentences of a text, as far as they fit whole; a longer first one is cut at a word."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    first, *others = _SENTENCE_ENDS.split(line)
    for sentence in others:
        if len(first) + 1 + len(sentence) > most:
            break
        first = f"{first} {sentence}"
    return textwrap.shorten(first, most, placeholder="…")


_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'‘“])")


def paragraphs(text: str) -> Markup:
    """Plain text as paragraphs; everything in it is escaped."""
    blocks = (block.strip() for block in text.replace("\r\n", "\n").split("\n\n"))
    return Markup("").join(Markup('<p class="pre">{}</p>').format(escape(block)) for block in blocks if block)


def init_filters(app: Flask) -> None:
    """Register the filters, and the present instant as a global."""
    named: dict[str, Callable[..., object]] = {
        "when": when,
        "clock_time": clock_time,
        "in_utc": in_utc,
        "day": day,
        "duration": duration,
        "brief": brief,
        "left": left,
        "tone": tone,
        "ago": ago,
        "number": number,
        "size": size,
        "opening": opening,
        "undrawn": undrawn,
        "paragraphs": paragraphs,
        "flat": flat,
    }
    app.jinja_env.filters.update(named)
    app.jinja_env.tests["known"] = is_known
    app.jinja_env.globals["now"] = now
