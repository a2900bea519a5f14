"""GDPR art. 33(5): which files are kept with a breach, as the notification and the register name them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from incident.domain.kinds import Addressee
from incident.domain.recipients import UNUSABLE_ROWS
from incident.store.models import Evidence, Notice, NoticeVersion, Submission

NAMED: Final = case(
    (Evidence.description == "", Evidence.filename), else_=Evidence.filename + ": " + Evidence.description
)
"""A file by its name, with what somebody wrote of it."""
KEPT: Final = (Evidence.submission_id.is_(None), ~Evidence.filename.startswith(UNUSABLE_ROWS))
"""Proofs of sending are no evidence of the breach, nor is the list of rows that a mailing could not use."""


def told_of(until: BindParameter[datetime]) -> ColumnElement[str]:
    """GDPR art. 33(4): "attached" for a file of which the authority was not told by then, and "named" for one that was
    on record when a notification was written that was filed.
    """
    written = (
        select(func.max(NoticeVersion.recorded_at))
        .join(Submission, Submission.version_id == NoticeVersion.id)
        .join(Notice, Notice.id == Submission.notice_id)
        .where(Submission.incident_id == Evidence.incident_id, Submission.submitted_at < until)
        .where(Notice.addressee == Addressee.AUTHORITY)
        .correlate(Evidence)
        .scalar_subquery()
    )
    return case((Evidence.recorded_at < written, literal("named")), else_=literal("attached"))


def files_of(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
    """By incident the names of its files, oldest first; a file that was recorded twice is named once."""
    kept = select(Evidence.incident_id, NAMED).where(Evidence.incident_id.in_(ids), *KEPT)
    found: defaultdict[UUID, dict[str, None]] = defaultdict(dict)
    for incident, name in session.execute(kept.order_by(Evidence.recorded_at, Evidence.id)):
        found[incident][name] = None
    return {incident: [*names] for incident, names in found.items()}
