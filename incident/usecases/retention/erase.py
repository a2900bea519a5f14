"""Erase what the policies no longer let us keep. The log says how much, and under which policy.

What is erased of the record takes its salt with it, so that the log's commitment tells nothing any more and the chain
still verifies. Back-ups hold it until they are gone themselves.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, or_, select, union_all, update
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kinds import OutboxOutcome
from incident.domain.retention import Kept
from incident.store.blobs import BlobStore
from incident.store.commitments import BY_HAND
from incident.store.insert import insert_missing
from incident.store.models import (
    AuditEntry,
    BlobRemoval,
    Evidence,
    FactDraft,
    Inbound,
    Incident,
    Mailing,
    OutboxMessage,
    Person,
    PublicReport,
    Rendition,
    SettingVersion,
    TimelineEntry,
    Token,
)
from incident.store.proof.canonical import new_salt
from incident.store.shelf import REST
from incident.usecases.common.errands import is_named
from incident.usecases.common.record import record, record_system
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import FORGOTTEN
from incident.usecases.notices.own_templates import HOUSE
from incident.usecases.people.accounts import SETUP
from incident.usecases.response.public_report import ANSWER, QUESTION
from incident.usecases.retention.policies import policies

AT_ONCE: Final = 500
TYPED: Final = ("note", "correction", "update", "message", QUESTION, ANSWER)
"""The entries of a timeline that people have written; the others say what was done, and belong to the register."""
ERASED: Final = "-"
LINK_WORKS: Final = timedelta(hours=4)
"""For so long a link for a new password opens anything."""
Condition = ColumnElement[bool]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Due:
    """How much of a kind is over its time: what goes at the next run, and what a hold keeps."""

    goes: int = 0
    held: int = 0


def over(kind: Kept, days: int, now: datetime) -> tuple[Condition, ...]:
    """Which rows of a kind are over their time, whether or not a hold keeps them."""
    limit = now - timedelta(days=days)
    closed = Incident.closed_at <= limit
    match kind:
        case Kept.RECIPIENTS:
            return (Mailing.erase_after <= now, Mailing.erased_at.is_(None))
        case Kept.MESSAGES:
            return (OutboxMessage.settled_at <= limit, *_of_people())
        case Kept.NOTES:
            return (closed, TimelineEntry.kind.in_(TYPED))
        case Kept.EVIDENCE:
            return (closed, Evidence.submission_id.is_(None))
        case Kept.CONTACTS:
            return (closed, PublicReport.contact != "")
        case Kept.DRAFTS:
            return (Incident.closed_at.is_not(None), FactDraft.updated_at <= limit)
        case Kept.TOKENS:
            used = and_(Token.purpose == SETUP, Token.used_at <= limit)
            return (or_(Token.revoked_at <= limit, Token.expires_at <= limit, used),)
        case Kept.SIGN_INS:
            known = or_(Person.last_login_ip.is_not(None), Person.current_login_ip.is_not(None))
            return (Person.current_login_at <= limit, known)


def _of_people() -> tuple[Condition, ...]:
    """Messages that name somebody: those of a mailing name a row of its list, which has a policy of its own."""
    return OutboxMessage.channel != Channel.SUBJECTS.value, OutboxMessage.recipient != ERASED


def _counted(kind: Kept) -> Select[int, int]:
    """Count rows, and those of them whose incident is on hold."""
    both = select(func.count(), func.count(Incident.held_at))
    match kind:
        case Kept.RECIPIENTS:
            return both.select_from(Mailing).join(Incident, Incident.id == Mailing.incident_id)
        case Kept.MESSAGES:
            return both.select_from(OutboxMessage).outerjoin(Incident, Incident.id == OutboxMessage.incident_id)
        case Kept.NOTES:
            return both.select_from(TimelineEntry).join(Incident, Incident.id == TimelineEntry.incident_id)
        case Kept.EVIDENCE:
            return both.select_from(Evidence).join(Incident, Incident.id == Evidence.incident_id)
        case Kept.CONTACTS:
            return both.select_from(PublicReport).join(Incident, Incident.id == PublicReport.incident_id)
        case Kept.DRAFTS:
            return both.select_from(FactDraft).join(Incident, Incident.id == FactDraft.incident_id)
        case Kept.TOKENS:
            return select(func.count(), literal(0)).select_from(Token)
        case Kept.SIGN_INS:
            return select(func.count(), literal(0)).select_from(Person)


def preview(session: Session, days: Mapping[Kept, int], now: datetime) -> dict[Kept, Due]:
    """What the next run would erase by these policies, and what is on hold; one statement."""
    parts = [
        _counted(kind).add_columns(literal(kind.value)).where(*over(kind, days.get(kind, 0), now)) for kind in Kept
    ]
    rows = session.execute(union_all(*parts))
    return {Kept(kind): Due(number - held, held) for number, held, kind in rows}


def erase_due(session: Session, *, actor: Actor, now: datetime) -> dict[Kept, int]:
    """Erase what is over its time, at most some hundred rows of a kind; returns how many. Empty when all is done.

    The people of mailings have their time by mailing and go at once, by ``erase_recipients``.
    """
    ways: dict[Kept, Callable[[tuple[Condition, ...]], int]] = {
        Kept.MESSAGES: lambda over: _messages(session, over),
        Kept.NOTES: lambda over: _notes(session, over, actor, now),
        Kept.EVIDENCE: lambda over: _evidence(session, over, actor, now),
        Kept.CONTACTS: lambda over: _contacts(session, over, actor, now),
        Kept.DRAFTS: lambda over: _drafts(session, over),
        Kept.TOKENS: lambda over: _tokens(session, over),
        Kept.SIGN_INS: lambda over: _sign_ins(session, over),
    }
    found, days = dict[Kept, int](), policies(session)
    for kind, way in ways.items():
        if number := way(over(kind, days[kind], now)):
            found[kind] = number
            if kind not in (Kept.NOTES, Kept.EVIDENCE, Kept.CONTACTS):
                record_system(session, Tag.DATA_ERASED, actor, now, policy=kind.value, rows=number)
    return found


def forget_messages(rows: Iterable[OutboxMessage]) -> int:
    """Take the person and the words out of messages; that they left, when and how stays."""
    count = 0
    for row in rows:
        row.recipient, row.lane, row.line = ERASED, None, None
        forget_words([row])
        count += 1
    return count


def forget_words(rows: Iterable[OutboxMessage]) -> None:
    """Take the words out of messages, those of the mail server too, and keep to whom they went.

    What had failed is given up with it: nothing is left that could be sent again.
    """
    for row in rows:
        row.last_error = None
        row.payload = {"template": row.payload.get("template", ""), "params": {}}
        row.dedupe_key = f"{FORGOTTEN}{row.id}"
        if row.outcome is OutboxOutcome.FAILED:
            row.outcome = OutboxOutcome.CANCELLED


def forget_links(session: Session, *, now: datetime, of: str | None = None) -> int:
    """Take the links for new passwords out of mails: those that are too old to work, or somebody's who used one."""
    mine = OutboxMessage.created_at <= now - LINK_WORKS if of is None else OutboxMessage.recipient == of
    sent = (OutboxMessage.settled_at.is_not(None), mine)
    query = select(OutboxMessage).where(OutboxMessage.dedupe_key.between("account:", "account;"), *sent)
    rows = [row for row in session.scalars(query.limit(AT_ONCE)) if row.payload["params"]]
    for row in rows:
        row.payload, row.dedupe_key = {"template": row.payload["template"], "params": {}}, f"{FORGOTTEN}{row.id}"
    return len(rows)


def _messages(session: Session, which: tuple[Condition, ...]) -> int:
    free = or_(OutboxMessage.incident_id.is_(None), Incident.held_at.is_(None))
    query = select(OutboxMessage).outerjoin(Incident, Incident.id == OutboxMessage.incident_id)
    return forget_messages(session.scalars(query.where(*which, free).limit(AT_ONCE)))


def _notes(session: Session, which: tuple[Condition, ...], actor: Actor, now: datetime) -> int:
    rows = session.scalars(_free(select(TimelineEntry).join(Incident), which)).all()
    return erase_notes(session, rows, Kept.NOTES.value, actor=actor, now=now)


def erase_notes(session: Session, rows: Sequence[TimelineEntry], policy: str, *, actor: Actor, now: datetime) -> int:
    """Delete entries of timelines; each incident's log names the policy."""
    keys = [row.id for row in rows]
    for later in session.scalars(select(TimelineEntry).where(TimelineEntry.corrects_id.in_(keys))):
        later.corrects_id = None
    session.flush()
    return _delete(session, rows, policy, actor, now)


def _evidence(session: Session, which: tuple[Condition, ...], actor: Actor, now: datetime) -> int:
    rows = session.scalars(_free(select(Evidence).join(Incident, Incident.id == Evidence.incident_id), which)).all()
    return erase_evidence(session, rows, Kept.EVIDENCE.value, actor=actor, now=now)


def erase_evidence(session: Session, rows: Sequence[Evidence], policy: str, *, actor: Actor, now: datetime) -> int:
    """Delete files in evidence: the rows now, the bytes when nobody can be uploading the same."""
    keys = [row.id for row in rows]
    for entry in session.scalars(select(TimelineEntry).where(TimelineEntry.evidence_id.in_(keys))):
        entry.evidence_id = None
    session.flush()
    for row in rows:
        insert_missing(session, BlobRemoval, sha256=row.blob_sha256, since=now)
    return _delete(session, rows, policy, actor, now)


def _contacts(session: Session, which: tuple[Condition, ...], actor: Actor, now: datetime) -> int:
    query = select(PublicReport).join(Incident, Incident.id == PublicReport.incident_id)
    return forget_contacts(
        session, session.scalars(_free(query, which)).all(), Kept.CONTACTS.value, actor=actor, now=now
    )


def forget_contacts(session: Session, rows: Sequence[PublicReport], policy: str, *, actor: Actor, now: datetime) -> int:
    """Take out of reports how their senders could be reached. A new salt: the old one would let the address be guessed
    from what the log committed to."""
    for row in rows:
        row.contact, row.salt = "", new_salt()
    _certify(session, rows, policy, actor, now)
    return len(rows)


def _free(query: Select[T], which: tuple[Condition, ...]) -> Select[T]:
    return query.where(*which, Incident.held_at.is_(None)).order_by(Incident.reference).limit(AT_ONCE)


def _delete(
    session: Session, rows: Sequence[TimelineEntry | Evidence], policy: str, actor: Actor, now: datetime
) -> int:
    for row in rows:
        session.delete(row)
    _certify(session, rows, policy, actor, now)
    return len(rows)


def _certify(
    session: Session, rows: Sequence[TimelineEntry | Evidence | PublicReport], policy: str, actor: Actor, now: datetime
) -> None:
    """Each incident's log says how much of it went."""
    for key, number in Counter(row.incident_id for row in rows).items():
        incident = session.get_one(Incident, key)
        record(session, incident, Tag.DATA_ERASED, actor, now, policy=policy, rows=number)


def _drafts(session: Session, which: tuple[Condition, ...]) -> int:
    keys = session.scalars(_free(select(FactDraft.id).join(Incident), which)).all()
    session.execute(delete(FactDraft).where(FactDraft.id.in_(keys)))
    return len(keys)


def _tokens(session: Session, which: tuple[Condition, ...]) -> int:
    rows = session.scalars(select(Token).where(*which).limit(AT_ONCE)).all()
    for row in rows:
        session.delete(row)
    return len(rows)


def _sign_ins(session: Session, which: tuple[Condition, ...]) -> int:
    """The addresses are no part of the record, so no commitment is about them."""
    keys = session.scalars(select(Person.id).where(*which).limit(AT_ONCE)).all()
    addresses = update(Person).where(Person.id.in_(keys)).values(last_login_ip=None, current_login_ip=None)
    session.execute(addresses.execution_options(**{BY_HAND: True, "synchronize_session": False}))
    return len(keys)


def removable(session: Session, now: datetime) -> list[str]:
    """The files that can go: their rows are gone for a while and no other row names them. What is named again stays."""
    found = []
    for row in session.scalars(select(BlobRemoval).where(BlobRemoval.since <= now - REST).limit(AT_ONCE)):
        if _named(session, row.sha256):
            session.delete(row)
        else:
            found.append(row.sha256)
    return found


def _named(session: Session, digest: str) -> bool:
    files = (select(row.id).where(row.blob_sha256 == digest) for row in (Evidence, Rendition))
    house = select(SettingVersion.document).where(SettingVersion.name == HOUSE)
    imports = select(AuditEntry.seq).where(
        AuditEntry.tag == Tag.REGISTER_IMPORTED.value, AuditEntry.details["file"].as_string() == digest
    )
    asked = select(Inbound.key).where(is_named(digest))
    return any(session.scalars(query.limit(1)).first() for query in (*files, imports, asked)) or any(
        digest in document.values() for document in session.scalars(house)
    )


def remove_files(digests: Iterable[str], blobs: BlobStore) -> None:
    """Delete the bytes; outside of any transaction. Raises OSError."""
    for digest in digests:
        blobs.remove(digest)


def removed(session: Session, digests: Iterable[str]) -> None:
    """Note that these files are gone."""
    session.execute(delete(BlobRemoval).where(BlobRemoval.sha256.in_(list(digests))))
