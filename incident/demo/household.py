"""The made-up people of a trial: one for each part in the response, in an organisation that exists nowhere."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from incident.demo.examples import load_examples
from incident.domain.kernel.people import SYSTEM, Role
from incident.domain.organisation import OrganisationProfile, load_profile
from incident.law.vocabulary import OrganisationSize
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.notices.ports import NoticeWriter
from incident.usecases.people.accounts import NewPerson, add_person


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody to sign in as; `about` says in English what this person does."""

    email: str
    name: str
    function: str
    about: str
    roles: frozenset[Role]


PARTS = (
    Part(
        "noor@demo.example",
        "Noor de Wit",
        "Functionaris gegevensbescherming",
        "data protection officer: decides, approves, closes; runs the installation",
        frozenset({Role.DPO, Role.RESPONDER, Role.ADMIN}),
    ),
    Part(
        "sanne@demo.example",
        "Sanne Bakker",
        "Hoofd juridische zaken",
        "second person: agrees before a breach is not notified",
        frozenset({Role.SECOND, Role.RESPONDER}),
    ),
    Part("jelle@demo.example", "Jelle Postma", "Beveiliging", "handles incidents", frozenset({Role.RESPONDER})),
    Part("ruben@demo.example", "Ruben Vos", "Klantenondersteuning", "reports", frozenset({Role.REPORTER})),
)


def move_in(session: Session, *, password_hash: str, writer: NoticeWriter, now: datetime) -> None:
    """Fill an empty installation: the example organisation, everybody with one password, and the four examples."""
    people = [
        add_person(session, NewPerson(SYSTEM, part.email, part.name, part.roles, password_hash, part.function), now=now)
        for part in PARTS
    ]
    officer = people[0].actor()
    save_organisation(SaveOrganisation(officer, _profile(PARTS[0])), session=session, now=now)
    load_examples(session, actor=officer, now=now, writer=writer)


def _profile(officer: Part) -> OrganisationProfile:
    """The example organisation, with what its privacy statement leaves out made up, so that a dossier can be whole."""
    return replace(
        load_profile(),
        kvk="00000000",
        policy_number="CY-000000",
        fg_number="FG000000",
        sector="Softwareontwikkeling",
        size=OrganisationSize.SME,
        dpo_designated=True,
        dpo_name=officer.name,
        dpo_email="privacy@demo.example",
        dpo_phone="050 000 00 00",
    )
