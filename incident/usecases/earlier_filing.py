"""What was filed with the authority before: a follow-up shows, answer by answer, what changed since (art. 33(4))."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.store.models import Addressee, Incident, Notice, NoticeKind, NoticeVersion, Submission

LATER_KINDS = (NoticeKind.FOLLOW_UP, NoticeKind.FINAL, NoticeKind.WITHDRAWAL)


def earlier_form(session: Session, incident: Incident, notice: Notice, version: NoticeVersion) -> dict[str, Any]:
    """The form as it was filed last before this version, in plain JSON values; empty where nothing was, or none is."""
    if notice.addressee is not Addressee.AUTHORITY or notice.kind not in LATER_KINDS:
        return {}
    query = (
        select(NoticeVersion.form)
        .join(Submission, Submission.version_id == NoticeVersion.id)
        .join(Notice, Notice.id == Submission.notice_id)
        .where(
            Submission.incident_id == incident.id,
            Notice.addressee == Addressee.AUTHORITY,
            Notice.id != notice.id,
            Notice.created_at <= notice.created_at,
        )
    )
    newest = query.order_by(Submission.submitted_at.desc(), Submission.recorded_at.desc()).limit(1)
    return session.scalars(newest).one_or_none() or {}
