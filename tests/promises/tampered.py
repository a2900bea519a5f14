"""A house with a whole case, and what somebody with power over its database does to it."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, create_engine, delete, insert, inspect, select, text
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role
from incident.domain.kinds import Addressee, MailingChannel, NoticeKind, OutboxOutcome, Subject
from incident.platform.clock import FixedClock
from incident.store import audit
from incident.store.blobs import BlobStore
from incident.store.commitments import chain_of, commitment_of, committed_tables, name_of
from incident.store.db import Base, harden
from incident.store.models import AuditEntry, AuditHead, CheckpointRow, Incident, OutboxMessage, TreeLeaf
from incident.store.proof.note import Signer
from incident.store.sealing import Sealer
from incident.store.tree import leaves_of, make_checkpoint
from incident.store.verify import Outside, Report, verify
from incident.usecases.common.settings import save_setting
from incident.usecases.exercise.play import StartExercise, start_exercise
from incident.usecases.mailing.mailing import start_mailing
from incident.usecases.mailing.read_list import PrepareMailing, prepare_mailing
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.response.casework import AddTask, AddTimelineEntry, add_task, add_timeline_entry
from incident.usecases.response.decide import Decide, decide
from incident.usecases.response.record_facts import RecordFacts, record_facts
from tests.conftest import START
from tests.factories import PlainWriter, blobs_in, make_actor, make_incident

SIGNER = Signer(bytes(range(32)))
LIST = b"naam;email\nAnn Smit;ann@example.org\nCas;cas@example.org\n"


@dataclass(frozen=True)
class House:
    """The database and the blob folder, the references of a whole case and of a newer report, and what lies outside."""

    session: Session
    blobs: BlobStore
    case: str
    newer: str
    outside: tuple[Outside, ...]

    def verify(self, *, outside: bool) -> Report:
        """What the product finds, with or without the checkpoints that were kept outside."""
        self.session.expunge_all()
        return verify(self.session, self.blobs, SIGNER.public, self.outside if outside else ())


def build(url: str, folder: Path) -> House:
    """Play a case by the use cases, with checkpoints on the way."""
    session, clock = Session(harden(create_engine(url))), FixedClock(START)
    blobs, outside = blobs_in(folder), []
    case = _case(session, clock, blobs)
    outside.append(_checkpoint(session, clock))
    add_timeline_entry(AddTimelineEntry(case[1], case[0].id, "Called the controller"), session=session, now=clock.now())
    newer = make_incident(session, case[1], clock.advance(hours=1), summary="A lost telephone")
    outside.append(_checkpoint(session, clock))
    return House(session, blobs, case[0].reference, newer.reference, tuple(outside))


def _checkpoint(session: Session, clock: FixedClock) -> Outside:
    row = make_checkpoint(session, SIGNER, clock.advance(minutes=5))
    leaves = tuple((leaf.chain, leaf.seq, leaf.hash) for leaf in leaves_of(session, row))
    session.commit()
    return Outside(f"{row.size}.checkpoint", row.note, leaves)


def _case(session: Session, clock: FixedClock, blobs: BlobStore) -> tuple[Incident, Any]:
    dpo = make_actor(session, "Charlie", [Role.DPO, Role.RESPONDER, Role.ADMIN], clock.now())
    incident = make_incident(session, dpo, clock.now())
    now = clock.advance
    facts = RecordFacts(dpo, incident.id, {"summary": "A list went to the wrong customer"}, incident.fact_version)
    record_facts(facts, session=session, now=now(minutes=1))
    assess_risk(AssessRisk(dpo, incident.id, {}), session=session, now=now(minutes=1))
    decide(Decide(dpo, incident.id, Subject.AUTHORITY, True, "A high risk"), session=session, now=now(minutes=1))
    add_task(AddTask(dpo, incident.id, "Ask for deletion"), session=session, now=now(minutes=1))
    for addressee, kind in ((Addressee.AUTHORITY, NoticeKind.PROVISIONAL), (Addressee.SUBJECTS, NoticeKind.INITIAL)):
        drafted = DraftNotice(dpo, incident.id, addressee, kind)
        version = draft_notice(drafted, session=session, now=now(minutes=1), writer=PlainWriter())
        approved = ApproveNotice(
            dpo,
            version.notice_id,
            version.body_sha256,
            single_officer_reason="Nobody else is there",
            unsaid_reason="A short letter",
        )
        approve_notice(approved, session=session, now=now(minutes=1))
        if addressee is Addressee.AUTHORITY:
            sent = RecordSubmission(dpo, version.notice_id, now(minutes=1), "portal", reference="AP-1")
            record_submission(sent, session=session, now=clock.now())
    attach = AttachEvidence(dpo, incident.id, "receipt.txt", b"Received: from", "The first mail")
    attach_evidence(attach, session=session, now=now(minutes=1), blobs=blobs)
    mailing = PrepareMailing(dpo, incident.id, MailingChannel.EMAIL, [version.id], "list.csv", LIST)
    made = prepare_mailing(mailing, session=session, now=now(minutes=1), sealer=Sealer([bytes(range(32))]))
    start_mailing(session, made.mailing.id, actor=dpo, now=now(minutes=1))
    save_setting(session, "ladder", {"rungs": []}, actor=dpo, now=now(minutes=1))
    exercise = StartExercise(dpo, "ransomware", frozenset({dpo.id}))
    start_exercise(exercise, session=session, now=now(minutes=1))
    make_api_token(session, dpo, dpo.id, "script", now=now(minutes=1))
    _message(session, incident, clock)
    session.commit()
    return incident, dpo


def _message(session: Session, incident: Incident, clock: FixedClock) -> None:
    row = OutboxMessage(
        id=uuid4(),
        incident_id=incident.id,
        created_at=clock.now(),
        due_at=clock.now(),
        channel="email",
        recipient="a",
        payload={},
        dedupe_key="x",
        settled_at=clock.now(),
        outcome=OutboxOutcome.SENT,
    )
    session.add(row)
    audit.append(session, incident.reference, Tag.MESSAGE_SENT, "system", clock.now(), message=str(row.id))


def disarm(session: Session) -> None:
    """Take the guards away, as the owner of the database can."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        return
    for verb in ("update", "delete"):
        session.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}"))


def remove_incident(session: Session, reference: str) -> None:
    """Every row of an incident, its log and its number."""
    owner, incident = session.connection(), _table(Incident)
    key = select(incident.c.id).where(incident.c.reference == reference).scalar_subquery()
    for table in reversed(Base.metadata.sorted_tables):
        if "incident_id" in table.c:
            owner.execute(delete(table).where(table.c.incident_id == key))
    owner.execute(delete(incident).where(incident.c.reference == reference))
    for model in (AuditEntry, AuditHead):
        owner.execute(delete(_table(model)).where(_table(model).c.chain == reference))


def forge(session: Session) -> None:
    """Make everything fit again: commitments, hashes, ends of chains; and no checkpoint ever was."""
    session.expunge_all()
    rows = {name_of(row): row for model in committed_tables().values() for row in session.scalars(select(model))}
    digests = {name: commitment_of(row) for name, row in rows.items()}
    homes = {name: chain_of(session, row) for name, row in rows.items()}
    entries = [dict(row._mapping) for row in session.execute(select(_table(AuditEntry)))]
    entries = [entry for entry in entries if entry["tag"] != Tag.CHAIN_ANCHORED.value]
    for model in (AuditEntry, AuditHead, TreeLeaf, CheckpointRow):
        session.execute(delete(_table(model)))
    for chain in sorted({entry["chain"] for entry in entries}):
        mine = {name: digest for name, digest in digests.items() if homes[name] == chain}
        _forge_chain(session, [entry for entry in entries if entry["chain"] == chain], mine)


def _forge_chain(session: Session, entries: list[dict[str, Any]], digests: dict[str, str]) -> None:
    previous, left = audit.genesis(entries[0]["chain"]), dict(digests)
    entries.sort(key=lambda entry: entry["seq"])
    for seq, entry in enumerate(entries, start=1):
        known = {name: digests[name] for name in entry["content"] if name in digests}
        left = {name: digest for name, digest in left.items() if name not in known}
        entry["content"] = {**known, **left} if seq == len(entries) else known
        entry |= {"seq": seq, "previous": previous}
        entry["hash"] = previous = audit.entry_hash(AuditEntry(**{k: v for k, v in entry.items() if k != "hash"}))
        session.execute(insert(_table(AuditEntry)), [entry])
    session.execute(insert(_table(AuditHead)), [{"chain": entries[0]["chain"], "seq": len(entries), "hash": previous}])


def resign(session: Session, signer: Signer, now: Any) -> None:
    """Make a checkpoint of what was forged, with another key."""
    make_checkpoint(session, signer, now + timedelta(days=1))


def _table(model: Any) -> Table:
    found = inspect(model).local_table
    assert isinstance(found, Table)
    return found


__all__ = ["SIGNER", "House", "build", "disarm", "forge", "remove_incident", "resign"]
