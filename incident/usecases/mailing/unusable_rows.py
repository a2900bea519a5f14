"""The rows of a list that could not be used: kept as a file without any person's data, because who was not reached
is part of the record."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor
from incident.domain.recipients import UNUSABLE_ROWS, RowProblem
from incident.store.blobs import BlobStore
from incident.store.models import Evidence, Incident, Mailing
from incident.usecases.response.attach_evidence import AttachEvidence, keep


def keep_unusable(
    mailing: Mailing, problems: Sequence[RowProblem], *, actor: Actor, session: Session, now: datetime, blobs: BlobStore
) -> None:
    """Attach the problems as a CSV file, when there are any."""
    if not problems:
        return
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(("row", "column", "problem"))
    writer.writerows((one.row, one.column, one.message) for one in problems)
    content = text.getvalue().encode("utf-8-sig")
    command = AttachEvidence(
        actor, mailing.incident_id, _name(mailing.id), content, "Rows of the list that could not be used", now
    )
    keep(command, session.get_one(Incident, mailing.incident_id), session=session, now=now, blobs=blobs)


def _name(mailing_id: UUID) -> str:
    return f"{UNUSABLE_ROWS}{mailing_id}.csv"


def unusable_file(session: Session, mailing: Mailing) -> Evidence | None:
    """The file of the problems; None where every row could be used."""
    query = select(Evidence).where(Evidence.incident_id == mailing.incident_id, Evidence.filename == _name(mailing.id))
    return session.scalars(query.limit(1)).first()


def unusable_rows(session: Session, mailing: Mailing, blobs: BlobStore) -> tuple[Evidence | None, list[RowProblem]]:
    """The file and the problems in it; none where every row could be used."""
    row = unusable_file(session, mailing)
    if row is None:
        return None, []
    lines = csv.reader(io.StringIO(blobs.get(row.blob_sha256).decode("utf-8-sig"), newline=""), delimiter=";")
    next(lines)
    return row, [RowProblem(int(number), column, message) for number, column, message in lines]
