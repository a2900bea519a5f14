"""Fetches what people report by mail: from the mailbox into the record first, and only then out of the mailbox.

Cut off in between, the mail is still there at the next look, and it is no second report: the record knows it again.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.delivery.incoming import LARGEST
from incident.delivery.intake import take_in, trouble_of
from incident.delivery.mailbox import Mailbox, MailboxTrouble, Place
from incident.delivery.mailbox_token import Tokens
from incident.domain.mail_words import Trouble
from incident.store.mail_intake import (
    MAILBOX,
    end_turn,
    keep_only,
    stuck_mail,
    take_turn,
    tell_stuck,
    tell_taken,
)
from incident.wiring import Deps

LOOK_EVERY: Final = timedelta(seconds=60)
TRY_AGAIN: Final = timedelta(minutes=10)
"""What could not be taken waits so long, and behind all others, so that it holds up nobody."""
log = structlog.get_logger(__name__)


class Postman:
    """Empties the mailbox, if there is one. A mailbox or a database that is away is asked again."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        now: Callable[[Session], datetime],
        deps: Deps,
        stop: threading.Event,
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._deps = deps
        self._stop = stop
        self._tokens = Tokens.of(deps.settings, deps.clock)

    def tick(self) -> None:
        """Look into the mailbox when that is due and no other worker is at it."""
        url = self._deps.settings.intake_imap_url
        if url is None:
            return
        try:
            with self._sessions() as session, session.begin():
                mine = take_turn(session, self._now(session))
            if mine:
                self._look(Place.from_url(url))
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def _look(self, place: Place) -> None:
        whole, trouble = False, None
        try:
            with Mailbox(place, token=self._tokens.token() if self._tokens else None) as box:
                whole = self._empty(box)
        except MailboxTrouble as problem:
            trouble = problem.reason
            if trouble is Trouble.NOT_ADMITTED and self._tokens:
                self._tokens.forget()
            log.warning("mailbox_trouble", reason=trouble.value)
        except DBAPIError:
            raise
        except Exception:  # A server that says what no server should; the next look may go better.
            trouble = Trouble.ODD
            log.exception("mailbox_trouble", reason=trouble.value)
        with self._sessions() as session, session.begin():
            now = self._now(session)
            if trouble is None:
                tell_taken(session, MAILBOX)
            else:
                tell_stuck(session, MAILBOX, trouble, now)
            # Who tries a wrong password every minute is locked out.
            pause = TRY_AGAIN if trouble in (Trouble.SIGN_IN, Trouble.TOKEN, Trouble.NOT_ADMITTED) else LOOK_EVERY
            end_turn(session, now + pause if whole or trouble else now, now if whole else None)

    def _empty(self, box: Mailbox) -> bool:
        """Take what waits, new mails first; whether all of it was tried."""
        names = {f"{MAILBOX}:{box.validity}:{number}": number for number in box.waiting()}
        with self._sessions() as session, session.begin():
            now = self._now(session)
            keep_only(session, names)
            tried = {mail.name: mail.tried_at for mail in stuck_mail(session, now)}
        again = sorted((name for name in names if name in tried), key=lambda name: tried[name])
        for name in [name for name in names if name not in tried] + again:
            if not box.has_time or self._stop.is_set():
                return False
            if name not in tried or not now - TRY_AGAIN < tried[name] <= now:
                self._take(box, name, names[name])
        return True

    def _take(self, box: Mailbox, name: str, number: int) -> None:
        trouble: Trouble | None
        try:
            raw = box.read(number)
            trouble = None if raw is None else self._trouble_with(raw)
            if raw is not None and trouble is None:
                box.put_away(number)
        except MailboxTrouble as problem:
            self._tell(name, problem.reason)
            if problem.reason in (Trouble.REFUSED, Trouble.PUT_AWAY):
                return
            # The mail itself may be what ends the connection: at the next look the others come before it.
            raise
        self._tell(name, trouble)

    def _trouble_with(self, raw: bytes) -> Trouble | None:
        """Take a mail in; why it cannot be, or None once it is on record."""
        if not raw.strip():
            return Trouble.EMPTY
        if len(raw) > LARGEST:
            return Trouble.TOO_LARGE
        parts, address = self._deps, self._deps.settings.intake_address or ""
        try:
            with self._sessions() as session:
                now = self._now(session)
                take_in(raw, address, session=session, now=now, sealer=parts.sealer, blobs=parts.blobs)
        except DBAPIError:
            raise
        except Exception as problem:  # Whatever it is, this mail stays where it lies, and the others are taken.
            trouble = trouble_of(problem)
            if trouble is Trouble.FAILED:
                log.exception("mail_not_taken_in")
            return trouble
        return None

    def _tell(self, name: str, trouble: Trouble | None) -> None:
        with self._sessions() as session, session.begin():
            if trouble is None:
                tell_taken(session, name)
            else:
                tell_stuck(session, name, trouble, self._now(session))
