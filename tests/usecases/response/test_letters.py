"""What the authority writes is on record, and what it asks has a clock with the authority's own term."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import Invalid, NotFound
from incident.domain.kinds import Addressee, DeadlineState, NoticeKind
from incident.domain.next_steps import Act, steps
from incident.law.vocabulary import LetterKind
from incident.store.models import Deadline, TimelineEntry
from incident.store.queries.progress import progress_of_one
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.response.decide import ConfirmDecision, confirm_decision
from incident.usecases.response.further_duties import DecideDuty, ReportElsewhere, decide_duty, report_elsewhere
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.record_letter import RecordLetter, record_letter
from tests.factories import PlainWriter


@pytest.fixture
def incident(report):
    """An incident; whatever we think of it, the authority may write about it."""
    return report()


@pytest.fixture
def wrote(session, team, clock, incident):
    """Record a letter that arrives now, with a term of so many days."""

    def act(kind, days=None, **values):
        until = None if days is None else clock.now() + timedelta(days=days)
        command = RecordLetter(team.responder, incident.id, kind, clock.now(), until, **values)
        return record_letter(command, session=session, now=clock.now())

    return act


@pytest.fixture
def running(session, incident, clock):
    """The clocks that letters started, by obligation, and what is left of them."""

    def found():
        query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
        left = {row.obligation: row.due_at - clock.now() for row in session.scalars(query)}
        return {key: time for key, time in left.items() if key.startswith(("gdpr_34_4", "gdpr_58_1"))}

    return found


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"occurred_from": timedelta(0)}, "before the breach began"),
        ({"first_signal_at": timedelta(hours=1)}, "Nobody knew of the incident"),
    ],
)
def test_a_letter_from_before_the_incident_is_refused_at_its_moment(
    session, team, clock, incident, stated, words
) -> None:
    """By a slip of the month the term of the authority would have passed long ago."""
    clock.advance(hours=2)
    known = {name: clock.now() - ago for name, ago in stated.items()}
    facts = RecordFacts(team.responder, incident.id, known, incident.fact_version, reason="Asked again.")
    record_facts(facts, session=session, now=clock.now())
    early = RecordLetter(team.responder, incident.id, LetterKind.RECEIPT, clock.now() - timedelta(days=30))
    with pytest.raises(Invalid, match=words) as refused:
        record_letter(early, session=session, now=clock.now())
    assert refused.value.field == "received_at"


def test_what_a_letter_asks_runs_until_its_own_term(session, incident, wrote, running) -> None:
    """GDPR art. 58(1)(a), 34(4): each letter a clock of its own; a receipt starts none; all are steps.

    An order without a term gets hours of the house; questions always have a term, and it lies after the letter.
    """
    wrote(LetterKind.RECEIPT, reference="z2026-1")
    wrote(LetterKind.QUESTIONS, 14, reference="z2026-2")
    wrote(LetterKind.ORDER, 5)
    wrote(LetterKind.ORDER)
    terms = {
        "gdpr_58_1:2": timedelta(days=14),
        "gdpr_34_4:3": timedelta(days=5),
        "gdpr_34_4:4": timedelta(hours=72),
    }
    assert running() == terms
    asked = {step.name for step in steps(progress_of_one(session, incident)) if step.act is Act.ANSWER}
    assert asked == set(terms)
    told = select(TimelineEntry.text).where(TimelineEntry.kind == "authority_wrote")
    assert {"z2026-1", "z2026-2"} <= set(session.scalars(told))
    for days in (None, -3):
        with pytest.raises(Invalid) as refused:
            wrote(LetterKind.QUESTIONS, days)
        assert refused.value.field == "answer_by"


def test_an_answer_a_correction_or_two_people_move_the_clock_of_one_letter(
    session, team, clock, incident, wrote, running
) -> None:
    """A late answer says why; a correction too, and keeps number and kind; that none is due takes two people."""
    wrote(LetterKind.QUESTIONS, 2)
    wrote(LetterKind.QUESTIONS, 14)
    wrote(LetterKind.QUESTIONS, 20)
    with pytest.raises(Invalid):
        wrote(LetterKind.QUESTIONS, 10, number=2)
    wrote(LetterKind.QUESTIONS, 10, number=2, reason="Misread the date")
    assert running()["gdpr_58_1:2"] == timedelta(days=10)
    for kind, number in ((LetterKind.RECEIPT, 1), (LetterKind.QUESTIONS, 4)):
        with pytest.raises(NotFound):
            wrote(kind, 10, number=number, reason="No such letter")
    clock.advance(hours=72)
    answer = ReportElsewhere(team.dpo, incident.id, "gdpr_58_1:1", clock.now(), "letter of 3 March")
    with pytest.raises(Invalid):
        report_elsewhere(answer, session=session, now=clock.now())
    late = ReportElsewhere(team.dpo, incident.id, "gdpr_58_1:1", clock.now(), "letter of 3 March", "The DPO was ill")
    assert report_elsewhere(late, session=session, now=clock.now()).state is DeadlineState.MET
    assert session.scalars(select(TimelineEntry).where(TimelineEntry.kind == "answered")).one()
    command = DecideDuty(team.dpo, incident.id, "gdpr_58_1:2", act=False, reason="Withdrawn by telephone")
    decision = decide_duty(command, session=session, now=clock.now())
    assert set(running()) == {"gdpr_58_1:2", "gdpr_58_1:3"}
    confirm_decision(
        ConfirmDecision(team.second, incident.id, decision.id, agree=True), session=session, now=clock.now()
    )
    assert set(running()) == {"gdpr_58_1:3"}


def test_a_letter_is_answered_only_after_it_arrived(session, team, clock, incident, wrote, running) -> None:
    """GDPR art. 58(1)(a): what left before the questions came answers none of them."""
    wrote(LetterKind.QUESTIONS, 5)
    early = clock.now() - timedelta(hours=1)
    with pytest.raises(Invalid) as refused:
        report_elsewhere(ReportElsewhere(team.dpo, incident.id, "gdpr_58_1:1", early), session=session, now=clock.now())
    assert (refused.value.field, set(running())) == ("reported_at", {"gdpr_58_1:1"})


def test_an_order_is_met_by_what_was_sent_after_it_and_late_only_with_a_reason(
    session, team, clock, incident, wrote, running
) -> None:
    """GDPR art. 34(4): a letter to the people before the order does not do what was ordered after it."""

    def send(**values):
        draft = DraftNotice(team.responder, incident.id, Addressee.SUBJECTS, NoticeKind.INITIAL, **values)
        version = draft_notice(draft, session=session, now=clock.now(), writer=PlainWriter())
        approve = ApproveNotice(team.dpo, version.notice_id, version.body_sha256, unsaid_reason="A text for tests.")
        approve_notice(approve, session=session, now=clock.now())
        return RecordSubmission(team.dpo, version.notice_id, clock.now(), "letter")

    early = send()
    clock.advance(hours=1)
    wrote(LetterKind.ORDER, 5)
    record_submission(early, session=session, now=clock.now())
    assert set(running()) == {"gdpr_34_4:1"}
    clock.advance(hours=6 * 24)
    late = send(language="en")
    with pytest.raises(Invalid) as refused:
        record_submission(late, session=session, now=clock.now())
    assert refused.value.field == "delay_reason"
    explained = replace(late, delay_reason="The printer was down")
    assert record_submission(explained, session=session, now=clock.now()).late
    assert running() == {}
