"""Rulers for pages: from deadlines and what happened to the drawing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from incident.domain.exercises import CLOCK
from incident.domain.progress import Clock
from incident.domain.ruler.ruler import Pin, PinKind, Ruler, RulerInput, Size, State, ruler
from incident.web.clock import now
from incident.web.i18n import language_code
from incident.web.labels import deadline_name
from incident.web.viewer import zone

if TYPE_CHECKING:
    from incident.store.models import Deadline, Incident
    from incident.store.queries.incidents import OpenIncident

KEPT, MINUTE, SECOND = 1024, timedelta(minutes=1), timedelta(seconds=1)
STATES: Final = {"open": State.OPEN, "met": State.MET, "waived": State.WAIVED}


def ruler_of(
    deadline: "Deadline", pins: Iterable[Pin] = (), reminders: Iterable[datetime] = (), size: Size = Size.PAGE
) -> Ruler:
    """The ruler of one deadline, for this viewer, now."""
    return ruler(
        RulerInput(
            starts_at=deadline.starts_at,
            due_at=deadline.due_at,
            now=now(),
            zone=zone().key,
            language=language_code(),
            title=deadline_name(deadline.obligation),
            pins=tuple(pins),
            reminders=tuple(reminders),
            state=STATES.get(deadline.state.value, State.WAIVED),
            settled_at=deadline.met_at or deadline.settled_at,
            size=size,
        )
    )


def exercise_ruler(started_at: datetime, left: timedelta, title: str, size: Size) -> Ruler:
    """The ruler of an exercise: only its own clock, on which what happened in real time has no place."""
    due = started_at + CLOCK
    return ruler(
        RulerInput(
            starts_at=started_at,
            due_at=due,
            now=due - left,
            zone=zone().key,
            language=language_code(),
            title=title,
            size=size,
        )
    )


def listed_ruler(clock: Clock, pins: Iterable[Pin], at: datetime) -> Ruler:
    """The ruler of a running clock in one line, for a list, which is the same for as long as its words are."""
    return _listed(
        RulerInput(
            starts_at=clock.starts_at,
            due_at=clock.due_at,
            now=to_the_minute(at, clock.due_at),
            zone=zone().key,
            language=language_code(),
            title=deadline_name(clock.obligation),
            pins=tuple(pins),
            size=Size.LIST,
        )
    )


def to_the_minute(at: datetime, due_at: datetime) -> datetime:
    """The instant with as many whole minutes to the deadline or since it; what is late by a second stays late."""
    if at <= due_at:
        return at + (due_at - at) % MINUTE
    return max(at - (at - due_at) % MINUTE, due_at + SECOND)


@lru_cache(maxsize=KEPT)
def _listed(given: RulerInput) -> Ruler:
    """Everybody who looks at a list within a minute sees the same clocks."""
    return ruler(given)


def brief_pins(incident: "Incident | OpenIncident", first_signal: datetime | None = None) -> tuple[Pin, ...]:
    """The pins that a list knows of."""
    moments = {
        PinKind.NOTICED: first_signal,
        PinKind.AWARE: incident.aware_at if incident.awareness_stated else None,
        PinKind.REPORTED: incident.reported_at,
        PinKind.NOTIFIED: incident.notified_at,
    }
    return tuple(Pin(kind, at) for kind, at in moments.items() if at is not None)
