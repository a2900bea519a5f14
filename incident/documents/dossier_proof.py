"""What proves a dossier: its log, the rows that the log commits to, and the checkpoint that holds the log."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.documents.dossier_export import Part, Written
from incident.documents.verifier import FORMATS, VERIFIER, formats, verifier
from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.people import Actor
from incident.store import audit
from incident.store.commitments import committed_tables, content_of, name_of, rows_of_incidents
from incident.store.models import CheckpointRow, Incident, TreeLeaf
from incident.store.proof.canonical import canonical, plain
from incident.store.proof.merkle import Tree, leaf_hash
from incident.store.proof.note import Signer
from incident.store.tree import leaf_contents, make_checkpoint
from incident.usecases.common.record import record
from incident.usecases.people.acts import tell_of_export

FOLDER = "proof"
ENTRY = ("seq", "tag", "actor", "at", "details", "content", "previous", "hash")


def tools() -> Iterator[Part]:
    """The verifier and the description of its formats; the export covers them like every other file."""
    yield Part(f"{FOLDER}/{VERIFIER}", verifier(), "", "The program that checks this dossier")
    yield Part(f"{FOLDER}/{FORMATS}", formats(), "", "What the files of this folder hold")


def prove(
    session: Session, incident: Incident, written: Sequence[Written], signer: Signer, *, actor: Actor, now: datetime
) -> Iterator[Part]:
    """Put the export with its files on record, sign a checkpoint that covers it, and yield what proves both."""
    lines = "".join(f"{part.sha256}  {part.name}\n" for part in sorted(written, key=lambda part: part.name))
    record(session, incident, Tag.DOSSIER_EXPORTED, actor, now, files=sha256(lines.encode()).hexdigest())
    tell_of_export(session, actor, incident, 1, now=now)
    checkpoint = make_checkpoint(session, signer, now)
    yield _part("log.json", _log(session, incident.reference), "The log of this incident, every entry")
    yield _part("rows.json", _rows(session, incident), "What the log commits to, with the salts of the hashes")
    yield Part(f"{FOLDER}/checkpoint.txt", checkpoint.note.encode(), "", "The signed checkpoint that holds the log")
    yield Part(f"{FOLDER}/key.txt", f"{signer.verifier_key}\n".encode(), "", "The key that signs checkpoints")
    yield from _paths(session, incident, checkpoint)


def _part(name: str, document: Json, description: str) -> Part:
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    return Part(f"{FOLDER}/{name}", text.encode("utf-8", "surrogatepass"), "", description)


def _log(session: Session, chain: str) -> JsonObject:
    entries = audit.entries(session, chain)
    return {"chain": chain, "entries": [{name: plain(getattr(entry, name)) for name in ENTRY} for entry in entries]}


def _rows(session: Session, incident: Incident) -> JsonObject:
    """Every row of the incident; accounts and settings are no part of it."""
    rows = (row for model in committed_tables().values() for row, _ in rows_of_incidents(session, model, [incident.id]))
    return {name_of(row): {"salt": row.salt, "row": json.loads(canonical(content_of(row)))} for row in rows}


def _paths(session: Session, incident: Incident, checkpoint: CheckpointRow) -> Iterator[Part]:
    """That the log is in the checkpoint, and that this one begins with each one since the incident was reported."""
    tree = Tree(leaf_hash(content) for _number, content in leaf_contents(session))
    newest = select(TreeLeaf.number).where(TreeLeaf.chain == incident.reference).order_by(TreeLeaf.number.desc())
    number = session.scalars(newest.limit(1)).one()
    path = [step.hex() for step in tree.inclusion(number, checkpoint.size)]
    yield _part("inclusion.json", {"number": number, "path": path}, "That the checkpoint holds the log")
    sizes = select(CheckpointRow.size).where(CheckpointRow.made_at >= incident.reported_at)
    steps = {size: [step.hex() for step in tree.consistency(size, checkpoint.size)] for size in session.scalars(sizes)}
    yield _part("consistency.json", steps, "That earlier checkpoints are beginnings of this one")
    stamped = (CheckpointRow.size.in_(steps), CheckpointRow.stamp.is_not(None))
    for row in session.scalars(select(CheckpointRow).where(*stamped).order_by(CheckpointRow.size)):
        name = f"{FOLDER}/stamps/{row.size}"
        yield Part(f"{name}.checkpoint", row.note.encode(), "", "A checkpoint that an outside authority has stamped")
        yield Part(f"{name}.tsr", row.stamp or b"", "", "Its time stamp, RFC 3161")
