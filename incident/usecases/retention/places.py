"""Every place of the record that may name a person, what stands there, and on which ground it stays.

Only reads. Names are compared here and not in the database, which knows neither accents nor words; ``Search.only``
asks for single rows again, by their keys.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Text, and_, cast, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from incident.domain.kernel.people import Actor
from incident.domain.kinds import MailingChannel, MailingState
from incident.domain.mentions import Wanted, texts_in
from incident.store.models import (
    Decision,
    Evidence,
    FactDraft,
    FactSheet,
    Incident,
    Mailing,
    MailingRecipient,
    Notice,
    NoticeVersion,
    OutboxMessage,
    Person,
    PublicReport,
    Task,
    TimelineEntry,
)
from incident.store.sealing import CannotOpen, Sealer
from incident.usecases.common.access import visible
from incident.usecases.mailing.mailing import unsealed
from incident.usecases.messages.ports import Channel
from incident.usecases.retention.erase import TYPED

MOST: Final = 500
AT_ONCE: Final = 1000


class Stays(StrEnum):
    """Why something cannot be erased on request, with the ground of art. 17(3); empty where it can."""

    NOT = ""
    OPEN = "open"
    HELD = "held"
    REGISTER = "register"
    PROOF = "proof"
    WAITING = "waiting"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Find:
    """A place in which the person was found: its kind and key, its incident, what stands there, and why it stays.

    ``text`` is whole, because the person may have a copy of it (art. 15(3)); a page cuts it.
    """

    kind: str
    key: UUID
    reference: str
    at: datetime | None
    text: str
    stays: Stays

    @property
    def name(self) -> str:
        """Kind and key, as a page sends them back."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Search:
    """Who looks for whom; ``only`` narrows it to these keys, by kind."""

    session: Session
    wanted: Wanted
    actor: Actor
    sealer: Sealer
    only: Mapping[str, Set[UUID]] | None = None

    def rows(self, kind: str, key: InstrumentedAttribute[UUID], query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
        """What the query gives of this kind, in batches."""
        if self.only is not None:
            query = query.where(key.in_(self.only.get(kind, frozenset())))
        return iter(self.session.execute(query.execution_options(yield_per=AT_ONCE)))


def search(given: Search) -> list[Find]:
    """Everything that names the person and that the actor may see, at most hundreds of a kind."""
    places = ERASABLE if given.only is not None else (*ERASABLE, *REGISTER, _accounts)
    return [find for place in places for find in islice(place(given), MOST)]


def _told(person: Wanted, head: str, *texts: str | None) -> str:
    """The head, and each text behind it that names the person."""
    return " · ".join(dict.fromkeys((head, *person.among(*texts))))


_CASE: Final = (Incident.reference, Incident.held_at, Incident.closed_at)


def _stays(row: Any) -> Stays:
    """What holds for whatever people wrote about an incident, by its row."""
    if row.held_at is not None:
        return Stays.HELD
    return Stays.NOT if row.closed_at is not None else Stays.OPEN


def _recipients(given: Search) -> Iterator[Find]:
    """The people of mailings are sealed: each of those that are kept is opened and looked at.

    Whoever has not been told yet stays until then, also in a mailing that has ended. A person whom no key opens can be
    told nothing about: the list of the mailing still counts them.
    """
    row = MailingRecipient
    mailing = (Mailing.channel, Mailing.state, Mailing.ended_at, Mailing.recorded_at)
    query = select(row.id, row.sealed, row.printed_at, *mailing, *_CASE)
    query = query.join(Mailing, Mailing.id == row.mailing_id).join(Incident, Incident.id == Mailing.incident_id)
    for one in given.rows("recipient", row.id, query.where(row.sealed.is_not(None), *visible(given.actor))):
        try:
            person = unsealed(one.id, one.sealed, given.sealer)
        except CannotOpen:
            continue
        if given.wanted.said_in(person.name, person.email, person.street, person.reference):
            posted = one.printed_at is not None and one.state is not MailingState.STOPPED
            is_told = one.ended_at is not None and (one.channel is MailingChannel.EMAIL or posted)
            stays = Stays.HELD if one.held_at else Stays.NOT if is_told else Stays.WAITING
            told = " · ".join(str(value) for name, value in asdict(person).items() if value and name != "row")
            yield Find("recipient", one.id, one.reference, one.recorded_at, told, stays)


def _messages(given: Search) -> Iterator[Find]:
    """Messages to the person or about them; those of a mailing name a row of its list, and go with it."""
    row = OutboxMessage
    payload = cast(row.payload, Text).label("document")
    query = select(row.id, row.recipient, row.channel, row.created_at, row.settled_at, row.last_error, payload, *_CASE)
    query = query.outerjoin(Incident, Incident.id == row.incident_id).where(row.channel != Channel.SUBJECTS.value)
    mine = or_(row.incident_id.is_(None), and_(Incident.id.is_not(None), *visible(given.actor)))
    for one in given.rows("message", row.id, query.where(mine)):
        if given.wanted.said_in(one.recipient, one.last_error) or given.wanted.said_in_values(one.document):
            case = _stays(one) if one.reference else Stays.NOT
            stays = Stays.WAITING if case is Stays.NOT and one.settled_at is None else case
            head = f"{one.channel}: {one.recipient}, {json.loads(one.document).get('template', '')}"
            told = _told(given.wanted, head, one.last_error, *texts_in(json.loads(one.document)))
            yield Find("message", one.id, one.reference or "", one.created_at, told, stays)


def _notes(given: Search) -> Iterator[Find]:
    row = TimelineEntry
    query = select(row.id, row.kind, row.happened_at, row.text, *_CASE).join(Incident, Incident.id == row.incident_id)
    for one in given.rows("note", row.id, query.where(*visible(given.actor))):
        if given.wanted.said_in(one.text):
            stays = _stays(one) if one.kind in TYPED else Stays.REGISTER
            yield Find("note", one.id, one.reference, one.happened_at, one.text, stays)


def _evidence(given: Search) -> Iterator[Find]:
    row = Evidence
    query = select(row.id, row.filename, row.description, row.recorded_at, row.submission_id, *_CASE)
    query = query.join(Incident, Incident.id == row.incident_id).where(*visible(given.actor))
    for one in given.rows("evidence", row.id, query):
        if given.wanted.said_in(one.filename, PurePosixPath(one.filename).stem, one.description):
            stays = Stays.PROOF if one.submission_id else _stays(one)
            told = f"{one.filename} {one.description}".strip()
            yield Find("evidence", one.id, one.reference, one.recorded_at, told, stays)


def _contacts(given: Search) -> Iterator[Find]:
    """How reporters without an account wanted to be reached."""
    row = PublicReport
    query = select(row.incident_id, row.contact, row.recorded_at, *_CASE)
    query = query.join(Incident, Incident.id == row.incident_id).where(*visible(given.actor))
    for one in given.rows("contact", row.incident_id, query):
        if given.wanted.said_in(one.contact):
            yield Find("contact", one.incident_id, one.reference, one.recorded_at, one.contact, _stays(one))


def _drafts(given: Search) -> Iterator[Find]:
    row = FactDraft
    query = select(row.id, cast(row.values, Text).label("document"), row.updated_at, *_CASE)
    query = query.join(Incident, Incident.id == row.incident_id).where(*visible(given.actor))
    for one in given.rows("draft", row.id, query):
        if given.wanted.said_in_values(one.document):
            told = ", ".join(texts_in(json.loads(one.document)))
            yield Find("draft", one.id, one.reference, one.updated_at, told, _stays(one))


def _kept(kind: str, *columns: Any, document: Any = None) -> Callable[[Search], Iterator[Find]]:
    """What art. 33(5) makes us keep: found and shown, never erased on request.

    ``columns`` are the key, the moment, what is shown, and further texts.
    """

    def look(given: Search) -> Iterator[Find]:
        source = columns[0].class_
        query = select(Incident.reference, cast(document, Text) if document is not None else literal("{}"), *columns)
        query = query.select_from(source)
        if source is NoticeVersion:
            query = query.join(Notice, Notice.id == NoticeVersion.notice_id)
        query = query if source is Incident else query.join(Incident)
        for reference, more, key, at, told, *texts in given.rows(kind, columns[0], query.where(*visible(given.actor))):
            if given.wanted.said_in(told, *texts) or given.wanted.said_in_values(more):
                whole = _told(given.wanted, told, *texts, *texts_in(json.loads(more)))
                yield Find(kind, key, reference, at, whole, Stays.REGISTER)

    return look


def _accounts(given: Search) -> Iterator[Find]:
    for person in given.session.scalars(select(Person)):
        if given.wanted.said_in(person.email, person.name):
            told = f"{person.name} {person.email} {person.function}".strip()
            yield Find("account", person.id, "", person.create_datetime, told, Stays.ACCOUNT)


ERASABLE: Final = (_recipients, _messages, _notes, _evidence, _contacts, _drafts)
REGISTER: Final = (
    _kept(
        "incident",
        Incident.id,
        Incident.reported_at,
        Incident.summary,
        Incident.lessons,
        Incident.reporter_name,
        Incident.held_because,
    ),
    _kept(
        "facts",
        FactSheet.incident_id,
        FactSheet.recorded_at,
        cast(FactSheet.version, Text),
        FactSheet.reason,
        document=FactSheet.facts,
    ),
    _kept("decision", Decision.id, Decision.recorded_at, Decision.reason),
    _kept("task", Task.id, Task.recorded_at, Task.title, Task.owner_name),
    _kept(
        "notice",
        NoticeVersion.id,
        NoticeVersion.recorded_at,
        NoticeVersion.title,
        NoticeVersion.body,
        document=NoticeVersion.form,
    ),
)
