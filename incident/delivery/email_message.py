"""The bytes of an e-mail: headers that thread per case and tell robots to keep quiet, text first and HTML beside it."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from incident.delivery.messages import Rendered
from incident.usecases.messages.outsiders import ANSWERABLE, RECEIPT, TO_OUTSIDERS
from incident.usecases.messages.ports import OutgoingMessage


def compose(
    message: OutgoingMessage, rendered: Rendered, sender: str, at: datetime, intake: str | None = None
) -> EmailMessage:
    """One e-mail. Its Message-ID is the same at every attempt, so a repetition is recognised as the same message.

    All messages of a case refer to one root that is never sent, so mail programs show them as one conversation. What
    goes to a reporter without an account names no case, and is answered to ``intake``: there its own number, which
    nobody guesses, tells which report the answer belongs to.
    """
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.recipient
    mail["Subject"] = rendered.subject
    mail["Date"] = format_datetime(at)
    if message.template in ANSWERABLE:
        _for_reporter(mail, message, domain, intake)
    else:
        mail["Message-ID"] = message_id(message.dedupe_key, domain)
    if message.template not in TO_OUTSIDERS:
        _within_case(mail, message, domain)
    mail["X-Meldklok-Attempt"] = str(message.attempt)
    mail["Auto-Submitted"] = "auto-replied" if message.template == RECEIPT else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = rendered.language
    if message.urgent:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"
    mail.set_content(rendered.text)
    mail.add_alternative(rendered.html, subtype="html")
    return mail


def _for_reporter(mail: EmailMessage, message: OutgoingMessage, domain: str, intake: str | None) -> None:
    mail["Message-ID"] = f"<{message.id.hex}@{domain}>"
    if intake:
        mail["Reply-To"] = intake
    if answered := str(message.params.get("answers_to") or ""):
        mail["In-Reply-To"] = answered
        mail["References"] = answered


def _within_case(mail: EmailMessage, message: OutgoingMessage, domain: str) -> None:
    if message.incident_reference:
        root = message_id(f"thread:{message.incident_reference}", domain)
        mail["References"] = root
        mail["In-Reply-To"] = root
        mail["X-Meldklok-Case"] = message.incident_reference


def message_id(key: str, domain: str) -> str:
    """A Message-ID that depends on the key alone and says nothing about it."""
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"
