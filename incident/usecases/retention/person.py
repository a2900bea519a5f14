"""One person's data across the record: found for GDPR art. 15, and erased as far as art. 17(3) lets them go."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.text import LINE, clean
from incident.domain.mentions import Wanted, wanted
from incident.store.db import Base
from incident.store.models import (
    Evidence,
    FactDraft,
    Incident,
    MailingRecipient,
    OutboxMessage,
    PublicReport,
    TimelineEntry,
)
from incident.store.sealing import Sealer
from incident.usecases.common.access import note_all_read
from incident.usecases.common.record import record, record_system
from incident.usecases.mailing.erase_people import forget_people
from incident.usecases.retention.erase import (
    erase_evidence,
    erase_notes,
    forget_contacts,
    forget_messages,
    forget_words,
)
from incident.usecases.retention.places import Find, Search, Stays, search

ON_REQUEST = "request"
T = TypeVar("T", bound=Base)


def find_person(session: Session, typed: str, *, actor: Actor, sealer: Sealer) -> list[Find]:
    """Every place that holds this e-mail address or name, at most hundreds of a kind. Raises Invalid, NotAllowed.

    It reads all that people wrote, which may take seconds: look in a transaction that only reads. A restricted incident
    in which something was found has been read.
    """
    found = search(Search(session, _asked(typed, actor), actor, sealer))
    note_all_read(session, select(Incident.id).where(Incident.reference.in_({find.reference for find in found})), actor)
    return found


def take_out(session: Session, typed: str, found: Sequence[Find], *, actor: Actor, now: datetime) -> bytes:
    """What was found as a file for the person who asks (art. 15); that it was made is on record, for whom is not."""
    _asked(typed, actor)
    record_system(session, Tag.PERSON_LOOKED_UP, actor, now, places=len(found))
    places = [{key: value for key, value in asdict(one).items() if key != "key"} for one in found]
    document = {"asked_for": typed.strip(), "made_at": now.isoformat(), "found": places}
    return json.dumps(document, ensure_ascii=False, indent=1, default=str).encode()


def erase_person(
    session: Session, typed: str, ticked: Collection[str], *, actor: Actor, sealer: Sealer, now: datetime
) -> int:
    """Erase of the finds that somebody ticked what names the person and may go; returns how many places.

    ``ticked`` are names of finds. Each incident's log says how much went, on request. Raises Invalid where nothing is
    ticked, NotAllowed.
    """
    person = _asked(typed, actor)
    only = _keys(ticked)
    if not only:
        raise Invalid("Tick what you want to erase.", field="ticked")
    chosen = Search(session, person, actor, sealer, only)
    cases = {find.reference for find in search(chosen)}
    session.scalars(select(Incident).where(Incident.reference.in_(cases)).with_for_update()).all()
    going: dict[str, list[UUID]] = {}
    for find in search(chosen):
        if find.stays is Stays.NOT:
            going.setdefault(find.kind, []).append(find.key)
    _erase(session, person, going, actor, now)
    return sum(map(len, going.values()))


def _keys(ticked: Collection[str]) -> dict[str, set[UUID]]:
    """The keys by kind; what is no name of a find is left out."""
    found: dict[str, set[UUID]] = {}
    for name in ticked:
        kind, _, key = name.partition(":")
        try:
            found.setdefault(kind, set()).add(UUID(key))
        except ValueError:
            continue
    return {kind: keys for kind, keys in found.items() if keys}


def _erase(session: Session, person: Wanted, going: dict[str, list[UUID]], actor: Actor, now: datetime) -> None:
    def rows(kind: str, table: type[T], key: str = "id") -> list[T]:
        return list(session.scalars(select(table).where(getattr(table, key).in_(going.get(kind, [])))))

    erase_notes(session, rows("note", TimelineEntry), ON_REQUEST, actor=actor, now=now)
    erase_evidence(session, rows("evidence", Evidence), ON_REQUEST, actor=actor, now=now)
    forget_contacts(session, rows("contact", PublicReport, "incident_id"), ON_REQUEST, actor=actor, now=now)
    messages = rows("message", OutboxMessage)
    for row in messages:
        (forget_messages if person.said_in(row.recipient) else forget_words)([row])
    drafts = going.get("draft", [])
    session.execute(delete(FactDraft).where(FactDraft.id.in_(drafts)))
    if messages or drafts:
        record_system(session, Tag.DATA_ERASED, actor, now, policy=ON_REQUEST, rows=len(messages) + len(drafts))
    forgotten = forget_people(session, rows("recipient", MailingRecipient))
    for key, number in forgotten.items():
        record(session, session.get_one(Incident, key), Tag.DATA_ERASED, actor, now, policy=ON_REQUEST, rows=number)


def _asked(typed: str, actor: Actor) -> Wanted:
    require(actor, Permission.CLOSE)
    return wanted(clean(typed, field="who", limit=LINE))
