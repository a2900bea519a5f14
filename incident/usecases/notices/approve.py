"""Approve a notice: a yes to exactly this text on exactly these facts, by somebody who did not write it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import told_hash
from incident.domain.kernel.errors import IllegalMove, Invalid, NotAllowed
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import by_count, clean
from incident.domain.kinds import Addressee, NoticeKind
from incident.law.content import ContentItem
from incident.law.said import unsaid
from incident.store.models import Approval, Incident, Notice, NoticeVersion
from incident.store.queries.answered import recipient_response
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.messages.queue import Audience, queue
from incident.usecases.notices.draft import latest_version, notice_for


@dataclass(frozen=True, slots=True)
class ApproveNotice:
    """Approve the version whose hash the approver saw.

    ``single_officer_reason`` is for the author who has nobody else, ``unsaid_reason`` says why a text may go without
    something that the law asks of it: exceptions that the record shows.
    """

    actor: Actor
    notice: UUID
    body_sha256: str
    single_officer_reason: str = ""
    unsaid_reason: str = ""


def approve_notice(command: ApproveNotice, *, session: Session, now: datetime) -> Approval:
    """Approve. Raises IllegalMove when text or facts are no longer those that were seen, or values are missing."""
    notice, incident = notice_for(session, command.notice, command.actor, Permission.APPROVE)
    version = latest_version(session, notice)
    facts, response = current_facts(session, incident), recipient_response(session, incident.id)
    _check(notice, version, command, told_hash(notice.addressee, facts, response))
    without = _without(notice, version, command)
    alone = _alone(version, command)
    approval = Approval(
        id=uuid4(),
        version_id=version.id,
        body_sha256=version.body_sha256,
        facts_sha256=version.facts_sha256,
        single_officer=alone,
        single_officer_reason=clean(command.single_officer_reason, field="single_officer_reason"),
        unsaid_reason=without,
        author_id=command.actor.id,
        author_name=command.actor.name,
        recorded_at=now,
    )
    session.add(approval)
    record(
        session,
        incident,
        Tag.NOTICE_APPROVED,
        command.actor,
        now,
        notice=str(notice.id),
        subject=notice.addressee.value,
        kind=notice.kind.value,
        number=version.number,
        sha256=version.body_sha256,
        single_officer=alone,
    )
    tell_timeline(session, incident, command.actor, kind="approved", text=notice.whom, happened_at=now, now=now)
    _tell(session, incident, notice, approval)
    return approval


def _tell(session: Session, incident: Incident, notice: Notice, approval: Approval) -> None:
    """The officer files it now, so the officer hears of it; nothing of an exercise is filed."""
    if incident.is_exercise:
        return
    params = {"reference": incident.reference, "addressee": notice.addressee.value, "notice": str(notice.id)}
    params["path"] = f"/incidents/{incident.reference}/notices/{notice.id}"
    queue(
        session,
        incident=incident,
        template="notice_approved",
        params=params,
        to=Audience.DPO,
        now=approval.recorded_at,
        dedupe=f"approved:{approval.id}",
    )


def _check(notice: Notice, version: NoticeVersion, command: ApproveNotice, facts_now: str) -> None:
    if version.body_sha256 != command.body_sha256:
        raise IllegalMove("The text is no longer the one you saw. Read the newest version, then approve.")
    if version.facts_sha256 != facts_now:
        raise IllegalMove("The facts changed since this text was drafted. Draft it anew, then approve.")
    if version.missing and not notice.may_be_incomplete:
        if len(version.missing) == 1:
            raise IllegalMove("One answer is still missing. Complete it first.")
        count = len(version.missing)
        one = "One answer is still missing. Complete it first."
        many = "%(count)s answers are still missing. Complete them first."
        raise IllegalMove(by_count(count, one, many), count=count)


DUTIES: Final = {Addressee.SUBJECTS: "gdpr_34", Addressee.PUBLIC: "gdpr_34", Addressee.CONTROLLER: "gdpr_33_2"}
"""The duty whose content a text to these must have; the answers to the authority are checked one by one."""
FIRST: Final = (NoticeKind.INITIAL, NoticeKind.PROVISIONAL, NoticeKind.FINAL)


def unsaid_in(notice: Notice, title: str, body: str) -> tuple[ContentItem, ...]:
    """GDPR art. 34(2), 33(2): what the law asks of this text and no words in it say, as it would be sent."""
    if notice.addressee not in DUTIES or notice.kind not in FIRST:
        return ()
    return unsaid(DUTIES[notice.addressee], f"{title}\n\n{body}", notice.language)


def _without(notice: Notice, version: NoticeVersion, command: ApproveNotice) -> str:
    """The reason for what the text does not say; raises Invalid where it lacks something and nobody says why."""
    lacks = unsaid_in(notice, version.title, version.body)
    reason = clean(command.unsaid_reason, field="unsaid_reason")
    if lacks and not reason:
        raise Invalid(
            "This text does not seem to say all that the law asks. Complete it, or write why it may go without.",
            field="unsaid_reason",
        )
    return reason if lacks else ""


def _alone(version: NoticeVersion, command: ApproveNotice) -> bool:
    if version.author_id is None or version.author_id != command.actor.id:
        return False
    if not command.single_officer_reason.strip():
        raise NotAllowed(
            "You wrote this text yourself. Somebody else has to approve it, or write why nobody else can.",
            field="single_officer_reason",
        )
    return True


def check_approved_by(session: Session, version: NoticeVersion, moment: datetime, note: str) -> None:
    """Raise Invalid at ``note`` for a text said to be sent before anybody approved it, where nobody explains that.

    What was sent outside the system, and drafted here afterwards, may be recorded: with a word about it. Whoever states
    a moment states its minute, so the whole minute of the approval counts.
    """
    same = (NoticeVersion.notice_id == version.notice_id, Approval.body_sha256 == version.body_sha256)
    first = select(func.min(Approval.recorded_at)).join(NoticeVersion, NoticeVersion.id == Approval.version_id)
    approved = session.scalars(first.where(*same)).one()
    if moment < approved.replace(second=0, microsecond=0) and not note:
        raise Invalid(
            "Nobody had approved this text at that moment. Check the moment; if it is right, write here what was sent.",
            field="note",
        )


def valid_approval(session: Session, version: NoticeVersion) -> Approval | None:
    """The approval that covers this version now, or None."""
    query = select(Approval).where(
        Approval.version_id == version.id,
        Approval.void_at.is_(None),
        Approval.body_sha256 == version.body_sha256,
        Approval.facts_sha256 == version.facts_sha256,
    )
    return session.scalars(query.limit(1)).one_or_none()
