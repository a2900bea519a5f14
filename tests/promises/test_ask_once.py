"""Ask once: what was typed anywhere is not asked again for the authority, the register or the risk."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor, Role
from incident.domain.kinds import Subject, TaskKind
from incident.domain.organisation import OrganisationProfile, load_profile
from incident.law.forms.answers import Origin
from incident.law.vocabulary import Actor as Cause
from incident.law.vocabulary import DataCategory, Informed, Nature, RiskLevel
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import Incident
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.notices.authority_form import progress_now
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.casework import AddTask, add_task
from incident.usecases.response.close import CloseIncident, close_incident
from incident.usecases.response.decide import ConfirmDecision, Decide, confirm_decision, decide
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.report import ReportIncident, report_incident
from incident.usecases.response.triage import ConfirmBreach, confirm_breach
from tests.factories import make_actor
from tests.web.conftest import lite_app

ANSWERS: dict[str, Any] = {
    "nature": ["confidentiality", "availability"],
    "disclosure": "likely",
    "restoration": "within_days",
    "backup": "yes",
    "data": [{"category": "name"}, {"category": "bsn"}, {"category": "health"}],
    "protection": "none",
    "recipient": "malicious",
    "actor": "external_malicious",
    "intent": "targeted",
    "subjects_number": 300,
}
DERIVABLE = (
    "3.2.1.name",
    "3.2.1.function",
    "3.2.1.email",
    "3.2.1.phone",
    "4.3",
    "5.1",
    "5.2",
    "6.1",
    "6.2",
    "8.1",
    "9.2",
    "9.3",
    "10.1.1",
)
"""The thirteen of twenty-two missing answers that had been typed already, or followed from what was typed."""


def _people(session: Session, now: datetime) -> tuple[Actor, Actor]:
    dpo = make_actor(session, "Femke", [Role.DPO], now)
    profile: OrganisationProfile = replace(
        load_profile(), dpo_designated=True, dpo_name="Femke Jansen", dpo_email="fg@example.org", dpo_phone="050 123"
    )
    admin = make_actor(session, "Ada", [Role.ADMIN], now)
    save_organisation(SaveOrganisation(admin, profile), session=session, now=now)
    return dpo, make_actor(session, "Bas", [Role.SECOND], now)


def _assessed(session: Session, dpo: Actor, now: datetime) -> Incident:
    report = ReportIncident(dpo, "Gijzelsoftware op de server van de winkel", noticed_at=now)
    incident = report_incident(report, session=session, now=now)
    triage = ConfirmBreach(dpo, incident.id, now, "Femke", "De losgeldbrief noemt onze klanten.")
    confirm_breach(triage, session=session, now=now)
    assess_risk(AssessRisk(dpo, incident.id, ANSWERS), session=session, now=now)
    return incident


@pytest.mark.parametrize("key", DERIVABLE)
def test_the_first_draft_has_every_answer_that_follows(lite_app: Flask, clock: FixedClock, key: str) -> None:
    """Report, triage, risk and decision fill the authority's form; what is derived is marked to be checked."""
    with lite_app.app_context():
        session, now = db.session(), clock.now()
        dpo, _second = _people(session, now)
        incident = _assessed(session, dpo, now)
        decide(Decide(dpo, incident.id, Subject.SUBJECTS, True, "High risk."), session=session, now=now)
        missing = {
            answer.key for answer in progress_now(session, incident, current_facts(session, incident), now).missing
        }
        assert key not in missing


def test_the_risk_is_written_down_as_facts_with_its_origin(lite_app: Flask, clock: FixedClock) -> None:
    """The fact sheet says who answered it, when, and that it was in the assessment."""
    with lite_app.app_context():
        session, now = db.session(), clock.now()
        dpo, _second = _people(session, now)
        incident = _assessed(session, dpo, now)
        facts = current_facts(session, incident)
        assert facts.data_categories == (DataCategory.NAME, DataCategory.BSN, DataCategory.HEALTH)
        assert facts.nature == (Nature.CONFIDENTIALITY, Nature.AVAILABILITY)
        from incident.usecases.common.fact_versions import versions

        origin = versions(session, incident)[-1].origins["data_categories"]
        assert (origin["by"], origin["step"]) == ("Femke", "risk")


def _kept_in_the_register(session: Session, dpo: Actor, second: Actor, now: datetime) -> Incident:
    """Assessed, decided by two people that nobody is told, with a measure: it may be closed."""
    incident = _assessed(session, dpo, now)
    for subject in (Subject.AUTHORITY, Subject.SUBJECTS):
        incident.risk = RiskLevel.UNLIKELY
        waits = decide(Decide(dpo, incident.id, subject, False, "Nobody could read it."), session=session, now=now)
        confirm_decision(ConfirmDecision(second, incident.id, waits.id, True), session=session, now=now)
    measure = AddTask(dpo, incident.id, "Disks are encrypted", TaskKind.MEASURE, owner_name="Bas", due_at=now)
    add_task(measure, session=session, now=now)
    return incident


def test_a_closed_small_breach_has_data_effects_and_measures_in_the_register(
    lite_app: Flask, clock: FixedClock
) -> None:
    """GDPR art. 33(5): facts, effects and remedial action, without anything typed twice."""
    with lite_app.app_context():
        session, now = db.session(), clock.now()
        dpo, second = _people(session, now)
        incident = _kept_in_the_register(session, dpo, second, now)
        close_incident(CloseIncident(dpo, incident.id, "external_malicious", "Encrypt."), session=session, now=now)
        facts = current_facts(session, incident)
        assert facts.data_categories
        assert facts.consequences_subjects
        assert "Disks are encrypted" in facts.measures_prevent_note
        assert facts.informed is Informed.NOT_HIGH_RISK


def test_what_the_register_lacks_is_closed_as_not_known_and_why(lite_app: Flask, clock: FixedClock) -> None:
    """GDPR art. 33(5): what is empty is named, and stands in the record as not known with the reason."""
    from incident.usecases.common.fact_versions import versions
    from incident.usecases.response.close import lacking

    with lite_app.app_context():
        session, now = db.session(), clock.now()
        dpo, second = _people(session, now)
        incident = _kept_in_the_register(session, dpo, second, now)
        nobody_known = RecordFacts(dpo, incident.id, {"actor": Cause.UNKNOWN}, incident.fact_version)
        record_facts(nobody_known, session=session, now=now)
        empty = lacking(session, current_facts(session, incident), ["Disks are encrypted"])
        assert "discovery" in empty
        assert "consequences_subjects" not in empty, "what closing takes from the record is not lacking"
        why = "The device is gone and so is its log."
        assert "actor" not in empty, "the closing asks the cause itself"
        cause = Cause.INTERNAL_NON_MALICIOUS
        close_incident(CloseIncident(dpo, incident.id, cause.value, "Encrypt.", why), session=session, now=now)
        assert current_facts(session, incident).actor is cause
        assert set(empty) <= set(current_facts(session, incident).stated_unknown)
        assert versions(session, incident)[-1].reason == why


def test_a_proposed_answer_is_marked_derived(lite_app: Flask, clock: FixedClock) -> None:
    """Whoever copies the form sees which answers the program worked out."""
    with lite_app.app_context():
        session, now = db.session(), clock.now()
        dpo, _second = _people(session, now)
        incident = _assessed(session, dpo, now)
        from incident.domain.kinds import NoticeKind
        from incident.law.forms.ap_2022 import fill_ap
        from incident.usecases.common.settings import organisation_profile
        from incident.usecases.notices.authority_form import filing_context

        facts, organisation = current_facts(session, incident), organisation_profile(session)
        context = filing_context(session, incident, NoticeKind.INITIAL, now, facts, organisation)
        form = fill_ap(facts, organisation, context)
        assert form.answer("9.2").origin is Origin.DERIVED
        assert form.answer("5.2").origin is Origin.DERIVED
        assert form.answer("6.1").origin is Origin.RECORDED


__all__ = ["lite_app"]
