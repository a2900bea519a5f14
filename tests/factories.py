"""Ready-made people, reports and whole cases, made by the use cases themselves."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor, Role, Source
from incident.store.blobs import BlobStore
from incident.store.models import Incident, Person
from incident.store.places import Folder
from incident.usecases.notices.ports import NoticeRequest, PrintableNotice, WrittenNotice
from incident.usecases.people.accounts import ensure_roles
from incident.usecases.response.report import ReportIncident, report_incident
from tests.databases import KEYS


def blobs_in(folder: Path) -> BlobStore:
    """The files that lie in this folder."""
    return BlobStore(Folder(folder), KEYS)


def make_person(session: Session, name: str, roles: Sequence[Role], now: datetime, **columns: Any) -> Person:
    """An account with these roles and no password."""
    rows = ensure_roles(session)
    person = Person(
        id=uuid4(),
        email=columns.pop("email", f"{name.lower()}@example.org"),
        name=name,
        active=True,
        fs_uniquifier=uuid4().hex,
        create_datetime=now,
        roles=[rows[role] for role in roles],
        **columns,
    )
    session.add(person)
    session.flush()
    return person


def make_actor(session: Session, name: str, roles: Sequence[Role], now: datetime, **columns: Any) -> Actor:
    """The same as the author of an act."""
    return make_person(session, name, roles, now, **columns).actor(Source.WEB)


def make_incident(session: Session, actor: Actor, now: datetime, **values: Any) -> Incident:
    """A reported incident."""
    command = ReportIncident(actor, values.pop("summary", "Ticket export mailed to the wrong customer"), **values)
    return report_incident(command, session=session, now=now)


SAYS_ALL = """Er was een datalek. There was a breach on 12 maart 2026, with data of customers: gegevens van klanten.
Het risico is misbruik; the risk is fraud. Wij hebben een maatregel genomen: we have taken measures.
U kunt alert zijn: you can be alert. Vragen: fg@example.org.
"""
"""What the law asks of any letter, in Dutch and in English, so that it can be approved."""


class PlainWriter:
    """A notice writer without templates, for tests of what happens around the text."""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        self.missing = missing

    def write(self, request: NoticeRequest) -> WrittenNotice:
        """One sentence from the facts."""
        return WrittenNotice("Notice", f"# Notice\n\n{request.facts.summary}\n\n{SAYS_ALL}", "plain@1", self.missing)


class PlainRenderer:
    """A renderer whose bytes are the text."""

    name = "plain"

    def render(self, notice: PrintableNotice, format: str) -> bytes:
        """The text as bytes."""
        return f"{format}:{notice.title}\n{notice.body}".encode()
