"""What a sending thread looks up in the database: in short transactions of its own that only read."""

from functools import cached_property

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from incident.platform.settings import Settings
from incident.store.db import harden, only_reads
from incident.store.sealing import Sealer
from incident.usecases.messages.subscriptions import Subscriber, subscriber


class ShortReads:
    """The sessions; the engine is made when the first of them is needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sealer = Sealer(settings.encryption_keys)

    @cached_property
    def _sessions(self) -> sessionmaker[Session]:
        return sessionmaker(harden(create_engine(self._settings.database_url, hide_parameters=True)))


class Subscribers(ShortReads):
    """Where the events of a subscription go, and the secret that signs them."""

    def __call__(self, key: str) -> Subscriber:
        """The subscriber. Raises NotFound for a subscription that is gone."""
        with self._sessions() as session:
            only_reads(session)
            return subscriber(session, key, self._sealer)
