"""Take in one mail: first what is written, then what is attached, each kept for good before the next begins.

Whoever hands a mail over keeps it until this returns. Interrupted anywhere, it is handed over again, and what was done
is not done twice.
"""

from contextlib import suppress
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from incident.delivery.incoming import read_mail
from incident.domain.kernel.errors import TooMany
from incident.domain.mail_words import Trouble
from incident.store.blobs import BlobStore
from incident.store.mail_intake import tell_stuck, tell_taken
from incident.store.sealing import Sealer
from incident.store.shelf import put_ahead
from incident.usecases.response.by_mail import TakeMail, Taken, keep_files, take_mail

log = structlog.get_logger(__name__)


def take_in(raw: bytes, address: str, *, session: Session, now: datetime, sealer: Sealer, blobs: BlobStore) -> Taken:
    """Commit what comes of the mail. Raises DomainError, DBAPIError and OSError: then it is handed over again."""
    command = TakeMail(read_mail(raw), address)
    taken = take_mail(command, session=session, now=now, sealer=sealer, blobs=blobs)
    session.commit()
    if taken.files:
        shelf = put_ahead(session, blobs, [file.content for file in taken.files], now)
        keep_files(command, taken, session=session, now=now, sealer=sealer, blobs=shelf)
        session.commit()
    log.info("mail_taken_in", nature=command.mail.nature.value, is_new=taken.is_new, files=len(taken.files))
    return taken


def take_from_pipe(
    raw: bytes, address: str, *, session: Session, now: datetime, sealer: Sealer, blobs: BlobStore
) -> None:
    """Do as :func:`take_in`, and write down which mail waits at its server because it could not be taken."""
    name = f"pipe:{sealer.fingerprint(raw, 'mail.stuck')}"
    try:
        take_in(raw, address, session=session, now=now, sealer=sealer, blobs=blobs)
    except Exception as problem:
        session.rollback()
        with suppress(DBAPIError):
            tell_stuck(session, name, trouble_of(problem), now)
            session.commit()
        raise
    tell_taken(session, name)
    session.commit()


def trouble_of(problem: Exception) -> Trouble:
    """What people read of a mail that could not be taken in."""
    return Trouble.TOO_MANY if isinstance(problem, TooMany) else Trouble.FAILED
