"""Mails with reports that could not be taken in so far, and whose turn it is to look into the mailbox."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from incident.store.db import Base
from incident.store.models.columns import Short


class MailboxTurn(Base):
    """The mailbox, named by what it is for. Until ``free_at`` nobody else looks into it.

    ``emptied_at`` is when it was last seen whole, and nothing was left in it but what is named as a `StuckMail`.
    """

    __tablename__ = "mailbox_turn"

    name: Mapped[Short] = mapped_column(primary_key=True)
    free_at: Mapped[datetime]
    emptied_at: Mapped[datetime | None]


class StuckMail(Base):
    """A mail that waits outside, at the mail server or in the mailbox, or that mailbox itself. It names nobody.

    ``name`` is where it lies (``mailbox:VALIDITY:UID``, ``pipe:FINGERPRINT``), ``since`` when it was first tried.
    """

    __tablename__ = "stuck_mail"

    name: Mapped[Short] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    tried_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(40))
