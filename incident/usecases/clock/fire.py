"""Stage one of a tick: due rungs become outbox rows. One short transaction, no network; the caller commits.

A batch is done in a few statements. Should anything in it fail, it is rolled back to a savepoint and done again, one
incident at a time, each in its own savepoint: a poison row never undoes or blocks the others.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM
from incident.domain.kinds import ReminderOutcome
from incident.domain.next_steps import reached, steps
from incident.domain.progress import Progress
from incident.domain.reminders.ladder import AWARENESS, LATE_AFTER, LadderPolicy, next_overdue
from incident.domain.reminders.roster import Audience, OnCall, unique
from incident.domain.reminders.sweep import DueRung, Said, judge
from incident.domain.subscriptions import EventKind, told
from incident.domain.turns import Team
from incident.law.obligations import ObligationKind
from incident.store.audit import Scalar
from incident.store.audit_many import NewEntry, append_many
from incident.store.due_reminders import due_incidents, lock_incidents, postpone_reminders, settle_reminders
from incident.store.insert import RowValues, insert_missing_rows
from incident.store.models import Deadline, Incident, OutboxMessage, Reminder
from incident.store.queries.clock import due_rungs, open_deadlines, rooms
from incident.store.queries.progress import progress_of
from incident.usecases.clock.plan import ladder_policy, period_of, reminder_values
from incident.usecases.clock.reminder_text import reminder_params
from incident.usecases.clock.unsent import Unsent, fold, unsent_reminders
from incident.usecases.common.announce import Happened, announce
from incident.usecases.common.directory import Directory, load_directory
from incident.usecases.messages.afterwards import FOR_OUTSIDE, IF_UNTOLD, UNWATCHED
from incident.usecases.messages.ports import Channel, Params
from incident.usecases.messages.queue import (
    Message,
    house_addresses,
    mentions,
    message_values,
    personal_addresses,
)

BATCH = 200
POISON_PAUSE = timedelta(minutes=1)
FOR_THE_HEADLINE = timedelta(minutes=1)
"""How long the headline in Slack has to tell of a new clock before the first reminder does."""
PreparesDossier = Callable[[Session, Incident, datetime], bool]


class Overtaken(Exception):
    """Somebody recorded the act while this batch was being made; nothing of it may leave."""


@dataclass(frozen=True, slots=True)
class Outlets:
    """What a sweep may use: the channels that are set up, and how a provisional dossier is prepared."""

    channels: Collection[Channel] = frozenset({Channel.EMAIL, Channel.SLACK})
    prepare_provisional_dossier: PreparesDossier | None = None


@dataclass(slots=True)
class Fired:
    """What one batch did. ``problems`` names incidents whose message could not be made, with the kind of error."""

    incidents: int = 0
    said: int = 0
    collapsed: int = 0
    not_needed: int = 0
    lateness: list[timedelta] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Read:
    """Everything a batch needs to know, read at once."""

    now: datetime
    outlets: Outlets
    policy: LadderPolicy
    directory: Directory
    rungs: dict[UUID, list[tuple[DueRung, Deadline]]]
    progress: dict[UUID, Progress]
    team: Team
    open: dict[UUID, list[Deadline]]
    rooms: dict[UUID, str]
    unsent: Unsent


@dataclass(slots=True)
class _Written:
    """The rows of a batch, collected so that they are written in a few statements."""

    settled: dict[ReminderOutcome, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    messages: list[RowValues] = field(default_factory=list)
    rungs: list[RowValues] = field(default_factory=list)
    audit: list[NewEntry] = field(default_factory=list)
    kinds: dict[int, EventKind] = field(default_factory=dict)
    """What systems hear of an entry of the record, by its place in ``audit``."""
    lateness: list[timedelta] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    folded: list[UUID] = field(default_factory=list)
    said: int = 0


def fire_reminders(session: Session, now: datetime, outlets: Outlets) -> Fired:
    """Settle what is due, up to ``BATCH`` rungs, and queue the messages; incidents that others hold are left alone."""
    fired = Fired()
    found = lock_incidents(session, due_incidents(session, now, BATCH))
    if not found:
        return fired
    fired.incidents = len(found)
    try:
        with session.begin_nested():
            _fire(session, found, now, outlets, fired)
    except Exception:
        _one_by_one(session, found, now, outlets, fired)
    return fired


def _one_by_one(session: Session, found: Sequence[Incident], now: datetime, outlets: Outlets, fired: Fired) -> None:
    for incident in found:
        reference, incident_id = incident.reference, incident.id
        try:
            with session.begin_nested():
                _fire(session, [incident], now, outlets, fired)
        except Overtaken:
            continue
        except Exception as problem:
            postpone_reminders(session, incident_id, now, POISON_PAUSE, type(problem).__name__)
            fired.problems.append((reference, type(problem).__name__))


def _fire(session: Session, found: Sequence[Incident], now: datetime, outlets: Outlets, fired: Fired) -> None:
    read = _read(session, found, now, outlets)
    written = _Written()
    for incident in found:
        _decide(session, incident, read, written)
    counts = {outcome: settle_reminders(session, ids, outcome, now) for outcome, ids in written.settled.items()}
    if counts.get(ReminderOutcome.MADE, 0) < len(written.settled[ReminderOutcome.MADE]):
        raise Overtaken
    if fold(session, written.folded, now) < len(written.folded):
        raise Overtaken
    insert_missing_rows(session, OutboxMessage, written.messages)
    insert_missing_rows(session, Reminder, written.rungs)
    announce(session, _heard(found, written, append_many(session, written.audit)))
    fired.said += written.said
    fired.lateness += written.lateness
    fired.problems += written.problems
    fired.collapsed += counts.get(ReminderOutcome.COLLAPSED, 0)
    fired.not_needed += counts.get(ReminderOutcome.NOT_NEEDED, 0)


def _read(session: Session, found: Sequence[Incident], now: datetime, outlets: Outlets) -> _Read:
    ids = [incident.id for incident in found]
    directory = load_directory(session)
    return _Read(
        now=now,
        outlets=outlets,
        policy=ladder_policy(session),
        directory=directory,
        rungs=due_rungs(session, ids, now),
        progress=progress_of(session, Incident.id.in_(ids)),
        team=directory.team(now),
        open=open_deadlines(session, ids),
        rooms=rooms(session, ids) if Channel.SLACK in outlets.channels else {},
        unsent=unsent_reminders(session, ids),
    )


def _decide(session: Session, incident: Incident, read: _Read, written: _Written) -> None:
    """Settle the due rungs of one incident and collect what follows from them.

    About examples nothing is said, nor of an exercise in which nothing is left to do.
    """
    pairs = read.rungs.get(incident.id, [])
    if incident.is_example and not (incident.is_exercise and steps(read.progress[incident.id])):
        written.settled[ReminderOutcome.NOT_NEEDED] += [rung.id for rung, _ in pairs]
        return
    deadlines = {deadline.id: deadline for _, deadline in pairs}
    done = {key: reached(read.progress[incident.id], one.obligation) for key, one in deadlines.items()}
    verdict = judge(tuple(rung for rung, _ in pairs), done, read.now)
    written.settled[ReminderOutcome.MADE] += [one.rung.id for one in verdict.said]
    written.settled[ReminderOutcome.COLLAPSED] += [rung.id for rung in verdict.collapsed]
    written.settled[ReminderOutcome.NOT_NEEDED] += [rung.id for rung in verdict.not_needed]
    for said in verdict.said:
        _say(session, incident, deadlines[said.rung.deadline_id], said, read, written)
    for deadline_id in sorted(verdict.overdue):
        deadline = deadlines[deadline_id]
        rung = next_overdue(period_of(deadline), read.policy, read.now)
        written.rungs.append(reminder_values(deadline.id, incident.id, rung))


def _heard(found: Sequence[Incident], written: _Written, numbers: Sequence[int]) -> list[Happened]:
    """The reminders about running and ended periods, for other systems; of awareness they have heard already."""
    by_reference = {incident.reference: incident for incident in found}
    return [
        Happened(by_reference[entry.chain], written.kinds[place], number, entry.at, told(entry.details))
        for place, (entry, number) in enumerate(zip(written.audit, numbers, strict=True))
        if place in written.kinds
    ]


def _say(session: Session, incident: Incident, deadline: Deadline, said: Said, read: _Read, written: _Written) -> None:
    """One rung becomes rows for the people it is for, one row for the room, and one audit entry."""
    params = reminder_params(
        incident, deadline, said, read.progress[incident.id], read.team, read.open.get(incident.id, []), read.now
    )
    if incident.waits_quietly:
        rows = _together(read)
    else:
        rows = _by_itself(session, incident, deadline, said, params, read, written)
    tag = Tag.ESCALATION_MADE if said.rung.escalation else Tag.REMINDER_MADE
    details: dict[str, Scalar] = {
        "obligation": deadline.obligation,
        "rung": said.rung.name,
        "messages": len(rows),
        "missed": said.missed,
        "deadline": str(deadline.id),
        "due": deadline.due_at.isoformat(),
    }
    if not said.rung.escalation and said.rung.name != AWARENESS:
        kind = EventKind.OVERDUE if params["overdue"] else EventKind.APPROACHING
        written.kinds[len(written.audit)] = kind
    written.messages += rows
    written.audit.append(NewEntry(incident.reference, tag, SYSTEM.key, read.now, details))
    written.lateness.append(read.now - said.rung.planned_at)
    written.said += 1


def _together(read: _Read) -> list[RowValues]:
    """Of reports that came in a flood and wait: one message a day for each person, whichever clock speaks first."""
    message = Message("door_waiting", {"path": "/?show=unowned"}, f"door_waiting:{read.now:%Y-%m-%d}", urgent=True)
    wanted = [person for one in (Audience.DPO, Audience.DUTY) for person in read.directory.persons(one, None, read.now)]
    addresses = personal_addresses(unique(wanted), read.outlets.channels, message.urgent)
    return [message_values(message, address, None, read.now) for address in addresses]


def _by_itself(
    session: Session, incident: Incident, deadline: Deadline, said: Said, params: Params, read: _Read, written: _Written
) -> list[RowValues]:
    if deadline.obligation == ObligationKind.NOTIFY_AUTHORITY and _prepares_dossier(said, read.policy):
        params["dossier_prepared"] = _prepare(session, incident, read, written)
    template = "escalation" if said.rung.escalation else "reminder"
    persons = _persons(said, incident, read)
    message = Message(template, params, f"{deadline.id}:{said.rung.name}", urgent=_urgent(said, params))
    channels = read.outlets.channels
    addresses = personal_addresses(persons, _personal_channels(said, incident, deadline, read), message.urgent)
    rows = [message_values(message, address, incident, read.now) for address in addresses]
    rows += _outside(message, channels, incident, read)
    in_house = Message(template, {**params, "mentions": mentions(persons)}, message.dedupe, message.urgent)
    house = house_addresses(channels, incident, read.rooms.get(incident.id))
    rows += [
        _after_the_headline(row) if row["channel"] == Channel.SLACK and _is_first_word(said, deadline, message) else row
        for row in (message_values(in_house, address, incident, read.now) for address in house)
    ]
    folded = read.unsent.folded_into(rows)
    written.folded += folded
    if folded:
        about: dict[str, Scalar] = {"obligation": deadline.obligation, "messages": len(folded)}
        written.audit.append(NewEntry(incident.reference, Tag.MESSAGE_COLLAPSED, SYSTEM.key, read.now, about))
    return rows


def _outside(message: Message, channels: Collection[Channel], incident: Incident, read: _Read) -> list[RowValues]:
    """For whoever can let somebody in, where nobody inside is there who may act: the reference and the clock."""
    if incident.is_exercise or not read.directory.unwatched(incident, read.now):
        return []
    params = {name: message.params[name] for name in FOR_OUTSIDE}
    outside = Message(UNWATCHED, {**params, "path": "/powers"}, message.dedupe, urgent=True)
    addresses = personal_addresses(read.directory.openers(incident, read.now), channels, outside.urgent)
    return [message_values(outside, address, incident, read.now) for address in addresses]


def _personal_channels(said: Said, incident: Incident, deadline: Deadline, read: _Read) -> Collection[Channel]:
    """Where persons are told: the news of the same moment that there is a report tells them in Slack of its clock."""
    announced = read.now - incident.reported_at <= LATE_AFTER and deadline.provisional
    channels = read.outlets.channels
    return frozenset(channels) - {Channel.SLACK} if said.rung.name == AWARENESS and announced else channels


def _is_first_word(said: Said, deadline: Deadline, message: Message) -> bool:
    """Whether it says of a clock that just began what the headline says of it; what is urgent is said in any case."""
    return not said.rung.escalation and not message.urgent and said.rung.planned_at <= deadline.created_at


def _after_the_headline(row: RowValues) -> RowValues:
    """The headline of the same act comes first: one voice for one act, and this one only where the other fails."""
    return {**row, "due_at": row["due_at"] + FOR_THE_HEADLINE, "payload": {**row["payload"], IF_UNTOLD: True}}


def _persons(said: Said, incident: Incident, read: _Read) -> tuple[OnCall, ...]:
    """Whom a rung is for; an escalation goes to people other than those who had the case so far."""
    directory, now = read.directory, read.now
    if not said.rung.escalation:
        wanted = [person for one in said.audience for person in directory.persons(one, incident, now)]
        return _with_somebody_there(wanted, incident, read)
    holders = (*directory.persons(Audience.DUTY, incident, now), *directory.persons(Audience.ASSIGNEE, incident, now))
    told = frozenset(person.id for person in holders)
    fresh = [person for one in said.audience for person in directory.escalated(one, incident, now, told)]
    return _with_somebody_there(fresh, incident, read)


def _with_somebody_there(persons: Sequence[OnCall], incident: Incident, read: _Read) -> tuple[OnCall, ...]:
    """These people; of a restricted incident also the others inside, where nobody of these is there who may act."""
    ready = read.directory.ready(incident, read.now) if incident.circle is not None else ()
    alone = not any(person in ready for person in persons)
    return unique((*persons, *(ready if alone else ())))


def _urgent(said: Said, params: Params) -> bool:
    """Escalations, and whatever leaves in the last six hours or later, go before other messages."""
    return said.rung.escalation or params["overdue"] or params["minutes"] <= 6 * 60


def _prepares_dossier(said: Said, policy: LadderPolicy) -> bool:
    names = {f"escalate-{step.after_hours:g}h" for step in policy.escalations if step.prepares_dossier}
    return said.rung.escalation and said.rung.name in names


def _prepare(session: Session, incident: Incident, read: _Read, written: _Written) -> bool:
    """Have the provisional dossier made; the message leaves in any case, and a failure is named for the log."""
    make = read.outlets.prepare_provisional_dossier
    if make is None:
        return False
    try:
        with session.begin_nested():
            return make(session, incident, read.now)
    except Exception as problem:
        written.problems.append((incident.reference, f"{type(problem).__name__} in the provisional dossier"))
        return False
