"""Stage one of a tick, on both databases: every due rung is settled once, and says what it must."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kinds import DeadlineState, ReminderOutcome, Subject
from incident.store.models import AuditEntry, Incident, OutboxMessage, Reminder
from incident.usecases.clock.change_ladder import ChangeLadder, change_ladder, preview_ladder
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.ports import Channel
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.casework import Assign, assign
from incident.usecases.response.decide import Decide, decide
from tests.chains import breaks
from tests.clock.conftest import House, told


def outcomes(session: Session, incident: Incident) -> dict[str, str | None]:
    session.expire_all()
    rows = session.scalars(select(Reminder).where(Reminder.incident_id == incident.id))
    return {row.rung: row.outcome.value if row.outcome else None for row in rows}


def test_the_first_reminder_says_what_is_missing_and_what_to_do(house: House) -> None:
    incident = house.report()
    house.sweep()
    [message] = house.queued("reminder")
    params = message.payload["params"]
    assert message.recipient == "alice@example.org"
    assert params["missing"] == ["triage.breach", "assess.risk", "decide.authority", "decide.subjects", "measure.case"]
    assert params["waits_for"] == ["Alice"]
    assert (params["next_step"], params["hours"], params["overdue"], params["late"]) == (
        "triage.breach",
        72,
        False,
        False,
    )
    assert params["path"].startswith(f"/incidents/{incident.reference}")


def test_a_second_sweep_in_the_same_hour_says_nothing_again(house: House) -> None:
    """Hour buckets lose a message when a run is missed and double it when one runs twice; rows do neither."""
    house.report()
    house.clock.advance(hours=48, minutes=10)
    assert house.sweep().said > 0
    house.queued()
    for minutes in (1, 30, 49):
        house.clock.advance(minutes=minutes)
        assert house.sweep().said == 0
    assert house.queued() == []


@pytest.mark.parametrize("missed_runs", [1, 5])
def test_a_missed_run_loses_nothing(house: House, missed_runs: int) -> None:
    house.report()
    house.sweep()
    house.queued()
    house.clock.advance(hours=60 + missed_runs)
    house.sweep()
    reminders = house.queued("reminder")
    assert told(reminders) == ["alice", "charlie"]
    assert reminders[0].payload["params"]["late"]


def test_an_outage_from_hour_40_to_66_gives_one_late_reminder_per_person_and_the_escalation_of_hour_60(
    house: House,
) -> None:
    incident = house.report()
    for hour in range(0, 40):
        house.sweep(house.clock.in_hours(hour))
    house.queued()
    house.clock.advance(hours=66, seconds=20)
    house.sweep()
    rows = house.queued()
    reminders = [row for row in rows if row.payload["template"] == "reminder"]
    escalations = [row for row in rows if row.payload["template"] == "escalation"]
    assert told(reminders) == ["alice", "charlie"]
    assert told(escalations) == ["alice", "bob", "charlie", "dora"]
    assert len(rows) == 6
    assert (reminders[0].payload["params"]["late"], reminders[0].payload["params"]["missed"]) == (True, 2)
    assert escalations[0].payload["params"]["rung"] == "escalate-60h"
    assert outcomes(house.session, incident)["left-24h"] == ReminderOutcome.COLLAPSED.value
    assert house.sweep(house.clock.in_hours(0.1)).said == 0


def test_escalations_reach_other_people_at_12_24_48_and_60_hours(house: House) -> None:
    house.report()
    reached = {}
    for hour in range(0, 61):
        house.sweep(house.clock.in_hours(hour))
        rows = house.queued("escalation")
        if rows:
            reached[hour] = told(rows)
    assert reached == {12: ["charlie"], 24: ["bob"], 48: ["dora"], 60: ["alice", "bob", "charlie", "dora"]}


def test_the_duty_to_tell_the_people_climbs_to_others_by_its_own_steps(house: House) -> None:
    """GDPR art. 34(1): no number in the law is no reason for silence; what was done for the authority is not this."""
    incident = house.report()
    dpo, now = house.actors["charlie"], house.clock.now()
    assess_risk(AssessRisk(dpo, incident.reference, {}), session=house.session, now=now)
    decide(Decide(dpo, incident.reference, Subject.AUTHORITY, True, "High"), session=house.session, now=now)
    authority = house.authority_deadline(incident)
    authority.state, authority.met_at = DeadlineState.MET, now
    house.queued()
    reached = {}
    for hour in range(0, 61):
        house.sweep(house.clock.in_hours(hour))
        if hour == 50:
            decide(Decide(dpo, incident.reference, Subject.SUBJECTS, True, "High"), session=house.session, now=now)
        if rows := house.queued("escalation"):
            reached[hour] = told(rows)
            assert {row.payload["params"]["obligation"] for row in rows} == {"gdpr_34"}
            assert not any(row.payload["params"].get("dossier_prepared") for row in rows)
    assert reached == {24: ["bob"], 48: ["dora"], 60: ["alice", "bob", "charlie", "dora"]}


@pytest.mark.parametrize("when", [2, 30])
def test_a_decision_about_the_people_ends_what_asks_for_one(house: House, when: int) -> None:
    """Decided before the rung, nobody else is asked; decided after it, they were."""
    incident = house.report()
    dpo, now = house.actors["charlie"], house.clock.now()
    assess_risk(AssessRisk(dpo, incident.reference, {}), session=house.session, now=now)
    authority = house.authority_deadline(incident)
    authority.state, authority.met_at = DeadlineState.MET, now
    house.queued()
    reached = {}
    for hour in range(0, 40):
        house.sweep(house.clock.in_hours(hour))
        if hour == when:
            decide(Decide(dpo, incident.reference, Subject.SUBJECTS, True, "High"), session=house.session, now=now)
        if rows := house.queued("escalation"):
            reached[hour] = told(rows)
    assert reached == ({} if when < 24 else {24: ["bob"]})


def test_overdue_reminds_every_hour_until_the_act_is_recorded(house: House) -> None:
    incident = house.report()
    house.clock.advance(hours=72)
    house.sweep()
    house.queued()
    said = []
    for _ in range(5):
        house.clock.advance(hours=1)
        house.sweep()
        said.append(len({row.payload["params"]["rung"] for row in house.queued("reminder")}))
    assert said == [1, 1, 1, 1, 1]
    deadline = house.authority_deadline(incident)
    deadline.state, deadline.met_at = DeadlineState.MET, house.clock.now()
    house.session.commit()
    house.clock.advance(hours=3)
    fired = house.sweep()
    assert (fired.said, fired.not_needed) == (0, 1)


def test_seeing_it_and_having_it_silence_nothing(house: House) -> None:
    incident = house.report()
    house.sweep()
    house.queued()
    bob = house.actors["bob"]
    assign(Assign(bob, incident.reference, bob.id), session=house.session, now=house.clock.now())
    house.session.commit()
    assert incident.assignee_id == bob.id
    house.queued()
    house.clock.advance(hours=49)
    house.sweep()
    rows = house.queued()
    assert "alice" in told([row for row in rows if row.payload["template"] == "reminder"])


def test_an_act_recorded_before_the_rung_makes_it_moot(house: House) -> None:
    incident = house.report()
    house.sweep()
    deadline = house.authority_deadline(incident)
    deadline.state = DeadlineState.WAIVED
    house.session.commit()
    house.queued()
    house.clock.advance(hours=80)
    fired = house.sweep()
    assert fired.said == 0
    assert house.queued() == []
    assert set(outcomes(house.session, incident).values()) <= {"made", "not_needed"}


def test_a_poison_row_neither_undoes_nor_blocks_the_others(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from incident.usecases.clock import fire as module

    good, bad = [house.report() for _ in range(3)], house.report()
    real = module.reminder_params

    def poisoned(incident: Incident, *rest: Any) -> dict[str, Any]:
        if incident.id == bad.id:
            raise ZeroDivisionError
        return real(incident, *rest)

    monkeypatch.setattr(module, "reminder_params", poisoned)
    fired = house.sweep()
    assert fired.said == 3
    assert fired.problems == [(bad.reference, "ZeroDivisionError")]
    assert {row.payload["params"]["reference"] for row in house.queued("reminder")} == {one.reference for one in good}
    row = house.session.scalars(select(Reminder).where(Reminder.incident_id == bad.id, Reminder.attempts > 0)).one()
    assert row.settled_at is None
    assert row.due_at > house.clock.now()
    monkeypatch.setattr(module, "reminder_params", real)
    house.clock.advance(minutes=2)
    assert house.sweep().said == 1


def test_a_failing_dossier_does_not_hold_back_the_escalation_that_announces_it(house: House) -> None:
    prepared: list[str] = []

    def prepare(session: Session, incident: Incident, now: Any) -> bool:
        prepared.append(incident.reference)
        if len(prepared) == 1:
            raise ZeroDivisionError
        return True

    house.outlets = Outlets(frozenset({Channel.EMAIL}), prepare)
    house.report()
    house.clock.advance(hours=60)
    assert [problem for _, problem in house.sweep().problems] == ["ZeroDivisionError in the provisional dossier"]
    assert {row.payload["params"]["dossier_prepared"] for row in house.queued("escalation")} == {False}
    house.report()
    house.clock.advance(hours=60)
    house.sweep()
    assert True in {row.payload["params"].get("dossier_prepared") for row in house.queued("escalation")}


def test_every_message_has_its_audit_entry_and_the_chain_holds(house: House) -> None:
    incident = house.report()
    house.clock.advance(hours=61)
    house.sweep()
    tags = house.session.scalars(select(AuditEntry.tag).where(AuditEntry.chain == incident.reference)).all()
    assert Tag.REMINDER_MADE.value in tags
    assert Tag.ESCALATION_MADE.value in tags
    assert breaks(house.session) == []


def test_the_number_of_statements_does_not_grow_with_the_number_of_incidents(house: House, engine: Any) -> None:
    from sqlalchemy import event

    counted: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    house.report()
    counted.clear()
    house.sweep()
    one = len(counted)
    for _ in range(12):
        house.report()
    house.queued()
    counted.clear()
    assert house.sweep().said == 12
    assert len(counted) <= one + 2


def test_a_changed_ladder_is_laid_along_running_deadlines(house: House) -> None:
    incident = house.report()
    document = {"reminders": [{"hours_left": 46, "audience": ["dpo"]}, {"hours_left": 6, "audience": ["everybody"]}]}
    shown = {rung.name for rung in preview_ladder(document, house.clock.now())}
    assert {"left-46h", "left-6h"} <= shown
    change_ladder(ChangeLadder(house.actors["charlie"], document), session=house.session, now=house.clock.now())
    house.session.commit()
    found = outcomes(house.session, incident)
    assert found["left-24h"] == "not_needed"
    assert found["left-46h"] is None
    house.sweep()
    house.queued()
    house.clock.advance(hours=26)
    house.sweep()
    assert told(house.queued("reminder")) == ["charlie"]


def test_slack_gets_one_row_for_the_room_and_direct_messages_only_when_urgent(house: House) -> None:
    house.outlets = Outlets(frozenset({Channel.EMAIL, Channel.SLACK}))
    house.report()
    house.sweep()
    rows = house.queued("reminder")
    assert sorted((row.channel, row.recipient) for row in rows) == [("email", "alice@example.org"), ("slack", "room")]


def test_a_deadline_that_starts_in_the_past_speaks_at_once_and_only_once(house: House) -> None:
    now = house.clock.now()
    from tests.factories import make_incident

    make_incident(house.session, house.actors["alice"], now, aware_at=now - timedelta(hours=50))
    house.queued()
    house.sweep()
    reminders = [row for row in house.queued() if row.payload["template"] == "reminder"]
    assert {row.payload["params"]["rung"] for row in reminders} == {"left-24h"}
    assert {row.payload["params"]["missed"] for row in reminders} == {0}
    assert isinstance(reminders[0], OutboxMessage)


def test_at_hour_60_a_provisional_dossier_is_drafted_and_not_sent(house: House) -> None:
    from functools import partial

    from incident.domain.kinds import NoticeKind
    from incident.store.models import Notice, Submission
    from incident.usecases.notices.prepare_dossier import prepare_provisional_dossier
    from tests.factories import PlainWriter

    prepare = partial(prepare_provisional_dossier, writer=PlainWriter())
    house.outlets = Outlets(frozenset({Channel.EMAIL}), prepare)
    incident = house.report()
    house.clock.advance(hours=60)
    house.sweep()
    [notice] = house.session.scalars(select(Notice)).all()
    assert (notice.incident_id, notice.kind) == (incident.id, NoticeKind.PROVISIONAL)
    assert house.session.scalars(select(Submission)).all() == []
    assert {row.payload["params"]["dossier_prepared"] for row in house.queued("escalation")} == {True}
    assert house.authority_deadline(incident).state is DeadlineState.OPEN


def test_a_spoilt_ladder_or_roster_holds_back_no_reminder(house: House) -> None:
    from incident.store.models import SettingVersion

    house.report()
    for name, document in (("ladder", {"overdue_every_minutes": "never"}), ("roster", {"deputies": ["nobody"]})):
        house.session.add(SettingVersion(name=name, version=9, document=document, recorded_at=house.clock.now()))
    house.session.commit()
    assert house.sweep().said == 1
    assert told(house.queued("reminder")) == ["alice"]


def test_no_page_and_no_bot_can_start_a_sweep() -> None:
    """There is no address that drives the clock: it ticks in the worker alone."""
    import ast
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    for path in [*root.glob("incident/web/**/*.py"), *root.glob("bot/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = {node.module} if isinstance(node, ast.ImportFrom) else set()
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            drivers = {"incident.usecases.clock.fire", "incident.usecases.messages.deliver", "incident.worker"}
            assert not names & drivers, path
