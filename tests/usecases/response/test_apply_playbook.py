"""Checklists: every kind of incident has one, steps come once, containment comes first."""

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import NotFound
from incident.domain.playbooks import fitting, playbooks
from incident.law.facts import BreachFacts, Party
from incident.law.vocabulary import IncidentKind, PartyRole
from incident.store.models import Task
from incident.usecases.response.apply_playbook import ApplyPlaybook, apply_playbook

WITHOUT = {IncidentKind.OTHER, IncidentKind.UNKNOWN}


@pytest.mark.parametrize("kind", sorted(set(IncidentKind) - WITHOUT))
def test_every_kind_of_incident_has_exactly_one_checklist(kind) -> None:
    """Nobody stands before an empty list because of the word that was chosen."""
    assert len(fitting(BreachFacts(kinds=(kind,)))) == 1


def test_a_breach_at_a_processor_brings_its_own_checklist_too() -> None:
    """Beside that of what happened there."""
    facts = BreachFacts(kinds=(IncidentKind.HACKING,), parties=(Party("HubSpot", PartyRole.PROCESSOR),))
    assert [playbook.id for playbook in fitting(facts)] == ["intrusion", "processor_breach"]


def test_steps_are_in_order_and_in_each_language() -> None:
    """The first step is for the first hours, and no step is empty."""
    for playbook in playbooks():
        hours = [step.hours for step in playbook.steps]
        assert hours == sorted(hours)
        assert hours[0] <= 2
        assert all(all(step.told.values()) and step.words("sv") == step.words("en") for step in playbook.steps)


def test_a_checklist_becomes_tasks_once(session, report, team, clock) -> None:
    """Applied twice, also in the other language, it adds nothing."""
    incident = report()
    command = ApplyPlaybook(team.responder, incident.id, "lost_device")
    assert apply_playbook(command, session=session, now=clock.now()) == 5
    other = ApplyPlaybook(team.responder, incident.id, "lost_device", "en")
    assert apply_playbook(other, session=session, now=clock.now()) == 0
    first = session.scalars(select(Task).order_by(Task.position)).first()
    assert first.due_at > incident.reported_at
    with pytest.raises(NotFound):
        apply_playbook(ApplyPlaybook(team.responder, incident.id, "x"), session=session, now=clock.now())
