"""Subscriptions to events: made, changed, tried and ended by whoever may change settings; and what became of calls."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kinds import OutboxOutcome
from incident.domain.subscriptions import (
    EVENTS,
    SUBSCRIPTIONS,
    EventKind,
    Subscription,
    checked,
    document_of,
    subscriptions_from,
    with_subscription,
)
from incident.store.models import Incident, KeptSecret, OutboxMessage
from incident.store.queries.keyset import beyond
from incident.store.queries.vital_signs import in_trouble
from incident.store.sealing import Sealer
from incident.store.settings import newest
from incident.store.vault import place_of
from incident.usecases.common.announce import Happened, event_row, queue_events
from incident.usecases.common.record import record_system
from incident.usecases.common.settings import save_setting

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
CALLS_SHOWN: Final = 50
MISSING: Final = "There is no such subscription."


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Where events go, and the secret that signs them."""

    url: str
    secret: str


def subscriptions(session: Session) -> tuple[Subscription, ...]:
    """All subscriptions, by name."""
    return subscriptions_from(newest(session, SUBSCRIPTIONS) or {})


def subscription(session: Session, key: str) -> Subscription:
    """One subscription. Raises NotFound."""
    found = next((one for one in subscriptions(session) if one.key == key), None)
    if found is None:
        raise NotFound(MISSING)
    return found


def new_key() -> str:
    """The key of a new subscription."""
    return secrets.token_hex(8)


def subscriber(session: Session, key: str, sealer: Sealer) -> Subscriber:
    """Where the events of a subscription go. Raises NotFound for one that is gone."""
    found, name = subscription(session, key), _secret_name(key)
    sealed = session.scalars(select(KeptSecret.sealed).where(KeptSecret.name == name)).one_or_none()
    if sealed is None:
        raise NotFound(MISSING)
    return Subscriber(found.url, sealer.open(sealed, place_of(name)).decode())


@dataclass(frozen=True, slots=True)
class SaveSubscription:
    """A subscription as it should be, new or in the place of the one with its key."""

    actor: Actor
    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Saved:
    """A subscription as stored, and the secret of a new one, this once."""

    subscription: Subscription
    secret: str | None = None


def save_subscription(command: SaveSubscription, *, session: Session, sealer: Sealer, now: datetime) -> Saved:
    """Store it, with a secret where it is new.

    One that is switched off hears nothing of what waits. Raises Invalid at the field that cannot be taken.
    """
    require(command.actor, Permission.MANAGE_SETTINGS)
    wanted, before = checked(command.subscription), subscriptions(session)
    save_setting(session, SUBSCRIPTIONS, document_of(with_subscription(before, wanted)), actor=command.actor, now=now)
    if not wanted.is_on:
        _cancel(session, wanted.key, now)
    is_new = all(one.key != wanted.key for one in before)
    return Saved(wanted, _new_secret(session, wanted.key, sealer) if is_new else None)


@dataclass(frozen=True, slots=True)
class RenewSecret:
    """Make a new secret; the one before signs nothing any more."""

    actor: Actor
    key: str


def renew_secret(command: RenewSecret, *, session: Session, sealer: Sealer, now: datetime) -> str:
    """The new secret, this once. Raises NotFound."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    found = subscription(session, command.key)
    record_system(session, Tag.SETTINGS_CHANGED, command.actor, now, name=SUBSCRIPTIONS, secret_of=found.key)
    return _new_secret(session, found.key, sealer)


@dataclass(frozen=True, slots=True)
class RemoveSubscription:
    """End a subscription: it hears of nothing any more, also not of what waits."""

    actor: Actor
    key: str


def remove_subscription(command: RemoveSubscription, *, session: Session, now: datetime) -> None:
    """Store the subscriptions without this one, and forget its secret. Raises NotFound."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    gone = subscription(session, command.key)
    left = [one for one in subscriptions(session) if one.key != gone.key]
    save_setting(session, SUBSCRIPTIONS, document_of(left), actor=command.actor, now=now)
    _cancel(session, gone.key, now, also_failed=True)
    session.execute(delete(KeptSecret).where(KeptSecret.name == _secret_name(gone.key)))


@dataclass(frozen=True, slots=True)
class TestSubscription:
    """Send one event to a subscription, whatever it subscribed to."""

    __test__ = False

    actor: Actor
    key: str


def try_subscription(command: TestSubscription, *, session: Session, now: datetime) -> Subscription:
    """Queue the test. Raises NotFound."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    found = subscription(session, command.key)
    entry = record_system(session, Tag.SETTINGS_CHANGED, command.actor, now, name=SUBSCRIPTIONS, tested=found.key)
    act = Happened(None, EventKind.TEST, entry.seq, now, {})
    # A test says whether calls arrive now: it does not wait behind what did not.
    queue_events(session, [(act, {**event_row(found, act), "line": None, "place": None})])
    return found


def calls(
    session: Session, key: str, visible: Sequence[ColumnElement[bool]], most: int = CALLS_SHOWN
) -> list[OutboxMessage]:
    """The newest calls of a subscription, newest first; about an incident only to those who may see it."""
    order = OutboxMessage.created_at.desc(), OutboxMessage.place.desc()
    return list(session.scalars(_calls(key, visible).order_by(*order).limit(most)))


def calls_after(
    session: Session,
    key: str,
    visible: Sequence[ColumnElement[bool]],
    place: tuple[datetime, UUID] | None,
    limit: int,
) -> list[OutboxMessage]:
    """At most ``limit`` calls that are older than the one that was queued then and has this id, newest first."""
    columns = OutboxMessage.created_at, OutboxMessage.id
    query = _calls(key, visible).where(*beyond(columns, place, down=True))
    return list(session.scalars(query.order_by(*(column.desc() for column in columns)).limit(limit)))


def _calls(key: str, visible: Sequence[ColumnElement[bool]]) -> Select[OutboxMessage]:
    query = select(OutboxMessage).outerjoin(Incident, Incident.id == OutboxMessage.incident_id)
    mine = or_(OutboxMessage.incident_id.is_(None), and_(OutboxMessage.incident_id.is_not(None), *visible))
    return query.where(OutboxMessage.channel == EVENTS, OutboxMessage.recipient == key, mine)


def troubled(session: Session) -> dict[str, str]:
    """What was last wrong with each subscriber whose calls do not get through."""
    query = select(OutboxMessage.recipient, OutboxMessage.last_error).where(OutboxMessage.channel == EVENTS)
    rows = session.execute(query.where(in_trouble()).order_by(OutboxMessage.created_at))
    return {key: error or "" for key, error in rows}


def _cancel(session: Session, key: str, now: datetime, also_failed: bool = False) -> None:
    """Take back what waits for a subscriber, but for a call that is on its way at this moment."""
    waits = and_(OutboxMessage.settled_at.is_(None), OutboxMessage.claimed_by.is_(None))
    which = or_(waits, OutboxMessage.outcome == OutboxOutcome.FAILED) if also_failed else waits
    statement = update(OutboxMessage).where(OutboxMessage.channel == EVENTS, OutboxMessage.recipient == key, which)
    values = {"settled_at": now, "outcome": OutboxOutcome.CANCELLED}
    session.execute(statement.values(values).execution_options(synchronize_session=False))


def _secret_name(key: str) -> str:
    return f"subscription:{key}"


def _new_secret(session: Session, key: str, sealer: Sealer) -> str:
    secret, name = PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode(), _secret_name(key)
    session.merge(KeptSecret(name=name, sealed=sealer.seal(secret.encode(), place_of(name))))
    session.flush()
    return secret
