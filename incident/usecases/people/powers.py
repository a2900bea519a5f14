"""Acts of administrators over people who decide: nobody does them alone, all are on record, and the DPO is told.

An administrator runs the installation. Whoever hands out the roles that decide, makes a password link for somebody who
has one, takes away their second factor or ties their account to somebody in Slack could become that person. So each of
these waits for another person who decides. Two ways need nobody else, and are on record too: as long as nobody else has
ever signed in (the first set-up), and the command line of the machine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, NotAllowed, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import SYSTEM, Actor, Role, Source
from incident.domain.kernel.roles import DECIDING, Permission, may, require
from incident.store.models import Passkey, Person, PowerRequest, RoleRow
from incident.usecases.common.record import record_system
from incident.usecases.messages.queue import queue
from incident.usecases.people import group_roles

ANSWER_WITHIN: Final = timedelta(days=7)
LINK_WITHIN: Final = timedelta(days=1)
BY_GROUP: Final = "by_group"
"""The mark of a request that nobody here made: a group at the identity provider gives the roles."""
MACHINE: Final = frozenset({Source.CLI, Source.SYSTEM})


class Power(StrEnum):
    """What can be done to somebody who decides."""

    ROLES = "roles"
    LINK = "link"
    FACTOR = "factor"
    SLACK = "slack"
    TOKEN = "token"


class Outcome(StrEnum):
    """How a request ended."""

    AGREED = "agreed"
    REFUSED = "refused"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of power: what, over whom, with which values."""

    power: Power
    person: Person
    details: JsonObject


def decides(person: Person) -> bool:
    """Whether this person holds one of the roles that decide."""
    return bool(person.actor().roles & DECIDING)


def is_free(session: Session, actor: Actor) -> bool:
    """Whether the actor needs nobody else: on the machine, or while nobody else has ever signed in.

    That somebody signed in cannot be undone, so an administrator who switches the others off stays bound.
    """
    others = select(Person.id).where(Person.current_login_at.is_not(None), Person.id != actor.id)
    return actor.source in MACHINE or session.scalars(others.limit(1)).first() is None


def use_or_ask(session: Session, actor: Actor, use: Use, *, now: datetime) -> bool:
    """Whether the act may be done at once, on record; else a request waits for somebody else now.

    Raises NotAllowed when there is nobody who could agree.
    """
    if is_free(session, actor):
        note_use(session, actor, use, now=now)
        return True
    witnesses = _witnesses(holders(session), actor.id, use)
    if not witnesses:
        raise NotAllowed(
            "Nothing has been saved. A role that decides takes the consent of somebody else who has one and has signed "
            "in before; nobody has yet. Let such a person sign in once, or untick the role for now. Whoever is alone "
            "does it on the server: 'meldklok user'."
        )
    _ask(session, actor, use, witnesses, now)
    return False


def holders(session: Session) -> frozenset[UUID]:
    """Who can agree to a use of power at all: active people with a role that decides, who have signed in before."""
    names = [role.value for role in DECIDING]
    query = select(Person.id).where(Person.active, Person.current_login_at.is_not(None))
    return frozenset(session.scalars(query.where(Person.roles.any(RoleRow.name.in_(names)))))


def _witnesses(able: frozenset[UUID], asker: UUID | None, use: Use) -> frozenset[UUID]:
    """Neither the asker nor the person concerned; but who is whom in Slack the persons themselves know best."""
    return able - ({asker} if use.power is Power.SLACK else {asker, use.person.id})


def roles_at_once(
    session: Session, actor: Actor, person: Person, roles: frozenset[Role], *, now: datetime
) -> set[Role]:
    """Which of these roles the person has from now on; new ones that decide may have to wait for somebody else.

    An account that is switched off holds no power: who switches it on again gives its roles anew.
    """
    new = (roles & DECIDING) - (person.actor().roles if person.active else frozenset())
    if not new or use_or_ask(session, actor, giving(person, new), now=now):
        return set(roles)
    return set(roles - new) or {Role.REPORTER}


def roles_by_group(session: Session, person: Person, roles: frozenset[Role], *, now: datetime) -> frozenset[Role]:
    """Which of these roles the person has at once; those that decide wait for somebody here.

    Whoever runs the identity provider puts anybody into any group: that is one person's power, like an administrator's.
    The request is made in the name of whoever signs in, once a week at most.
    """
    deciding, actor = roles & DECIDING, person.actor()
    _withdraw(session, person, deciding, now)
    if not deciding:
        return roles
    use = Use(Power.ROLES, person, {**giving(person, deciding).details, BY_GROUP: True})
    if is_free(session, actor):
        note_use(session, actor, use, now=now)
        return roles
    witnesses = _witnesses(holders(session), actor.id, use)
    if witnesses and not _asked_lately(session, use, now):
        _ask(session, actor, use, witnesses, now)
    return roles - deciding


def _withdraw(session: Session, person: Person, deciding: frozenset[Role], now: datetime) -> None:
    """Nobody is asked any more to agree to what no group gives."""
    for row in open_requests(session, now=now):
        if row.person_id == person.id and asked_by_group(row.details) and set(row.details["roles"]) - deciding:
            _settle(row, Outcome.WITHDRAWN, SYSTEM, now)
            record_system(session, Tag.POWER_REFUSED, SYSTEM, now, **_facts(use_of(row)))


def _asked_lately(session: Session, use: Use, now: datetime) -> bool:
    query = select(PowerRequest).where(
        PowerRequest.person_id == use.person.id,
        PowerRequest.kind == use.power.value,
        PowerRequest.asked_at > now - ANSWER_WITHIN,
    )
    rows = [row for row in session.scalars(query) if row.outcome != Outcome.WITHDRAWN]
    return any(row.details == use.details for row in rows)


def giving(person: Person, roles: Iterable[Role]) -> Use:
    """The use of power that gives these roles."""
    return Use(Power.ROLES, person, {"roles": sorted(role.value for role in roles)})


def slack_at_once(
    session: Session, actor: Actor, person: Person, slack_id: str | None, *, deciding: bool, now: datetime
) -> str | None:
    """The Slack identity the person has from now on; another one of somebody who decides may have to wait."""
    if slack_id is None or slack_id == person.slack_user_id or not deciding:
        return slack_id
    use = Use(Power.SLACK, person, {"slack_user_id": slack_id})
    return slack_id if use_or_ask(session, actor, use, now=now) else person.slack_user_id


def link_allowed(session: Session, actor: Actor, person: Person, *, now: datetime) -> bool:
    """Whether a password link may be shown now; else somebody else is asked. Agreement holds once, for a day."""
    require(actor, Permission.MANAGE_PEOPLE)
    if not decides(person):
        return True
    query = select(PowerRequest).where(
        PowerRequest.kind == Power.LINK.value,
        PowerRequest.person_id == person.id,
        PowerRequest.asked_by == actor.id,
        PowerRequest.outcome == Outcome.AGREED.value,
        PowerRequest.used_at.is_(None),
        PowerRequest.settled_at > now - LINK_WITHIN,
    )
    agreed = session.scalars(query.order_by(PowerRequest.settled_at.desc()).limit(1).with_for_update()).first()
    if agreed is None:
        return use_or_ask(session, actor, Use(Power.LINK, person, {}), now=now)
    agreed.used_at = now
    return True


def open_requests(session: Session, *, now: datetime) -> list[PowerRequest]:
    """What still waits, the oldest first; nobody answers after a week."""
    query = select(PowerRequest).where(PowerRequest.settled_at.is_(None), PowerRequest.asked_at > now - ANSWER_WITHIN)
    return list(session.scalars(query.order_by(PowerRequest.asked_at)))


def use_of(row: PowerRequest) -> Use:
    """What a request is about."""
    return Use(Power(row.kind), row.person, row.details)


def asked_by_group(details: JsonObject) -> bool:
    """Whether a group at the identity provider asks, and nobody here."""
    return bool(details.get(BY_GROUP))


def answerable(row: PowerRequest, actor: Actor, able: frozenset[UUID]) -> bool:
    """Whether this person is one of those who can agree; ``able`` are the :func:`holders`."""
    return actor.id in _witnesses(able, row.asked_by, use_of(row))


def who_can_agree(session: Session, rows: Iterable[PowerRequest]) -> list[str]:
    """The names of those who can answer these requests."""
    able = holders(session)
    keys = {key for row in rows for key in _witnesses(able, row.asked_by, use_of(row))}
    return [
        one.name or one.email
        for one in session.scalars(select(Person).where(Person.id.in_(keys)).order_by(Person.name))
    ]


def agree(session: Session, actor: Actor, request_id: UUID, *, now: datetime) -> Use:
    """Agree: the act is done, in the name of both. Raises NotAllowed for the asker and the person concerned."""
    row = _waiting(session, actor, request_id, now)
    if not answerable(row, actor, holders(session)):
        raise NotAllowed("You asked for this yourself, or it is about you. Somebody else has to look at it.")
    if not (row.asker.active and (asked_by_group(row.details) or may(row.asker.actor(), Permission.MANAGE_PEOPLE))):
        raise IllegalMove("Whoever asked for this is no administrator any more.")
    _settle(row, Outcome.AGREED, actor, now)
    use = use_of(row)
    _carry_out(session, use)
    note_use(session, actor, use, now=now, asker=row.asked_by)
    return use


def _carry_out(session: Session, use: Use) -> None:
    """Do what was agreed to; a password link is made by the asker (:func:`link_allowed`)."""
    match use.power:
        case Power.ROLES:
            held, more = use.person.actor().roles, frozenset(map(Role, use.details["roles"]))
            by_groups = group_roles.given(session, use.person)
            now_by_groups = by_groups | (more - held) if asked_by_group(use.details) else by_groups - more
            if now_by_groups != by_groups:
                group_roles.note_given(session, use.person, now_by_groups)
            use.person.roles = list(session.scalars(select(RoleRow).where(RoleRow.name.in_(held | more))))
        case Power.SLACK:
            check_slack_free(session, use.person, use.details["slack_user_id"])
            use.person.slack_user_id = use.details["slack_user_id"]
        case Power.FACTOR:
            take_factor_away(session, use.person)
    session.flush()


def refuse(session: Session, actor: Actor, request_id: UUID, *, now: datetime) -> None:
    """Refuse: nothing is done. The asker, too, may take a request back."""
    row = _waiting(session, actor, request_id, now)
    if actor.id != row.asked_by and not answerable(row, actor, holders(session)):
        raise NotAllowed("It is about you. Somebody else has to look at it.")
    _settle(row, Outcome.REFUSED, actor, now)
    record_system(session, Tag.POWER_REFUSED, actor, now, **_facts(use_of(row)))


def note_use(session: Session, actor: Actor, use: Use, *, now: datetime, asker: UUID | None = None) -> None:
    """Put it on record; tell the data protection officers, the person concerned and whoever asked."""
    asked_by = f"person:{asker}" if asker is not None else actor.key
    entry = record_system(session, Tag.POWER_USED, actor, now, asked_by=asked_by, **_facts(use))
    told = {*_officers(session), use.person.id, *((asker,) if asker else ())} - {actor.id}
    _tell(session, "power_used", told, use, actor, now, f"power:{entry.seq}")


def tell_of_gone(
    session: Session, person: Person, gone: frozenset[Role], dedupe: str, *, now: datetime, resting: bool = False
) -> None:
    """Tell whose groups gave these roles that they are gone or rest; of power the privacy officers hear too."""
    told = {*(_officers(session) if gone & DECIDING else ()), person.id}
    params = {"whom": person.name or person.email, "path": "/account"}
    template = "group_roles_rest" if resting else "group_roles_gone"
    queue(session, incident=None, template=template, params=params, to=sorted(told), now=now, dedupe=dedupe)


def _officers(session: Session) -> frozenset[UUID]:
    return frozenset(
        session.scalars(select(Person.id).where(Person.active, Person.roles.any(RoleRow.name == Role.DPO.value)))
    )


def take_factor_away(session: Session, person: Person) -> None:
    """Without its second factors, passkeys among them, the account is signed out everywhere."""
    for passkey in session.scalars(select(Passkey).where(Passkey.person_id == person.id)):
        session.delete(passkey)
    person.tf_primary_method = person.tf_totp_secret = person.mf_recovery_codes = person.tf_last_counter = None
    person.fs_uniquifier = uuid4().hex


def check_slack_free(session: Session, person: Person, slack_id: str | None) -> None:
    """One Slack member is one person. Raises IllegalMove at ``slack_user_id``."""
    query = select(Person.id).where(Person.slack_user_id == slack_id, Person.id != person.id)
    if slack_id is not None and session.scalars(query).first() is not None:
        raise IllegalMove("This Slack member belongs to another account already.", field="slack_user_id")


def _ask(session: Session, actor: Actor, use: Use, witnesses: frozenset[UUID], now: datetime) -> None:
    """What the same asked before about the same person is answered by this; what a group asks stands beside."""
    for waiting in open_requests(session, now=now):
        same = waiting.kind == use.power and waiting.person_id == use.person.id
        if same and asked_by_group(waiting.details) == asked_by_group(use.details):
            _settle(waiting, Outcome.REPLACED, actor, now)
    row = PowerRequest(
        id=uuid4(), kind=use.power.value, person_id=use.person.id, details=use.details, asked_by=actor.id, asked_at=now
    )
    session.add(row)
    session.flush()
    record_system(session, Tag.POWER_ASKED, actor, now, **_facts(use))
    _tell(session, "power_asked", witnesses, use, actor, now, f"power:{row.id}")


def _waiting(session: Session, actor: Actor, request_id: UUID, now: datetime) -> PowerRequest:
    require(actor, Permission.CONFIRM_POWER)
    row = session.get(PowerRequest, request_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such request.")
    if row.settled_at is not None or row.asked_at <= now - ANSWER_WITHIN:
        raise IllegalMove("This request has been answered already, or it has lapsed.")
    return row


def _settle(row: PowerRequest, outcome: Outcome, actor: Actor, now: datetime) -> None:
    row.outcome, row.settled_by, row.settled_at = outcome.value, actor.id, now


def _facts(use: Use) -> dict[str, str]:
    """What the audit chain says of it."""
    return {"person": str(use.person.id), "power": use.power.value, "roles": ",".join(use.details.get("roles", ()))}


def _tell(
    session: Session, template: str, to: Iterable[UUID], use: Use, actor: Actor, now: datetime, dedupe: str
) -> None:
    asked = template == "power_asked"
    params = {
        "power": "group" if asked and asked_by_group(use.details) else use.power.value,
        "by": "" if actor.source in MACHINE else actor.name,
        "whom": use.person.name or use.person.email,
        "path": "/powers" if asked else "/account",
    }
    queue(session, incident=None, template=template, params=params, to=sorted(to), now=now, dedupe=dedupe)
