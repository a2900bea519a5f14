"""E-mails to data subjects: one person, one message. Who it is and what it says is looked up when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from uuid import UUID

from incident.delivery.email import EmailMessenger
from incident.delivery.email_message import message_id
from incident.domain.kernel.errors import DomainError
from incident.platform.clock import Clock
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage, Receipt


@dataclass(frozen=True, slots=True)
class PersonalMail:
    """The finished message for one person: ``sender`` is the name beside our address, ``reply_to`` who answers."""

    address: str
    subject: str
    text: str
    html: str
    language: str
    sender: str = ""
    reply_to: str = ""


class SubjectMessenger:
    """Sends one e-mail to one data subject, never to several in one."""

    def __init__(self, post: EmailMessenger, resolve: Callable[[UUID], PersonalMail], clock: Clock) -> None:
        self._post = post
        self._resolve = resolve
        self._clock = clock

    def send(self, message: OutgoingMessage) -> Receipt:
        """Resolve and hand over; a person whose data were erased is a permanent failure."""
        try:
            personal = self._resolve(UUID(message.recipient))
        except DomainError as error:
            raise DeliveryFailed(error.user_text, permanent=True) from error
        return self._post.post(personal.address, self._compose(message.dedupe_key, message.attempt, personal))

    def send_test(self, personal: PersonalMail, key: str) -> Receipt:
        """Hand over one message that is in no list, for somebody who wants to see how it arrives."""
        return self._post.post(personal.address, self._compose(key, 1, personal))

    def _compose(self, key: str, attempt: int, personal: PersonalMail) -> EmailMessage:
        """A letter, not a robot's notice: no threading header names the case, an answer goes to people."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = formataddr((_in_one_line(personal.sender), self._post.sender))
        mail["To"] = personal.address
        if personal.reply_to:
            mail["Reply-To"] = _in_one_line(personal.reply_to)
        mail["Subject"] = _in_one_line(personal.subject)
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = message_id(key, self._post.sender.rpartition("@")[2])
        mail["X-Meldklok-Attempt"] = str(attempt)
        mail["Content-Language"] = personal.language
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        mail.set_content(personal.text)
        mail.add_alternative(personal.html, subtype="html")
        return mail


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
