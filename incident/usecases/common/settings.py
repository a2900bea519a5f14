"""The organisation's profile and its other settings: named documents, kept version by version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.organisation import NOBODY_YET, Customer, OrganisationProfile, profile_adapter, profile_from
from incident.law.facts import AffectedController, BreachFacts
from incident.store.models import SettingVersion
from incident.store.settings import current_setting, forget
from incident.usecases.common.record import record_system

PROFILE, REGIMES = "organisation", "regimes"


def save_setting(
    session: Session, name: str, document: Mapping[str, Json], *, actor: Actor, now: datetime
) -> SettingVersion:
    """Store the next version of a named document."""
    forget(session)
    newest = current_setting(session, name)
    row = SettingVersion(
        name=name,
        version=newest.version + 1 if newest else 1,
        document=dict(document),
        author_id=actor.id,
        author_name=actor.name,
        recorded_at=now,
    )
    session.add(row)
    record_system(session, Tag.SETTINGS_CHANGED, actor, now, name=name, version=row.version)
    session.flush()
    return row


def is_set_up(session: Session) -> bool:
    """Whether somebody has confirmed whose installation this is."""
    return current_setting(session, PROFILE) is not None


def organisation_profile(session: Session) -> OrganisationProfile:
    """The profile as saved, else an empty one: what nobody has given is missing in every notice."""
    row = current_setting(session, PROFILE)
    return profile_from(row.document) if row else NOBODY_YET


def with_known_systems(session: Session, facts: BreachFacts) -> BreachFacts:
    """The facts with each system by its name in the profile, whichever way it was stated: one system has one name."""
    return replace(facts, systems=organisation_profile(session).names_of(facts.systems)) if facts.systems else facts


def with_known_customers(session: Session, before: BreachFacts, after: BreachFacts) -> BreachFacts:
    """The facts in which a customer that is named for the first time has what the list of customers says of it.

    What was answered stands: only a contact, a term of the contract or a language that was left open is filled in.
    """
    named = {customer.name for customer in before.affected_controllers}
    profile = organisation_profile(session)
    rows = (
        row if row.name in named and row.language else _from_the_list(row, profile)
        for row in after.affected_controllers
    )
    return replace(after, affected_controllers=tuple(rows))


def _from_the_list(row: AffectedController, profile: OrganisationProfile) -> AffectedController:
    known = profile.customer(row.name) or Customer(row.name)
    return replace(
        row,
        name=known.name,
        contact=row.contact or known.contact,
        notice_hours=known.notice_hours if row.notice_hours is None else row.notice_hours,
        language=row.language or known.language,
    )


def profile_document(profile: OrganisationProfile) -> JsonObject:
    """A profile as plain JSON values."""
    document: JsonObject = profile_adapter().dump_python(profile, mode="json")
    return document


@dataclass(frozen=True, slots=True)
class SaveOrganisation:
    """Replace the organisation's profile."""

    actor: Actor
    profile: OrganisationProfile


def save_organisation(command: SaveOrganisation, *, session: Session, now: datetime) -> OrganisationProfile:
    """Store the profile as its next version. Raises Invalid without a name."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    if not command.profile.name.strip():
        raise Invalid("Enter the name of the organisation.", field="name")
    save_setting(session, PROFILE, profile_document(command.profile), actor=command.actor, now=now)
    return command.profile


def house_hours(session: Session) -> int | None:
    """The organisation's own hours for what the law wants without undue delay; None for the house's default."""
    row = current_setting(session, REGIMES)
    hours = row.document.get("house_hours") if row else None
    return hours if isinstance(hours, int) else None


def active_regimes(session: Session) -> frozenset[str]:
    """The optional regimes (Cyberbeveiligingswet, DORA, …) that the organisation says apply to it."""
    row = current_setting(session, REGIMES)
    return frozenset(row.document.get("regimes", ())) if row else frozenset()
