"""What a mailing did, written from the mailing itself: per letter how many people, and when the first and the last.

The submission of a mailing is made from these counts when it ends, so that what stands on record is what happened,
whatever the facts became meanwhile; and it stays true when the people are erased, because counts are not people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant
from incident.domain.kernel.errors import IllegalMove, NotFound
from incident.domain.kernel.events import OPEN_STATUSES, Status, Tag
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import SYSTEM, Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import by_count
from incident.domain.kinds import Addressee, MailingChannel, MailingState, NoticeKind, OutboxOutcome
from incident.law.vocabulary import Informed
from incident.store.models import (
    Incident,
    Mailing,
    MailingRecipient,
    Notice,
    NoticeVersion,
    OutboxMessage,
    Submission,
)
from incident.store.queries.mailings import STOPPED, TO_MAKE
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record
from incident.usecases.mailing.mailing import letters_of, mailing_for
from incident.usecases.mailing.unusable_rows import unusable_file
from incident.usecases.messages.queue import Audience, queue
from incident.usecases.notices.submit import people_told, prove, remember, remember_first, told_everybody
from incident.usecases.response.consequences import follow
from incident.usecases.response.not_reached import met_in_vain, run_on_in_vain


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one letter of a mailing. ``reached`` are those whose message left and did not come back."""

    version: UUID
    people: int
    reached: int
    failed: int
    bounced: int
    stopped: int
    first: datetime | None
    last: datetime | None

    @property
    def left(self) -> bool:
        """Whether any message or letter left the house."""
        return self.first is not None

    def document(self) -> JsonObject:
        """The counts as they are kept with the submission."""
        moments = {"first": self.first, "last": self.last}
        counts = {name: getattr(self, name) for name in ("people", "reached", "failed", "bounced", "stopped")}
        return {**counts, **{name: at.isoformat() if at else "" for name, at in moments.items()}}


Deliveries = dict[UUID, list[Delivery]]
"""By mailing."""


def deliveries(session: Session, *mailings: Mailing) -> Deliveries:
    """What became of each letter, in the order of the letters; counted from the rows, where each message is."""
    email = Mailing.channel == MailingChannel.EMAIL
    goes_out = MailingRecipient.printed_at.is_not(None) & (Mailing.state != MailingState.STOPPED)
    left = or_(email & (OutboxMessage.outcome == OutboxOutcome.SENT), ~email & goes_out)
    moment = case((email, OutboxMessage.settled_at), else_=MailingRecipient.printed_at)
    back = MailingRecipient.bounced_at.is_not(None)
    query = (
        select(
            MailingRecipient.mailing_id,
            MailingRecipient.version_id,
            func.count(),
            _number(left & ~back),
            _number(OutboxMessage.outcome == OutboxOutcome.FAILED),
            _number(back),
            _number(STOPPED),
            func.min(case((left, moment))),
            func.max(case((left, moment))),
        )
        .outerjoin(OutboxMessage, OutboxMessage.id == MailingRecipient.outbox_id)
        .join(Mailing, Mailing.id == MailingRecipient.mailing_id)
        .where(Mailing.id.in_([one.id for one in mailings]), MailingRecipient.version_id.is_not(None))
        .group_by(MailingRecipient.mailing_id, MailingRecipient.version_id)
    )
    found = {(row[0], row[1]): Delivery(*row[1:]) for row in session.execute(query)}
    return {
        one.id: [found[key] for letter in letters_of(one) if (key := (one.id, UUID(letter.version))) in found]
        for one in mailings
    }


def _number(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((holds, 1), else_=0)), 0)


def begin_mailings(session: Session, now: datetime) -> None:
    """Write down of the e-mail mailings that run that people are being told, from the first message that left."""
    left = exists().where(
        MailingRecipient.mailing_id == Mailing.id,
        OutboxMessage.id == MailingRecipient.outbox_id,
        OutboxMessage.outcome == OutboxOutcome.SENT,
    )
    query = select(Mailing).where(Mailing.channel == MailingChannel.EMAIL, Mailing.ended_at.is_(None), left)
    for mailing in session.scalars(query.with_for_update(skip_locked=True)).all():
        incident = session.get_one(Incident, mailing.incident_id)
        if current_facts(session, incident).informed is not Informed.INFORMED:
            first = min(one.first for one in deliveries(session, mailing)[mailing.id] if one.first)
            remember_first(session, incident, first, mailing.channel.value, SYSTEM, now)


def end_mailings(session: Session, now: datetime) -> int:
    """Write the submissions of the e-mail mailings of which every message is settled; returns how many ended."""
    open_message = exists().where(
        MailingRecipient.mailing_id == Mailing.id,
        OutboxMessage.id == MailingRecipient.outbox_id,
        OutboxMessage.settled_at.is_(None),
    )
    query = select(Mailing).where(
        Mailing.channel == MailingChannel.EMAIL,
        Mailing.state.in_((MailingState.RELEASED, MailingState.STOPPED)),
        Mailing.ended_at.is_(None),
        ~open_message,
        ~TO_MAKE,
    )
    ended = list(session.scalars(query.with_for_update(skip_locked=True)))
    done = deliveries(session, *ended)
    for mailing in ended:
        _end(session, mailing, done[mailing.id], SYSTEM, now)
    return len(ended)


def record_posting(session: Session, mailing_id: UUID, at: datetime, *, actor: Actor, now: datetime) -> Mailing:
    """Write down that the printed letters were posted at this moment; that is when these people were told.

    Raises IllegalMove for a mailing by e-mail, one that was not released, or one of which not everything was printed.
    """
    mailing, incident = mailing_for(session, mailing_id, actor, Permission.SUBMIT)
    if mailing.channel is not MailingChannel.LETTER or mailing.state is not MailingState.RELEASED:
        raise IllegalMove("These letters are not released. Somebody else has to release them before they are printed.")
    if mailing.ended_at is not None:
        raise IllegalMove("It is on record already that these letters were posted.")
    moment = check_instant(at, field="at", now=now)
    printed = [one for one in deliveries(session, mailing)[mailing.id] if one.left]
    if not printed:
        raise IllegalMove("Nothing of this mailing was printed yet.")
    if unprinted := _unprinted(session, mailing):
        one = "One letter of this mailing was not printed yet. Download every file, and post them all."
        many = "%(count)s letters of this mailing were not printed yet. Download every file, and post them all."
        raise IllegalMove(by_count(unprinted, one, many), count=unprinted)
    if moment < min(one.first for one in printed if one.first):
        raise IllegalMove("Letters cannot be posted before they were printed.", field="at")
    posted = [Delivery(one.version, one.people, one.reached, 0, one.bounced, 0, moment, moment) for one in printed]
    _end(session, mailing, posted, actor, now)
    record(session, incident, Tag.NOTICE_RELEASED, actor, now, mailing=str(mailing.id), step="posted")
    return mailing


def _unprinted(session: Session, mailing: Mailing) -> int:
    """How many people of the list still have a letter that was never printed."""
    waits = (MailingRecipient.printed_at.is_(None), MailingRecipient.sealed.is_not(None))
    query = select(func.count()).where(MailingRecipient.mailing_id == mailing.id, *waits)
    return session.scalars(query).one()


def _end(session: Session, mailing: Mailing, done: Sequence[Delivery], actor: Actor, now: datetime) -> None:
    incident = session.get_one(Incident, mailing.incident_id)
    mailing.ended_at = now
    record(session, incident, Tag.NOTICE_RELEASED, actor, now, mailing=str(mailing.id), step="ended", **_total(done))
    rows = [_submission(session, mailing, one, actor, now) for one in done if one.left]
    for notice, row in rows:
        prove(session, incident, notice, row, actor, now)
    if not rows:
        return
    if _reached_everybody(session, mailing, done):
        last = max(one.last for one in done if one.last)
        told_everybody(session, incident, rows[0][0], last, actor=actor, now=now)
    remember(session, incident, *min(rows, key=lambda pair: pair[1].submitted_at), actor, now)


def _reached_everybody(session: Session, mailing: Mailing, done: Sequence[Delivery]) -> bool:
    """Whether nobody is left to be told: in the list, in a row of it that could not be used, or by another letter.

    Where that is in doubt the clock runs on, and a person records what was done.
    """
    if any(one.reached < one.people for one in done) or unusable_file(session, mailing) is not None:
        return False
    letters = select(Notice.group).where(
        Notice.incident_id == mailing.incident_id,
        Notice.addressee == Addressee.SUBJECTS,
        Notice.kind == NoticeKind.INITIAL,
    )
    sent = letters.join(Submission, Submission.notice_id == Notice.id)
    return set(session.scalars(letters)) == set(session.scalars(sent))


def _total(done: Iterable[Delivery]) -> dict[str, int]:
    names = ("people", "reached", "failed", "bounced", "stopped")
    counted = list(done)
    return {name: sum(getattr(one, name) for one in counted) for name in names}


def _submission(
    session: Session, mailing: Mailing, one: Delivery, actor: Actor, now: datetime
) -> tuple[Notice, Submission]:
    """The submission of one letter: a new one, or that of the part which had left before the mailing went on."""
    version = session.get_one(NoticeVersion, one.version)
    query = select(Submission).where(Submission.mailing_id == mailing.id, Submission.version_id == version.id)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = _first_submission(mailing, version, one, actor, now)
        session.add(row)
    row.recipients, row.delivery = one.reached, one.document()
    session.flush()
    return session.get_one(Notice, version.notice_id), row


def _first_submission(
    mailing: Mailing, version: NoticeVersion, one: Delivery, actor: Actor, now: datetime
) -> Submission:
    return Submission(
        id=uuid4(),
        incident_id=mailing.incident_id,
        notice_id=version.notice_id,
        version_id=version.id,
        submitted_at=one.first,
        channel=mailing.channel.value,
        by_name=mailing.released_name,
        body_sha256=version.body_sha256,
        mailing_id=mailing.id,
        author_id=actor.id,
        author_name=actor.name,
        recorded_at=now,
    )


def record_bounce(session: Session, recipient_id: UUID, reason: str, *, actor: Actor, now: datetime) -> None:
    """Write down that a message or a letter came back, in what is on record of an ended mailing as well.

    Raises IllegalMove for a letter of which nobody wrote down that it was posted.
    """
    row = session.get(MailingRecipient, recipient_id)
    if row is None:
        raise NotFound("There is no such person in the list.")
    mailing, incident = mailing_for(session, row.mailing_id, actor, Permission.SUBMIT)
    if mailing.channel is MailingChannel.LETTER and not is_posted(mailing, row):
        raise IllegalMove("It is not on record yet that this letter was posted.")
    row.bounced_at, row.bounce_reason = now, reason[:500]
    session.flush()
    if mailing.ended_at is not None:
        _count_again(session, mailing, incident, actor, now)
    record(session, incident, Tag.MESSAGE_FAILED, actor, now, recipient=str(recipient_id), bounced=True)


def is_posted(mailing: Mailing, row: MailingRecipient) -> bool:
    """Whether it is on record that the letter to this person was posted."""
    ended = mailing.state is MailingState.RELEASED and mailing.ended_at is not None
    return ended and row.printed_at is not None


def _count_again(session: Session, mailing: Mailing, incident: Incident, actor: Actor, now: datetime) -> None:
    """GDPR art. 34: whose message came back was not reached; a number that a person stated stays."""
    counted, facts = people_told(session, incident), current_facts(session, incident)
    found = {one.version: one for one in deliveries(session, mailing)[mailing.id]}
    for row in session.scalars(select(Submission).where(Submission.mailing_id == mailing.id)):
        one = found[row.version_id]
        row.recipients, row.delivery = one.reached, {**row.delivery, "reached": one.reached, "bounced": one.bounced}
    session.flush()
    _tell_again(session, mailing, incident, actor, now)
    reached = people_told(session, incident)
    if reached is not None and reached != counted and facts.informed_count == counted:
        after = replace(facts, informed_count=reached)
        append_version(session, incident, after, actor=actor, now=now, chapter="actions", reason="a message came back")
        follow(session, incident, after, actor=actor, now=now)


def _tell_again(session: Session, mailing: Mailing, incident: Incident, actor: Actor, now: datetime) -> None:
    """The officer hears that not everybody is told; of a closed incident the clock runs on once it is reopened."""
    clocks = met_in_vain(session, incident)
    if not clocks or incident.status is Status.DISMISSED:
        return
    is_open = incident.status in OPEN_STATUSES
    if is_open:
        run_on_in_vain(session, incident, actor=actor, now=now)
    queue(
        session,
        incident=incident,
        template="not_everybody_told",
        params={
            "reference": incident.reference,
            "due_at": min(each.due_at for each in clocks).isoformat() if is_open else None,
            "path": f"/incidents/{incident.reference}/mailings/{mailing.id}",
        },
        to=Audience.DPO,
        now=now,
        dedupe=f"came_back:{clocks[0].id}",
    )
