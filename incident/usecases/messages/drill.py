"""The drill: one press calls everybody on the roster over every channel; each person confirms by one click.

The calls take the way of real reminders: the outbox, the worker, the channel. Only a person's own click proves a way:
in Slack by the button of the message, elsewhere on a page behind the sign-in, for whoever must act from a mail has to
get in at 2 a.m. too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Conflict, IllegalMove, NotAllowed, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.reminders.drill import Proof, on_roster
from incident.domain.reminders.roster import OnCall
from incident.store.insert import insert_missing
from incident.store.models import DrillCall, Inbound
from incident.usecases.common.directory import DEFAULT_LANGUAGE, Directory, load_directory
from incident.usecases.common.record import record_system
from incident.usecases.messages.channels import configured
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import PERSONAL, Address, house_addresses, personal_addresses, queue_one

REST = timedelta(minutes=10)
"""Two drills in a row would only annoy."""
ANSWER_WITHIN = timedelta(days=1)
"""A call that nobody has confirmed by then has failed: whoever was asleep is awake again."""
OPEN_FOR = timedelta(days=14)
"""A later click says nothing about the day of the drill."""


@dataclass(frozen=True, slots=True)
class StartDrill:
    """Call everybody now."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Called:
    """One call: who, and over which channel."""

    person: OnCall
    channel: Channel


def start_drill(command: StartDrill, *, session: Session, now: datetime) -> list[Called]:
    """Queue the calls. Raises IllegalMove where nobody can be called, Conflict when a drill has only just begun."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    last = session.scalars(select(func.max(DrillCall.called_at))).one()
    if last is not None and timedelta() <= now - last < REST:
        raise Conflict("A drill began less than ten minutes ago. Wait for its answers first.")
    channels, directory, drill = configured(session), load_directory(session), uuid4()
    people = on_roster(directory.people, directory.roster, now)
    ways = [
        (person, address)
        for person in people
        for address in personal_addresses([person], channels & PERSONAL, urgent=True)
    ]
    if not ways:
        raise IllegalMove("A drill would reach nobody. Set up e-mail or Slack, and give people a part in the roster.")
    for person, address in ways:
        _call(session, drill, person, address, now)
    for address in house_addresses(channels, None, None):
        _queue(session, drill, address, "/settings/roster", now)
    record_system(session, Tag.DRILL_STARTED, command.actor, now, people=len(people), calls=len(ways))
    return [Called(person, address.channel) for person, address in ways]


def _call(session: Session, drill: UUID, person: OnCall, address: Address, now: datetime) -> None:
    call = DrillCall(id=uuid4(), drill=drill, person_id=person.id, channel=address.channel.value, called_at=now)
    session.add(call)
    _queue(session, drill, address, f"/drill/{call.id}", now)


def _queue(session: Session, drill: UUID, address: Address, path: str, now: datetime) -> None:
    queue_one(
        session,
        incident=None,
        channel=address.channel,
        recipient=address.recipient,
        language=address.language or DEFAULT_LANGUAGE,
        template="drill",
        params={"path": path},
        now=now,
        dedupe=f"drill:{drill}",
        urgent=True,
    )


def find_call(session: Session, call_id: UUID, actor: Actor, *, now: datetime) -> DrillCall:
    """The call behind a link. Raises NotFound for one that does not exist or is too long ago, NotAllowed where
    somebody else was called."""
    call = session.get(DrillCall, call_id)
    if call is None or now - call.called_at > OPEN_FOR:
        raise NotFound("This drill is over, or there never was one.")
    if call.person_id != actor.id:
        raise NotAllowed("Only the person who was called can confirm this.")
    return call


def confirm_call(session: Session, call_id: UUID, actor: Actor, *, now: datetime) -> DrillCall:
    """Write down that the call arrived; a second click changes nothing. Raises what :func:`find_call` raises."""
    call = find_call(session, call_id, actor, now=now)
    if call.confirmed_at is None:
        call.confirmed_at = now
        seconds = int((now - call.called_at).total_seconds())
        record_system(session, Tag.DRILL_CONFIRMED, actor, now, channel=call.channel, after_seconds=seconds)
    return call


def fail_drills(session: Session, now: datetime) -> int:
    """Put on record, once, each drill of which a call was not confirmed in time; returns how many these were."""
    begun, confirmed = func.min(DrillCall.called_at), func.count(DrillCall.confirmed_at)
    query = select(DrillCall.drill, func.count(), confirmed).group_by(DrillCall.drill)
    over = query.having(begun <= now - ANSWER_WITHIN, begun > now - OPEN_FOR, confirmed < func.count())
    failed = 0
    for drill, made, proven in session.execute(over).all():
        if insert_missing(session, Inbound, key=f"drill-failed:{drill}", result={}, at=now):
            record_system(session, Tag.DRILL_FAILED, SYSTEM, now, calls=made, unconfirmed=made - proven)
            failed += 1
    return failed


def proofs(session: Session, now: datetime, directory: Directory | None = None) -> list[Proof]:
    """The last proof of every way to everybody on the roster; a way that does not exist is not named."""
    directory, channels = directory or load_directory(session), configured(session) & PERSONAL
    newest = select(
        DrillCall.person_id, DrillCall.channel, func.max(DrillCall.called_at), func.max(DrillCall.confirmed_at)
    ).group_by(DrillCall.person_id, DrillCall.channel)
    known = {(person, channel): (called, confirmed) for person, channel, called, confirmed in session.execute(newest)}
    return [
        Proof(person, address.channel.value, *known.get((person.id, address.channel.value), (None, None)))
        for person in on_roster(directory.people, directory.roster, now)
        for address in personal_addresses([person], channels, urgent=True)
    ]
