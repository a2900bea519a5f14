"""What the ruler is drawn from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PinKind(StrEnum):
    """What happened to the incident, in the order in which it usually happens."""

    NOTICED = "noticed"
    AWARE = "aware"
    REPORTED = "reported"
    ASSESSED = "assessed"
    DECIDED = "decided"
    DRAFTED = "drafted"
    APPROVED = "approved"
    NOTIFIED = "notified"


class Size(StrEnum):
    """How much room there is: one row of a list, or the head of a page or document."""

    LIST = "list"
    PAGE = "page"


class State(StrEnum):
    """Where the deadline stands; a superseded deadline is drawn by its successor."""

    OPEN = "open"
    MET = "met"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Pin:
    """One thing that happened, at an aware instant."""

    kind: PinKind
    at: datetime


@dataclass(frozen=True, slots=True)
class RulerInput:
    """One deadline and what happened around it.

    All instants are aware UTC. ``settled_at`` is when the deadline was met or waived. ``zone`` is the IANA name in
    which nights, weekends and times are shown; ``language`` is ``nl`` or ``en``; ``title`` says, already translated,
    whom the deadline is about.
    """

    starts_at: datetime
    due_at: datetime
    now: datetime
    zone: str = "Europe/Amsterdam"
    language: str = "nl"
    title: str = ""
    pins: tuple[Pin, ...] = ()
    reminders: tuple[datetime, ...] = ()
    state: State = State.OPEN
    settled_at: datetime | None = None
    size: Size = Size.PAGE
    standalone: bool = False

    @property
    def reading_at(self) -> datetime:
        """The instant up to which the clock has run: now, or the moment it stopped."""
        return self.now if self.settled_at is None or self.state is State.OPEN else self.settled_at

    @property
    def is_late(self) -> bool:
        """Whether the clock ran past its deadline."""
        return self.state is not State.WAIVED and self.reading_at > self.due_at
