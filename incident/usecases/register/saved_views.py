"""Saved views of the register: a name and the address behind it, per person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid, NotAllowed
from incident.domain.kernel.people import Actor
from incident.domain.kernel.text import required
from incident.store.settings import current_setting
from incident.usecases.common.settings import save_setting

MOST = 30
LONGEST_NAME = 60
LONGEST_ADDRESS = 2_000


@dataclass(frozen=True, slots=True)
class SavedView:
    """What somebody keeps: ``query`` is the address's part after the question mark."""

    name: str
    query: str


def views_of(session: Session, person: UUID | None) -> tuple[SavedView, ...]:
    """The views of a person in the order of their names."""
    row = current_setting(session, _document(person)) if person is not None else None
    found = (SavedView(str(view["name"]), str(view["query"])) for view in row.document["views"]) if row else ()
    return tuple(sorted(found, key=lambda view: view.name.casefold()))


def save_view(session: Session, actor: Actor, name: str, query: str, *, now: datetime) -> SavedView:
    """Keep a view; one of the same name is replaced. Raises Invalid at ``name``."""
    title = required(name, "Give the view a name.", field="name", limit=LONGEST_NAME)
    if len(query) > LONGEST_ADDRESS:
        raise Invalid("This view has too many parts to be kept. Choose fewer columns.", field="name")
    kept = [view for view in views_of(session, _person(actor)) if view.name.casefold() != title.casefold()]
    if len(kept) >= MOST:
        raise Invalid("You have %(most)s views. Remove one first.", field="name", most=MOST)
    view = SavedView(title, query)
    _store(session, actor, [*kept, view], now)
    return view


def remove_view(session: Session, actor: Actor, name: str, *, now: datetime) -> None:
    """Forget a view; one that is not there is no problem."""
    before = views_of(session, _person(actor))
    kept = [view for view in before if view.name != name]
    if len(kept) != len(before):
        _store(session, actor, kept, now)


def _store(session: Session, actor: Actor, views: list[SavedView], now: datetime) -> None:
    listed = [{"name": view.name, "query": view.query} for view in views]
    save_setting(session, _document(_person(actor)), {"views": listed}, actor=actor, now=now)


def _person(actor: Actor) -> UUID:
    if actor.id is None:
        raise NotAllowed("Sign in to keep views of your own.")
    return actor.id


def _document(person: UUID | None) -> str:
    return f"views:{person}"
