"""The library's mails leave through the outbox like every other message: no network inside a request."""

from typing import Any, Final
from uuid import uuid4

from flask_security import MailUtil

from incident.store.db import db
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import queue_one
from incident.web.clock import now

TEMPLATES: Final = {
    "security/email/reset_instructions": "password_reset",
    "security/email/reset_notice": "password_changed",
    "security/email/change_notice": "password_changed",
}


class OutboxMail(MailUtil):
    """Queues instead of sending; the worker renders the text in the person's language."""

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **context: Any
    ) -> None:
        """Queue the message the library wants to send."""
        link = context.get("reset_link")
        queue_one(
            db.session(),
            incident=None,
            channel=Channel.EMAIL,
            recipient=str(recipient),
            language=context["user"].language or "nl",
            template=TEMPLATES[template],
            params={"link": link} if link else {},
            now=now(),
            dedupe=f"account:{uuid4()}",
            urgent=True,
        )
        db.session.commit()
