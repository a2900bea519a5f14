"""Checks of the roster: can everybody be reached, is that proven, and is there more than one to escalate to."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from incident.doctor.finding import Finding, fail, ok, warn
from incident.domain.kernel.text import by_count
from incident.domain.reminders.drill import Standing, escalates_to, on_roster
from incident.domain.reminders.roster import Audience, duty_list, resolve
from incident.platform.settings import Settings
from incident.store.queries.incidents import count_of_flood
from incident.usecases.clock.plan import ladder_policy
from incident.usecases.common.directory import load_directory
from incident.usecases.common.insiders import unwatched
from incident.usecases.messages.drill import proofs
from incident.usecases.messages.reach import unreached

LOOK_AHEAD_DAYS = 60
SPOKEN = {"email": "e-mail", "slack": "Slack"}
"""Channels as people say them."""


def people(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Who is told, and whether that is proven; silent while there is no database or nobody has an account."""
    engine = create_engine(settings.database_url, poolclass=NullPool)
    try:
        with Session(engine) as session:
            if load_directory(session).people:
                yield from (*_alone(session, now), *_away(session, now), *_stands_in(session, now))
                yield from (*_unwatched(session, now), *_flood(session))
                yield from (*_unreached(session, now), *_proven(session, now))
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()


def _alone(session: Session, now: datetime) -> Iterator[Finding]:
    directory = load_directory(session)
    reached = escalates_to(ladder_policy(session), directory.people, directory.roster, now)
    if len(reached) == 1:
        [name] = [one.name for one in directory.people if one.id in reached]
        sentence = (
            "Every escalation reaches the same person, %(person)s: nobody else is told when that person does not act."
        )
        yield fail("roster", sentence, "Give other people a part in the roster.", person=name)


def _away(session: Session, now: datetime) -> Iterator[Finding]:
    """The first day on which nobody with a part in the roster is there; deadlines run through holidays."""
    directory = load_directory(session)
    for day in range(LOOK_AHEAD_DAYS):
        at = now + timedelta(days=day)
        if not any(person.present(at) for person in on_roster(directory.people, directory.roster, at)):
            sentence = "On %(day)s everybody with a part in the roster is away."
            yield fail("roster", sentence, "Give somebody else a part in the roster.", day=f"{at:%Y-%m-%d}")
            return


def _stands_in(session: Session, now: datetime) -> Iterator[Finding]:
    """The first day on which the whole duty order is away, and who has duty then as nobody was named for it."""
    directory = load_directory(session)
    people, roster = directory.people, directory.roster
    for day in range(LOOK_AHEAD_DAYS):
        at = now + timedelta(days=day)
        order, told = duty_list(people, at), resolve(Audience.DUTY, people, roster, at)
        named = {shift.person for shift in roster.shifts if shift.begins_at <= at < shift.ends_at}
        if order and not order[0].present(at) and told[0].present(at) and told[0].id not in named:
            sentence = "On %(day)s the whole duty order is away, and duty is with: %(people)s."
            cure = "Name somebody for that time with a shift, or give somebody who is there a place in the duty order."
            yield warn("roster", sentence, cure, day=f"{at:%Y-%m-%d}", people=_listed(one.name for one in told))
            return


def _unwatched(session: Session, now: datetime) -> Iterator[Finding]:
    """Everybody who is signed in reads it on the page, so it neither names them nor says that they are restricted."""
    if number := len(unwatched(session, now)):
        one = "In one open case nobody is there who may act."
        many = "In %(number)s open cases nobody is there who may act."
        cure = 'An administrator sees which under "Approve roles and access".'
        yield fail("roster", by_count(number, one, many), cure, number=number)


def _flood(session: Session) -> Iterator[Finding]:
    if number := count_of_flood(session):
        one = "One report came in faster than people are told of each."
        many = "%(number)s reports came in faster than people are told of each."
        cure = "Look through the reports that nobody has yet."
        yield fail("roster", by_count(number, one, many), cure, number=number)


def _unreached(session: Session, now: datetime) -> Iterator[Finding]:
    if names := [person.name for person in unreached(session, load_directory(session), now)]:
        cure = "Set up e-mail, or give them their Slack member ID on the page People."
        yield fail("roster", "Reminders do not reach: %(people)s.", cure, people=_listed(names))


def _proven(session: Session, now: datetime) -> Iterator[Finding]:
    days = ladder_policy(session).prove_every_days
    found = proofs(session, now)
    unproven = [proof for proof in found if proof.standing(now, timedelta(days=days)) is not Standing.PROVEN]
    if unproven:
        one = "Not proven by a drill within a day: %(people)s."
        many = "Not proven by a drill within %(days)s days: %(people)s."
        sentence = by_count(days, one, many)
        names = [f"{proof.person.name} ({SPOKEN.get(proof.channel, proof.channel)})" for proof in unproven]
        yield warn("roster", sentence, "Run: %(command)s", days=days, people=_listed(names), command="meldklok drill")
    elif found:
        one = "A drill has proven every way to everybody within a day."
        many = "A drill has proven every way to everybody within %(days)s days."
        yield ok("roster", by_count(days, one, many), days=days)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
