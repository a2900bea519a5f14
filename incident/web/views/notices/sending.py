"""Which mailing is sending a letter, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from incident.store.db import db
from incident.store.queries.case import NoticeFile
from incident.store.queries.mailings import mailings_of
from incident.usecases.mailing.mailing import letters_of
from incident.usecases.mailing.texts import MailingProgress, progress_of_each

if TYPE_CHECKING:
    from incident.store.models import Incident, Mailing


@dataclass(frozen=True, slots=True)
class Sending:
    """A mailing that took a letter out of the house, with its figures."""

    mailing: "Mailing"
    done: MailingProgress


def sendings(incident: "Incident", files: Sequence[NoticeFile]) -> dict[UUID, Sending]:
    """The newest mailing of each notice that is being sent, by the id of the notice."""
    under_way = [file for file in files if file.sent and not file.submissions]
    if not under_way:
        return {}
    newest: dict[UUID, Mailing] = {}
    for mailing in mailings_of(db.session(), incident.id):
        for letter in letters_of(mailing):
            newest.setdefault(UUID(letter.version), mailing)
    found = {file.notice.id: newest[version.id] for file in under_way for version in file.sent if version.id in newest}
    done = progress_of_each(db.session(), [mailing.id for mailing in found.values()])
    return {notice: Sending(mailing, done[mailing.id]) for notice, mailing in found.items()}
