"""E-mails to data subjects: one person, one message. Who it is and what it says is looked up when it is sent."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from incident.delivery.email import EmailMessenger
from incident.delivery.letter_mail import PersonalMail, write_letter
from incident.domain.kernel.errors import DomainError
from incident.platform.clock import Clock
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage, Receipt


class Resolver(Protocol):
    """Finds the finished message for one person; raises DomainError where there is none."""

    def __call__(self, recipient: UUID) -> PersonalMail: ...

    def expect(self, recipients: Sequence[UUID]) -> None:
        """Look up at once whom this thread asks for next."""


class SubjectMessenger:
    """Sends one e-mail to one data subject, never to several in one."""

    def __init__(self, post: EmailMessenger, resolve: Resolver, clock: Clock) -> None:
        self._post = post
        self._resolve = resolve
        self._clock = clock

    def expect(self, messages: Sequence[OutgoingMessage]) -> None:
        """Hear which messages this thread sends next."""
        self._resolve.expect([UUID(message.recipient) for message in messages])

    def send(self, message: OutgoingMessage) -> Receipt:
        """Resolve and hand over; a person whose data were erased is a permanent failure."""
        try:
            personal = self._resolve(UUID(message.recipient))
        except DomainError as error:
            raise DeliveryFailed(error.user_text, permanent=True) from error
        return self._hand_in(personal, message.dedupe_key, message.attempt)

    def send_test(self, personal: PersonalMail, key: str) -> Receipt:
        """Hand over one message that is in no list, for somebody who wants to see how it arrives."""
        return self._hand_in(personal, key, 1)

    def _hand_in(self, personal: PersonalMail, key: str, attempt: int) -> Receipt:
        letter = write_letter(personal, self._post.sender, key, attempt, self._clock.now())
        return self._post.hand_in(personal.address, letter.message_id, letter.content)
