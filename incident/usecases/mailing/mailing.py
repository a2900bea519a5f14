"""Send notices to data subjects: individual messages only, started by one person and released by another."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, Invalid, NotAllowed, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import by_count
from incident.domain.kinds import Addressee, MailingChannel, MailingState, OutboxOutcome
from incident.domain.letters import Letter
from incident.domain.recipients import Addressed
from incident.store.models import Incident, Mailing, MailingRecipient, Notice, NoticeVersion, OutboxMessage, PrintPart
from incident.store.queries.mailings import count_people, count_unmade, without_letter
from incident.store.reseal import recipient_place
from incident.store.sealing import Sealer
from incident.usecases.common.access import incident_for
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.mailing.make_messages import make_messages
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.turns import tell_turns
from incident.usecases.notices.approve import valid_approval
from incident.usecases.response.triage import must_be_open

LETTERS_PER_PART = 50
"""So many letters are laid out with less than 150 MB."""


def approved_letters(session: Session, incident: Incident, ids: Sequence[UUID]) -> tuple[Letter, ...]:
    """The letters of these versions, in their order. Raises IllegalMove for one that is not approved as it stands."""
    found: list[Letter] = []
    for version_id in ids:
        version = session.get(NoticeVersion, version_id)
        notice = session.get(Notice, version.notice_id) if version else None
        if version is None or notice is None or notice.incident_id != incident.id:
            raise NotFound("There is no such notice.")
        if notice.addressee is not Addressee.SUBJECTS:
            raise IllegalMove("Only letters to data subjects can be sent to a list of people.")
        if valid_approval(session, version) is None:
            raise IllegalMove("This text is not approved. Have it approved first.")
        found.append(Letter(str(version.id), notice.language, notice.group))
    if not found:
        raise Invalid("Choose at least one approved letter.", field="versions")
    return tuple(found)


def must_be_read(mailing: Mailing) -> None:
    """Raises IllegalMove for a mailing whose list is being read, or could not be read, and for one that was started."""
    if mailing.state in (MailingState.READING, MailingState.UNREADABLE):
        raise IllegalMove("The list of this mailing has not been read yet.")
    if mailing.state is not MailingState.DRAFT:
        raise IllegalMove("This mailing was started already.")


def letters_of(mailing: Mailing) -> tuple[Letter, ...]:
    """The letters of a mailing, in the order in which they were chosen."""
    return tuple(Letter(**letter) for letter in mailing.letters)


def address_fingerprint(email: str, mailing: Mailing, sealer: Sealer) -> str:
    """What finds the people of an e-mail address in one mailing, without opening anybody's data."""
    return sealer.fingerprint(email.casefold().encode(), f"{mailing.id}:address")


def opened(row: MailingRecipient, sealer: Sealer) -> Addressed:
    """The person behind a row. Raises NotFound once the data were erased."""
    if row.sealed is None:
        raise NotFound("The data of this person were erased.")
    return unsealed(row.id, row.sealed, sealer)


def unsealed(recipient_id: UUID, sealed: bytes, sealer: Sealer) -> Addressed:
    """The person whom a row with this key holds sealed. Raises CannotOpen."""
    return Addressed(**json.loads(sealer.open(sealed, recipient_place(recipient_id))))


def mailing_for(session: Session, mailing_id: UUID, actor: Actor, permission: Permission) -> tuple[Mailing, Incident]:
    """The mailing and its incident, when the actor may do the act."""
    mailing = session.get(Mailing, mailing_id)
    if mailing is None:
        raise NotFound("There is no such mailing.")
    incident = incident_for(session, mailing.incident_id, actor, permission)
    session.refresh(mailing, with_for_update=True)
    return mailing, incident


def start_mailing(session: Session, mailing_id: UUID, *, actor: Actor, now: datetime) -> Mailing:
    """Ask for release. Nothing leaves before somebody else has released it."""
    mailing, incident = mailing_for(session, mailing_id, actor, Permission.SUBMIT)
    must_be_open(incident)
    must_be_read(mailing)
    unserved = without_letter(session, mailing)
    if count := sum(part.people for part in unserved):
        one = "One person of this list has no letter in their language and for their group. Choose one below."
        many = (
            "%(count)s people of this list have no letter in their language and for their group. Choose for each of "
            "them below."
        )
        raise IllegalMove(by_count(count, one, many), count=count)
    mailing.state, mailing.started_by, mailing.started_name, mailing.started_at = (
        MailingState.ASKED,
        actor.id,
        actor.name,
        now,
    )
    record(session, incident, Tag.NOTICE_RELEASED, actor, now, mailing=str(mailing.id), step="asked")
    tell_turns(session, incident, actor, now)
    return mailing


def release_mailing(
    session: Session, mailing_id: UUID, *, actor: Actor, now: datetime, channels: Collection[str]
) -> int:
    """Release it as another person than the one who started it; returns for how many people that is.

    Every notice must still be approved as it stands: a text or fact that changed since blocks the release.
    ``channels`` names the ways out that this installation has. The messages of a long list are made by a worker.
    """
    mailing, incident = mailing_for(session, mailing_id, actor, Permission.APPROVE)
    must_be_open(incident)
    if mailing.state is not MailingState.ASKED:
        raise IllegalMove("This mailing does not wait for release.")
    if actor.id is not None and actor.id == mailing.started_by:
        raise NotAllowed("You started this mailing yourself. Somebody else has to release it.")
    if mailing.channel is MailingChannel.EMAIL and Channel.SUBJECTS not in channels:
        raise IllegalMove("E-mail is not set up here. Set SMTP_URL and MAIL_FROM, or send letters.")
    approved_letters(session, incident, [UUID(letter.version) for letter in letters_of(mailing)])
    mailing.state, mailing.released_by, mailing.released_name, mailing.released_at = (
        MailingState.RELEASED,
        actor.id,
        actor.name,
        now,
    )
    count = count_people(session, mailing.id)
    if mailing.channel is MailingChannel.EMAIL:
        make_messages(session, mailing, now)
    else:
        _lay_out(session, mailing, count)
    record(session, incident, Tag.NOTICE_RELEASED, actor, now, mailing=str(mailing.id), step="released", queued=count)
    tell_timeline(session, incident, actor, kind="mailing", text=str(count), happened_at=now, now=now)
    return count


def _lay_out(session: Session, mailing: Mailing, people: int) -> None:
    """One row per file for the printer; a worker makes them, in the order of the list."""
    for number, first in enumerate(range(0, people, LETTERS_PER_PART), start=1):
        letters = min(LETTERS_PER_PART, people - first)
        session.add(PrintPart(id=uuid4(), mailing_id=mailing.id, number=number, letters=letters, problem=""))
    session.flush()


def stop_mailing(session: Session, mailing_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Keep what has not left from leaving; returns how many messages that were.

    Letters leave all at once, when they are posted: until then none of them has.
    """
    mailing, incident = mailing_for(session, mailing_id, actor, Permission.SUBMIT)
    letters = mailing.channel is MailingChannel.LETTER
    if mailing.state is not MailingState.RELEASED or (letters and mailing.ended_at is not None):
        raise IllegalMove("This mailing is not being sent.")
    waiting = select(MailingRecipient.outbox_id).where(MailingRecipient.mailing_id == mailing.id)
    held = list(
        session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.id.in_(waiting), OutboxMessage.settled_at.is_(None))
            .where(OutboxMessage.claimed_by.is_(None))
            .with_for_update(skip_locked=True)
        )
    )
    for message in held:
        message.settled_at, message.outcome = now, OutboxOutcome.CANCELLED
    mailing.state, mailing.ended_at = MailingState.STOPPED, now if letters else mailing.ended_at
    count = len(held) + count_unmade(session, mailing.id)
    record(session, incident, Tag.NOTICE_RELEASED, actor, now, mailing=str(mailing.id), step="stopped", held=count)
    return count


def resume_mailing(session: Session, mailing_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Let a stopped mailing go on with what had not left; returns how many messages that are.

    Whoever may release it may do so, except the person who started it.
    """
    mailing, incident = mailing_for(session, mailing_id, actor, Permission.APPROVE)
    must_be_open(incident)
    if mailing.state is not MailingState.STOPPED:
        raise IllegalMove("This mailing was not stopped.")
    if actor.id is not None and actor.id == mailing.started_by:
        raise NotAllowed("You started this mailing yourself. Somebody else has to release it.")
    mine = select(MailingRecipient.outbox_id).where(MailingRecipient.mailing_id == mailing.id)
    query = select(OutboxMessage).where(OutboxMessage.id.in_(mine), OutboxMessage.outcome == OutboxOutcome.CANCELLED)
    held = list(session.scalars(query.order_by(OutboxMessage.due_at)))
    distance = timedelta(minutes=1) / mailing.per_minute
    for number, message in enumerate(held):
        message.settled_at, message.outcome, message.due_at = None, None, now + distance * number
    mailing.state, mailing.ended_at = MailingState.RELEASED, None
    count = len(held) + count_unmade(session, mailing.id)
    record(session, incident, Tag.NOTICE_RELEASED, actor, now, mailing=str(mailing.id), step="resumed", left=count)
    return count
