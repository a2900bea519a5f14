"""The made-up shop that writes the documents, and the words of its people in one language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from incident.domain.kernel.people import Actor
from incident.domain.organisation import OrganisationProfile
from incident.law.vocabulary import OrganisationSector, OrganisationSize
from incident.store.db import db
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.wiring import Deps
from tests.promises.scenario.cast import hire
from tests.promises.scenario.stage import Stage, instant

TEXTS: Final = Path(__file__).parent / "texts"
OFFICER: Final = ("Noor de Wit", "privacy@fietshuis.example", "050 000 00 01")
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What people wrote in the record of one case; ``form`` is what the authority alone asks."""

    language: str
    said: Words
    form: Words


@cache
def told(language: str, case: str) -> Told:
    """The words for ``"heavy"`` or ``"small"``."""
    found = tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))[case]
    form = found.pop("form", {})
    return Told(language, found, form)


def organisation(language: str) -> OrganisationProfile:
    """A shop that writes in this language, in Groningen."""
    name, email, phone = OFFICER
    return OrganisationProfile(
        name="Fietshuis Noord B.V.",
        street="Oosterkade 12",
        postcode="9711 RS",
        city="Groningen",
        email="info@fietshuis.example",
        phone="050 000 00 00",
        kvk="00000000",
        fg_number="FG000000",
        dpo_designated=True,
        dpo_name=name,
        dpo_email=email,
        dpo_phone=phone,
        sector="Detailhandel",
        sector_kind=OrganisationSector.PRIVATE,
        size=OrganisationSize.SME,
        activity=tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))["activity"],
        establishments=("NL",),
        lead_authority="Autoriteit Persoonsgegevens",
        policy_number="CY-000000",
        websites=("www.fietshuis.example",),
        languages=(language,),
    )


def opened(deps: Deps, language: str, password_hash: str) -> Stage:
    """The shop with its people, on the database of the application at hand."""
    session, start = db.session(), instant("01-09 09:00")
    people = hire(session, start, password_hash)
    officer: Actor = people["Noor"]
    save_organisation(SaveOrganisation(officer, organisation(language)), session=session, now=start)
    return Stage(session, deps.writer, deps.blobs, deps.sealer, people)
