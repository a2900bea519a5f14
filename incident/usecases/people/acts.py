"""Acts of power over accounts and over what leaves the house: each is on record, and the DPO is told of exports."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.store.insert import insert_missing
from incident.store.models import Inbound, Incident, Person
from incident.usecases.common.record import record_system
from incident.usecases.messages.queue import Audience, queue


def note_account(session: Session, tag: Tag, actor: Actor, person: Person, *, now: datetime) -> None:
    """An act on somebody's account: a password link shown, a password set, a second factor switched, a sign-out."""
    record_system(session, tag, actor, now, person=str(person.id), own=actor.id == person.id)
    session.flush()


def is_known_place(session: Session, secret: str, address: str) -> bool:
    """Whether this token has come from this address within the last month."""
    return session.get(Inbound, _place(secret, address)) is not None


def note_token_use(session: Session, actor: Actor, secret: str, address: str, *, now: datetime) -> None:
    """A token came from an address for the first time in a month; neither of them can be read from what is kept."""
    place = _place(secret, address)
    if insert_missing(session, Inbound, key=place, result={}, at=now):
        record_system(session, Tag.TOKEN_USED_ANEW, actor, now, place=place)


def _place(secret: str, address: str) -> str:
    return f"token:{sha256(f'{secret}:{address}'.encode()).hexdigest()[:32]}"


def note_refusal(session: Session, actor: Actor, what: str, *, now: datetime) -> None:
    """Somebody who is signed in asked for what is not theirs; once an hour for each person and page."""
    key = f"refused:{actor.key}:{what}:{now:%Y%m%d%H}"[:200]
    if insert_missing(session, Inbound, key=key, result={}, at=now):
        record_system(session, Tag.ACCESS_REFUSED, actor, now, what=what)


def note_many_reads(session: Session, actor: Actor, cases: int, *, now: datetime) -> None:
    """Somebody opened very many different cases in one hour: on record, and told to the DPO, once for that hour."""
    hour = f"reads:{actor.key}:{now:%Y%m%d%H}"
    if not insert_missing(session, Inbound, key=hour, result={}, at=now):
        return
    record_system(session, Tag.MANY_CASES_READ, actor, now, cases=cases)
    params = {"who": actor.name, "cases": cases, "path": "/register"}
    queue(session, incident=None, template="many_read", params=params, to=Audience.DPO, now=now, dedupe=hour)


def tell_of_export(session: Session, actor: Actor, incident: Incident | None, rows: int, *, now: datetime) -> None:
    """Let the DPO know who took what out of the house."""
    params = {"who": actor.name, "rows": rows, "path": "/register" if incident is None else ""}
    if incident is not None:
        params |= {"reference": incident.reference, "path": f"/incidents/{incident.reference}"}
    queue(
        session,
        incident=incident,
        template="exported",
        params=params,
        to=Audience.DPO,
        now=now,
        dedupe=f"exported:{actor.key}:{incident.reference if incident else 'register'}:{now:%Y%m%d%H}",
    )
