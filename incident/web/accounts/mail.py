"""The library's mails leave through the outbox like every other message: no network inside a request."""

from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from flask import request
from flask_security import MailUtil

from incident.store.db import db
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import queue_one
from incident.web.accounts.browsers import browser_in_words
from incident.web.clock import now

if TYPE_CHECKING:
    from incident.store.models import Person

TEMPLATES: Final = {
    "security/email/reset_instructions": "password_reset",
    "security/email/reset_notice": "password_changed",
    "security/email/change_notice": "password_changed",
}


def tell_of_new_browser(person: "Person") -> None:
    """Somebody signed in as this person where nobody had before; the sign-in commits."""
    queue_one(
        db.session(),
        incident=None,
        channel=Channel.EMAIL,
        recipient=person.email,
        language=person.language or "nl",
        template="signed_in_anew",
        params={
            "browser": browser_in_words(request.user_agent.string),
            "address": request.remote_addr or "",
            "path": "/account",
        },
        now=now(),
        dedupe=f"signed_in:{uuid4()}",
        urgent=True,
    )


def rehearse() -> None:
    """Queue a link for nobody, and take it back: whoever asks for one cannot tell by the time whether one left."""
    _queue("", "nl", "password_reset", "/password/forgotten/nobody")
    db.session.rollback()


def _queue(recipient: str, language: str, template: str, link: str | None) -> None:
    queue_one(
        db.session(),
        incident=None,
        channel=Channel.EMAIL,
        recipient=recipient,
        language=language,
        template=template,
        params={"link": link} if link else {},
        now=now(),
        dedupe=f"account:{uuid4()}",
        urgent=True,
    )


class OutboxMail(MailUtil):
    """Queues instead of sending; the worker renders the text in the person's language."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Queue the message the library wants to send."""
        _queue(str(recipient), context["user"].language or "nl", TEMPLATES[template], context.get("reset_link"))
        db.session.commit()
