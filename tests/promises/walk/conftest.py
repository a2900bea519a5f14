"""The same application as in the tests of the pages, and an incident that has gone nearly the whole way."""

from dataclasses import dataclass

import pytest

from incident.domain.kernel.people import Role
from tests.web import test_main_job as job
from tests.web.client import Visitor
from tests.web.conftest import Team, app, lite, lite_app, team


@dataclass(frozen=True, slots=True)
class Grown:
    """An installation with an incident that lacks only its closing, and two people."""

    team: Team
    dpo: Visitor
    second: Visitor
    reference: str


@pytest.fixture
def grown(lite_app, clock) -> Grown:
    """From the set-up link to the submitted letter, as a person would."""
    team = Team(lite_app, clock)
    dpo = job.first_person(lite_app, clock)
    dpo.submit("/setup", button=("start", "empty"), **job.ORGANISATION)
    second = team.visitor("Bas", Role.SECOND)
    reference = job.report(dpo)
    job.triage(dpo, reference)
    job.facts(dpo, reference)
    job.risk(dpo, reference)
    job.decisions(dpo, reference)
    job.dossier(dpo, second, reference, clock)
    job.letter(dpo, second, reference)
    return Grown(team, dpo, second, reference)


__all__ = ["app", "grown", "lite", "lite_app", "team"]
