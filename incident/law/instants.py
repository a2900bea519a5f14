"""Regulation 1182/71 art. 3(1): the moment of an event, read from what a person wrote in local time.

Twice a year the clock of a zone changes: an hour is skipped in spring and struck twice in autumn. A time in such an
hour is not one moment; it is refused with a sentence, unless the person wrote the offset.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from incident.law.errors import NotAnInstant
from incident.law.texts import Verbatim
from incident.law.trace import Param, reason

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")


def read_instant(text: str, zone: str) -> datetime:
    """Regulation 1182/71 art. 3(1): ``2026-10-23T16:20`` in ``zone``, or with its own offset, as an aware UTC instant.

    Raises ``NotAnInstant`` when the text is no date with a time, the zone is unknown, or the time is skipped or struck
    twice by the clock of ``zone`` and carries no offset.
    """
    written = _parse(text)
    return in_utc(written, zone) if written.tzinfo is None else _as_utc(written)


def in_utc(local: datetime, zone: str) -> datetime:
    """Clock changes: a naive local time in ``zone`` as an aware UTC instant; raises ``NotAnInstant`` like the above."""
    place = known_zone(zone)
    text = local.isoformat(" ", "minutes")
    first = _as_utc(local.replace(tzinfo=place, fold=0))
    if not clock_time_exists(local.replace(tzinfo=place)):
        raise _refused("error.skipped_time", text=Verbatim(text), zone=zone)
    if is_repeated(first, place):
        second = _as_utc(local.replace(tzinfo=place, fold=1))
        shown = {name: at.astimezone(place).isoformat() for name, at in (("first", first), ("second", second))}
        raise _refused("error.repeated_time", text=Verbatim(text), zone=zone, **shown)
    return first


def known_zone(name: str) -> ZoneInfo:
    """Clock changes: the zone of that name in the IANA database; raises ``NotAnInstant`` when there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise _refused("error.unknown_zone", zone=Verbatim(name)) from None


def is_repeated(instant: datetime, zone: ZoneInfo) -> bool:
    """Clock changes: whether the clock of ``zone`` shows the local time of ``instant`` twice."""
    local = instant.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def clock_time_exists(local: datetime) -> bool:
    """Clock changes: whether the clock of the zone of ``local`` (aware) shows this time at all on that day."""
    shown = local.astimezone(UTC).astimezone(local.tzinfo)
    return shown.replace(tzinfo=None) == local.replace(tzinfo=None)


def _parse(text: str) -> datetime:
    try:
        if _WRITTEN.fullmatch(text.strip()):
            return datetime.fromisoformat(text.strip())
    except ValueError:
        pass
    raise _refused("error.not_a_time", text=Verbatim(text))


def _as_utc(local: datetime) -> datetime:
    try:
        return local.astimezone(UTC)
    except OverflowError:
        raise _refused("error.not_a_time", text=local.isoformat()) from None


def _refused(text_id: str, **params: Param) -> NotAnInstant:
    return NotAnInstant(reason("local_time", "Regulation 1182/71 art. 3(1)", text_id, **params))
