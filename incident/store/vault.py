"""The secrets that an installation makes once and keeps sealed in its database, and the check of its key.

They are the canary: where the key of this installation does not open them, nothing is read, written or made.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import DomainError
from incident.store.db import only_reads
from incident.store.insert import insert_missing
from incident.store.models import Incident, KeptSecret, Person
from incident.store.proof.note import Signer
from incident.store.sealing import CannotOpen, Sealer

SECRET_BYTES: Final = 32
PASSWORDS, SECOND_FACTOR, RECOVERY = "passwords", "second factor", "recovery codes"
FINGERPRINTS, CHECKPOINTS = "fingerprints", "checkpoints"
NAMES: Final = (PASSWORDS, SECOND_FACTOR, RECOVERY, FINGERPRINTS, CHECKPOINTS)


class WrongKey(Exception):
    """The encryption key is not that of this database."""


def place_of(name: str) -> str:
    """Where a kept secret belongs."""
    return f"kept_secret:{name}"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets, opened; each 32 random bytes."""

    values: dict[str, bytes]

    def text(self, name: str) -> str:
        """A secret as URL-safe characters, for libraries that want text."""
        return base64.urlsafe_b64encode(self.values[name]).decode()

    @property
    def signer(self) -> Signer:
        """Signs checkpoints."""
        return Signer(self.values[CHECKPOINTS])


class Vault:
    """The keys of the installation, and the secrets that they open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = keys
        self._secrets: Secrets | None = None

    def open(self, engine: Engine) -> None:
        """Open the secrets of this database, made now where it is empty; a database without tables is left alone.

        Raises WrongKey when the key does not fit.
        """
        if self._secrets is not None:
            return
        with Session(engine) as session:
            only_reads(session)
            if not inspect(session.connection()).has_table(KeptSecret.__tablename__):
                return
            sealed = _sealed(session)
        if not sealed:
            with Session(engine) as session, session.begin():
                sealed = _make(session, Sealer(self._keys))
        self._secrets = _opened(sealed, Sealer(self._keys))

    @property
    def secrets(self) -> Secrets:
        """The opened secrets. Raises DomainError while no database with tables was opened."""
        if self._secrets is None:
            raise DomainError("The database has no tables yet. Make them with the command meldklok db upgrade.")
        return self._secrets

    @property
    def sealer(self) -> Sealer:
        """Seals and opens the personal data of data subjects."""
        return Sealer(self._keys, self.secrets.values[FINGERPRINTS])


def _make(session: Session, sealer: Sealer) -> dict[str, bytes]:
    """Make the secrets of an empty database; of processes that start together the first one makes them."""
    if not _sealed(session) and _in_use(session):
        raise WrongKey("The sealed secrets of this database are gone. Restore the database from a back-up.")
    for name in NAMES:
        value = sealer.seal(secrets.token_bytes(SECRET_BYTES), place_of(name))
        insert_missing(session, KeptSecret, name=name, sealed=value)
    return _sealed(session)


def _opened(sealed: dict[str, bytes], sealer: Sealer) -> Secrets:
    try:
        return Secrets({name: sealer.open(sealed[name], place_of(name)) for name in NAMES})
    except (CannotOpen, KeyError) as problem:
        raise WrongKey(
            "ENCRYPTION_KEY is not the key of this database. Put the key back with which it was sealed: without it "
            "nothing is started, and nothing was changed."
        ) from problem


def _sealed(session: Session) -> dict[str, bytes]:
    return {name: sealed for name, sealed in session.execute(select(KeptSecret.name, KeptSecret.sealed))}


def _in_use(session: Session) -> bool:
    people = session.scalars(select(Person.id).limit(1)).first()
    return people is not None or session.scalars(select(Incident.id).limit(1)).first() is not None
