"""People for whom no letter was approved in their language and group: which letter they get is a person's decision."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.store.models import MailingRecipient
from incident.usecases.common.record import record
from incident.usecases.mailing.mailing import letters_of, mailing_for, must_be_read


def assign_letter(
    session: Session, mailing_id: UUID, version: UUID, *, language: str, group: str, actor: Actor, now: datetime
) -> int:
    """Give the people of this language and group, who have no letter, one of the mailing's; returns how many.

    Raises IllegalMove once the mailing was started, and Invalid for a letter that the mailing does not have.
    """
    mailing, incident = mailing_for(session, mailing_id, actor, Permission.SUBMIT)
    must_be_read(mailing)
    letter = next((letter for letter in letters_of(mailing) if letter.version == str(version)), None)
    if letter is None:
        raise Invalid("Choose one of the letters of this mailing.", field="letter")
    mine = (
        MailingRecipient.mailing_id == mailing.id,
        MailingRecipient.version_id.is_(None),
        MailingRecipient.language == language,
        MailingRecipient.group == group,
    )
    changed = session.execute(
        update(MailingRecipient).where(*mine).values(version_id=version).execution_options(synchronize_session=False)
    )
    count: int = getattr(changed, "rowcount", 0)
    record(
        session,
        incident,
        Tag.NOTICE_RELEASED,
        actor,
        now,
        mailing=str(mailing.id),
        step="assigned",
        language=language,
        letter=letter.language,
        people=count,
    )
    return count
