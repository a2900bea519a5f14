"""Proposals are recorded only as they were seen and left ticked, as answers and tasks of the person who did so."""

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import Conflict, DomainError, NotFound
from incident.domain.kinds import TaskKind
from incident.domain.organisation import load_profile
from incident.law.vocabulary import Actor as Cause
from incident.law.vocabulary import IncidentKind, Recipient
from incident.store.models import Task
from incident.usecases.common.fact_versions import current_facts, versions
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.response.accept_proposals import AcceptProposals, accept_proposals
from incident.usecases.response.record_facts import RecordFacts, record_facts

WORDS = "E-mail met ongeveer 300 klanten naar verkeerde ontvanger"


def test_what_was_left_ticked_is_recorded_and_nothing_else(session, report, team, clock) -> None:
    """One version of the facts with its origin; the tasks with their time, the measure with owner and date; once."""
    incident = report(summary=WORDS)
    before = incident.fact_version
    command = AcceptProposals(
        team.responder, incident.id, "email_misaddressed", before, {"kinds", "actor", "subjects_max"}, {0, 2, 99}, True
    )
    done = accept_proposals(command, session=session, now=clock.now())
    assert (done.answers, done.tasks) == (3, 3)
    facts = current_facts(session, incident)
    assert (facts.kinds, facts.actor) == ((IncidentKind.EMAIL_WRONG_RECIPIENT,), Cause.INTERNAL_NON_MALICIOUS)
    assert facts.subjects_max == 300
    assert (facts.recipient, facts.protection) == (Recipient.UNKNOWN, ())
    sheet = versions(session, incident)[-1]
    assert sheet.version == before + 1
    assert (sheet.origins["kinds"]["by"], sheet.origins["kinds"]["step"]) == ("Bob", "preset")
    tasks = session.scalars(select(Task).where(Task.incident_id == incident.id)).all()
    (measure,) = [task for task in tasks if task.kind is TaskKind.MEASURE]
    assert (measure.owner_id, measure.due_at is not None) == (team.responder.id, True)
    again = AcceptProposals(team.responder, incident.id, command.preset, before + 1, (), {0, 2}, measure=True)
    assert accept_proposals(again, session=session, now=clock.now()).tasks == 0


def test_nobody_accepts_what_they_did_not_see(session, report, team, clock) -> None:
    """Where somebody answered meanwhile, the proposals have to be looked at again, and nothing is recorded."""
    incident = report(summary=WORDS)
    seen = incident.fact_version
    first = AcceptProposals(team.responder, incident.id, "email_misaddressed", seen, {"kinds"})
    accept_proposals(first, session=session, now=clock.now())
    second = AcceptProposals(team.dpo, incident.id, "email_misaddressed", seen, {"protection"}, {0})
    with pytest.raises(Conflict):
        accept_proposals(second, session=session, now=clock.now())
    assert current_facts(session, incident).protection == ()
    assert session.scalars(select(Task).where(Task.incident_id == incident.id)).all() == []


def test_a_reporter_accepts_nothing_and_an_unknown_kind_is_none(session, report, team, clock) -> None:
    """Recording is for those who respond."""
    incident = report(summary=WORDS)
    with pytest.raises(DomainError):
        accept_proposals(
            AcceptProposals(team.auditor, incident.id, "phishing", incident.fact_version, {"kinds"}),
            session=session,
            now=clock.now(),
        )
    unknown = AcceptProposals(team.responder, incident.id, "flood", incident.fact_version)
    with pytest.raises(NotFound):
        accept_proposals(unknown, session=session, now=clock.now())


def test_the_words_alone_propose_without_a_kind(session, report, team, clock) -> None:
    """A report that names no common breach still says how many people it is about."""
    incident = report(summary="Iets vreemds met 40 leerlingen")
    command = AcceptProposals(team.responder, incident.id, "", incident.fact_version, {"subjects_min", "subjects_max"})
    assert accept_proposals(command, session=session, now=clock.now()).answers == 2
    assert current_facts(session, incident).subjects_max == 40


def test_what_the_profile_proposes_is_recorded_as_coming_from_it(session, report, team, clock) -> None:
    """The system is recorded by its name, and each answer tells that it came from the profile and who accepted it."""
    save_organisation(SaveOrganisation(team.admin, load_profile()), session=session, now=clock.now())
    incident = report(summary=WORDS, systems=("hubspot", "Laptop"))
    assert current_facts(session, incident).systems == ("HubSpot", "Laptop")
    ticked = {"kinds", "parties", "measures_before", "role"}
    command = AcceptProposals(team.responder, incident.id, "email_misaddressed", incident.fact_version, ticked)
    assert accept_proposals(command, session=session, now=clock.now()).answers == 4
    origins = versions(session, incident)[-1].origins
    assert {name: origins[name]["step"] for name in ticked} == {
        "kinds": "preset",
        "parties": "profile",
        "measures_before": "profile",
        "role": "profile",
    }
    assert current_facts(session, incident).data_categories == ()


def test_a_system_that_is_typed_later_gets_its_name_too(session, report, team, clock) -> None:
    """One system has one name, on every way in."""
    save_organisation(SaveOrganisation(team.admin, load_profile()), session=session, now=clock.now())
    incident = report(summary=WORDS)
    typed = RecordFacts(team.responder, incident.id, {"systems": ("google-analytics",)}, incident.fact_version)
    record_facts(typed, session=session, now=clock.now())
    assert (current_facts(session, incident).systems, incident.systems) == (("Google Analytics",), "Google Analytics")
