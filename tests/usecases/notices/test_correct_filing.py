"""What was typed wrongly of a filing is corrected: clocks and facts follow, and the record keeps what it was."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import IllegalMove, Invalid
from incident.domain.kinds import Addressee, DeadlineState, NoticeKind
from incident.store.models import Deadline, Notice, NoticeVersion, TimelineEntry
from incident.usecases.clock.deadlines import AUTHORITY, FOLLOW_UP, SUBJECTS
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.notices.approve import ApproveNotice, approve_notice, valid_approval
from incident.usecases.notices.correct_filing import CorrectFiling, correct_filing
from incident.usecases.notices.draft import DraftNotice, draft_notice, latest_version
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.response.assess import AssessRisk, assess_risk
from tests.factories import PlainWriter

EARLY = "Filed at the portal first, drafted here afterwards."


@pytest.fixture
def file(session, team, clock):
    """A function that drafts, approves and files a form, at this moment or an earlier one."""

    def filed(incident, kind, at=None, **how):
        version = written(incident, kind)
        yes = ApproveNotice(team.dpo, version.notice_id, version.body_sha256)
        approve_notice(yes, session=session, now=clock.now())
        command = RecordSubmission(team.dpo, version.notice_id, at or clock.now(), "portal", **how)
        return record_submission(command, session=session, now=clock.now())

    def written(incident, kind):
        command = DraftNotice(team.responder, incident.id, Addressee.AUTHORITY, kind)
        return draft_notice(command, session=session, now=clock.now(), writer=PlainWriter())

    filed.draft = written
    return filed


def clocks(session, incident, obligation, state):
    """The periods of one duty in one state."""
    mine = (Deadline.incident_id == incident.id, Deadline.obligation == obligation, Deadline.state == state)
    return session.scalars(select(Deadline).where(*mine).order_by(Deadline.created_at)).all()


def test_clocks_facts_and_what_was_late_follow_the_corrected_moment(session, report, file, team, clock) -> None:
    """GDPR art. 33(1): a filing after the deadline is late, and asks for the reasons; the follow-up counts from it."""
    incident = report()
    row = file(incident, NoticeKind.PROVISIONAL, reference="AP-1")
    typed, begun = row.submitted_at, clocks(session, incident, FOLLOW_UP, DeadlineState.OPEN)[0].due_at
    clock.advance(days=10)
    right = typed + timedelta(days=5)
    with pytest.raises(Invalid, match="reasons for the delay"):
        correct_filing(CorrectFiling(team.dpo, row.id, "AP-1", "Wrong day.", right), session=session, now=clock.now())
    command = CorrectFiling(team.dpo, row.id, "AP-1", "Wrong day.", right, "Nobody was there.")
    correct_filing(command, session=session, now=clock.now())
    assert (row.submitted_at, row.late, row.delay_reason) == (right, True, "Nobody was there.")
    assert incident.notified_at == right
    facts = current_facts(session, incident)
    assert (facts.first_notified_at, facts.delay_reason) == (right, "Nobody was there.")
    (met,) = clocks(session, incident, AUTHORITY, DeadlineState.MET)
    assert (met.met_at, met.delay_reason) == (right, "Nobody was there.")
    (open_one,) = clocks(session, incident, FOLLOW_UP, DeadlineState.OPEN)
    assert open_one.due_at - begun == right - typed
    (entry,) = session.scalars(select(TimelineEntry).where(TimelineEntry.kind == "correction")).all()
    assert "02-03-2026" in entry.text
    assert "07-03-2026" in entry.text
    assert session.get(TimelineEntry, entry.corrects_id).happened_at == typed


def test_each_correction_names_the_entry_that_it_corrects(session, report, file, team, clock) -> None:
    """The second corrects the first, and no longer the filing: whoever follows them finds every moment."""
    incident = report()
    clock.advance(hours=3)
    row = file(incident, NoticeKind.PROVISIONAL)
    for minutes in (30, 45):
        clock.advance(minutes=1)
        at = clock.now() - timedelta(minutes=minutes)
        correct_filing(
            CorrectFiling(team.dpo, row.id, "", "Wrong clock.", at, note=EARLY), session=session, now=clock.now()
        )
    told = select(TimelineEntry).where(TimelineEntry.kind.in_(("notified", "correction")))
    sent, first, second = session.scalars(told.order_by(TimelineEntry.recorded_at)).all()
    assert (sent.corrects_id, first.corrects_id, second.corrects_id) == (None, sent.id, first.id)


def test_what_was_late_by_a_slip_is_in_time_again(session, report, file, team, clock) -> None:
    """The reasons that somebody wrote stay: they stood in the form that was filed."""
    incident = report()
    clock.advance(days=10)
    row = file(incident, NoticeKind.PROVISIONAL, delay_reason="The officer was ill.")
    assert row.late
    right = row.submitted_at - timedelta(days=9)
    command = CorrectFiling(team.dpo, row.id, "", "Wrong month.", right)
    with pytest.raises(Invalid, match="had approved this text") as refused:
        correct_filing(command, session=session, now=clock.now())
    assert refused.value.field == "note"
    correct_filing(replace(command, note=EARLY), session=session, now=clock.now())
    assert (row.late, row.delay_reason, row.note) == (False, "The officer was ill.", EARLY)


def test_a_follow_up_is_judged_by_the_period_that_really_ran(session, report, file, team, clock) -> None:
    """It had begun with the first filing: when that came earlier, the follow-up was later than it looked."""
    incident = report()
    clock.advance(days=2)
    first = file(incident, NoticeKind.PROVISIONAL)
    (running,) = clocks(session, incident, FOLLOW_UP, DeadlineState.OPEN)
    clock.advance(seconds=(running.due_at - clock.now()).total_seconds() - 60)
    later = file(incident, NoticeKind.FOLLOW_UP)
    before = clocks(session, incident, FOLLOW_UP, DeadlineState.MET)[0]
    late_then = later.submitted_at > before.due_at
    right = first.submitted_at - timedelta(days=2) + timedelta(minutes=1)
    correct_filing(
        CorrectFiling(team.dpo, first.id, "", "Wrong day.", right, note=EARLY), session=session, now=clock.now()
    )
    (met,) = clocks(session, incident, FOLLOW_UP, DeadlineState.MET)
    assert met.starts_at == right
    assert before.state is DeadlineState.SUPERSEDED
    assert (late_then, later.late) == (False, met.met_at > met.due_at)
    assert later.late


def test_filings_stay_in_their_order_and_a_correction_has_a_reason(session, report, file, team, clock) -> None:
    """Nobody knew of the incident before it was noticed, nothing was filed in the future, and no follow-up first."""
    incident = report()
    clock.advance(hours=1)
    first = file(incident, NoticeKind.PROVISIONAL)
    clock.advance(hours=1)
    second = file(incident, NoticeKind.FOLLOW_UP)

    def correct(row, at, reason="Wrong."):
        correct_filing(CorrectFiling(team.dpo, row.id, "", reason, at), session=session, now=clock.now())

    for row, at, error, field in (
        (first, second.submitted_at + timedelta(minutes=1), IllegalMove, "filed_at"),
        (second, first.submitted_at - timedelta(minutes=1), IllegalMove, "filed_at"),
        (second, clock.now() + timedelta(hours=1), Invalid, "filed_at"),
        (first, first.submitted_at - timedelta(days=4000), Invalid, "filed_at"),
    ):
        with pytest.raises(error) as refused:
            correct(row, at)
        assert refused.value.field == field
    with pytest.raises(Invalid) as refused:
        correct(second, clock.now() - timedelta(minutes=5), reason=" ")
    assert refused.value.field == "number_reason"


def test_an_approved_follow_up_carries_the_corrected_number(session, report, file, team, clock) -> None:
    """It is drafted anew, and what was approved with the old number is approved no longer."""
    incident = report()
    first = file(incident, NoticeKind.PROVISIONAL, reference="AP-4711")
    version = file.draft(incident, NoticeKind.FOLLOW_UP)
    approve_notice(ApproveNotice(team.dpo, version.notice_id, version.body_sha256), session=session, now=clock.now())
    correct_filing(CorrectFiling(team.dpo, first.id, "AP-4117", "Swapped."), session=session, now=clock.now())
    newest = latest_version(session, session.get_one(Notice, version.notice_id))
    assert "AP-4117" in newest.body
    assert "AP-4711" not in newest.body
    assert valid_approval(session, version) is None
    filed = session.get_one(NoticeVersion, first.version_id)
    assert latest_version(session, session.get_one(Notice, first.notice_id)) is filed


@pytest.fixture
def send(session, team, clock):
    """A function that drafts and approves a letter, and records that it was sent now."""

    def sent(incident, to=Addressee.SUBJECTS, **more):
        draft = DraftNotice(team.responder, incident.id, to, **more)
        version = draft_notice(draft, session=session, now=clock.now(), writer=PlainWriter())
        yes = ApproveNotice(team.dpo, version.notice_id, version.body_sha256, unsaid_reason="One line, for the test.")
        approve_notice(yes, session=session, now=clock.now())
        command = RecordSubmission(team.dpo, version.notice_id, clock.now(), "letter", recipients=3)
        return record_submission(command, session=session, now=clock.now())

    return sent


def test_the_moment_of_a_letter_is_corrected_with_its_clock_and_its_day(session, report, send, team, clock) -> None:
    """GDPR art. 34: it had looked to be in time. No law asks for reasons, and the form tells the right day."""
    incident = report()
    assess_risk(AssessRisk(team.responder, incident.id, {}), session=session, now=clock.now())
    clock.advance(hours=1)
    row = send(incident)
    typed, first = row.submitted_at, current_facts(session, incident)
    clock.advance(days=10)
    right = typed + timedelta(days=5)
    correct_filing(CorrectFiling(team.dpo, row.id, "", "Wrong day.", right), session=session, now=clock.now())
    assert (row.submitted_at, row.late) == (right, True)
    (met,) = clocks(session, incident, SUBJECTS, DeadlineState.MET)
    assert (met.met_at, met.delay_reason) == (right, "")
    assert current_facts(session, incident).informed_on == first.informed_on + timedelta(days=5)
    (entry,) = session.scalars(select(TimelineEntry).where(TimelineEntry.kind == "correction")).all()
    assert session.get(TimelineEntry, entry.corrects_id).happened_at == typed


def test_a_letter_has_no_number_and_its_correction_says_what_and_why(session, report, send, team, clock) -> None:
    """What a mailing sent it counts by itself; a customer's letter is corrected like the others."""
    incident = report()
    clock.advance(hours=1)
    row = send(incident, Addressee.CONTROLLER, recipient="Kruidvat")
    clock.advance(hours=1)
    right = row.submitted_at + timedelta(minutes=20)
    for number, reason, at, field in (
        ("7", "Wrong.", right, None),
        ("", "Wrong.", row.submitted_at, "filed_at"),
        ("", " ", right, "number_reason"),
    ):
        with pytest.raises((IllegalMove, Invalid)) as refused:
            correct_filing(CorrectFiling(team.dpo, row.id, number, reason, at), session=session, now=clock.now())
        assert refused.value.field == field
    correct_filing(CorrectFiling(team.dpo, row.id, "", "Wrong clock.", right), session=session, now=clock.now())
    assert row.submitted_at == right
    row.mailing_id = uuid4()
    with pytest.raises(IllegalMove, match="mailing"), session.no_autoflush:
        correct_filing(CorrectFiling(team.dpo, row.id, "", "Wrong.", clock.now()), session=session, now=clock.now())
