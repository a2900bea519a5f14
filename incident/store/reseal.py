"""Seal everything anew with the first key, so that the older keys can go. What is sealed with it already is left."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from incident.store import vault
from incident.store.blobs import BlobStore, DamagedBlob
from incident.store.models import KeptSecret, MailingRecipient, PrintPart
from incident.store.sealing import Sealer

BATCH = 500


def recipient_place(recipient_id: object) -> str:
    """Where a sealed person of a mailing belongs."""
    return f"mailing_recipient.sealed:{recipient_id}"


SEALED = ((KeptSecret, KeptSecret.name, vault.place_of), (MailingRecipient, MailingRecipient.id, recipient_place))
"""Every table with a sealed value: its key column, and the place to which the value of a row is bound."""


def sealed_values(session: Session) -> int:
    """How many sealed values there are."""
    counts = (select(func.count()).where(model.sealed.is_not(None)) for model, _, _ in SEALED)
    return sum(session.scalars(count).one() for count in counts)


def reseal(session: Session, sealer: Sealer) -> Iterator[int]:
    """Go through all sealed values; after each batch yields how many it held, and the caller commits there.

    A batch is done whole or not at all, and every value says which key sealed it: whoever is killed begins again and
    finds what is left. Raises CannotOpen for a value that no key opens. What waits for the printer is not sealed anew:
    a worker makes it again.
    """
    session.execute(update(PrintPart).values(sealed=None, made_at=None, lease_until=None))
    for model, key, place in SEALED:
        after: object = None
        while rows := _batch(session, model, key, after):
            for name, sealed in rows:
                if not sealer.is_current(sealed):
                    anew = sealer.seal(sealer.open(sealed, place(name)), place(name))
                    session.execute(update(model).where(key == name).values(sealed=anew))
            after = rows[-1][0]
            yield len(rows)


def reseal_files(blobs: BlobStore, digests: Iterable[str]) -> Iterator[str]:
    """Seal these files anew, one by one; yields the hash of each that is damaged, and stays as it is.

    A file is the old one or the new one at every moment: whoever is killed begins again. Raises OSError.
    """
    for digest in digests:
        try:
            blobs.seal_anew(digest)
        except DamagedBlob:
            yield digest


def _batch(
    session: Session, model: type[KeptSecret | MailingRecipient], key: Any, after: object
) -> list[tuple[Any, bytes]]:
    query = select(key, model.sealed).where(model.sealed.is_not(None)).order_by(key).limit(BATCH)
    rows = session.execute(query if after is None else query.where(key > after))
    return [(name, sealed) for name, sealed in rows]
