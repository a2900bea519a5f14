"""Where the sending threads find the finished message for one data subject."""

import threading
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from incident.delivery.email import EmailMessenger
from incident.delivery.letter_mail import PersonalMail
from incident.delivery.short_reads import ShortReads
from incident.delivery.subjects import SubjectMessenger
from incident.documents.personal import personal_texts
from incident.domain.recipients import Addressed
from incident.platform.clock import Clock
from incident.platform.settings import Settings
from incident.store.db import only_reads
from incident.store.models import MailingRecipient
from incident.usecases.mailing.texts import letter, letter_and_person
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
        self._expected = threading.local()

    def expect(self, recipients: Sequence[UUID]) -> None:
        """Look up in one statement whom this thread asks for next; nobody is kept longer than until then."""
        with self._sessions() as session:
            only_reads(session)
            found = session.scalars(select(MailingRecipient).where(MailingRecipient.id.in_(recipients)))
            self._expected.rows = {row.id: row for row in found}

    def __call__(self, recipient: UUID) -> PersonalMail:
        """The message; raises DomainError when the person's data were erased."""
        if recipient not in getattr(self._expected, "rows", ()):
            self.expect([recipient])
        version_id, person = letter_and_person(self._expected.rows.pop(recipient, None), self._sealer)
        return mail_to(self._letter(version_id), person)

    def _letter(self, version_id: UUID) -> PrintableNotice:
        now = time.monotonic()
        kept = {one: known for one, known in self._letters.items() if now - known[0] < KEPT_SECONDS}
        if version_id not in kept:
            with self._sessions() as session:
                only_reads(session)
                kept[version_id] = now, letter(session, version_id)
        self._letters = kept
        return kept[version_id][1]


def with_subjects(found: Mapping[str, Messenger], settings: Settings, clock: Clock) -> Mapping[str, Messenger]:
    """The channels, and beside e-mail the one to data subjects."""
    post = found.get(Channel.EMAIL)
    if not isinstance(post, EmailMessenger):
        return found
    return {**found, Channel.SUBJECTS: SubjectMessenger(post, Letterbox(settings), clock)}
