"""Who sees to what in a case: officer, IT and communications, beside whoever has it. On record, told, and no power."""

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import Invalid, NotAllowed, NotFound
from incident.domain.kernel.people import Role
from incident.domain.kinds import Part
from incident.store.models import AuditEntry, OutboxMessage, Person
from incident.usecases.response.casework import Assign, assign
from incident.usecases.response.restrict import Restrict, restrict
from tests.usecases.response.test_told import in_slack, told

__all__ = ["in_slack"]


def give(session, clock, actor, incident, person, part) -> None:
    """One part to one person."""
    assign(Assign(actor, incident.id, person, part), session=session, now=clock.now())


@pytest.mark.parametrize("part", list(Part))
@pytest.mark.parametrize("who", ["reporter", "auditor", "second", "admin"])
def test_only_who_may_work_on_incidents_gives_a_part(session, report, team, clock, part, who) -> None:
    """The matrix decides, as it does for the case itself."""
    incident = report()
    with pytest.raises((NotAllowed, NotFound)):
        give(session, clock, getattr(team, who), incident, team.dpo.id, part)
    assert incident.holder(part) is None


def test_a_part_goes_to_whoever_can_act_on_it(session, report, team, clock) -> None:
    """The officer's part to an officer, the others to people who may work on incidents."""
    incident = report()
    for part, person in ((Part.DPO, team.responder.id), (Part.IT, team.auditor.id), (Part.COMMUNICATIONS, None)):
        if person is not None:
            with pytest.raises(Invalid) as refused:
                give(session, clock, team.dpo, incident, person, part)
            assert refused.value.field == "person"
        assert incident.holder(part) is None
    give(session, clock, team.responder, incident, team.dpo.id, Part.DPO)
    give(session, clock, team.responder, incident, team.responder.id, Part.IT)
    assert (incident.holder(Part.DPO), incident.holder(Part.IT)) == (team.dpo.id, team.responder.id)
    assert incident.holder(None) is None


def test_a_part_gives_no_power(session, report, team, clock) -> None:
    """Roles say who may do what; a part says whom to ask."""
    incident = report()
    give(session, clock, team.dpo, incident, team.responder.id, Part.COMMUNICATIONS)
    assert session.get_one(Person, team.responder.id).actor().roles == {Role.RESPONDER}


def test_who_gets_and_who_loses_a_part_are_told_once_and_it_is_on_record(session, report, team, clock) -> None:
    """Directly, and nobody of their own act; giving it again to the same person is no news."""
    incident = report()
    for _ in range(2):
        give(session, clock, team.responder, incident, team.dpo.id, Part.IT)
    assert told(session, "part_given") == {"UCHARLIE"}
    give(session, clock, team.responder, incident, None, Part.IT)
    assert told(session, "part_passed_on") == {"UCHARLIE"}
    assert incident.holder(Part.IT) is None
    rows = session.scalars(select(OutboxMessage)).all()
    assert {row.payload["params"]["part"] for row in rows if row.payload["template"] == "part_given"} == {"it"}
    entries = session.scalars(select(AuditEntry.details).where(AuditEntry.tag == "incident:part_given")).all()
    assert [entry["part"] for entry in entries] == ["it", "it"]


def test_a_restricted_case_has_no_part_for_whom_it_does_not_exist(session, report, team, clock) -> None:
    """Neither is one given, nor is somebody with a part shut out without a word."""
    incident = report()
    give(session, clock, team.dpo, incident, team.responder.id, Part.IT)
    with pytest.raises(Invalid) as refused:
        restrict(
            Restrict(team.dpo, incident.id, frozenset({team.dpo.id}), "About a colleague"),
            session=session,
            now=clock.now(),
        )
    assert refused.value.field == "people"
    give(session, clock, team.dpo, incident, None, Part.IT)
    restrict(
        Restrict(team.dpo, incident.id, frozenset({team.dpo.id}), "About a colleague"), session=session, now=clock.now()
    )
    with pytest.raises(Invalid):
        give(session, clock, team.dpo, incident, team.responder.id, Part.IT)


def test_whoever_is_in_a_restricted_case_to_help_gives_no_part_of_it(session, report, team, clock) -> None:
    """Neither to somebody else nor to themselves, nor is one taken away; the officer and whoever has it do."""
    incident = report()
    named = frozenset({team.responder.id})
    restrict(Restrict(team.dpo, incident.id, named, "About a colleague"), session=session, now=clock.now())
    for part, person in ((Part.DPO, team.dpo.id), (Part.IT, team.responder.id), (Part.IT, None)):
        with pytest.raises(NotAllowed, match="restricted"):
            give(session, clock, team.responder, incident, person, part)
    assert not incident.parts
    give(session, clock, team.dpo, incident, team.responder.id, Part.IT)
    assign(Assign(team.dpo, incident.id, team.responder.id), session=session, now=clock.now())
    give(session, clock, team.responder, incident, team.dpo.id, Part.COMMUNICATIONS)
    assert {part: incident.holder(part) for part in Part} == {
        Part.DPO: None,
        Part.IT: team.responder.id,
        Part.COMMUNICATIONS: team.dpo.id,
    }
