"""Whoever decides in Slack sees what was decided about earlier breaches; an office of one reviews itself, rested."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack_here.workspace import Channel
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Role, Source
from incident.domain.kinds import DecisionState, Subject
from incident.law.labels import field_label, label
from incident.law.vocabulary import IncidentKind, NotInformingGround
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import AuditEntry, Decision, Incident, Notice, NoticeVersion, Person
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.decide import Decide, decide
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.report import ReportIncident, report_incident
from incident.usecases.response.triage import ConfirmBreach, confirm_breach
from tests.bot.conftest import Cast, add_account, settle
from tests.bot.test_conversations import announced, room
from tests.fake_slack import FakeSlack, Message, SlackUser
from tests.fake_slack.user import texts
from tests.usecases.response.test_decide import HARMLESS

__all__ = ["announced", "room"]
REVIEW = "I called the recipient again, read the log of the mail server and compared both with the export."


def test_in_an_office_of_one_the_officer_looks_again_once_it_has_rested(
    app: Flask, cast: Cast, slack: FakeSlack, announced: Message, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """Not at once, not without a review of its own, and named as such in the record."""
    with app.app_context():
        db.session.scalars(select(Person).where(Person.email.like("sara%"))).one().active = False
        db.session.commit()
    cast.dpo.press("Is het een datalek?", announced)
    cast.dpo.modal()
    cast.dpo.fill({"Is it a breach of personal data?": "No", "If not a breach: why not?": "No personal data"}).submit()
    assert cast.dpo.errors == {}
    slack.wait_for(lambda: "Besluit bekijken" in texts(announced.blocks))
    cast.dpo.press("Besluit bekijken", announced)
    cast.dpo.told("Nobody else here can agree. Let it rest: from Mon 2 Mar 2026 22:00 CET")
    clock.advance(hours=25)
    cast.dpo.press("Besluit bekijken", announced)
    assert "The record will say that you reviewed it alone." in texts(cast.dpo.modal("Second person")["blocks"])
    again = "What did you check again, and why does it hold?"
    cast.dpo.fill({"Your answer": "I agree", again: "Fine"}).submit()
    assert list(cast.dpo.errors) == [again]
    cast.dpo.fill({again: REVIEW}).submit()
    assert cast.dpo.errors == {}
    decision = database().scalars(select(Decision)).one()
    assert decision.state is DecisionState.FINAL
    assert decision.self_reviewed


def test_alone_a_no_to_the_authority_takes_in_slack_what_it_takes_on_the_page(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """The decision window takes the no; then rest, a review in other words, and nobody else to ask."""
    with app.app_context():
        officer = Actor(None, "Daan", frozenset(Role), Source.SYSTEM)
        incident = db.session.scalars(select(Incident)).one()
        assess_risk(AssessRisk(officer, incident.id, HARMLESS), session=db.session(), now=clock.now())
        db.session.commit()
    _back(app, active=False)
    top = room.messages[0]
    _open(cast, top, "Decide…", "Decide")
    why = "A colleague had it and deleted it at once, as the log shows."
    no = {"Notify the authority (AP)": "No (a second person then has to agree)", "Why?": why}
    cast.dpo.fill(no).submit()
    assert cast.dpo.errors == {}
    _open(cast, top, "Look at the decision…")
    slack.wait_for(lambda: "Nobody else here can agree. Let it rest" in texts(cast.dpo.modal()["blocks"]))
    clock.advance(hours=13)
    _open(cast, top, "Look at the decision…", "Second person")
    again = "What did you check again, and why does it hold?"
    for words in ("Still so.", why):
        cast.dpo.fill({"Your answer": "I agree", again: words}).submit()
        assert cast.dpo.errors == {again: "You are alone: write what you checked again, and why it holds."}
    _back(app, active=True)
    cast.dpo.fill({again: REVIEW}).submit()
    assert database().scalars(select(Decision.state)).one() is DecisionState.PROPOSED, "somebody else can look now"
    _back(app, active=False)
    cast.dpo.fill({again: REVIEW}).submit()
    decision = database().scalars(select(Decision)).one()
    assert (decision.state, decision.self_reviewed, decision.second_reason) == (DecisionState.FINAL, True, REVIEW)
    assert database().scalars(select(AuditEntry).where(AuditEntry.tag == Tag.DECISION_SELF_REVIEWED)).one()


def _open(cast: Cast, top: Message, button: str, title: str | None = None) -> None:
    """Open a window from the menu of the case; without a title it says why it does not open."""
    cast.dpo.close()
    cast.dpo.press("Meer…", top)
    cast.dpo.modal(top.text.split(":")[0])
    cast.dpo.press(button)
    if title:
        cast.dpo.modal(title)


def _back(app: Flask, *, active: bool) -> None:
    """A colleague who may agree comes back, or goes again."""
    with app.app_context():
        db.session.scalars(select(Person).where(Person.email.like("sara%"))).one().active = active
        db.session.commit()


@pytest.fixture
def before(app: Flask, clock: FixedClock) -> str:
    """An earlier breach of the same kind that was notified, with its reason; gives its reference."""
    officer = Actor(None, "Daan", frozenset(Role), Source.SYSTEM)
    with app.app_context():
        session, now = db.session(), clock.now()
        old = report_incident(ReportIncident(officer, "Payslip to a wrong address"), session=session, now=now)
        confirm_breach(ConfirmBreach(officer, old.id), session=session, now=now)
        kinds = {"kinds": (IncidentKind.EMAIL_WRONG_RECIPIENT,)}
        record_facts(RecordFacts(officer, old.id, kinds, old.fact_version, "event"), session=session, now=now)
        why = "The recipient, BSN 123456782, kept it"
        decide(Decide(officer, old.id, Subject.AUTHORITY, True, why), session=session, now=now)
        session.commit()
        return old.reference


def test_earlier_breaches_like_this_stand_in_the_windows_of_triage_and_decision(
    cast: Cast, slack: FakeSlack, before: str, security: Channel
) -> None:
    """With what was decided and why, as on the page; numbers of people in it are hidden."""
    cast.reporter.command("/datalek", "mail sent to the wrong recipient")
    cast.reporter.modal()
    cast.reporter.submit()
    slack.wait_for(lambda: security.messages)
    top = security.messages[-1]
    cast.dpo.press("Meer…", top)
    cast.dpo.modal()
    for button, title in (("Is it a breach?", "Is it a breach?"), ("Decide…", "Decide")):
        cast.dpo.press(button)
        shown = texts(cast.dpo.modal(title)["blocks"])
        assert "Notified: 1. Not notified: 0." in shown
        assert f"{before} · notified" in shown
        assert "Because: The recipient, BSN •••, kept it" in shown
        cast.dpo.stack.pop()


def test_triage_shows_an_earlier_discovery_that_the_report_names(
    cast: Cast, slack: FakeSlack, security: Channel
) -> None:
    """Above the question since when, as on the page; it answers nothing."""
    cast.reporter.command("/datalek", "Gisteren om 8:15 ontdekten wij een open map")
    cast.reporter.modal()
    cast.reporter.submit()
    slack.wait_for(lambda: security.messages)
    cast.dpo.press("Meer…", security.messages[-1])
    cast.dpo.modal()
    cast.dpo.press("Is it a breach?")
    shown = texts(cast.dpo.modal("Is it a breach?")["blocks"])
    assert "08:15 CET. If somebody here was reasonably certain then, the 72 hours run from that moment." in shown


def test_a_no_reads_first_that_a_colleague_said_yes_and_so_does_the_second_person(
    cast: Cast, slack: FakeSlack, announced: Message, database: Callable[[], Session]
) -> None:
    """The officer had the form open; nothing is proposed until they have seen it."""
    cast.dpo.press("Is het een datalek?", announced)
    cast.dpo.modal()
    cast.analyst.press("Is het een datalek?", announced)
    cast.analyst.modal()
    cast.analyst.fill({"Is it a breach of personal data?": "Yes, it is a breach of personal data"}).submit()
    assert cast.analyst.errors == {}
    no = {"Is it a breach of personal data?": "No", "If not a breach: why not?": "The laptop was empty"}
    cast.dpo.fill(no).submit()
    assert "Somebody recorded something else while this window was open." in texts(cast.dpo.modal()["blocks"])
    assert database().scalars(select(Decision)).all() == []
    cast.dpo.fill(no).submit()
    assert cast.dpo.errors == {}
    slack.wait_for(lambda: _asking(slack))
    cast.second.press("Besluit bekijken", _asking(slack)[0])
    assert "It was confirmed before that it is a breach." in texts(cast.second.modal("Second person")["blocks"])


def _asking(slack: FakeSlack) -> list[Message]:
    """The headlines of rooms that ask for a second look."""
    rooms = [one for one in slack.workspace.channels.values() if one.name.startswith("datalek-")]
    return [top for one in rooms for top in one.messages[:1] if "Besluit bekijken" in texts(top.blocks)]


def _decided(app: Flask, clock: FixedClock) -> None:
    """The risk is high, and the authority will be told."""
    with app.app_context():
        officer = Actor(None, "Daan", frozenset(Role), Source.SYSTEM)
        incident = db.session.scalars(select(Incident)).one()
        assess_risk(AssessRisk(officer, incident.id, {}), session=db.session(), now=clock.now())
        decide(Decide(officer, incident.id, Subject.AUTHORITY, True, "High"), session=db.session(), now=clock.now())
        db.session.commit()


def test_answers_come_into_the_draft_that_waits_and_drafting_again_makes_no_second_one(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """A text on older facts cannot be approved, and nothing else in Slack would bring the answers into it."""
    _decided(app, clock)
    top = room.messages[0]
    _open(cast, top, "Notices…", "Notices")
    cast.dpo.press("Complete draft for the AP")
    slack.wait_for(lambda: "answers missing" in texts(cast.dpo.modal()["blocks"]))
    cast.dpo.press("Answer what is missing…")
    cast.dpo.modal("What is missing")
    cast.dpo.fill({field_label("other_authorities_told", "en").ask: "No"}).submit()
    assert cast.dpo.errors == {}
    first, second = database().scalars(select(NoticeVersion).order_by(NoticeVersion.number))
    assert len(second.missing) == len(first.missing) - 1
    cast.dpo.close()
    _open(cast, top, "Notices…", "Notices")
    cast.dpo.press("Complete draft for the AP")
    settle(app)
    assert len(database().scalars(select(Notice)).all()) == 1


def test_of_two_officers_the_second_sees_what_the_first_decided_before_anything_is_recorded(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """Both had the window open; a no beside a yes that nobody saw would be a quarrel of the record."""
    add_account(app, "dora@alumio.example", "Dora Officer", {Role.DPO})
    dora = SlackUser(slack, cast.dpo.transport, "U5DORA", "Dora Officer", "dora@alumio.example", locale="en-GB")
    with app.app_context():
        officer = Actor(None, "Daan", frozenset(Role), Source.SYSTEM)
        incident = db.session.scalars(select(Incident)).one()
        assess_risk(AssessRisk(officer, incident.id, HARMLESS), session=db.session(), now=clock.now())
        db.session.commit()
    _open(cast, room.messages[0], "Decide…", "Decide")
    dora.press("Meer…", room.messages[0])
    dora.modal(room.messages[0].text.split(":")[0])
    dora.press("Decide…")
    dora.modal("Decide")
    cast.dpo.fill({"Notify the authority (AP)": "Yes", "Why?": "To be sure"}).submit()
    assert cast.dpo.errors == {}
    no = {"Notify the authority (AP)": "No (a second person then has to agree)", "Why?": "It was unreadable"}
    dora.fill(no).submit()
    assert "Somebody recorded something else while this window was open." in texts(dora.modal()["blocks"])
    assert [row.act for row in database().scalars(select(Decision))] == [True]
    dora.fill(no).submit()
    assert dora.errors == {}
    assert len(database().scalars(select(Decision)).all()) == 2


def test_why_the_authority_is_told_is_never_why_the_people_are_not(
    app: Flask, cast: Cast, room: Channel, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """The authority reads that reason in its form: it is asked for where the two decisions differ."""
    with app.app_context():
        officer = Actor(None, "Daan", frozenset(Role), Source.SYSTEM)
        incident = db.session.scalars(select(Incident)).one()
        assess_risk(AssessRisk(officer, incident.id, {}), session=db.session(), now=clock.now())
        db.session.commit()
    _open(cast, room.messages[0], "Decide…", "Decide")
    ground = "If data subjects at high risk are not informed: on which ground?"
    both = {
        "Notify the authority (AP)": "Yes",
        "Inform the data subjects": "No (a second person then has to agree)",
        "Why?": "There is a risk",
        ground: label(NotInformingGround.RISK_REMOVED, "en"),
    }
    cast.dpo.fill(both).submit()
    assert list(cast.dpo.errors) == ["Another reason for the data subjects?"]
    cast.dpo.fill({"Another reason for the data subjects?": "The file is gone"}).submit()
    assert cast.dpo.errors == {}
    reasons = {row.subject: row.reason for row in database().scalars(select(Decision))}
    assert reasons == {Subject.AUTHORITY: "There is a risk", Subject.SUBJECTS: "The file is gone"}
