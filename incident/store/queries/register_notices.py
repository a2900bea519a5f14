"""What left the house about the incidents of a register, what is approved and has not, and numbers recorded twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, null, select
from sqlalchemy.orm import Session, aliased

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import Addressee, NoticeKind
from incident.store.models import Approval, Incident, Notice, NoticeVersion, Submission


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice as an entry of the register tells it; ``sent_at`` is None as long as it is only approved.

    ``whom`` is a customer by name, or a group of people by its code; ``number`` is the one the authority gave;
    ``channel`` says how it was sent, ``sent_by`` by whom, and ``approved_by`` who approved it; ``form`` is what the
    authority was told where that was not complete.
    """

    addressee: Addressee
    kind: NoticeKind
    whom: str
    title: str
    approved_at: datetime | None
    sent_at: datetime | None = None
    people: int | None = None
    number: str = ""
    channel: str = ""
    approved_by: str = ""
    sent_by: str = ""
    form: JsonObject = field(default_factory=dict)


def notices_of(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[NoticeLine]]:
    """By incident what was sent, in that order, and then what only waits for it."""
    found: defaultdict[UUID, list[NoticeLine]] = defaultdict(list)
    incomplete = (Notice.kind == NoticeKind.PROVISIONAL) & (Notice.addressee == Addressee.AUTHORITY)
    form = case((incomplete, NoticeVersion.form), else_=null())
    held = (Approval.version_id == NoticeVersion.id) & (Approval.recorded_at == _approved())
    sent = (
        select(Notice, NoticeVersion.title, form, Submission, Approval.recorded_at, Approval.author_name)
        .join(Submission, Submission.notice_id == Notice.id)
        .join(NoticeVersion, NoticeVersion.id == Submission.version_id)
        .outerjoin(Approval, held)
        .where(Submission.incident_id.in_(ids))
        .order_by(Submission.submitted_at, Notice.created_at, Notice.id)
    )
    for notice, title, told, row, at, by in session.execute(sent):
        line = NoticeLine(notice.addressee, notice.kind, notice.recipient or notice.group, title, at)
        found[notice.incident_id].append(
            replace(
                line,
                sent_at=row.submitted_at,
                people=row.recipients,
                number=row.reference,
                channel=row.channel,
                approved_by=by or "",
                sent_by=row.by_name,
                form=told or {},
            )
        )
    for notice, title, at, by in session.execute(_waiting(ids)):
        whom = notice.recipient or notice.group
        line = NoticeLine(notice.addressee, notice.kind, whom, title, at, approved_by=by)
        found[notice.incident_id].append(line)
    return found


def _approved() -> ScalarSelect[datetime]:
    """When what was sent was last approved; what is changed afterwards takes nothing from that."""
    other = aliased(Approval)
    before = (other.version_id == Submission.version_id) & (other.recorded_at <= Submission.recorded_at)
    return select(func.max(other.recorded_at)).where(before).correlate(Submission).scalar_subquery()


def _waiting(ids: Sequence[UUID]) -> Select[Notice, str, datetime, str]:
    newest = select(func.max(NoticeVersion.number)).where(NoticeVersion.notice_id == Notice.id)
    sent = select(Submission.id).where(Submission.version_id == NoticeVersion.id).exists()
    return (
        select(Notice, NoticeVersion.title, Approval.recorded_at, Approval.author_name)
        .join(NoticeVersion, NoticeVersion.notice_id == Notice.id)
        .join(Approval, Approval.version_id == NoticeVersion.id)
        .where(Notice.incident_id.in_(ids), Notice.withdrawn_reason == "", Approval.void_at.is_(None), ~sent)
        .where(NoticeVersion.number == newest.correlate(Notice).scalar_subquery())
        .order_by(Approval.recorded_at, Notice.id)
    )


def also_at(
    session: Session, numbers: Iterable[str], visible: Sequence[ColumnElement[bool]]
) -> Mapping[str, Sequence[str]]:
    """The incidents on which a number of the authority stands, by that number: two are one too many."""
    named = (
        select(Submission.reference, Incident.reference)
        .join(Notice, Notice.id == Submission.notice_id)
        .join(Incident, Incident.id == Submission.incident_id)
        .where(Submission.reference.in_({one for one in numbers if one}), Notice.addressee == Addressee.AUTHORITY)
        .where(Incident.is_example.is_(False), *visible)
        .distinct()
        .order_by(Incident.reference)
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for number, reference in session.execute(named):
        found[number].append(reference)
    return found
