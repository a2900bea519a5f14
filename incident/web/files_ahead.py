"""Files go to their place, and come from it, before the transaction that writes: no writer waits for a bucket."""

from uuid import UUID

from sqlalchemy.orm import Session

from incident.store.blobs import BlobStore, DamagedBlob
from incident.store.db import db, only_reads
from incident.store.shelf import put_ahead, read_ahead
from incident.usecases.response.attach_evidence import AttachEvidence, check_evidence, digest_of
from incident.web.clock import deps, now
from incident.web.forms.base import Form
from incident.web.transactions import attempt


def only_reading() -> Session:
    """The session, in a new transaction that only reads."""
    session = db.session()
    session.rollback()
    only_reads(session)
    return session


def evidence_ahead(form: Form, command: AttachEvidence) -> BlobStore | None:
    """The store once the bytes of the evidence are there; None with the refusal in the form, so that no flood lands."""
    session = only_reading()

    def put() -> BlobStore:
        check_evidence(command, session=session, now=now())
        return put_ahead(session, deps().blobs, [command.content], now())

    return attempt(form, put, repeatable=True)


def evidence_at_hand(evidence_id: UUID) -> BlobStore:
    """The store with a file read through; what is wrong with it is told when the file is asked for."""
    session, blobs = only_reading(), deps().blobs
    digest = digest_of(session, evidence_id)
    try:
        return read_ahead(session, blobs, [digest] if digest else [])
    except DamagedBlob:
        return blobs
