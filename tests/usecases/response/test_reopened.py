"""What a reopened incident asks for: what it was reopened for, and to be closed only then."""

import pytest

from incident.domain.kinds import Addressee, NoticeKind, Subject, TaskKind
from incident.domain.next_steps import steps
from incident.law.vocabulary import DataCategory, RiskLevel
from incident.store.queries.progress import progress_of_one
from incident.usecases.response.casework import AddTask, add_task
from incident.usecases.response.close import CloseIncident, ReopenIncident, close_incident, reopen_incident
from tests.usecases.response.test_decide import HARMLESS
from tests.usecases.response.test_honest_clocks import STRANGER, act, clock

__all__ = ["act", "clock"]


@pytest.fixture
def next_steps(session):
    """The steps of an incident by their codes, and whether it may be closed."""

    def ask(incident):
        found = steps(progress_of_one(session, incident))
        return [step.code for step in found], found[-1].ready

    return ask


@pytest.fixture
def reopened(session, report, team, act, clock):
    """A function that closes an incident of three names, and opens it again."""

    def make(told=None):
        incident = report()
        act.confirm(incident)
        act.assess(incident, HARMLESS)
        for subject in (Subject.AUTHORITY, Subject.SUBJECTS):
            act.agree(incident, act.decide(incident, subject))
        if told is not None:
            act.file(incident, NoticeKind.INITIAL, to=told, channel="letter")
        measure = AddTask(
            team.dpo, incident.id, "Train everybody", kind=TaskKind.MEASURE, owner_name="IT", due_at=clock.now()
        )
        add_task(measure, session=session, now=clock.now())
        closing = CloseIncident(team.dpo, incident.id, "internal_non_malicious", "Look twice.", "Not known")
        close_incident(closing, session=session, now=clock.advance(hours=1))
        again = ReopenIncident(team.dpo, incident.id, "There are more people")
        return reopen_incident(again, session=session, now=clock.advance(hours=1))

    return make


def test_a_reopened_incident_asks_what_is_new_and_can_be_closed_again(
    session, reopened, team, next_steps, clock
) -> None:
    """Not to close what somebody has just opened; a slip is closed as it was."""
    incident = reopened()
    assert next_steps(incident) == (["update.case", "close.case"], True)
    closing = CloseIncident(team.dpo, incident.id, "internal_non_malicious", "Opened by mistake.")
    close_incident(closing, session=session, now=clock.advance(minutes=1))
    assert steps(progress_of_one(session, incident)) == ()


def test_what_is_new_has_the_risk_assessed_again_and_the_clocks_run(reopened, act, next_steps) -> None:
    """What was decided of three names is not left to stand for a hundred medical files."""
    incident = reopened()
    act.state(incident, subjects_max=400, data_categories=(DataCategory.HEALTH,))
    assert next_steps(incident) == (["assess.risk", "close.case"], False)
    act.assess(incident, STRANGER)
    assert incident.risk is not RiskLevel.UNLIKELY
    assert "gdpr_33_1" in act.running(incident)
    assert next_steps(incident) == (["decide.authority", "close.case"], False)


def test_whoever_was_told_before_hears_what_has_changed(reopened, act, next_steps) -> None:
    """GDPR art. 33(4), 34: until somebody writes to them again, or closes the incident as it is."""
    incident = reopened(told=Addressee.SUBJECTS)
    act.state(incident, subjects_max=4)
    act.assess(incident, HARMLESS)
    assert next_steps(incident) == (["amend.case", "close.case"], True)
    act.draft(incident, NoticeKind.FOLLOW_UP, to=Addressee.SUBJECTS)
    assert next_steps(incident) == (["approve.subjects", "close.case"], True), "by somebody else than its author"
    act.file(incident, NoticeKind.FOLLOW_UP, to=Addressee.SUBJECTS, channel="letter")
    assert next_steps(incident) == (["close.case"], True)
