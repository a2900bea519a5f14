"""Two reports of one breach become one incident with the earliest clock, and nothing that runs is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import IllegalMove, Invalid
from incident.domain.kernel.events import Status
from incident.domain.kinds import DeadlineState
from incident.law.vocabulary import LetterKind
from incident.store.models import Deadline, TimelineEntry
from incident.usecases.clock.calendar_feed import feed_entries
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.response.casework import AddTask, add_task
from incident.usecases.response.close import ReopenIncident, reopen_incident
from incident.usecases.response.further_duties import ReportElsewhere, report_elsewhere
from incident.usecases.response.merge_duplicate import MergeDuplicate, merge_duplicate
from incident.usecases.response.record_letter import RecordLetter, record_letter
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach
from tests.chains import breaks


def open_clocks(session, incident) -> set[str]:
    query = select(Deadline.obligation).where(Deadline.incident_id == incident.id)
    return set(session.scalars(query.where(Deadline.state == DeadlineState.OPEN)))


def test_the_earliest_clock_goes_on_and_the_duplicate_is_closed_and_linked(session, report, team, clock) -> None:
    """The earlier awareness comes with its person and ground; taken up again, the duplicate has its clocks again."""
    first = report(summary="Laptop gone")
    aware = clock.now()
    command = ConfirmBreach(team.responder, first.id, aware, "Bob", "He left it on the train")
    confirm_breach(command, session=session, now=clock.now())
    clock.advance(hours=6)
    second = report(summary="A laptop was lost")
    told = ConfirmBreach(team.responder, second.id, clock.now(), "Charlie", "Bob told me")
    confirm_breach(told, session=session, now=clock.now())
    merge = MergeDuplicate(team.dpo, first.id, second.reference, "The same laptop")
    assert merge_duplicate(merge, session=session, now=clock.now()) is second
    facts = current_facts(session, second)
    assert (facts.aware_at, facts.aware_person, facts.aware_ground) == (aware, "Bob", "He left it on the train")
    assert second.due_at == aware + timedelta(hours=72)
    assert (first.status, first.duplicate_of_id, open_clocks(session, first)) == (Status.CLOSED, second.id, set())
    links = session.execute(select(TimelineEntry.incident_id, TimelineEntry.text).where(TimelineEntry.kind == "merged"))
    because = "The same laptop"
    told = {first.id: f"{second.reference}: {because}", second.id: f"{first.reference}: {because}"}
    assert (dict(links.all()), first.lessons) == (told, "")
    [there] = [one.there for one in feed_entries(session, team.dpo, clock.now()) if one.incident_id == first.id]
    assert there == second.reference
    again = ReopenIncident(team.dpo, first.id, "It was another laptop")
    reopen_incident(again, session=session, now=clock.now())
    assert (first.duplicate_of_id, open_clocks(session, first)) == (None, {"gdpr_33_1"})
    session.commit()
    assert breaks(session) == []


def test_merging_moves_no_deadline_away_and_drops_nothing(session, report, team, clock) -> None:
    """Nothing is lost silently: an earlier provisional clock, an open task, a slip in the reference."""
    first = report(summary="Laptop gone")
    clock.advance(hours=6)
    second = report(summary="A laptop was lost")
    merge = MergeDuplicate(team.dpo, first.id, second.reference, "The same laptop")
    for wrong in ("nothing", "DL-2026-9999", first.reference):
        with pytest.raises(Invalid) as refused:
            merge_duplicate(MergeDuplicate(team.dpo, first.id, wrong, "Same"), session=session, now=clock.now())
        assert refused.value.field == "into"
    task = add_task(AddTask(team.dpo, first.id, "Call the railway"), session=session, now=clock.now())
    with pytest.raises(IllegalMove):
        merge_duplicate(merge, session=session, now=clock.now())
    task.done_at = clock.now()
    command = ConfirmBreach(team.responder, second.id, clock.now(), "Charlie", "Bob told me")
    confirm_breach(command, session=session, now=clock.now())
    with pytest.raises(IllegalMove):
        merge_duplicate(merge, session=session, now=clock.now())
    assert open_clocks(session, first) == {"gdpr_33_1"}


def test_what_the_authority_asked_in_the_duplicate_runs_on_under_a_number_of_its_own(
    session, report, team, clock
) -> None:
    """GDPR art. 58(1)(a): an answer to another letter answers not this one; what was answered here is not asked again.

    A letter that both reports have on record is one letter.
    """
    first, second = report(summary="Laptop gone"), report(summary="A laptop was lost")

    def wrote(incident, days, reference) -> None:
        until = clock.now() + timedelta(days=days)
        letter = RecordLetter(team.dpo, incident.id, LetterKind.QUESTIONS, clock.now(), until, reference)
        record_letter(letter, session=session, now=clock.now())

    def answered(incident, obligation) -> None:
        answer = ReportElsewhere(team.dpo, incident.id, obligation, clock.now())
        report_elsewhere(answer, session=session, now=clock.now())

    wrote(second, 2, "z-1")
    answered(second, "gdpr_58_1:1")
    wrote(second, 30, "z-2")
    for days, reference in ((14, "z-3"), (20, "z-4"), (30, "z-2")):
        wrote(first, days, reference)
    answered(first, "gdpr_58_1:2")
    merge = MergeDuplicate(team.dpo, first.id, second.reference, "The same laptop")
    merge_duplicate(merge, session=session, now=clock.now())
    assert open_clocks(session, second) == {"gdpr_33_1", "gdpr_58_1:2", "gdpr_58_1:3"}
    moved = select(Deadline.due_at).where(Deadline.incident_id == second.id, Deadline.obligation == "gdpr_58_1:3")
    assert session.scalars(moved).one() == clock.now() + timedelta(days=14)
    assert [each.reference for each in current_facts(session, second).authority_letters] == ["z-1", "z-2", "z-3"]


def test_a_breach_is_not_merged_into_what_nobody_called_one(session, report, team, clock) -> None:
    """GDPR art. 33(1): a "no" that waits there for a second person would end the clock of a breach that was stated."""
    first, second = report(summary="Laptop gone"), report(summary="A laptop was lost")
    command = ConfirmBreach(team.responder, first.id, clock.now(), "Bob", "He left it on the train")
    confirm_breach(command, session=session, now=clock.now())
    deny_breach(DenyBreach(team.responder, second.id, "It was found"), session=session, now=clock.now())
    with pytest.raises(IllegalMove, match="nobody has said so of the other one"):
        merge_duplicate(MergeDuplicate(team.dpo, first.id, second.reference, "Same"), session=session, now=clock.now())
    other_way = MergeDuplicate(team.dpo, second.id, first.reference, "Same")
    assert merge_duplicate(other_way, session=session, now=clock.now()) is first
    assert open_clocks(session, first) == {"gdpr_33_1"}


def test_merging_moves_no_deadline_of_the_incident_that_goes_on(session, report, team, clock) -> None:
    """GDPR art. 33(1): the awareness of the duplicate does not give the other one more time than it had."""
    first, second = report(summary="Laptop gone"), report(summary="A laptop was lost")
    clock.advance(hours=6)
    command = ConfirmBreach(team.responder, first.id, clock.now(), "Bob", "He told me then")
    confirm_breach(command, session=session, now=clock.now())
    merge = MergeDuplicate(team.dpo, first.id, second.reference, "The same laptop")
    with pytest.raises(IllegalMove, match="deadline of the other incident"):
        merge_duplicate(merge, session=session, now=clock.now())


def test_the_merged_moments_are_possible_and_explained(session, report, team, clock) -> None:
    """EDPB Guidelines 9/2022, par. 31-34: an earlier signal that comes over makes a gap that somebody explains."""
    first = report(summary="Laptop gone")
    clock.advance(hours=30)
    for incident in (first, second := report(summary="A laptop was lost")):
        command = ConfirmBreach(team.responder, incident.id, clock.now(), "Bob", "Seen" if incident is first else "")
        confirm_breach(command, session=session, now=clock.now())
    merge = MergeDuplicate(team.dpo, first.id, second.reference, "The same laptop")
    with pytest.raises(Invalid) as refused:
        merge_duplicate(merge, session=session, now=clock.now())
    assert refused.value.field == "aware_ground"
