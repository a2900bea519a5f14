"""Where the sending threads find the finished message for one data subject."""

import time
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from incident.delivery.email import EmailMessenger
from incident.delivery.short_reads import ShortReads
from incident.delivery.subjects import PersonalMail, SubjectMessenger
from incident.documents.personal import personal_texts
from incident.domain.recipients import Addressed
from incident.platform.clock import Clock
from incident.platform.settings import Settings
from incident.store.db import only_reads
from incident.usecases.mailing.texts import addressed, letter
from incident.usecases.messages.ports import Channel, Messenger
from incident.usecases.notices.ports import PrintableNotice

KEPT_SECONDS = 60
"""A version that was released never changes; what stands around it, such as the address of the sender, may."""


def mail_to(notice: PrintableNotice, person: Addressed) -> PersonalMail:
    """A person's message, from the organisation by name; answers go to whom the letter names as its contact."""
    text, html = personal_texts(notice, person)
    sender = notice.organisation.name
    return PersonalMail(person.email, notice.title, text, html, notice.language, sender, notice.reply_to)


class Letterbox(ShortReads):
    """Opens one person's row and writes that person's message."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._letters: dict[UUID, tuple[float, PrintableNotice]] = {}

    def __call__(self, recipient: UUID) -> PersonalMail:
        """The message; raises DomainError when the person's data were erased."""
        with self._sessions() as session:
            only_reads(session)
            version_id, person = addressed(session, recipient, self._sealer)
            notice = self._letter(session, version_id)
        return mail_to(notice, person)

    def _letter(self, session: Session, version_id: UUID) -> PrintableNotice:
        now = time.monotonic()
        kept = {one: known for one, known in self._letters.items() if now - known[0] < KEPT_SECONDS}
        if version_id not in kept:
            kept[version_id] = now, letter(session, version_id)
        self._letters = kept
        return kept[version_id][1]


def with_subjects(found: Mapping[str, Messenger], settings: Settings, clock: Clock) -> Mapping[str, Messenger]:
    """The channels, and beside e-mail the one to data subjects."""
    post = found.get(Channel.EMAIL)
    if not isinstance(post, EmailMessenger):
        return found
    return {**found, Channel.SUBJECTS: SubjectMessenger(post, Letterbox(settings), clock)}
