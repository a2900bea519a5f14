"""What has left the house is frozen: later facts ask for a follow-up, they never make the record untrue."""

import pytest
from sqlalchemy import event, select

from incident.delivery.messages import MessageTexts
from incident.domain.kernel.errors import IllegalMove, Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM
from incident.domain.kinds import (
    Addressee,
    DeadlineState,
    MailingChannel,
    MailingState,
    NoticeKind,
    OutboxOutcome,
    Subject,
)
from incident.domain.next_steps import About, Act, steps
from incident.domain.recipients import RowProblem
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.filing import FilingContext
from incident.law.vocabulary import Informed, NoticeChannel, Ternary
from incident.store.models import AuditEntry, Deadline, MailingRecipient, OutboxMessage, Submission, TimelineEntry
from incident.store.queries.case import notice_files
from incident.store.queries.mailings import without_letter
from incident.store.queries.progress import progress_of_one
from incident.usecases.clock.deadlines import SUBJECTS, open_deadline
from incident.usecases.clock.unsent import unsent_reminders
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.record import record
from incident.usecases.common.settings import organisation_profile
from incident.usecases.mailing.assign import assign_letter
from incident.usecases.mailing.certificate import (
    begin_mailings,
    deliveries,
    end_mailings,
    record_bounce,
)
from incident.usecases.mailing.erase_people import erase_recipients
from incident.usecases.mailing.export_people import export_people
from incident.usecases.mailing.mailing import (
    release_mailing,
    resume_mailing,
    start_mailing,
    stop_mailing,
)
from incident.usecases.mailing.read_list import PrepareMailing, prepare_mailing
from incident.usecases.mailing.unusable_rows import keep_unusable
from incident.usecases.notices.approve import ApproveNotice, approve_notice, valid_approval
from incident.usecases.notices.authority_form import filing_context
from incident.usecases.notices.correct_filing import CorrectFiling, correct_filing
from incident.usecases.notices.draft import (
    DraftNotice,
    EditNotice,
    RedraftNotice,
    draft_notice,
    edit_notice,
    redraft_notice,
)
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.close import ReopenIncident, reopen_incident
from incident.usecases.response.decide import Decide, decide
from incident.usecases.response.record_facts import RecordFacts, record_facts
from tests.clock import test_messages as mails
from tests.factories import PlainWriter, blobs_in
from tests.usecases.mailing.test_mailing import CHANNELS, Letters, prepared, sealer

__all__ = ["prepared", "sealer"]


@pytest.fixture
def released(session, prepared, team, clock):
    """A function that prepares a mailing, starts it and releases it."""

    def make(*given, **values):
        incident, versions, done = prepared(*given, **values)
        start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
        release_mailing(session, done.mailing.id, actor=team.second, now=clock.now(), channels=CHANNELS)
        session.commit()
        return incident, versions, done.mailing

    return make


def _settle(session, clock, *outcomes):
    """What the worker does: one message after the other ends, a minute apart."""
    messages = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.channel == "subjects", OutboxMessage.settled_at.is_(None))
        .order_by(OutboxMessage.due_at)
    ).all()
    for message, outcome in zip(messages, outcomes, strict=False):
        clock.advance(minutes=1)
        message.settled_at, message.outcome = clock.now(), outcome
    session.commit()


SENT, FAILED = OutboxOutcome.SENT, OutboxOutcome.FAILED


def test_a_fact_that_changes_while_a_mailing_runs_leaves_the_record_true(session, released, team, clock) -> None:
    """The incident of a newcomer: letter approved, mailing released, "breach ended" recorded while it runs. The letter
    stays approved as it was sent, and the submission is that of the text which the people got."""
    incident, (dutch, swedish), _mailing = released()
    _settle(session, clock, SENT)
    facts = RecordFacts(
        team.responder, incident.id, {"ongoing": Ternary.NO, "description": "Over."}, incident.fact_version
    )
    record_facts(facts, session=session, now=clock.now())
    assert valid_approval(session, dutch) is not None
    assert end_mailings(session, clock.now()) == 0
    _settle(session, clock, SENT, FAILED)
    ended = clock.now()
    assert end_mailings(session, ended) == 1
    rows = {row.version_id: row for row in session.scalars(select(Submission))}
    assert set(rows) == {dutch.id, swedish.id}
    assert rows[dutch.id].body_sha256 == dutch.body_sha256
    assert (rows[dutch.id].recipients, rows[dutch.id].by_name) == (1, "Dora")
    counted = rows[dutch.id].delivery
    assert (counted["people"], counted["reached"], counted["failed"], counted["bounced"]) == (2, 1, 1, 0)
    assert rows[dutch.id].submitted_at < rows[swedish.id].submitted_at < ended
    assert end_mailings(session, clock.now()) == 0


def test_once_the_first_letter_has_left_the_record_no_longer_says_not_yet(session, released, clock) -> None:
    """10.1 while a mailing runs: told, since which day, how many until now; a person looks again before filing."""
    incident, _, _mailing = released()
    begin_mailings(session, clock.now())
    assert current_facts(session, incident).informed is not Informed.INFORMED
    _settle(session, clock, SENT)
    begin_mailings(session, clock.now())
    facts, version = current_facts(session, incident), incident.fact_version
    assert (facts.informed, facts.informed_on) == (Informed.INFORMED, clock.now().date())
    assert facts.informed_channels == (NoticeChannel.EMAIL,)
    assert told(session, incident, clock) == ("Ja", "1")
    _settle(session, clock, SENT)
    begin_mailings(session, clock.now())
    assert told(session, incident, clock) == ("Ja", "2")
    assert incident.fact_version == version
    _settle(session, clock, FAILED)
    end_mailings(session, clock.now())
    assert told(session, incident, clock) == ("Ja", "2")
    assert current_facts(session, incident).informed_count == 2


def _filing(session, incident, clock) -> FilingContext:
    """What the form of the authority would be made of now."""
    facts, now = current_facts(session, incident), clock.now()
    return filing_context(session, incident, NoticeKind.FINAL, now, facts, organisation_profile(session))


def told(session, incident, clock) -> tuple[str, ...]:
    """What the authority's form answers now to 10.1.1 and 10.1.3."""
    facts = current_facts(session, incident)
    form = fill_ap(facts, organisation_profile(session), _filing(session, incident, clock))
    return tuple(form.answer(key).text for key in ("10.1.1", "10.1.3"))


def test_a_reminder_that_falls_due_reads_no_letter_of_a_mailing(session, released) -> None:
    """Ten thousand letters wait while the clock runs: reading them would hold up its reminder for seconds."""
    one, read = released()[0].id, list[str]()
    session.expunge_all()
    event.listen(session, "loaded_as_persistent", lambda _, row: read.append(row.channel))
    unsent_reminders(session, [one])
    assert "subjects" not in read


def test_a_mailing_answers_what_the_authority_asks_about_the_people(session, released, clock) -> None:
    """Chapter 10.1 of the form: told, on which day, how many, how; nobody types what is known."""
    incident, _, _mailing = released()
    _settle(session, clock, SENT, SENT, FAILED)
    end_mailings(session, clock.now())
    facts = current_facts(session, incident)
    assert (facts.informed, facts.informed_count, facts.informed_channels) == (
        Informed.INFORMED,
        2,
        (NoticeChannel.EMAIL,),
    )
    assert facts.informed_on == clock.now().date()


@pytest.mark.parametrize(("third", "state"), [(SENT, DeadlineState.MET), (FAILED, DeadlineState.OPEN)])
def test_a_mailing_that_reached_everybody_ends_the_clock_about_telling_them(
    session, released, team, clock, third, state
) -> None:
    """GDPR art. 34(1): at the moment of the last; while somebody was not reached it runs on."""
    incident, _, _mailing = released()
    assess_risk(AssessRisk(team.responder, incident.id, {}), session=session, now=clock.now())
    decide(Decide(team.dpo, incident.id, Subject.SUBJECTS, True, "High risk"), session=session, now=clock.now())
    running = open_deadline(session, incident, SUBJECTS)
    assert running is not None
    _settle(session, clock, SENT, SENT, third)
    last = clock.now()
    clock.advance(minutes=7)
    end_mailings(session, clock.now())
    session.expire_all()
    assert running.state is state
    assert running.met_at == (last if third is SENT else None)


@pytest.mark.parametrize("left", ["a row that could not be used", "a group with a letter of its own"])
def test_the_clock_runs_on_while_anybody_is_left_to_be_told(session, released, team, clock, tmp_path, left) -> None:
    """GDPR art. 34(1): a list of which everybody was reached may not hold everybody."""
    incident, _, mailing = released()
    assess_risk(AssessRisk(team.responder, incident.id, {}), session=session, now=clock.now())
    if left.startswith("a row"):
        blobs, problem = blobs_in(tmp_path), RowProblem(4, "email", "This is not an e-mail address.")
        keep_unusable(mailing, [problem], actor=team.dpo, session=session, now=clock.now(), blobs=blobs)
    else:
        command = DraftNotice(team.responder, incident.id, Addressee.SUBJECTS, language="nl", group="patients")
        draft_notice(command, session=session, now=clock.now(), writer=Letters())
    running = open_deadline(session, incident, SUBJECTS)
    _settle(session, clock, SENT, SENT, SENT)
    end_mailings(session, clock.now())
    session.expire_all()
    assert running.state is DeadlineState.OPEN


def test_what_was_sent_stays_true_when_the_people_are_erased(session, released, team, clock) -> None:
    """Counts are not people."""
    _, _, mailing = released()
    _settle(session, clock, SENT, SENT, SENT)
    end_mailings(session, clock.now())
    before = [one.document() for one in deliveries(session, mailing)[mailing.id]]
    clock.advance(days=31)
    assert erase_recipients(session, actor=SYSTEM, now=clock.now()) == 1
    assert [one.document() for one in deliveries(session, mailing)[mailing.id]] == before
    assert {row.recipients for row in session.scalars(select(Submission))} == {1, 2}
    erased = session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.RECIPIENTS_ERASED.value)).one()
    assert (erased.details["policy"], erased.details["due"]) == ("recipients", "2026-04-01")


def test_a_sent_text_is_neither_edited_nor_drafted_anew(session, released, team, clock) -> None:
    """A follow-up says what is new; the text that people have stays what it is."""
    _, (dutch, _), _mailing = released()
    with pytest.raises(IllegalMove, match="sent and stays"):
        edit_notice(EditNotice(team.responder, dutch.notice_id, "T", "New", 1), session=session, now=clock.now())
    with pytest.raises(IllegalMove, match="sent and stays"):
        redraft_notice(
            RedraftNotice(team.responder, dutch.notice_id), session=session, now=clock.now(), writer=Letters()
        )


def test_the_page_knows_what_is_frozen(session, released) -> None:
    """From the release on, before anything is submitted."""
    incident, (dutch, swedish), _ = released()
    frozen = {version.id for file in notice_files(session, incident.id) for version in file.sent}
    assert frozen == {dutch.id, swedish.id}


def test_a_stopped_mailing_goes_on_and_is_counted_once(session, released, team, clock) -> None:
    """Those who had not got it get it; the submission of the first part becomes that of the whole."""
    _, _, mailing = released()
    _settle(session, clock, SENT)
    assert stop_mailing(session, mailing.id, actor=team.dpo, now=clock.now()) == 2
    session.commit()
    end_mailings(session, clock.now())
    assert session.scalars(select(Submission.recipients)).all() == [1]
    assert resume_mailing(session, mailing.id, actor=team.second, now=clock.now()) == 2
    session.commit()
    _settle(session, clock, SENT, SENT)
    end_mailings(session, clock.now())
    assert sorted(session.scalars(select(Submission.recipients)).all()) == [1, 2]
    assert mailing.ended_at == clock.now()


def test_nobody_is_silently_given_the_letter_of_another_language(session, prepared, team, clock) -> None:
    """A hundred people who read German are named before anything starts, and a person decides what they get."""
    rows = "naam;email;taal\n" + "".join(f"P{n};p{n}@example.org;de\n" for n in range(5)) + "Ann;ann@example.org;nl\n"
    _, (dutch, _), done = prepared(rows.encode())
    assert [(part.language, part.people) for part in without_letter(session, done.mailing)] == [("de", 5)]
    with pytest.raises(IllegalMove, match="no letter"):
        start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
    given = {"language": "de", "group": "", "actor": team.dpo, "now": clock.now()}
    with pytest.raises(Invalid):
        assign_letter(session, done.mailing.id, done.mailing.id, **given)
    assert assign_letter(session, done.mailing.id, dutch.id, **given) == 5
    assert start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now()).state is MailingState.ASKED


def test_a_message_that_comes_back_after_the_end_is_counted_in_the_record(session, released, team, clock) -> None:
    """Bounces come later: submission, facts and the form of the authority say who was reached, as the mailing does."""
    incident, (dutch, _swedish), mailing = released()
    _settle(session, clock, SENT, SENT, SENT)
    end_mailings(session, clock.now())
    assert current_facts(session, incident).informed_count == 3
    first = session.scalars(select(MailingRecipient).where(MailingRecipient.version_id == dutch.id)).first()
    record_bounce(session, first.id, "550", actor=team.dpo, now=clock.now())
    row = session.scalars(select(Submission).where(Submission.version_id == dutch.id)).one()
    assert (row.recipients, row.delivery["reached"], row.delivery["bounced"]) == (1, 1, 1)
    assert current_facts(session, incident).informed_count == 2
    assert told(session, incident, clock) == ("Ja", "2")
    stated = RecordFacts(team.responder, incident.id, {"informed_count": 7}, incident.fact_version)
    record_facts(stated, session=session, now=clock.now())
    other = session.scalars(select(MailingRecipient).where(MailingRecipient.bounced_at.is_(None))).first()
    record_bounce(session, other.id, "550", actor=team.dpo, now=clock.now())
    assert current_facts(session, incident).informed_count == 7
    assert sum(one.reached for one in deliveries(session, mailing)[mailing.id]) == 1


def test_the_clock_runs_on_when_a_message_comes_back(session, released, team, clock) -> None:
    """GDPR art. 34: it had ended because everybody was reached. The officer hears of it, once, and can end it again."""
    incident, _versions, mailing = released()
    assess_risk(AssessRisk(team.responder, incident.id, {}), session=session, now=clock.now())
    until = open_deadline(session, incident, SUBJECTS).due_at
    _settle(session, clock, SENT, SENT, SENT)
    end_mailings(session, clock.now())
    met = session.scalars(select(Deadline).where(Deadline.obligation == SUBJECTS, Deadline.met_at.is_not(None))).one()
    for person in session.scalars(select(MailingRecipient).limit(2)).all():
        record_bounce(session, person.id, "550", actor=team.dpo, now=clock.now())
    again = open_deadline(session, incident, SUBJECTS)
    assert again.due_at == until
    assert (met.state, met.superseded_by, incident.due_at) == (DeadlineState.SUPERSEDED, again.id, until)
    told = [one for one in session.scalars(select(OutboxMessage)) if one.payload["template"] == "not_everybody_told"]
    place = f"/incidents/{incident.reference}/mailings/{mailing.id}"
    assert {message.payload["params"]["path"] for message in told} == {place}
    assert len({message.recipient for message in told}) == len(told)


def test_a_message_that_comes_back_after_the_closing_is_told_and_counts_at_the_reopening(
    session, released, team, clock
) -> None:
    """GDPR art. 34: nobody looks at a closed case by themselves. Its clock runs on once it is open, to the same end."""
    incident, _versions, _mailing = released()
    assess_risk(AssessRisk(team.responder, incident.id, {}), session=session, now=clock.now())
    until = open_deadline(session, incident, SUBJECTS).due_at
    _settle(session, clock, SENT, SENT, SENT)
    end_mailings(session, clock.now())
    record(session, incident, Tag.INCIDENT_CLOSED, team.dpo, clock.now())
    for person in session.scalars(select(MailingRecipient).limit(2)).all():
        record_bounce(session, person.id, "550", actor=team.dpo, now=clock.now())
    assert open_deadline(session, incident, SUBJECTS) is None
    told = [one for one in session.scalars(select(OutboxMessage)) if one.payload["template"] == "not_everybody_told"]
    assert [message.payload["params"]["due_at"] for message in told] == [None] * len({one.recipient for one in told})
    said = MessageTexts("https://m.example.org").render(mails.message("not_everybody_told", due_at=None)).text
    assert ("Reopen it" in said, "due" in said) == (True, False)
    reopen_incident(ReopenIncident(team.dpo, incident.id, "One came back"), session=session, now=clock.now())
    assert open_deadline(session, incident, SUBJECTS).due_at == until


def test_whom_the_letter_did_not_reach_is_the_next_step_until_they_are_told(
    session, released, team, clock, sealer
) -> None:
    """GDPR art. 34: their clock runs, so that something leads there and nobody is asked to close the incident."""
    incident, (dutch, _), mailing = released()
    assess_risk(AssessRisk(team.responder, incident.id, {}), session=session, now=clock.now())
    decide(Decide(team.dpo, incident.id, Subject.SUBJECTS, True, "Readable"), session=session, now=clock.now())
    _settle(session, clock, SENT, FAILED, SENT)
    end_mailings(session, clock.now())

    def about_people():
        found = steps(progress_of_one(session, incident))
        return [(step.act, step.thing) for step in found if step.about is About.SUBJECTS]

    assert about_people() == [(Act.REACH, mailing.id)]
    rest = b"naam;email;taal\nBo Ek;bo@example.org;nl\n"
    again = PrepareMailing(team.dpo, incident.id, MailingChannel.EMAIL, [dutch.id], "rest.csv", rest)
    second = prepare_mailing(again, session=session, now=clock.advance(minutes=1), sealer=sealer).mailing
    assert about_people() == [(Act.ASK_RELEASE, second.id)]


def test_people_who_were_not_reached_become_a_list_for_a_second_channel(session, released, team, clock, sealer) -> None:
    """Failed, bounced and held back; a new mailing reads the list as it is."""
    _, _, mailing = released()
    _settle(session, clock, SENT, FAILED, SENT)
    first = session.scalars(select(MailingRecipient).order_by(MailingRecipient.row)).first()
    record_bounce(session, first.id, "550", actor=team.dpo, now=clock.now())
    content = export_people(session, mailing.id, "unreached", actor=team.dpo, now=clock.now(), sealer=sealer)
    assert content.decode("utf-8-sig").splitlines() == [
        "naam;email;straat;postcode;plaats;land;taal;kenmerk;groep",
        "Ann Smit;ann@example.org;;;;;nl;;",
        "Bo Ek;bo@example.se;;;;;sv;;",
    ]
    assert b"Ann" not in export_people(session, mailing.id, "failed", actor=team.dpo, now=clock.now(), sealer=sealer)


def test_a_fact_that_no_letter_tells_ends_no_approval_of_a_letter(session, prepared, team, clock) -> None:
    """Which measures were in place before stands only in the authority's form."""
    incident, (dutch, _), _ = prepared()
    facts = RecordFacts(team.responder, incident.id, {"measures_before_note": "MFA"}, incident.fact_version)
    record_facts(facts, session=session, now=clock.now())
    assert valid_approval(session, dutch) is not None


@pytest.fixture
def filed(session, report, team, clock):
    """A provisional filing whose number was not at hand."""
    incident = report()
    command = DraftNotice(team.responder, incident.id, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    version = draft_notice(command, session=session, now=clock.now(), writer=PlainWriter())
    approve_notice(ApproveNotice(team.dpo, version.notice_id, version.body_sha256), session=session, now=clock.now())
    submitted = RecordSubmission(team.dpo, version.notice_id, clock.now(), "portal")
    return incident, record_submission(submitted, session=session, now=clock.now())


def test_the_number_of_a_filing_can_be_added_later(session, filed, team, clock) -> None:
    """Then follow-up and withdrawal carry it."""
    incident, row = filed
    assert _filing(session, incident, clock).earlier_number == ""
    with pytest.raises(Invalid):
        correct_filing(CorrectFiling(team.dpo, row.id, " "), session=session, now=clock.now())
    correct_filing(CorrectFiling(team.dpo, row.id, " 0098.123 "), session=session, now=clock.now())
    assert _filing(session, incident, clock).earlier_number == "0098.123"
    command = DraftNotice(
        team.responder, incident.id, Addressee.AUTHORITY, NoticeKind.WITHDRAWAL, withdrawn_reason="No breach."
    )
    withdrawal = draft_notice(command, session=session, now=clock.now(), writer=PlainWriter())
    assert "0098.123" in withdrawal.body


def test_a_number_that_was_typed_wrongly_is_corrected_with_a_reason(session, filed, team, clock) -> None:
    """Follow-ups carry the right one; the timeline keeps both."""
    incident, row = filed
    correct_filing(CorrectFiling(team.dpo, row.id, "0098.132"), session=session, now=clock.now())
    with pytest.raises(Invalid, match="already"):
        correct_filing(CorrectFiling(team.dpo, row.id, "0098.132", "Again."), session=session, now=clock.now())
    with pytest.raises(Invalid, match="why") as without:
        correct_filing(CorrectFiling(team.dpo, row.id, "0098.123"), session=session, now=clock.now())
    assert without.value.field == "number_reason"
    correct_filing(CorrectFiling(team.dpo, row.id, "0098.123", "Two digits swapped."), session=session, now=clock.now())
    assert _filing(session, incident, clock).earlier_number == "0098.123"
    told = session.scalars(select(TimelineEntry.text).where(TimelineEntry.kind == "correction")).all()
    assert told == ["0098.132 → 0098.123: Two digits swapped."]
