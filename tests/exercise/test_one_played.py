"""One exercise from the first word to the report, with a worker killed: what came when, and what it scored."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.delivery.messages import MessageTexts
from incident.documents.exercise_report import ExerciseReport, exercise_report, opening, report_document, tables
from incident.domain.exercise_score import Mark
from incident.domain.exercises import Asks, said, scenarios
from incident.domain.kernel.errors import IllegalMove
from incident.domain.kinds import Addressee, NoticeKind, Subject
from incident.domain.organisation import load_profile
from incident.law.labels import label
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import Nature, RiskLevel
from incident.store.models import Decision, ExerciseInject, NoticeVersion, TimelineEntry
from incident.usecases.exercise import play
from incident.usecases.exercise.play import deliver_inject, due_injects, end_exercise
from incident.usecases.exercise.report import Findings, findings
from incident.usecases.messages.ports import OutgoingMessage
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.casework import AddTimelineEntry, add_timeline_entry
from incident.usecases.response.close import ReopenIncident, reopen_incident
from incident.usecases.response.decide import ConfirmDecision, Decide, confirm_decision, decide
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach
from tests.exercise.conftest import Stage
from tests.factories import PlainWriter


class Game:
    """The people at work: each act at its minute of the hour that stands for 72."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.exercise, self.incident = stage.start("ransomware", 72)

    def at(self, minutes: float) -> None:
        """Let the time pass, and the worker look each half minute."""
        while self.stage.clock.now() < self.exercise.started_at + timedelta(minutes=minutes):
            self.stage.clock.advance(seconds=30)
            self.stage.sweep()

    def do(self, act: Callable[..., Any], command: object, **more: object) -> Any:
        """One act of a person."""
        found = act(command, session=self.stage.session, now=self.stage.clock.now(), **more)
        self.stage.session.commit()
        return found

    def notice(self, addressee: Addressee, kind: NoticeKind) -> NoticeVersion:
        """Drafted by Bob and approved by Charlie."""
        bob, charlie = self.stage.people["bob"], self.stage.people["charlie"]
        drafted = DraftNotice(bob, self.incident.id, addressee, kind)
        version: NoticeVersion = self.do(draft_notice, drafted, writer=PlainWriter())
        approved = ApproveNotice(charlie, version.notice_id, version.body_sha256, unsaid_reason="A short letter")
        self.do(approve_notice, approved)
        return version

    def findings(self) -> Findings:
        return findings(self.stage.session, self.exercise, self.incident, self.stage.clock.now())


def test_an_exercise_from_the_first_word_to_the_report_of_the_board(stage: Stage) -> None:
    """Well played but for the handover, which nobody made, and the newspaper, which was answered too late."""
    game = Game(stage)
    bob, charlie, incident = stage.people["bob"], stage.people["charlie"], game.incident
    game.at(3)
    game.do(confirm_breach, ConfirmBreach(bob, incident.id, stage.clock.now(), "Bob", nature=(Nature.AVAILABILITY,)))
    game.do(add_timeline_entry, AddTimelineEntry(bob, incident.id, "The sound back-up is restored"))
    game.at(9)
    facts = {"nature": (Nature.AVAILABILITY, Nature.CONFIDENTIALITY), "subjects_max": 48_000}
    game.do(record_facts, RecordFacts(bob, incident.id, facts, incident.fact_version))
    game.do(assess_risk, AssessRisk(bob, incident.id, {}))
    game.at(12)
    game.do(decide, Decide(charlie, incident.id, Subject.AUTHORITY, True, "Payment data were taken"))
    game.do(decide, Decide(charlie, incident.id, Subject.SUBJECTS, True, "Fraud is likely"))
    game.at(30)
    game.do(add_timeline_entry, AddTimelineEntry(bob, incident.id, "Told the press that we do not pay"))
    game.at(41)
    game.do(record_facts, RecordFacts(bob, incident.id, {"subjects_max": 51_700}, incident.fact_version))
    version = game.notice(Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    with pytest.raises(IllegalMove, match="exercise"):
        game.do(record_submission, RecordSubmission(charlie, version.notice_id, stage.clock.now(), "portal"))
    stage.session.rollback()
    game.at(43)
    game.do(record_facts, RecordFacts(bob, incident.id, {"subjects_max": 51_800}, incident.fact_version))
    game.at(58)
    end_exercise(game.exercise.number, actor=stage.people["fay"], session=stage.session, now=stage.clock.now())
    stage.session.commit()
    found = game.findings()
    marks = {one.name: one.mark for one in found.judged}
    assert marks == {
        "confirmed": Mark.KEPT,
        "assessed": Mark.KEPT,
        "authority": Mark.KEPT,
        "notification": Mark.KEPT,
        "subjects": Mark.KEPT,
        "letter": Mark.MISSED,
        "register": Mark.MISSED,
        "consistent": Mark.KEPT,
        "backup": Mark.KEPT,
        "leak": Mark.KEPT,
        "leave": Mark.MISSED,
        "press": Mark.LATE,
        "number": Mark.KEPT,
    }
    assert next(one.took for one in found.judged if one.name == "notification") == timedelta(hours=49, minutes=12)
    assert [one.fact_version for one in found.played.rulings] == [4, 4]
    told = {one.inject or one.template: one for one in found.told}
    assert told["press"].people == ("Bob", "Charlie", "Dora")
    report = ExerciseReport(load_profile(), "nl", incident.reference, scenarios()["ransomware"], ("Bob",), found)
    assert opening(report)[0].startswith("Gehaald: 9 van 13 punten. Te laat: 1. Gemist: 3.")
    assert "is na 69 u 36 min op de oefenklok beëindigd: wat toen nog tijd had, telt als gemist" in opening(report)[0]
    assert {table.title for table in tables(report)} >= {"Wie wanneer is ingelicht"}
    assert report_document(report).mark == "exercise_mark"
    assert exercise_report(report).startswith(b"%PDF")


def test_each_inject_comes_once_in_its_time_whoever_is_killed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker dies between the row and its messages, others look twice and late: nothing is lost or double."""
    exercise, _incident = stage.start("misaddressed_mail", 72)
    first = stage.session.scalars(select(ExerciseInject.due_at).order_by(ExerciseInject.due_at)).first()
    assert first == exercise.started_at + timedelta(hours=1) / 72
    stage.session.commit()
    stage.clock.advance(minutes=1)
    (due,) = due_injects(stage.session, stage.clock.now())
    stage.session.commit()

    class Killed(BaseException):
        """What a worker does not survive."""

    def die(*_arguments: object, **_more: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(play, "_tell", die)
        with pytest.raises(Killed), Session(stage.engine) as worker, worker.begin():
            deliver_inject(worker, due, stage.clock.now())
    stage.session.rollback()
    assert due_injects(stage.session, stage.clock.now()) == [due]
    stage.session.commit()
    for _worker in range(2):
        stage.sweep()
    with Session(stage.engine) as worker, worker.begin():
        assert not deliver_inject(worker, due, stage.clock.now())
    stage.clock.advance(hours=3)
    stage.sweep()
    played = [one.id for one in scenarios()["misaddressed_mail"].played(72)]
    injects = stage.told("exercise_inject")
    assert sorted({row.payload["params"]["inject"] for row in injects}) == sorted(played)
    assert len(injects) == len(played) * 3 * 2
    texts = stage.session.scalars(select(TimelineEntry.text).where(TimelineEntry.kind == "inject")).all()
    assert len(texts) == len(set(texts)) == len(played)


def test_nothing_comes_in_after_the_end(stage: Stage) -> None:
    """What was not played stays away, and no reminder of it comes any more."""
    exercise, _incident = stage.start(pace=24)
    end_exercise(exercise.number, actor=stage.people["fay"], session=stage.session, now=stage.clock.now())
    stage.session.commit()
    before = len(stage.told())
    stage.clock.advance(hours=100)
    stage.sweep()
    assert len(stage.told()) == before


def test_every_message_of_it_says_that_it_is_an_exercise(stage: Stage) -> None:
    """In subject, line and text, in both languages; and what a real incident says bears no such word."""
    stage.start(pace=1)
    stage.clock.advance(hours=50)
    stage.sweep()
    seen = set()
    for row in stage.told():
        for language, word, warning in (("en", "EXERCISE", "did not happen"), ("nl", "OEFENING", "niet echt gebeurd")):
            message = OutgoingMessage(
                id=row.id,
                channel=row.channel,
                recipient=row.recipient,
                language=language,
                template=row.payload["template"],
                params=row.payload["params"],
                dedupe_key=row.dedupe_key,
                urgent=row.urgent,
            )
            rendered = MessageTexts().render(message)
            seen.add(row.payload["template"])
            assert rendered.subject.startswith(f"{word} · "), rendered.subject
            assert rendered.short.startswith(f"{word} · ")
            assert warning in " ".join(rendered.text.split())
            assert warning in rendered.html
    assert len(seen) >= 4


def test_every_script_is_whole() -> None:
    """In each language, within 72 hours, and with something to answer of each kind."""
    assert len(scenarios()) == 3
    for script in scenarios().values():
        assert {one.asks for one in script.injects} == set(Asks)
        assert len({one.id for one in script.injects}) == len(script.injects)
        for inject in script.injects:
            assert 0 < inject.hours <= 72
            assert {*inject.senders} == {*inject.texts} == {*LANGUAGES}
            assert bool(inject.asks) is (inject.within > 0)
        for told in (script.titles, script.about, script.first, script.reporters, script.why):
            assert {*told} == {*LANGUAGES}
            assert len({said(told, language) for language in LANGUAGES}) == len(LANGUAGES)
        assert len(script.played(1)) == len(script.injects) - 2


def test_a_denial_is_no_dead_end_and_stands_as_another_decision_in_the_report(stage: Stage) -> None:
    """The wrong turn is what one learns from: it is taken back while the exercise runs, not afterwards."""
    game = Game(stage)
    bob, charlie, dora, incident = stage.people["bob"], stage.people["charlie"], stage.people["dora"], game.incident
    game.at(3)
    denial = game.do(deny_breach, DenyBreach(bob, incident.id, "Only a test list"))
    game.do(confirm_decision, ConfirmDecision(dora, incident.id, denial.id, agree=True))
    first = game.findings().judged[0]
    assert (first.name, first.mark, first.took) == ("confirmed", Mark.OTHER, timedelta(hours=3, minutes=36))
    game.do(reopen_incident, ReopenIncident(charlie, incident.id, "The list is real"))
    game.do(confirm_breach, ConfirmBreach(bob, incident.id, stage.clock.now(), "Bob", nature=(Nature.AVAILABILITY,)))
    assert game.findings().judged[0].mark is Mark.KEPT
    end_exercise(game.exercise.number, actor=stage.people["fay"], session=stage.session, now=stage.clock.now())
    stage.session.commit()
    with pytest.raises(IllegalMove, match="ended already"):
        game.do(reopen_incident, ReopenIncident(charlie, incident.id, "Once more"))


def test_a_lower_risk_stands_in_the_report_by_its_level(stage: Stage) -> None:
    """ "The risk: no" says nothing to a board."""
    game = Game(stage)
    bob, dora, incident = stage.people["bob"], stage.people["dora"], game.incident
    game.do(confirm_breach, ConfirmBreach(bob, incident.id, stage.clock.now(), "Bob", nature=(Nature.AVAILABILITY,)))
    lower = AssessRisk(bob, incident.id, {}, RiskLevel.UNLIKELY, "There is a back-up")
    game.do(assess_risk, lower)
    (waiting,) = stage.session.scalars(select(Decision)).all()
    game.do(confirm_decision, ConfirmDecision(dora, incident.id, waiting.id, agree=True))
    report = ExerciseReport(
        load_profile(), "en", incident.reference, scenarios()["ransomware"], ("Bob",), game.findings()
    )
    decided = next(table for table in tables(report) if table.title == "What was decided, on which facts")
    assert decided.rows[0][:2] == ("The risk", label(RiskLevel.UNLIKELY, "en"))
