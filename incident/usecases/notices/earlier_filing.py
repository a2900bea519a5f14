"""What was filed with the authority before: a follow-up shows, answer by answer, what changed since (art. 33(4))."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import Addressee, NoticeKind
from incident.store.models import Incident, Notice, NoticeVersion
from incident.store.queries.case import NoticeFile, notice_files

LATER_KINDS = (NoticeKind.FOLLOW_UP, NoticeKind.FINAL, NoticeKind.WITHDRAWAL)


def earlier_form(session: Session, incident: Incident, notice: Notice) -> JsonObject:
    """The form as it was filed last before this notice, in plain JSON values; empty where nothing was, or none is."""
    if notice.addressee is not Addressee.AUTHORITY or notice.kind not in LATER_KINDS:
        return {}
    return earlier_form_among(notice, notice_files(session, incident.id))


def earlier_form_among(notice: Notice, files: Iterable[NoticeFile]) -> JsonObject:
    """The same, where the notices of the incident are at hand already."""
    if notice.addressee is not Addressee.AUTHORITY or notice.kind not in LATER_KINDS:
        return {}
    before = (file for file in files if file.notice.id != notice.id and file.notice.created_at <= notice.created_at)
    filed = last_filed(before)
    return filed.version.form if filed else {}


@dataclass(frozen=True, slots=True)
class Filed:
    """What was filed with the authority: of which kind, when, and the form as it was."""

    kind: NoticeKind
    at: datetime
    version: NoticeVersion


def last_filed(files: Iterable[NoticeFile]) -> Filed | None:
    """The newest of these notices that was filed with the authority."""
    filed = [
        (row.submitted_at, row.recorded_at, Filed(file.notice.kind, row.submitted_at, version))
        for file in files
        if file.notice.addressee is Addressee.AUTHORITY
        for row in file.submissions
        for version in file.versions
        if version.id == row.version_id
    ]
    return max(filed, key=lambda entry: entry[:2])[2] if filed else None


def number_among(files: Iterable[NoticeFile]) -> str:
    """The number the authority gave to the first notification, exactly as received, or nothing."""
    filed = (row for file in files if file.notice.addressee is Addressee.AUTHORITY for row in file.submissions)
    numbered = [row for row in filed if row.reference]
    return min(numbered, key=lambda row: row.submitted_at).reference if numbered else ""
