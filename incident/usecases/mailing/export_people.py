"""The people whom a mailing did not reach, as a list for a second channel; whoever takes it is on record."""

import csv
import io
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.store.queries.mailings import everybody
from incident.store.sealing import Sealer
from incident.usecases.common.record import record
from incident.usecases.mailing.mailing import mailing_for, opened

COLUMNS = {
    "name": "naam",
    "email": "email",
    "street": "straat",
    "postcode": "postcode",
    "city": "plaats",
    "country": "land",
    "language": "taal",
    "reference": "kenmerk",
    "group": "groep",
}
"""The headings, which a new mailing understands."""


def export_people(
    session: Session, mailing_id: UUID, state: str, *, actor: Actor, now: datetime, sealer: Sealer
) -> bytes:
    """The people of this state as CSV. Raises IllegalMove once their data were erased."""
    mailing, incident = mailing_for(session, mailing_id, actor, Permission.APPROVE)
    if mailing.erased_at is not None:
        raise IllegalMove("The data of these people were erased.")
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(COLUMNS.values())
    people = [opened(row, sealer) for row in everybody(session, mailing.id, state)]
    writer.writerows([getattr(person, name) for name in COLUMNS] for person in people)
    record(
        session, incident, Tag.RECIPIENTS_EXPORTED, actor, now, mailing=str(mailing.id), state=state, people=len(people)
    )
    return text.getvalue().encode("utf-8-sig")
