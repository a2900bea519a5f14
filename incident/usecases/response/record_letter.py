"""Record what the authority wrote: its questions and orders start clocks of their own, with the term that it set."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant, check_response
from incident.domain.kernel.errors import Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, clean, required
from incident.law.facts import AuthorityLetter, BreachFacts
from incident.law.vocabulary import UNKNOWN, LetterKind
from incident.store.models import Incident
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.response.consequences import follow
from incident.usecases.response.triage import must_be_open

ASKS: Final = frozenset({LetterKind.QUESTIONS, LetterKind.ORDER})
"""The letters that start a clock."""


@dataclass(frozen=True, slots=True)
class RecordLetter:
    """A letter of the authority; instants are aware.

    ``number`` names a letter on record that is corrected, and ``reason`` then says why; what kind it is stays.
    """

    actor: Actor
    incident: UUID | str
    kind: LetterKind
    received_at: datetime
    answer_by: datetime | None = None
    reference: str = ""
    note: str = ""
    number: int | None = None
    reason: str = ""


def record_letter(command: RecordLetter, *, session: Session, now: datetime) -> Incident:
    """Add it to the facts, or correct it; the clocks follow.

    Raises Invalid for moments that cannot be, for questions without the term that they set, and at ``reason`` for a
    correction without one; NotFound where there is no letter of that number and kind.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    must_be_open(incident)
    before, letter = current_facts(session, incident), _letter(command, now)
    _check_begun(letter, before)
    reason = "letter" if command.number is None else required(command.reason, "Write why.", field="reason")
    after = replace(before, authority_letters=_with(before, letter, command.number))
    if after == before:
        return incident
    append_version(session, incident, after, actor=command.actor, now=now, chapter="actions", reason=reason)
    version = incident.fact_version
    record(session, incident, Tag.FACTS_RECORDED, command.actor, now, version=version, fields="authority_letters")
    if command.number is None:
        at, told = letter.received_at, letter.reference
        tell_timeline(session, incident, command.actor, kind="authority_wrote", text=told, happened_at=at, now=now)
    follow(session, incident, after, actor=command.actor, now=now)
    return incident


def _check_begun(letter: AuthorityLetter, facts: BreachFacts) -> None:
    """Raise Invalid for a letter from before the breach, or from before anybody knew of it."""
    begun = facts.occurred_from
    if isinstance(begun, datetime) and not facts.occurrence_estimated and letter.received_at < begun:
        raise Invalid("The letter cannot have arrived before the breach began. Check the date.", field="received_at")
    check_response(letter.received_at, facts, field="received_at")


def _letter(command: RecordLetter, now: datetime) -> AuthorityLetter:
    received = check_instant(command.received_at, field="received_at", now=now)
    until = command.answer_by.astimezone(UTC) if command.answer_by and command.kind in ASKS else None
    if command.kind is LetterKind.QUESTIONS and until is None:
        raise Invalid("Enter until when the authority wants an answer: its letter says so.", field="answer_by")
    if until is not None and until <= received:
        raise Invalid("The term ends after the letter arrived. Check both moments.", field="answer_by")
    reference = clean(command.reference, field="reference", limit=LINE)
    return AuthorityLetter(command.kind, received, until or UNKNOWN, reference, clean(command.note, field="note"))


def _with(facts: BreachFacts, letter: AuthorityLetter, number: int | None) -> tuple[AuthorityLetter, ...]:
    known = facts.authority_letters
    if number is None:
        return (*known, letter)
    if not 1 <= number <= len(known) or known[number - 1].kind is not letter.kind:
        raise NotFound("There is no such letter.")
    return (*known[: number - 1], letter, *known[number:])
