"""Where the sending threads find the finished message for one data subject."""

from collections.abc import Mapping
from functools import cached_property
from uuid import UUID

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from incident.delivery.email import EmailMessenger
from incident.delivery.subjects import PersonalMail, SubjectMessenger
from incident.documents.personal import personal_texts
from incident.platform.clock import Clock
from incident.platform.settings import Settings
from incident.store.db import harden, only_reads
from incident.store.sealing import Sealer
from incident.usecases.mailing.texts import personal_notice
from incident.usecases.messages.ports import Channel, Messenger


class Letterbox:
    """Opens one person's row and writes that person's message, in a short transaction that only reads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _sessions(self) -> sessionmaker[Session]:
        return sessionmaker(
            harden(create_engine(self._settings.database_url, pool_pre_ping=True, hide_parameters=True))
        )

    def __call__(self, recipient: UUID) -> PersonalMail:
        """The message; raises DomainError when the person's data were erased."""
        with self._sessions() as session:
            only_reads(session)
            notice, person = personal_notice(session, recipient, Sealer(self._settings.encryption_keys))
        text, html = personal_texts(notice, person)
        return PersonalMail(person.email, notice.title, text, html, notice.language)


def with_subjects(found: Mapping[str, Messenger], settings: Settings, clock: Clock) -> Mapping[str, Messenger]:
    """The channels, and beside e-mail the one to data subjects."""
    post = found.get(Channel.EMAIL)
    if not isinstance(post, EmailMessenger):
        return found
    return {**found, Channel.SUBJECTS: SubjectMessenger(post, Letterbox(settings), clock)}
