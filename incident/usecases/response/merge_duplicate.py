"""Two reports of one breach: what the one knows of the earliest moments goes over, and no clock is lost on the way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_awareness, check_chronology
from incident.domain.fact_sheet import changed_fields
from incident.domain.kernel.errors import IllegalMove, Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.reference import meant_reference, parse_reference
from incident.domain.kernel.roles import Permission, permissions_of
from incident.domain.kernel.text import required
from incident.domain.kinds import DeadlineState, DecisionState
from incident.law.facts import AuthorityLetter, BreachFacts, FactValues
from incident.law.letters import answers_letter
from incident.law.vocabulary import Ternary
from incident.store.models import Deadline, Decision, Incident, Mailing, Submission, Task
from incident.usecases.clock.deadlines import RUNS_ON, settle
from incident.usecases.common.access import MISSING, incident_for, visible
from incident.usecases.common.directory import load_directory
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.messages.reporter import tell_reporter
from incident.usecases.response.consequences import follow
from incident.usecases.response.triage import must_be_open

SIGNALS: Final = ("occurred_from", "first_signal_at", "discovered_at", "processor_aware_at", "processor_told_us_at")
"""Moments of which the earlier one counts, whichever report knew it."""


@dataclass(frozen=True, slots=True)
class MergeDuplicate:
    """``incident`` is another report of ``into``, the reference of the incident that goes on; ``reason`` says why."""

    actor: Actor
    incident: UUID | str
    into: str
    reason: str


def merge_duplicate(command: MergeDuplicate, *, session: Session, now: datetime) -> Incident:
    """Give the earliest moments to the incident that goes on, and close this one as its duplicate; returns the former.

    What the authority asked here and nobody answered is asked there, under a number of its own. Raises Invalid at
    ``into`` or ``reason``, or at a moment that cannot stand beside those of the other report; IllegalMove where
    something was sent here, a task is open, this is a breach and the other one is not known to be one, a clock runs
    here that does not run there or would end there later, or one that runs there would end later or not at all:
    merging moves no deadline away.
    """
    _lock_both(session, command)
    duplicate = incident_for(session, command.incident, command.actor, Permission.CLOSE)
    must_be_open(duplicate)
    reason = required(command.reason, "Write why it is the same breach.", field="reason")
    main = _other(session, duplicate, command)
    must_be_open(main)
    _check_nothing_is_lost(session, duplicate)
    due = {row.obligation: row.due_at for row in _deadlines(session, main, DeadlineState.OPEN)}
    numbers = _take_over(session, duplicate, main, command.actor, now)
    _check_kept(session, main, due)
    _check_breach(session, duplicate, main)
    _check_clocks(session, duplicate, main, numbers)
    _close(session, duplicate, main, reason, command.actor, now)
    return main


def _lock_both(session: Session, command: MergeDuplicate) -> None:
    """Lock both in the order of their ids, so that two merges the other way round do not wait for each other."""
    by_id = Incident.id == command.incident
    here = by_id if isinstance(command.incident, UUID) else Incident.reference == parse_reference(command.incident)
    wanted = or_(here, Incident.reference == meant_reference(command.into))
    query = select(Incident.id).where(wanted, *visible(command.actor)).order_by(Incident.id)
    session.execute(query.with_for_update())


def _other(session: Session, duplicate: Incident, command: MergeDuplicate) -> Incident:
    reference = meant_reference(command.into)
    if reference is None:
        raise Invalid("Write the reference of the other incident, like DL-2026-0001-9.", field="into")
    try:
        main = incident_for(session, reference, command.actor, Permission.CLOSE)
    except NotFound as missing:
        raise Invalid(MISSING, field="into") from missing
    if main.id == duplicate.id or main.is_example is not duplicate.is_example:
        raise Invalid("Choose another incident: this one, or a made-up one, cannot go on for it.", field="into")
    if _readers(session, main) != _readers(session, duplicate):
        raise IllegalMove("Not the same people may know of the two. Restrict both to the same people first.")
    return main


def _readers(session: Session, incident: Incident) -> frozenset[UUID] | None:
    """Who may read it, or None for everybody; who reads a report of their own alone can be named in that one alone."""
    able = {one.id for one in load_directory(session).people if Permission.VIEW_ALL in permissions_of(one.roles)}
    return None if incident.insiders is None else incident.insiders & able


def _check_nothing_is_lost(session: Session, duplicate: Incident) -> None:
    mailed = Mailing.incident_id == duplicate.id, Mailing.started_at.is_not(None)
    if session.scalar(select(or_(exists().where(Submission.incident_id == duplicate.id), exists().where(*mailed)))):
        raise IllegalMove(
            "Something was sent in this incident already, or waits for release. Merge the other one into this one."
        )
    if session.scalar(select(exists().where(Task.incident_id == duplicate.id, Task.done_at.is_(None)))):
        raise IllegalMove("Tasks are open here. Finish them, or write them down in the other incident, first.")


def _check_breach(session: Session, duplicate: Incident, main: Incident) -> None:
    """A breach does not end as another report that nobody called one, or that two people are about to call none."""
    found, there = (current_facts(session, one).is_breach for one in (duplicate, main))
    if found is Ternary.YES and there is not Ternary.YES:
        raise IllegalMove(
            "This is a breach, and nobody has said so of the other one. Merge that one into this one, or say so there."
        )


def _take_over(session: Session, duplicate: Incident, main: Incident, actor: Actor, now: datetime) -> dict[int, int]:
    """Give it what this report knows; returns the numbers that its letters have there, by those that they have here."""
    before, other = current_facts(session, main), current_facts(session, duplicate)
    letters, numbers = _with_letters(before, other, _settled_letters(session, duplicate))
    after = replace(with_earliest(before, other), authority_letters=letters)
    if after != before:
        check_chronology(after, now)
        check_awareness(after)
        because, fields = f"merged {duplicate.reference}", ",".join(changed_fields(before, after))
        append_version(session, main, after, actor=actor, now=now, chapter="timeline", reason=because)
        record(session, main, Tag.FACTS_RECORDED, actor, now, version=main.fact_version, fields=fields)
        follow(session, main, after, actor=actor, now=now)
    return numbers


def _settled_letters(session: Session, duplicate: Incident) -> set[int]:
    """The numbers of the letters here that were answered, or of which two people decided that they need no answer."""
    rows = _deadlines(session, duplicate, DeadlineState.MET, DeadlineState.WAIVED)
    running = {row.obligation for row in _deadlines(session, duplicate, DeadlineState.OPEN)}
    return {_number(row.obligation) for row in rows if answers_letter(row.obligation) and row.obligation not in running}


def _number(obligation: str) -> int:
    return int(obligation.partition(":")[2])


def _with_letters(
    main: BreachFacts, other: BreachFacts, settled: set[int]
) -> tuple[tuple[AuthorityLetter, ...], dict[int, int]]:
    """GDPR art. 34(4), 58(1)(a): the letters of both, and where those of the other one came to stand.

    A letter that both have is one letter; one that was settled stays in the record of the other.
    """
    letters, numbers = main.authority_letters, {}
    for number, letter in enumerate(other.authority_letters, start=1):
        if number in settled:
            continue
        letters = letters if letter in letters else (*letters, letter)
        numbers[number] = letters.index(letter) + 1
    return letters, numbers


def with_earliest(main: BreachFacts, other: BreachFacts) -> BreachFacts:
    """The facts with the earliest moments of both reports; the earlier awareness comes with its person and its ground.

    Stated by neither, or by the other alone, nothing of the first is overwritten.
    """
    found: FactValues = {name: min(moments) for name in SIGNALS if (moments := tuple(_moments(name, main, other)))}
    aware = tuple(_moments("aware_at", main, other))
    if aware and min(aware) != main.aware_at:
        found["aware_at"] = min(aware)
        return replace(main, **found, aware_person=other.aware_person, aware_ground=other.aware_ground)
    return replace(main, **found)


def _moments(name: str, *sheets: BreachFacts) -> Iterator[datetime]:
    for sheet in sheets:
        if isinstance(value := getattr(sheet, name), datetime):
            yield value


def _check_kept(session: Session, main: Incident, due: Mapping[str, datetime]) -> None:
    """Raise IllegalMove where a clock that ran in ``main`` until ``due`` ends later now, or runs no more."""
    kept = {row.obligation: row.due_at for row in _deadlines(session, main, DeadlineState.OPEN)}
    if any(obligation not in kept or kept[obligation] > until for obligation, until in due.items()):
        raise IllegalMove(
            "This would move a deadline of the other incident away. "
            "State there first since when you are aware, and why."
        )


def _check_clocks(session: Session, duplicate: Incident, main: Incident, numbers: Mapping[int, int]) -> None:
    there = {row.obligation: row for row in _deadlines(session, main, DeadlineState.MET, DeadlineState.OPEN)}
    for row in _deadlines(session, duplicate, DeadlineState.OPEN):
        other = there.get(_obligation_there(row.obligation, numbers))
        if other is None or (other.met_at or other.due_at) > row.due_at:
            raise IllegalMove(
                "A clock runs here that does not run in the other incident, or would end there later. "
                "State there since when you are aware, assess it, or merge the other one into this one."
            )


def _obligation_there(obligation: str, numbers: Mapping[int, int]) -> str:
    if not answers_letter(obligation):
        return obligation
    return f"{obligation.partition(':')[0]}:{numbers[_number(obligation)]}"


def _deadlines(session: Session, incident: Incident, *states: DeadlineState) -> list[Deadline]:
    query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state.in_(states))
    return list(session.scalars(query.order_by(Deadline.created_at)))


def _close(session: Session, duplicate: Incident, main: Incident, reason: str, actor: Actor, now: datetime) -> None:
    for row in _deadlines(session, duplicate, DeadlineState.OPEN):
        because = f"{RUNS_ON}{main.reference}"
        settle(session, duplicate, row, DeadlineState.WAIVED, actor=actor, now=now, because=because)
    waiting = Decision.incident_id == duplicate.id, Decision.state == DecisionState.PROPOSED
    for decision in session.scalars(select(Decision).where(*waiting)):
        decision.state = DecisionState.SUPERSEDED
    duplicate.duplicate_of_id, duplicate.closed_at = main.id, now
    record(session, duplicate, Tag.INCIDENT_CLOSED, actor, now, duplicate_of=main.reference)
    for one, other in ((duplicate, main), (main, duplicate)):
        text = f"{other.reference}: {reason}"
        tell_timeline(session, one, actor, kind="merged", text=text, happened_at=now, now=now)
    record(session, main, Tag.TIMELINE_ADDED, actor, now, duplicate=duplicate.reference)
    tell_reporter(session, duplicate, "reporter_closed", actor=actor, now=now)
