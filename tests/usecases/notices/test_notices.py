"""Notices: drafted from facts, approved by hash, submitted by a person, proved by files; then the case is closed."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import DomainError, IllegalMove, Invalid, NotAllowed
from incident.domain.kernel.events import Status
from incident.domain.kinds import Addressee, DeadlineState, NoticeKind, Subject, TaskKind
from incident.domain.next_steps import steps
from incident.law.facts import AffectedController
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import DataCategory, Informed, LetterKind, Role, SubjectGroup, Ternary
from incident.store.models import Deadline, Evidence, Notice, Person, Reminder
from incident.store.queries.attached import files_of
from incident.store.queries.progress import progress_of_one
from incident.store.queries.sent import earlier_text
from incident.usecases.clock.deadlines import FOLLOW_UP, open_deadline
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import REGIMES, organisation_profile, save_setting
from incident.usecases.notices.approve import ApproveNotice, approve_notice, valid_approval
from incident.usecases.notices.authority_form import filing_context, form_from
from incident.usecases.notices.customer_receipt import RecordReceipt, RecordReturn, record_receipt, record_return
from incident.usecases.notices.draft import (
    DraftNotice,
    EditNotice,
    RedraftNotice,
    draft_notice,
    edit_notice,
    redraft_notice,
)
from incident.usecases.notices.edpb_template import edpb_sheet, edpb_template
from incident.usecases.notices.ports import ApprovedForm
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence, read_evidence
from incident.usecases.response.casework import AddTask, add_task
from incident.usecases.response.close import CloseIncident, close_incident
from incident.usecases.response.decide import ConfirmDecision, Decide, confirm_decision, decide
from incident.usecases.response.further_duties import DecideDuty, decide_duty
from incident.usecases.response.record_letter import RecordLetter, record_letter
from incident.usecases.response.triage import ConfirmBreach, confirm_breach
from tests.factories import PlainWriter, blobs_in

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_the_authority_form_is_filled_from_the_facts(session, report, act) -> None:
    """Every question is answered, missing or hidden, and the stored form reads back the same."""
    version = act.draft(report(summary="Laptop stolen"), Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    form = form_from(version.form)
    assert "Laptop stolen" in form.answer("5.3").text
    assert set(version.missing) == {answer.key for answer in form.missing}
    assert "Laptop stolen" in version.body
    asked = form.answer("3.1.1.city")
    assert f"3.1.1 {asked.question} – Plaats\n{asked.text}" in version.body, "the form's own number, and which part"
    assert "3.1.1.city" not in version.body


def test_the_form_names_the_law_whose_clock_runs(session, report, act, team, clock) -> None:
    """AP question 1.2: an organisation under the Telecommunications Act files under that Act, others under the GDPR."""
    first = form_from(act.draft(report(), Addressee.AUTHORITY, NoticeKind.PROVISIONAL).form)
    assert first.answer("1.2").text.endswith("(AVG)")
    save_setting(session, REGIMES, {"regimes": ["telecom"]}, actor=team.admin, now=clock.now())
    incident = report()
    confirm_breach(
        ConfirmBreach(team.responder, incident.id, clock.now(), "Bob", "Seen"), session=session, now=clock.now()
    )
    form = form_from(act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL).form)
    assert form.answer("1.2").text == "Telecommunicatiewet"


def test_a_complete_notice_cannot_be_approved_while_answers_are_missing(report, act) -> None:
    """A draft may be incomplete; an approval may not. A provisional notification may."""
    incident = report()
    with pytest.raises(IllegalMove):
        act.approve(act.draft(incident, missing=("1",)))
    assert act.approve(act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)).void_at is None


def test_an_approval_holds_for_exactly_the_text_that_was_seen(session, report, team, act, clock) -> None:
    """An edit un-approves and says why; approving an outdated page is refused."""
    version = act.draft(report())
    approval = act.approve(version)
    edit = EditNotice(team.responder, version.notice_id, "Title", "Another text", 1)
    edited = edit_notice(edit, session=session, now=clock.now())
    assert (approval.void_because, valid_approval(session, edited)) == ("the text changed", None)
    with pytest.raises(IllegalMove):
        act.approve(version)
    with pytest.raises(IllegalMove):
        edit_notice(edit, session=session, now=clock.now())


def test_changed_facts_un_approve(session, report, team, act, clock) -> None:
    """A notice that no longer tells what is known has to be drafted and approved again."""
    incident = report()
    version = act.draft(incident)
    approval = act.approve(version)
    act.state(incident, data_categories=(DataCategory.BSN,))
    assert approval.void_because == "the facts changed"
    with pytest.raises(IllegalMove):
        act.approve(version)
    redraft = RedraftNotice(team.responder, version.notice_id)
    again = redraft_notice(redraft, session=session, now=clock.now(), writer=PlainWriter())
    assert act.approve(again).void_at is None


def test_a_count_that_goes_on_takes_no_approval_of_the_form_back(report, act) -> None:
    """GDPR art. 33(1): a mailing that ends at night voids no dossier; that people are told at all, it does not say."""
    incident = report()
    approval = act.approve(act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL))
    act.state(incident, informed_count=140)
    act.state(incident, informed_count=290)
    assert approval.void_at is None
    act.state(incident, informed=Informed.INFORMED)
    assert approval.void_because == "the facts changed"


def test_the_european_template_goes_with_the_approved_form_of_the_same_facts(session, report, team, act, clock) -> None:
    """It says so until the facts change, or a filing of another kind is next."""

    def goes_with():
        made = edpb_template(session, incident, now=clock.now())
        sheet = edpb_sheet(session, incident, made, now=clock.now())
        assert sheet.approved is (sheet.goes_with is not None)
        return sheet.goes_with

    incident = report()
    version = act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    assert goes_with() is None
    approval = act.approve(version)
    assert goes_with() == ApprovedForm(1, team.dpo.name, approval.recorded_at, frozenset({"discovered_at"}))
    act.draft(incident)
    assert goes_with() is not None, "a letter is no form"
    act.state(incident, summary="Otherwise")
    assert goes_with() is None
    act.approve(act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL))
    assert goes_with() is not None
    incident.notified_at = clock.now()
    assert goes_with() is None, "the template is a follow-up now"


def test_the_author_approves_only_as_a_recorded_exception(session, report, team, clock) -> None:
    """Four eyes; a single officer has to say why, and the record shows it."""
    command = DraftNotice(team.dpo, report().id, Addressee.SUBJECTS)
    version = draft_notice(command, session=session, now=clock.now(), writer=PlainWriter())
    approve = ApproveNotice(team.dpo, version.notice_id, version.body_sha256, unsaid_reason="A letter of one line.")
    with pytest.raises(NotAllowed):
        approve_notice(approve, session=session, now=clock.now())
    alone = replace(approve, single_officer_reason="Christmas night, nobody else can be reached")
    assert approve_notice(alone, session=session, now=clock.now()).single_officer is True


def test_nothing_is_submitted_without_an_approval_of_the_same_text(session, report, team, act, clock) -> None:
    """An edit after the approval blocks the submission."""
    version = act.draft(report())
    with pytest.raises(IllegalMove):
        act.submit(version)
    act.approve(version)
    edit_notice(EditNotice(team.responder, version.notice_id, "T", "New", 1), session=session, now=clock.now())
    with pytest.raises(IllegalMove):
        act.submit(version)


def test_the_deadline_is_met_at_the_time_of_submission_not_of_recording(session, report, act, clock) -> None:
    """Filed in time and recorded a day later is in time."""
    incident = report()
    version = act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    act.approve(version)
    filed = clock.now()
    clock.advance(hours=90)
    row = act.submit(version, at=filed, reference="abc 123/Ü")
    deadline = session.scalars(select(Deadline).where(Deadline.obligation == "gdpr_33_1")).one()
    assert (DeadlineState.MET, filed, False) == (deadline.state, deadline.met_at, row.late)
    assert ("abc 123/Ü", Status.NOTIFIED, filed) == (row.reference, incident.status, incident.notified_at)


def test_nothing_is_sent_about_an_incident_before_anybody_knew_of_it(session, report, act, clock) -> None:
    """A slip of the month must not make a late filing one in time; the field says what is wrong."""
    known = clock.now() - timedelta(hours=1)
    incident = report(noticed_at=known)
    version = act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    act.approve(version)
    clock.advance(hours=90)
    with pytest.raises(Invalid) as refusal:
        act.submit(version, at=known - timedelta(minutes=1))
    assert refusal.value.field == "submitted_at"
    assert not act.submit(version, at=known, note="Filed at the portal before it was drafted here.").late


def test_what_was_sent_before_anybody_approved_it_is_explained(report, act, clock) -> None:
    """A slip of the day would have a text sent before it was written; what was sent elsewhere first may be recorded."""
    incident = report()
    version = act.draft(incident)
    clock.advance(days=1)
    approved = act.approve(version).recorded_at
    before = approved.replace(second=0) - timedelta(minutes=1)
    for note in ("", "  "):
        with pytest.raises(Invalid, match="had approved this text") as refusal:
            act.submit(version, at=before, channel="email", note=note)
        assert refusal.value.field == "note"
    told = act.submit(version, at=before, channel="email", note="Our helpdesk had mailed the same text.")
    assert (told.submitted_at, told.note) == (before, "Our helpdesk had mailed the same text.")


def test_the_minute_of_the_approval_is_not_before_it(report, act, clock) -> None:
    """Whoever sends at once states the minute, and that began before the approval."""
    clock.advance(seconds=40)
    version = act.draft(report())
    approved = act.approve(version).recorded_at
    assert approved.second
    assert act.submit(version, at=approved.replace(second=0), channel="email").note == ""


def test_a_text_that_was_drafted_anew_word_for_word_was_approved_when_it_first_was(
    session, report, act, team, clock
) -> None:
    """The facts moved on after it was sent: the yes to the same words stood then."""
    incident = report()
    version = act.draft(incident)
    approved = act.approve(version).recorded_at
    act.state(incident, protection_intact=Ternary.NO)
    anew = RedraftNotice(team.responder, version.notice_id)
    again = redraft_notice(anew, session=session, now=clock.advance(minutes=1), writer=PlainWriter())
    assert (again.id != version.id, again.body_sha256) == (True, version.body_sha256)
    act.approve(again)
    assert act.submit(again, at=approved, channel="email").note == ""


def test_a_second_first_notification_is_refused_when_it_is_drafted(report, act) -> None:
    """Nobody writes and approves what can never be filed: the sentence says what to draft instead, at the kind."""
    incident = report()
    version = act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    act.approve(version)
    act.submit(version)
    with pytest.raises(IllegalMove) as refusal:
        act.draft(incident, Addressee.AUTHORITY, NoticeKind.INITIAL)
    assert refusal.value.field == "kind"
    act.draft(incident, Addressee.SUBJECTS, NoticeKind.INITIAL)


def test_a_follow_up_does_not_leave_before_the_first_notification(report, act) -> None:
    """Out of order the record would take the first for the newest, and go on waiting for the rest."""
    incident = report()
    first = act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    act.approve(first)
    filed = act.submit(first).submitted_at
    later = act.draft(incident, Addressee.AUTHORITY, NoticeKind.FOLLOW_UP)
    act.approve(later)
    with pytest.raises(IllegalMove) as refusal:
        act.submit(later, at=filed - timedelta(minutes=1))
    assert refusal.value.field == "submitted_at"


def test_telling_the_people_also_does_what_the_authority_ordered(session, report, act, team, clock) -> None:
    """GDPR art. 34(4): the clock of the order is met by the letter that was sent, at the moment it was sent."""
    incident = report()
    order = RecordLetter(team.dpo, incident.id, LetterKind.ORDER, clock.now(), clock.now() + timedelta(days=5))
    record_letter(order, session=session, now=clock.now())
    version = act.draft(incident, Addressee.SUBJECTS)
    act.approve(version)
    assert "gdpr_34_4:1" in act.running(incident)
    act.submit(version)
    assert "gdpr_34_4:1" not in act.running(incident)
    met = session.scalars(select(Deadline).where(Deadline.obligation == "gdpr_34_4:1")).one()
    assert (met.state, met.met_at) == (DeadlineState.MET, clock.now())


def test_a_late_notification_needs_its_reasons(session, report, act, clock) -> None:
    """GDPR art. 33(1), second sentence."""
    incident = report()
    version = act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    act.approve(version)
    clock.advance(hours=80)
    with pytest.raises(Invalid) as refusal:
        act.submit(version)
    assert refusal.value.field == "delay_reason"
    row = act.submit(version, delay_reason="The portal was down")
    assert (row.late, current_facts(session, incident).delay_reason) == (True, "The portal was down")


def test_an_incomplete_notification_is_followed_up_until_complete(session, report, act, clock) -> None:
    """GDPR art. 33(4): each incomplete filing starts the next follow-up period; a complete one ends it."""
    incident = report()
    for kind in (NoticeKind.PROVISIONAL, NoticeKind.FOLLOW_UP):
        version = act.draft(incident, Addressee.AUTHORITY, kind)
        act.approve(version) if kind is NoticeKind.PROVISIONAL else _approve_incomplete(session, version, act)
        at = clock.now()
        act.submit(version, at=at)
        assert at + timedelta(days=14) == act.running(incident)["gdpr_33_4"]
    final = act.draft(incident, Addressee.AUTHORITY, NoticeKind.FINAL)
    _approve_incomplete(session, final, act)
    act.submit(final)
    assert act.running(incident) == {}


def _approve_incomplete(session, version, act) -> None:
    version.missing = []
    session.flush()
    act.approve(version)


def test_informing_people_is_a_fact_of_the_sheet(session, report, act) -> None:
    """The next follow-up to the authority can say how many were told, when and how."""
    incident = report()
    version = act.draft(incident)
    act.approve(version)
    act.submit(version, channel="email", recipients=140)
    facts = current_facts(session, incident)
    assert (facts.informed, facts.informed_count, facts.informed_channels) == (Informed.INFORMED, 140, ("email",))


def test_each_customer_has_its_own_contractual_clock(session, report, team, act, clock) -> None:
    """As processor: n customers, n clocks, and telling one stops only that one."""
    incident = report()
    confirm = ConfirmBreach(team.responder, incident.id, clock.now(), "Bob", "Logs", Role.PROCESSOR)
    confirm_breach(confirm, session=session, now=clock.now())
    customers = (AffectedController("Noord", notice_hours=24), AffectedController("Syd", notice_hours=36))
    act.state(incident, affected_controllers=customers, processor_aware_at=clock.now())
    assert {"gdpr_33_2:Noord", "gdpr_33_2:Syd"} == set(act.running(incident))
    version = act.draft(incident, Addressee.CONTROLLER, recipient="Noord")
    act.approve(version)
    act.submit(version, channel="email")
    assert {"gdpr_33_2:Syd"} == set(act.running(incident))


def customers_told(session, incident, clock) -> list[str]:
    """Which customers the form of the authority calls told."""
    facts, profile = current_facts(session, incident), organisation_profile(session)
    context = filing_context(session, incident, NoticeKind.INITIAL, clock.now(), facts, profile)
    return [name for name, _first, _last in context.customers_told]


def test_a_notice_that_came_back_told_nobody(session, report, team, act, clock) -> None:
    """The customer's clock runs on to the same end, with its reminders, and another notice is the next step."""
    incident = report()
    confirm = ConfirmBreach(team.responder, incident.id, clock.now(), "Bob", "Logs", Role.PROCESSOR)
    confirm_breach(confirm, session=session, now=clock.now())
    act.state(incident, affected_controllers=(AffectedController("Noord", notice_hours=24),))
    due = act.running(incident)
    version = act.draft(incident, Addressee.CONTROLLER, recipient="Noord")
    lost = RecordReturn(team.dpo, version.notice_id, "The mail came back: no such address")

    def record() -> None:
        record_return(lost, session=session, now=clock.advance(minutes=1))

    with pytest.raises(IllegalMove, match="not sent yet"):
        record()
    act.approve(version)
    act.submit(version, channel="email")
    assert act.running(incident) == {}
    assert customers_told(session, incident, clock) == ["Noord"]
    record()
    assert act.running(incident) == due
    assert customers_told(session, incident, clock) == [], "the authority reads of nobody who knows nothing"
    waiting = select(Reminder).join(Deadline).where(Deadline.state == DeadlineState.OPEN, Reminder.settled_at.is_(None))
    assert session.scalars(waiting).first() is not None
    assert steps(progress_of_one(session, incident))[0].code == "draft.customers"
    with pytest.raises(IllegalMove, match="on record already"):
        record()
    again = act.draft(incident, Addressee.CONTROLLER, recipient="Noord")
    act.approve(again)
    act.submit(again, channel="telephone")
    assert act.running(incident) == {}
    acknowledged = RecordReceipt(team.dpo, again.notice_id, "Kees", clock.now())
    record_receipt(acknowledged, session=session, now=clock.now())
    with pytest.raises(IllegalMove, match="acknowledged"):
        record_return(RecordReturn(team.dpo, again.notice_id, "Odd"), session=session, now=clock.now())


def test_a_withdrawal_says_why(report, act) -> None:
    """A withdrawn notification keeps its reason."""
    with pytest.raises(Invalid):
        act.draft(report(), Addressee.AUTHORITY, NoticeKind.WITHDRAWAL)


def test_evidence_keeps_its_hash_and_a_changed_file_is_noticed(session, report, team, clock, tmp_path) -> None:
    """The file is re-hashed at each reading, and the reading is in the chain of custody."""
    blobs, incident = blobs_in(tmp_path), report()
    attach = AttachEvidence(team.responder, incident.id, "../../confirmation.pdf", PDF)
    row = attach_evidence(attach, session=session, now=clock.now(), blobs=blobs)
    assert ("confirmation.pdf", "application/pdf", len(PDF)) == (row.filename, row.media_type, row.size)
    assert b"".join(read_evidence(session, row.id, actor=team.dpo, now=clock.now(), blobs=blobs)[1]) == PDF
    next(tmp_path.glob("*/*")).write_bytes(b"forged")
    with pytest.raises(DomainError):
        read_evidence(session, row.id, actor=team.dpo, now=clock.now(), blobs=blobs)


def test_the_police_are_told_of_each_file_who_added_it_and_its_own_hash(session, report, team, clock, tmp_path) -> None:
    """Of a harmful file its own, not that of the archive in which it is kept; and who added it with their function."""
    asked = []
    session.get_one(Person, team.responder.id).function = "Security"

    class Writer(PlainWriter):
        def write(self, request):
            asked.append(request)
            return super().write(request)

    incident, shelf = report(), blobs_in(tmp_path)
    kept = []
    for name, of_itself in (("log.txt", None), ("note.txt", "ab" * 32)):
        attach = AttachEvidence(team.responder, incident.id, name, name.encode(), "A log.", harmful_sha256=of_itself)
        kept.append(attach_evidence(attach, session=session, now=clock.advance(minutes=1), blobs=shelf))
    command = DraftNotice(team.responder, incident.id, Addressee.POLICE, NoticeKind.INITIAL)
    draft_notice(command, session=session, now=clock.advance(minutes=1), writer=Writer())
    hashes = (kept[0].blob_sha256, "ab" * 32)
    assert [(one.name, one.sha256, one.added_by, one.description) for one in asked[0].evidence] == [
        (row.filename, own, f"{row.author_name}, Security", "A log.") for row, own in zip(kept, hashes, strict=True)
    ]
    assert [one.added_at for one in asked[0].evidence] == [row.recorded_at for row in kept]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b""),
        ("a.exe", b"MZ"),
        ("a.png", b"<html><script>"),
        ("a.svg", b"<svg/>"),
        ("a.txt", b"\x00\x01"),
        ("", PDF),
    ],
)
def test_files_that_are_not_what_they_claim_are_refused(session, report, team, clock, tmp_path, name, content) -> None:
    """And nothing is kept of them."""
    attach = AttachEvidence(team.responder, report().id, name, content)
    with pytest.raises(Invalid) as refusal:
        attach_evidence(attach, session=session, now=clock.now(), blobs=blobs_in(tmp_path))
    assert refusal.value.field == "file"
    assert list(tmp_path.iterdir()) == []
    assert session.scalars(select(Evidence)).first() is None


def test_an_incident_closes_only_when_all_is_done(session, report, team, act, clock) -> None:
    """Both decisions, what they promised, a measure with owner and date, cause and lessons."""
    incident = report()
    close = CloseIncident(team.dpo, incident.id, "human_error", "Check the address twice")

    def refused() -> str:
        with pytest.raises((IllegalMove, Invalid)) as refusal:
            close_incident(close, session=session, now=clock.now())
        return refusal.value.user_text

    assert "Is it a breach" in refused()
    confirm_breach(
        ConfirmBreach(team.responder, incident.id, clock.now(), "Femke", "Seen"), session=session, now=clock.now()
    )
    assert "risk" in refused()
    assess_risk(AssessRisk(team.responder, incident.id, {}), session=session, now=clock.now())
    assert "authority" in refused()
    for subject in (Subject.AUTHORITY, Subject.SUBJECTS):
        decide(Decide(team.dpo, incident.id, subject, True, "High"), session=session, now=clock.now())
    assert "dossier" in refused()
    version = act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    act.approve(version)
    act.submit(version)
    assert "letter to the people concerned" in refused()
    letter = act.draft(incident)
    act.approve(letter)
    act.submit(letter, channel="letter")
    assert "follow-up" in refused(), "what was filed was provisional, so a clock runs"
    no_more = DecideDuty(team.dpo, incident.id, FOLLOW_UP, False, "The authority closed its file by telephone")
    decision = decide_duty(no_more, session=session, now=clock.now())
    assert "Look at the decision" in refused(), "until somebody else agrees"
    confirm_decision(ConfirmDecision(team.second, incident.id, decision.id, True), session=session, now=clock.now())
    assert "measure" in refused()
    measure = AddTask(team.responder, incident.id, "Encrypt laptops", TaskKind.MEASURE, owner_name="IT")
    with pytest.raises(Invalid):
        add_task(measure, session=session, now=clock.now())
    add_task(replace(measure, due_at=clock.in_hours(500)), session=session, now=clock.now())
    assert close_incident(close, session=session, now=clock.now()).status == Status.CLOSED
    with pytest.raises(IllegalMove):
        act.draft(incident)


def test_a_later_filing_ends_the_decision_that_nothing_more_follows(session, report, team, act, clock) -> None:
    """It was decided of what had been filed until then: an incomplete filing after it starts the next clock."""
    incident = report()

    def file(kind: NoticeKind) -> Deadline | None:
        version = act.draft(incident, Addressee.AUTHORITY, kind)
        act.approve(version)
        act.submit(version)
        return open_deadline(session, incident, FOLLOW_UP)

    def decline() -> Deadline | None:
        command = DecideDuty(team.dpo, incident.id, FOLLOW_UP, False, "The authority closed its file")
        decision = decide_duty(command, session=session, now=clock.now())
        agreed = ConfirmDecision(team.second, incident.id, decision.id, True)
        confirm_decision(agreed, session=session, now=clock.now())
        return open_deadline(session, incident, FOLLOW_UP)

    assert file(NoticeKind.PROVISIONAL) is not None
    assert decline() is None
    again = file(NoticeKind.FOLLOW_UP)
    assert again is not None
    assert again.starts_at == clock.now()
    assert decline() is None


def test_drafting_the_same_twice_makes_no_second_version(session, report, team, act, clock) -> None:
    """A form sent again, or an impatient click, changes nothing and keeps the approval."""
    version = act.draft(report())
    approval = act.approve(version)
    command = RedraftNotice(team.responder, version.notice_id)
    again = redraft_notice(command, session=session, now=clock.now(), writer=PlainWriter())
    assert (again.id, approval.void_at) == (version.id, None)


def test_a_second_text_knows_the_day_of_the_first_to_the_same_readers(session, report, act, clock) -> None:
    """Only what was sent counts, and only to the same people in the same language."""
    incident = report()
    first = act.draft(incident, group="employees")
    second = session.get(Notice, act.draft(incident, kind=NoticeKind.FOLLOW_UP, group="employees").notice_id)
    others = session.get(Notice, act.draft(incident, kind=NoticeKind.FOLLOW_UP, group="customers").notice_id)
    assert earlier_text(session, second) is None
    act.approve(first)
    act.submit(first, channel="email")
    act.state(incident, told_news="Something new.")
    found = earlier_text(session, second)
    assert found is not None
    assert found.day == clock.now().astimezone(AUTHORITY_ZONE).date()
    assert found.fact_version == first.fact_version < incident.fact_version
    assert earlier_text(session, others) is None


def test_the_european_template_knows_when_people_were_told_more(session, report, act, clock) -> None:
    """Only what was sent to them, and no first letter, which has its day on the sheet."""
    incident = report()
    act.state(incident, informed=Informed.INFORMED, informed_content="What happened.")

    def content():
        return edpb_template(session, incident, now=clock.now()).form.answer("106").text

    for kind in (NoticeKind.INITIAL, NoticeKind.FOLLOW_UP):
        version = act.draft(incident, kind=kind)
        assert content() == "What happened."
        act.approve(version)
        act.submit(version, channel="email")
    assert "\nAfter the message of 2 March 2026, data subjects got a further message on 2 March 2026" in content()


def test_the_forms_know_how_many_of_which_group_got_a_further_message(session, report, act, clock) -> None:
    """GDPR art. 34(1): those of the newest day alone, as the day before another group was told."""
    incident = report()
    groups = (SubjectGroup.EMPLOYEES, SubjectGroup.CUSTOMERS)
    act.state(incident, informed=Informed.INFORMED, subject_groups=groups, informed_content="What happened.")
    for group, number in (("employees", 3), ("customers", 40), ("employees", 4)):
        clock.advance(days=0 if number == 4 else 1)
        version = act.draft(incident, kind=NoticeKind.FOLLOW_UP, group=group)
        act.approve(version)
        act.submit(version, channel="email", recipients=number)
    told = edpb_template(session, incident, now=clock.now()).form.answer("106").text
    assert told.endswith(
        "on 4 March 2026: current and former employees (4); customers, former customers and other contacts (40)."
    )


def test_the_european_template_is_settled_by_the_approval_of_the_other_form(session, report, act, clock) -> None:
    """What that form listed whoever approved it has answered, as long as both tell the same."""
    incident = report()
    act.state(incident, others_involved=Ternary.NO, systems=("Posthuis Mail",))

    def asked():
        return edpb_template(session, incident, now=clock.now()).form.answer("38")

    version = act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    assert "Posthuis Mail?" in asked().todo
    act.approve(version)
    assert (asked().todo, asked().note) == ("", "Confirmed with the approval: nobody else runs Posthuis Mail for you.")
    act.state(incident, systems=("Posthuis Mail", "Till"))
    assert asked().todo


def test_the_forms_say_what_an_attached_file_is(session, report, team, act, clock, tmp_path) -> None:
    """A name alone tells an authority nothing; who attached a file may have said what it is."""
    blobs, incident = blobs_in(tmp_path), report()
    for name, told in (("note.txt", "The note on the screen"), ("login.log", "")):
        attach = AttachEvidence(team.responder, incident.id, name, name.encode(), told)
        attach_evidence(attach, session=session, now=clock.advance(minutes=1), blobs=blobs)
    form = form_from(act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL).form)
    named = ["note.txt: The note on the screen", "login.log"]
    assert form.answer("5.4").text.split("\n") == files_of(session, [incident.id])[incident.id] == named
    assert files_of(session, [uuid4()]) == {}


def test_a_follow_up_says_which_files_the_authority_was_told_of(session, report, team, act, clock, tmp_path) -> None:
    """AP 5.4, EDPB 126: the files of the first notification stood in the second as if they were new."""
    blobs, incident = blobs_in(tmp_path), report()

    def attach(name):
        command = AttachEvidence(team.responder, incident.id, name, name.encode(), "")
        attach_evidence(command, session=session, now=clock.advance(minutes=1), blobs=blobs)

    def answered(kind):
        version = act.draft(incident, Addressee.AUTHORITY, kind)
        return version, form_from(version.form).answer("5.4").text

    attach("note.txt")
    first, told = answered(NoticeKind.PROVISIONAL)
    assert told == "note.txt"
    attach("login.log")
    act.approve(first)
    act.submit(first)
    _later, told = answered(NoticeKind.FOLLOW_UP)
    assert told == "login.log\nBij een eerdere melding al genoemd:\nnote.txt", "what came after the draft was in none"
    found = edpb_template(session, incident, now=clock.now()).form
    assert found.answer("126").text == "login.log\nNamed in an earlier notification already:\nnote.txt"


def test_the_european_template_of_a_follow_up_knows_what_the_authority_was_told(
    session, report, team, act, clock
) -> None:
    """GDPR art. 33(4): its answers of then are those of the facts, the assessment and the messages of then."""
    incident = report()

    def sheet():
        made = edpb_template(session, incident, now=clock.now())
        return edpb_sheet(session, incident, made, now=clock.now())

    act.state(incident, description="First.", informed=Informed.INFORMED, informed_content="What happened.")
    first = act.draft(incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    assert sheet().previous == {}
    act.approve(first)
    act.submit(first)
    assess_risk(AssessRisk(team.dpo, incident.id, {}), session=session, now=clock.advance(minutes=1))
    act.state(incident, description="More.", told_news="News.")
    letter = act.draft(incident, kind=NoticeKind.FOLLOW_UP)
    act.approve(letter)
    act.submit(letter, channel="email")
    then, now = form_from(sheet().previous), form_from(sheet().form)
    assert (then.answer("62").text, then.answer("106").text) == ("First.", "What happened.")
    assert now.answer("62").text == "New since 2 March 2026:\nNews.\nThe incident, as known now:\nMore."
    assert "further message" in now.answer("106").text
    assert {one.number for one in then.hidden} >= {"6"}
    assert then.answer("89").value == "c" != now.answer("89").value, "nobody had assessed it then"


def test_a_second_text_is_written_beside_the_facts_that_the_first_told(session, report, team, act, clock) -> None:
    """It says whether readers have to do anything new, and what the newest assessment knows of the recipient."""
    asked = []

    class Writer(PlainWriter):
        def write(self, request):
            asked.append(request)
            return super().write(request)

    incident = report()
    first = act.draft(incident, group="employees")
    before = current_facts(session, incident)
    act.approve(first)
    act.submit(first, channel="email")
    act.state(incident, told_news="Something new.")
    confirmed = {"recipient": "known", "recipient_response": "deletion_confirmed"}
    assess_risk(AssessRisk(team.dpo, incident.id, confirmed), session=session, now=clock.advance(minutes=1))
    command = DraftNotice(team.responder, incident.id, Addressee.SUBJECTS, NoticeKind.FOLLOW_UP, group="employees")
    draft_notice(command, session=session, now=clock.advance(minutes=1), writer=Writer())
    (request,) = asked
    assert (request.before, request.response) == (before, "deletion_confirmed")
    assert request.facts.told_news != before.told_news
