"""Take in one mail: first what is written, then what is attached, each kept for good before the next begins.

Whoever hands a mail over keeps it until this returns. Interrupted anywhere, it is handed over again, and what was done
is not done twice.
"""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from incident.delivery.incoming import read_mail
from incident.store.blobs import BlobStore
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
