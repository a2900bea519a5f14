"""The ticks beside the dossier's answers: what somebody has copied to the authority's portal already."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.store.insert import insert_missing
from incident.store.models import CopiedAnswer, NoticeVersion
from incident.usecases.notices.draft import notice_for

ROOM = 20


def tick_name(question: str) -> str:
    """How a question is named beside its tick: itself where it fits, else its beginning and a hash of the whole."""
    return question if len(question) <= ROOM else question[:10] + sha256(question.encode()).hexdigest()[:10]


def copied_answers(session: Session, version_id: UUID, questions: Iterable[str]) -> frozenset[str]:
    """Which of these questions are ticked in this version."""
    ticked = set(session.scalars(select(CopiedAnswer.question).where(CopiedAnswer.version_id == version_id)))
    return frozenset(question for question in questions if tick_name(question) in ticked)


def mark_copied(
    session: Session, version_id: UUID, questions: Iterable[str], copied: bool, *, actor: Actor, now: datetime
) -> None:
    """Set or take away ticks. They help one person keep their place and are no part of the record."""
    version = session.get(NoticeVersion, version_id)
    if version is None:
        raise NotFound("There is no such notice.")
    notice_for(session, version.notice_id, actor, Permission.DRAFT)
    for question in questions:
        if copied:
            insert_missing(session, CopiedAnswer, version_id=version_id, question=tick_name(question), copied_at=now)
        else:
            session.execute(
                delete(CopiedAnswer).where(
                    CopiedAnswer.version_id == version_id, CopiedAnswer.question == tick_name(question)
                )
            )
    session.flush()
