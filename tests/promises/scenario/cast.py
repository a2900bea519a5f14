"""Who works here: invented people with their parts in the response, and the organisation's profile."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from incident.domain.kernel.people import SYSTEM, Actor, Role
from incident.domain.organisation import Customer, OrganisationProfile, load_profile
from incident.law.vocabulary import OrganisationSector, OrganisationSize
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.people.accounts import NewPerson, add_person
from incident.usecases.people.change_roster import (
    ChangeRoster,
    SetAbsence,
    SetDutyOrder,
    change_roster,
    set_absence,
    set_duty_order,
)
from incident.usecases.people.slack_people import SlackProfile, link_actor
from tests.promises.scenario.stage import instant

R = Role
PEOPLE: Final = (
    ("Noor", "Noor de Wit", "Functionaris gegevensbescherming", (R.DPO, R.RESPONDER, R.ADMIN), "U0NOOR"),
    ("Jelle", "Jelle Postma", "Beveiliging", (R.RESPONDER,), "U0JELLE"),
    ("Sanne", "Sanne Bakker", "Hoofd juridische zaken", (R.SECOND, R.RESPONDER), "U0SANNE"),
    ("Mila", "Mila Kuipers", "Directeur techniek", (R.SECOND, R.REPORTER), "U0MILA"),
    ("Ruben", "Ruben Vos", "Klantenondersteuning", (R.REPORTER,), "U0RUBEN"),
    ("Ilse", "Ilse Brouwer", "Marketing", (R.REPORTER,), "U0ILSE"),
    ("Thijs", "Thijs Dekker", "Personeelszaken", (R.REPORTER,), ""),
    ("Otto", "Otto van Dam", "Interne controle", (R.AUDITOR,), ""),
)
"""First name, name, function, roles, Slack."""
CUSTOMERS: Final = (
    Customer("Webwinkel Noord", "privacy@noord.example", 24, "nl"),
    Customer("Butik Syd AB", "dataskydd@syd.example", 36, "sv"),
    Customer("Handel West GmbH", "datenschutz@west.example", 48, "de"),
    Customer("Groothandel De Linde", "avg@delinde.example", None, "nl"),
)


def hire(session: Session, now: datetime, password_hash: str) -> dict[str, Actor]:
    """Everybody, with the account that they sign in with."""
    people = {}
    for first, name, function, roles, slack in PEOPLE:
        command = NewPerson(
            SYSTEM, f"{first.lower()}@alumio.example", name, frozenset(roles), password_hash, function, "nl"
        )
        person = add_person(session, command, now=now)
        people[first] = person.actor()
        if slack:
            link_actor(session, SlackProfile(slack, "", name, person.email, ours=True, verified=True), now)
            people[first] = person.actor()
    return people


def settle(session: Session, people: dict[str, Actor], now: datetime) -> OrganisationProfile:
    """The organisation, who is on duty in which order, and who is away."""
    dpo = people["Noor"]
    profile = replace(
        load_profile(),
        email="privacy@alumio.example",
        phone="050 000 00 00",
        kvk="00000000",
        fg_number="FG000000",
        dpo_designated=True,
        dpo_name="Noor de Wit",
        dpo_email="fg@alumio.example",
        dpo_phone="050 000 00 01",
        sector="Software",
        sector_kind=OrganisationSector.PRIVATE,
        size=OrganisationSize.SME,
        activity="Integratieplatform (iPaaS)",
        customers=CUSTOMERS,
    )
    save_organisation(SaveOrganisation(dpo, profile), session=session, now=now)
    named = {first: actor.id for first, actor in people.items() if actor.id is not None}
    order = tuple(named[first] for first in ("Noor", "Jelle", "Sanne"))
    set_duty_order(SetDutyOrder(dpo, order), session=session, now=now)
    shift = {
        "person": str(named["Jelle"]),
        "begins_at": instant("20-11 18:00").isoformat(),
        "ends_at": instant("23-11 09:00").isoformat(),
    }
    document = {"shifts": [shift], "deputies": [str(named["Jelle"])], "management": [str(named["Mila"])]}
    change_roster(ChangeRoster(dpo, document), session=session, now=now)
    away = SetAbsence(dpo, named["Sanne"], instant("24-11 00:00"), instant("28-11 00:00"))
    set_absence(away, session=session, now=now)
    return profile


__all__ = ["CUSTOMERS", "PEOPLE", "hire", "settle"]
