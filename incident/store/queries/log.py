"""The entries of a log with the names that its pseudonyms stand for: the log itself holds no names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import Json
from incident.domain.kernel.people import SYSTEM
from incident.store.models import AuditEntry, Notice, Person

LATELY = 20


@dataclass(frozen=True, slots=True)
class NamedEntry:
    """An entry of the log with the names that its ids stand for."""

    seq: int
    at: datetime
    tag: str
    details: Mapping[str, Json]
    who: str
    details_named: Mapping[str, str]
    notice: str = ""
    """To whom the notice goes that the act was about."""
    recipient: str = ""
    """The customer of that notice."""


def named(session: Session, found: Sequence[AuditEntry], operator: str, product: str) -> list[NamedEntry]:
    """These entries with the names of people, and with the addressees of notices; ``operator`` works on the machine."""
    keys = {entry.actor for entry in found} | {one for entry in found for one in (*_to(entry), *_circle(entry))}
    people = _people(session, keys) | {"cli": operator, "system": product}
    notices = _notices(session, {str(entry.details["notice"]) for entry in found if "notice" in entry.details})
    return [
        NamedEntry(
            entry.seq,
            entry.at,
            entry.tag,
            entry.details,
            people.get(entry.actor, entry.actor.partition(":")[0].capitalize()),
            _details_named(entry, people),
            *notices.get(str(entry.details.get("notice")), ("", "")),
        )
        for entry in found
    ]


def _details_named(entry: AuditEntry, people: Mapping[str, str]) -> dict[str, str]:
    circle = sorted(people.get(one, "–") for one in _circle(entry))
    return {
        "to": ", ".join(people.get(one, "–") for one in _to(entry)),
        **({"people": ", ".join(circle)} if circle else {}),
    }


def _to(entry: AuditEntry) -> list[str]:
    return [f"person:{entry.details.get('to')}"]


def _circle(entry: AuditEntry) -> list[str]:
    """The people to whom an incident was restricted; elsewhere ``people`` is a number."""
    if entry.tag != Tag.INCIDENT_RESTRICTED:
        return []
    return [f"person:{one}" for one in str(entry.details.get("people", "")).split(",")]


def by_machine(entry: AuditEntry) -> bool:
    """Whether the product wrote the entry itself: no person acted."""
    return entry.actor == SYSTEM.key


def _people(session: Session, actors: set[str]) -> dict[str, str]:
    ids = [UUID(actor.removeprefix("person:")) for actor in actors if _is_person(actor)]
    query = select(Person.id, Person.name, Person.email).where(Person.id.in_(ids))
    return {f"person:{key}": name or email for key, name, email in session.execute(query)}


def _is_person(actor: str) -> bool:
    return actor.startswith("person:") and len(actor) == len("person:") + 36


def _notices(session: Session, keys: set[str]) -> dict[str, tuple[str, str]]:
    query = select(Notice.id, Notice.addressee, Notice.recipient).where(Notice.id.in_([UUID(key) for key in keys]))
    return {str(key): (addressee.value, recipient) for key, addressee, recipient in session.execute(query)}


def erasures(session: Session) -> list[AuditEntry]:
    """The last certificates of what was erased, the newest first."""
    tags = (Tag.DATA_ERASED.value, Tag.RECIPIENTS_ERASED.value)
    query = select(AuditEntry).where(AuditEntry.tag.in_(tags)).order_by(AuditEntry.at.desc()).limit(LATELY)
    return list(session.scalars(query))


def erased_of(session: Session, reference: str) -> int:
    """How many rows of an incident's record were erased, as its log certifies."""
    certified = select(AuditEntry.details).where(AuditEntry.chain == reference, AuditEntry.tag == Tag.DATA_ERASED.value)
    return sum(int(details["rows"]) for details in session.scalars(certified))
