"""A private iCalendar feed of deadlines and own tasks per person: the token opens it, a new token closes the old one.

An event is one duty of one case, whatever happens to its deadline: a correction moves the event, a met deadline marks
it, a waived one cancels it. So is a task or measure of that person which has a date. The feed holds references and
duties, no personal data: what a task is, its page says.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kinds import DeadlineState
from incident.law.texts import sentence, texts
from incident.store.models import Deadline, Incident, Person, Task
from incident.usecases.clock.deadlines import RUNS_ON
from incident.usecases.common.access import visible
from incident.usecases.common.family import survivor
from incident.usecases.common.record import record_system
from incident.usecases.people.api_tokens import revoke_api_token, tokens_of

if TYPE_CHECKING:
    from icalendar import Alarm, Event

SHOWN_AFTER_END = timedelta(days=60)
LENGTH = timedelta(minutes=15)
ALARMS = (timedelta(hours=24), timedelta(hours=3))
REFRESH = "PT15M"
TASK = "task"
"""What stands before the key of a task in the place of an obligation."""
WORDS = {
    "nl": {
        "task": "uw taak of maatregel",
        "met": "gedaan",
        "late": "te laat gedaan",
        "waived": "vervallen",
        "elsewhere": "loopt verder in {there}",
        "provisional": "voorlopig",
    },
    "en": {
        "task": "your task or measure",
        "met": "done",
        "late": "done late",
        "waived": "no longer required",
        "elsewhere": "runs on in {there}",
        "provisional": "provisional",
    },
    "de": {
        "task": "Ihre Aufgabe oder Maßnahme",
        "met": "erledigt",
        "late": "verspätet erledigt",
        "waived": "entfallen",
        "elsewhere": "läuft weiter in {there}",
        "provisional": "vorläufig",
    },
}


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One duty of one case, with the deadline that is valid now and how often it has changed."""

    incident_id: UUID
    reference: str
    obligation: str
    due_at: datetime
    state: DeadlineState
    changes: int
    changed_at: datetime
    met_at: datetime | None = None
    provisional: bool = False
    there: str = ""
    """The reference of the incident in which it runs on, after a merge."""


def calendar_feed(entries: Sequence[FeedEntry], *, language: str, link: Callable[[str], str], now: datetime) -> bytes:
    """The feed as RFC 5545 text; ``link`` gives the address of a case by its reference.

    Times are in UTC, which every calendar shows in its own zone: a local time can stand for two moments, and RFC 5545
    takes the first of them.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Meldklok//Deadlines//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Meldklok")
    calendar.add("refresh-interval;value=duration", REFRESH)
    calendar.add("x-published-ttl", REFRESH)
    for entry in entries:
        calendar.add_component(_event(entry, language, link(entry.reference), now))
    return bytes(calendar.to_ical())


def feed_entries(session: Session, actor: Actor, now: datetime) -> list[FeedEntry]:
    """What this person may see: deadlines and own tasks that run, and those that ended lately."""
    recent = (Deadline.settled_at.is_(None)) | (Deadline.settled_at > now - SHOWN_AFTER_END)
    query = (
        select(Deadline, Incident)
        .join(Incident, Incident.id == Deadline.incident_id)
        .where(recent, *visible(actor))
        .order_by(Deadline.created_at.desc(), Deadline.id)
    )
    histories: dict[tuple[UUID, str], list[tuple[Deadline, Incident]]] = {}
    for deadline, incident in session.execute(query):
        histories.setdefault((deadline.incident_id, deadline.obligation), []).append((deadline, incident))
    found = [*(_entry(session, history) for history in histories.values()), *_tasks(session, actor, now)]
    return sorted(found, key=lambda entry: (entry.due_at, entry.reference, entry.obligation))


def _tasks(session: Session, actor: Actor, now: datetime) -> list[FeedEntry]:
    """The tasks and measures of this person that have a date."""
    recent = Task.done_at.is_(None) | (Task.done_at > now - SHOWN_AFTER_END)
    query = (
        select(Task, Incident.reference)
        .join(Incident, Incident.id == Task.incident_id)
        .where(Task.owner_id == actor.id, recent, *visible(actor))
    )
    return [
        FeedEntry(
            incident_id=task.incident_id,
            reference=reference,
            obligation=f"{TASK}:{task.id}",
            due_at=task.due_at,
            state=DeadlineState.OPEN if task.done_at is None else DeadlineState.MET,
            changes=int(task.done_at is not None),
            changed_at=task.done_at or task.recorded_at,
            met_at=task.done_at,
        )
        for task, reference in session.execute(query)
        if task.due_at is not None
    ]


def make_calendar_token(session: Session, person: Person, actor: Actor, now: datetime) -> str:
    """A new secret for the address of the feed; the one before it stops working. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    person.calendar_token_sha256 = sha256(token.encode()).hexdigest()
    record_system(session, Tag.TOKEN_MADE, actor, now, purpose="calendar", person=str(person.id))
    return token


def revoke_calendar_token(session: Session, person: Person, actor: Actor, now: datetime) -> None:
    """Close the feed."""
    person.calendar_token_sha256 = None
    record_system(session, Tag.TOKEN_REVOKED, actor, now, purpose="calendar", person=str(person.id))


def person_of_calendar_token(session: Session, token: str) -> Person | None:
    """Whose feed a token opens; None for an unknown or revoked one, and for people whose account is closed."""
    digest = sha256(token.encode()).hexdigest()
    return session.scalars(select(Person).where(Person.calendar_token_sha256 == digest, Person.active)).first()


def has_keys(session: Session, person: Person) -> bool:
    """Whether something but a sign-in opens what this person may see: a token, or the address of the calendar."""
    return person.calendar_token_sha256 is not None or bool(tokens_of(session, person.id))


def end_all_keys(session: Session, person: Person, actor: Actor, *, now: datetime) -> None:
    """End every token of one's own, and the address of the calendar."""
    for token in tokens_of(session, person.id):
        revoke_api_token(session, actor, token.id, now=now)
    if person.calendar_token_sha256 is not None:
        revoke_calendar_token(session, person, actor, now)


def _entry(session: Session, history: list[tuple[Deadline, Incident]]) -> FeedEntry:
    """The deadline that is valid now out of all that the duty had; every earlier one was a change."""
    deadline, incident = max(history, key=lambda pair: pair[0].state is not DeadlineState.SUPERSEDED)
    settled = deadline.state is not DeadlineState.OPEN
    merged = incident.duplicate_of_id is not None and deadline.settled_because.startswith(RUNS_ON)
    return FeedEntry(
        incident_id=deadline.incident_id,
        reference=incident.reference,
        obligation=deadline.obligation,
        due_at=deadline.due_at,
        state=deadline.state,
        changes=len(history) - 1 + settled,
        changed_at=deadline.settled_at or deadline.created_at,
        met_at=deadline.met_at,
        provisional=deadline.provisional,
        there=survivor(session, incident).reference if merged else "",
    )


def _event(entry: FeedEntry, language: str, url: str, now: datetime) -> "Event":
    from icalendar import Event

    words = WORDS.get(language, WORDS["en"])
    cancelled = entry.state in (DeadlineState.WAIVED, DeadlineState.SUPERSEDED)
    event = Event()
    uid = sha256(f"{entry.incident_id}:{entry.obligation}".encode()).hexdigest()[:32]
    values: dict[str, str | int | datetime] = {
        "uid": f"{uid}@meldklok",
        "summary": _summary(entry, language, words),
        "dtstart": entry.due_at,
        "dtend": entry.due_at + LENGTH,
        "dtstamp": now,
        "last-modified": entry.changed_at,
        "sequence": entry.changes,
        "status": "CANCELLED" if cancelled else "CONFIRMED",
        "transp": "TRANSPARENT",
        "class": "PRIVATE",
        "url": url,
        "description": url,
    }
    for name, value in values.items():
        event.add(name, value)
    if entry.state is DeadlineState.OPEN:
        for before in ALARMS:
            event.add_component(_alarm(before, _summary(entry, language, words)))
    return event


def _summary(entry: FeedEntry, language: str, words: dict[str, str]) -> str:
    key = f"title.{entry.obligation.partition(':')[0]}"
    title = words.get(entry.obligation.partition(":")[0]) or (
        sentence(key, (), language) if key in texts() else entry.obligation
    )
    mark = ""
    if entry.state is DeadlineState.MET:
        mark = words["late"] if entry.met_at is not None and entry.met_at > entry.due_at else words["met"]
    elif entry.state is not DeadlineState.OPEN:
        mark = words["elsewhere"].format(there=entry.there) if entry.there else words["waived"]
    elif entry.provisional:
        mark = words["provisional"]
    return f"{entry.reference}: {title}" + (f" ({mark})" if mark else "")


def _alarm(before: timedelta, text: str) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", -before)
    return alarm
