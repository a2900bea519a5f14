"""An exercise changes nothing but itself: no row of the register, no number, no export, no event; nothing leaves."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from incident.domain.kernel.errors import Conflict, IllegalMove, Invalid, NotAllowed, NotFound
from incident.domain.kernel.reference import is_exercise, make_reference, parse_reference
from incident.domain.subscriptions import SUBSCRIPTIONS
from incident.law.rulesets import AUTHORITY_ZONE
from incident.store.models import AuditEntry, Incident, OutboxMessage, ReferenceCounter
from incident.store.proof.note import Signer
from incident.store.queries.insight import sums
from incident.store.queries.progress import open_progress
from incident.store.queries.register import Needs, RegisterFilter, count, every_line, register_query
from incident.store.queries.vital_signs import health_facts
from incident.store.verify import verify
from incident.usecases.common.access import find_incident, visible
from incident.usecases.common.settings import save_setting
from incident.usecases.exercise.play import StartExercise, end_exercise, find_exercise, start_exercise
from incident.usecases.messages.digest import digest_params
from incident.usecases.response.close import CloseIncident, close_incident
from incident.usecases.response.restrict import LetIn, let_in
from incident.usecases.response.share_status import ShareStatus, share_status
from tests.exercise.conftest import PLAYERS, Stage
from tests.factories import blobs_in, make_incident

SIGNER = Signer(bytes(range(32)))


def outside(stage: Stage) -> object:
    """Everything that a register, a figure, an export, a digest or a probe of the installation is made from."""
    session, now = stage.session, stage.clock.now()
    found: list[object] = []
    for actor in stage.people.values():
        seen = visible(actor)
        for filters in (RegisterFilter(), RegisterFilter(without_examples=True), RegisterFilter(text="order system")):
            query = register_query(session, filters, seen)
            lines = list(every_line(session, query, Needs(facts=True, acts=True)))
            assert count(session, filters, seen) == len(lines)
            found.append([(line.incident.reference, line.facts, line.acts) for line in lines])
        found.append(sorted(open_progress(session, seen)))
    found.append(sums(session, now - timedelta(days=99), now + timedelta(days=99), AUTHORITY_ZONE))
    facts = health_facts(session, now)
    found.append((facts.open_clocks, facts.overdue_clocks))
    found.append({name: value for name, value in digest_params(session, now, "x", "").items() if name != "sent"})
    found.append(session.scalars(select(ReferenceCounter.last)).all())
    return found


def test_the_register_figures_exports_and_digests_do_not_change_by_one_row(stage: Stage) -> None:
    """Neither while it runs nor after it has ended; and the record stays whole and without a gap."""
    make_incident(stage.session, stage.people["alice"], stage.clock.now(), aware_at=stage.clock.now())
    stage.session.commit()
    save_setting(
        stage.session,
        SUBSCRIPTIONS,
        {
            "subscriptions": [
                {"key": "k", "name": "N", "url": "https://example.org/hook", "kinds": ["incident.reported"]}
            ]
        },
        actor=stage.people["fay"],
        now=stage.clock.now(),
    )
    stage.session.commit()
    before = outside(stage)
    exercise, incident = stage.start()
    assert outside(stage) == before
    stage.clock.advance(minutes=41)
    stage.sweep()
    during = stage.session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "events")).all()
    assert during == []
    end_exercise(exercise.number, actor=stage.people["fay"], session=stage.session, now=stage.clock.now())
    stage.session.commit()
    stage.clock.advance(minutes=-41)
    assert outside(stage) == before
    make_incident(stage.session, stage.people["alice"], stage.clock.now())
    stage.session.commit()
    real = stage.session.scalars(select(Incident.reference).where(Incident.exercise_id.is_(None)))
    assert sorted(real) == [make_reference(2026, 1), make_reference(2026, 2)]
    assert incident.reference == make_reference(2026, 1, "EX")
    assert is_exercise(incident.reference)
    assert parse_reference(incident.reference.lower()) == incident.reference


def test_only_those_who_take_part_hear_of_it_and_each_message_says_what_it_is(stage: Stage) -> None:
    """By mail and in Slack, over all rungs of the clock, a day past its end; Erik is a DPO too, and does not play."""
    stage.start(pace=1)
    while stage.clock.now() < stage.session.scalars(select(func.min(Incident.reported_at))).one() + timedelta(hours=96):
        stage.sweep()
        stage.clock.advance(hours=4)
    rows = stage.told()
    assert {row.payload["template"] for row in rows} >= {
        "exercise_started",
        "exercise_inject",
        "reminder",
        "escalation",
    }
    players = {way for name in PLAYERS for way in (f"{name}@example.org", f"U{name.upper()}")}
    assert {row.recipient for row in rows} <= players
    assert {row.channel for row in rows} == {"email", "slack"}
    assert {row.recipient for row in rows if row.payload["template"] == "exercise_inject"} == players


def test_it_can_be_opened_by_those_who_take_part_and_nobody_else(stage: Stage) -> None:
    """The data protection officer sees every case; nobody lets somebody in."""
    exercise, incident = stage.start()
    for name, actor in stage.people.items():
        if name in (*PLAYERS, "erik"):
            assert find_incident(stage.session, incident.reference, actor).id == incident.id
            continue
        with pytest.raises(NotFound):
            find_incident(stage.session, incident.reference, actor)
    with pytest.raises(NotFound):
        find_exercise(stage.session, exercise.number, stage.people["alice"])
    command = LetIn(stage.people["fay"], incident.reference, stage.people["alice"].id, "Curious")
    with pytest.raises(Invalid):
        let_in(command, session=stage.session, now=stage.clock.now())


def test_nothing_of_it_leaves_and_it_is_ended_on_its_own_page(stage: Stage) -> None:
    """Closing, sharing and submitting are refused with a sentence, by the one gate that all of them pass."""
    exercise, incident = stage.start()
    now, dpo = stage.clock.now(), stage.people["charlie"]
    with pytest.raises(IllegalMove, match="exercise"):
        close_incident(CloseIncident(dpo, incident.id, "x", "y"), session=stage.session, now=now)
    with pytest.raises(IllegalMove, match="exercise"):
        share_status(ShareStatus(dpo, incident.id, "The board", 7), session=stage.session, now=now)
    with pytest.raises(NotAllowed):
        end_exercise(exercise.number, actor=stage.people["bob"], session=stage.session, now=now)
    end_exercise(exercise.number, actor=dpo, session=stage.session, now=now)
    with pytest.raises(IllegalMove):
        end_exercise(exercise.number, actor=dpo, session=stage.session, now=now)


def test_one_runs_at_a_time_and_it_takes_who_can_play_it(stage: Stage) -> None:
    """Whoever starts it runs the installation; the people must be able to handle and to decide."""
    now, fay = stage.clock.now(), stage.people["fay"]

    def start(**changed: object) -> None:
        values = {"actor": fay, "scenario": "processor", "people": stage.players, "pace": 1, **changed}
        start_exercise(StartExercise(**values), session=stage.session, now=now)  # type: ignore[arg-type]

    for wrong in ({"scenario": "none"}, {"pace": 2}, {"people": frozenset()}):
        with pytest.raises(Invalid):
            start(**wrong)
    with pytest.raises(Invalid, match="decides"):
        start(people=frozenset({stage.people["bob"].id}))
    with pytest.raises(NotAllowed):
        start(actor=stage.people["bob"])
    start()
    with pytest.raises(Conflict):
        start()


def test_the_record_of_it_is_proved_like_any_other(stage: Stage, tmp_path: Path) -> None:
    """Every row stands in the chain of the exercise, and the whole verifies."""
    exercise, incident = stage.start()
    stage.clock.advance(minutes=60)
    stage.sweep()
    end_exercise(exercise.number, actor=stage.people["fay"], session=stage.session, now=stage.clock.now())
    stage.session.commit()
    report = verify(stage.session, blobs_in(tmp_path), SIGNER.public, [])
    assert [str(finding) for finding in report.findings] == []
    tags = stage.session.scalars(select(AuditEntry.tag).where(AuditEntry.chain == incident.reference)).all()
    assert tags.count("inject:delivered") == 7
