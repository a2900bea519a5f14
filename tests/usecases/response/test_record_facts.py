"""The fact sheet: versions, origins, conflicts, corrections."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from incident.domain.fact_sheet import FactConflict, from_json, to_json
from incident.domain.kernel.errors import Invalid
from incident.domain.kinds import DeadlineState
from incident.domain.organisation import Customer, OrganisationProfile
from incident.law.facts import AffectedController, BreachFacts
from incident.law.vocabulary import DataCategory, IncidentKind, Informed, Role
from incident.store.models import Deadline, FactDraft, FactSheet
from incident.usecases.common.fact_versions import current_facts, facts_at, versions
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.response.record_facts import RecordFacts, SaveDraft, find_draft, record_facts, save_draft
from incident.usecases.response.triage import ConfirmBreach, confirm_breach


def test_answers_become_a_new_version_with_their_origin(session, report, team, clock) -> None:
    """The older version stays, and each answer says who gave it, when, and in which version."""
    incident = report(summary="First words")
    clock.advance(hours=1)
    values = {"kinds": (IncidentKind.RANSOMWARE,), "data_categories": (DataCategory.NAME,)}
    record_facts(RecordFacts(team.responder, incident.id, values, 1, "data"), session=session, now=clock.now())
    first, second = versions(session, incident)
    assert facts_at(session, incident, 1).kinds == ()
    assert current_facts(session, incident).kinds == (IncidentKind.RANSOMWARE,)
    origin = {"by": "Bob", "at": clock.now().isoformat(), "version": 2, "source": "web", "step": "data"}
    assert second.origins["kinds"] == origin
    assert first.origins["summary"] == second.origins["summary"]
    assert (incident.fact_version, incident.kind) == (2, "ransomware")


def test_nothing_changed_is_nothing_recorded(session, report, team, clock) -> None:
    """Saving the same answers makes no version."""
    incident = report()
    values = {"summary": incident.summary}
    record_facts(RecordFacts(team.responder, incident.id, values, 1), session=session, now=clock.now())
    assert incident.fact_version == 1


def test_two_people_on_different_answers_are_merged(session, report, team, clock) -> None:
    """Somebody who looked at an older version overwrites nothing of the newer one."""
    incident = report()
    bob = RecordFacts(team.responder, incident.id, {"description": "Bob's"}, 1)
    record_facts(bob, session=session, now=clock.now())
    charlie = RecordFacts(team.dpo, incident.id, {"systems_note": "Charlie's"}, 1)
    record_facts(charlie, session=session, now=clock.now())
    facts = current_facts(session, incident)
    assert (facts.description, facts.systems_note) == ("Bob's", "Charlie's")


def test_two_people_on_the_same_answer_is_a_conflict_that_shows_both(session, report, team, clock) -> None:
    """Nothing is overwritten; the conflict names base, theirs and mine."""
    incident = report(summary="base")
    record_facts(RecordFacts(team.responder, incident.id, {"summary": "theirs"}, 1), session=session, now=clock.now())
    with pytest.raises(FactConflict) as conflict:
        record_facts(RecordFacts(team.dpo, incident.id, {"summary": "mine"}, 1), session=session, now=clock.now())
    found = conflict.value.conflicts[0]
    assert (found.name, found.base, found.theirs, found.mine) == ("summary", "base", "theirs", "mine")
    assert current_facts(session, incident).summary == "theirs"


@pytest.mark.parametrize(
    ("field", "days"), [("expected_on", -1), ("expected_on", 400), ("informed_on", -10), ("measures_prevent_by", -10)]
)
def test_a_day_that_cannot_be_meant_is_refused_at_its_field(session, report, team, clock, field, days) -> None:
    """A day that has passed, one before anybody knew, one years away: nothing of it reaches a form of the authority."""
    incident = report(noticed_at=clock.now() - timedelta(days=2))
    values = {field: clock.now().date() + timedelta(days=days)}
    with pytest.raises(Invalid) as refusal:
        record_facts(RecordFacts(team.responder, incident.id, values, 1), session=session, now=clock.now())
    assert refusal.value.field == field


def test_nobody_was_told_on_a_day_that_is_still_to_come(session, report, team, clock) -> None:
    """A dossier would tell the authority so; that it is planned for then may be said, and is said by its own answer."""
    incident, day = report(), clock.now().date() + timedelta(days=90)
    planned = {"informed": Informed.PLANNED_ON_DATE, "informed_on": day}
    record_facts(RecordFacts(team.responder, incident.id, planned, 1), session=session, now=clock.now())
    told = RecordFacts(team.responder, incident.id, {"informed": Informed.INFORMED}, 2)
    with pytest.raises(Invalid, match="still to come") as refusal:
        record_facts(told, session=session, now=clock.now())
    assert refusal.value.field == "informed_on"
    record_facts(told, session=session, now=clock.advance(days=90))


def test_a_day_that_has_passed_since_hinders_nobody(session, report, team, clock) -> None:
    """What was expected today is kept; whoever records something else tomorrow is not asked about it."""
    incident = report()
    stated = RecordFacts(team.responder, incident.id, {"expected_on": clock.now().date()}, 1)
    record_facts(stated, session=session, now=clock.now())
    later = RecordFacts(team.responder, incident.id, {"description": "More is known"}, 2)
    record_facts(later, session=session, now=clock.advance(days=3))
    assert incident.fact_version == 3


def test_a_correction_of_awareness_needs_a_reason_and_moves_the_deadline(session, report, team, clock) -> None:
    """A moment that moves a legal clock is never corrected in silence."""
    incident = report(noticed_at=clock.now() - timedelta(hours=20))
    aware = clock.now() - timedelta(hours=2)
    confirm_breach(ConfirmBreach(team.responder, incident.id, aware, "Bob"), session=session, now=clock.now())
    earlier = aware - timedelta(hours=5)
    command = RecordFacts(team.dpo, incident.id, {"aware_at": earlier}, incident.fact_version)
    with pytest.raises(Invalid) as refusal:
        record_facts(command, session=session, now=clock.now())
    assert refusal.value.field == "reason"
    record_facts(replace(command, reason="The help desk knew at once"), session=session, now=clock.now())
    running = session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).one()
    assert earlier + timedelta(hours=72) == running.due_at
    assert len(session.scalars(select(Deadline)).all()) == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (
            {"occurred_from": datetime(2026, 3, 2, tzinfo=UTC), "occurred_to": datetime(2026, 3, 1, tzinfo=UTC)},
            "occurred_to",
        ),
        ({"subjects_min": 10, "subjects_max": 5}, "subjects_max"),
        ({"records_min": -1}, "records_min"),
        ({"aware_at": datetime(2030, 1, 1, tzinfo=UTC)}, "aware_at"),
        ({"is_breach": "no"}, "is_breach"),
        ({"description": "x" * 100_000}, "description"),
    ],
)
def test_impossible_answers_are_refused_at_the_field(session, report, team, clock, values, field) -> None:
    """And no version is made."""
    incident = report()
    with pytest.raises(Invalid) as refusal:
        record_facts(RecordFacts(team.responder, incident.id, values, 1), session=session, now=clock.now())
    assert field == refusal.value.field
    assert incident.fact_version == 1


def test_a_draft_belongs_to_one_person_and_ends_when_the_chapter_is_recorded(session, report, team, clock) -> None:
    """What is being typed survives, and is nobody else's."""
    incident = report()
    typed = {"description": "half a senten"}
    save_draft(SaveDraft(team.responder, incident.id, "incident", typed, 1), session=session, now=clock.now())
    assert typed == find_draft(session, incident, team.responder, "incident").values
    assert find_draft(session, incident, team.dpo, "incident") is None
    done = RecordFacts(team.responder, incident.id, {"description": "A whole sentence."}, 1, "incident")
    record_facts(done, session=session, now=clock.now())
    assert session.scalars(select(FactDraft)).first() is None


def test_a_sheet_survives_the_way_into_the_database_and_back(session, report) -> None:
    """Typed answers in, the same typed answers out."""
    incident = report(noticed_at=datetime(2026, 3, 2, 8, tzinfo=UTC))
    session.expire_all()
    stored = session.get_one(FactSheet, (incident.id, 1))
    assert stored.facts == to_json(from_json(stored.facts))
    assert BreachFacts() != from_json(stored.facts)


def test_containment_and_recovery_are_moments_that_move_no_clock(session, report, team, clock) -> None:
    """After the beginning, the recovery after the containment, neither in the future; the deadline stays."""
    incident = report()
    due, now = incident.due_at, clock.now()
    wrong = (
        ("contained_at", {"occurred_from": now, "contained_at": now - timedelta(hours=1)}),
        ("recovered_at", {"contained_at": now, "recovered_at": now - timedelta(hours=1)}),
        ("recovered_at", {"recovered_at": now + timedelta(hours=1)}),
    )
    for field, values in wrong:
        with pytest.raises(Invalid) as refused:
            record_facts(RecordFacts(team.dpo, incident.id, values, 1), session=session, now=now)
        assert refused.value.field == field
    values = {"contained_at": now - timedelta(hours=2), "recovered_at": now - timedelta(hours=1)}
    record_facts(RecordFacts(team.dpo, incident.id, values, 1), session=session, now=now)
    assert (incident.due_at, current_facts(session, incident).recovered_at) == (due, now - timedelta(hours=1))


def test_a_customer_on_the_list_brings_its_contact_its_term_and_its_language(session, report, team, clock) -> None:
    """GDPR art. 33(2): the contract's term starts the clock when the customer is named; what is answered stands."""
    now = clock.now()
    baker, tea = Customer("Bakkerij Zoet", "privacy@zoet.example", 12, "de"), Customer("Tea AB", "dpo@tea.example", 48)
    profile = OrganisationProfile("Ziekenhuis", customers=(baker, tea))
    save_organisation(SaveOrganisation(team.admin, profile), session=session, now=now)
    incident = report()
    command = ConfirmBreach(team.responder, incident.id, now, "Bob", role=Role.PROCESSOR)
    confirm_breach(command, session=session, now=now)

    def named(*rows):
        command = RecordFacts(team.responder, incident.id, {"affected_controllers": rows}, incident.fact_version)
        record_facts(command, session=session, now=now)
        return current_facts(session, incident).affected_controllers

    first = AffectedController("bakkerij zoet", language="", subjects=120)
    assert named(first) == (AffectedController("Bakkerij Zoet", "privacy@zoet.example", 12, "de", 120),)
    assert incident.due_at == now + timedelta(hours=12)
    assert incident.subjects == 120
    emptied = AffectedController("Bakkerij Zoet", "", 12, "nl", 120)
    others = (AffectedController("Tea AB", "ann@tea.example", 24, "en"), AffectedController("Smith", language=""))
    assert named(emptied, *others) == (emptied, others[0], AffectedController("Smith", language="nl"))
    assert incident.subjects is None, "of two customers nobody knows how many"


def test_nobody_ends_or_delays_a_duty_through_the_sheet_without_saying_why(session, report, team, clock) -> None:
    """GDPR art. 33(1), (2): whose duty it is, when we knew, and what a customer was promised are changed for a reason.

    Naming the customers, and a shorter term, take nothing from anybody.
    """
    incident = report()
    aware = clock.now()
    confirm_breach(ConfirmBreach(team.responder, incident.id, aware, "Bob"), session=session, now=aware)

    def state(reason="", **values):
        command = RecordFacts(team.responder, incident.id, values, incident.fact_version, reason=reason)
        return record_facts(command, session=session, now=clock.now())

    def refused(**values) -> None:
        with pytest.raises(Invalid) as refusal:
            state(**values)
        assert refusal.value.field == "reason"
        state("We process for the baker", **values)

    def customers(**hours):
        return {"affected_controllers": tuple(AffectedController(name, notice_hours=hours[name]) for name in hours)}

    clock.advance(hours=3)
    refused(role=Role.PROCESSOR)
    state(**customers(Baker=48, Smith=24))
    state(**customers(Baker=24, Smith=24))
    refused(**customers(Baker=36, Smith=24))
    refused(**customers(Baker=36))
    refused(processor_aware_at=aware + timedelta(hours=1))
    refused(processor_aware_at=aware)
