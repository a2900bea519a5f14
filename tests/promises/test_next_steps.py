"""One thought about what comes next: board, page, Slack, reminder and mail name the same step for the same person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, get_template_attribute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident.delivery.messages import MessageTexts
from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kernel.people import Role
from incident.domain.kinds import Addressee, DecisionState, MailingState, NoticeKind, Subject
from incident.domain.next_steps import About, Act, steps
from incident.domain.progress import Clock, Decided, MailingStand, NoticeStand, Progress
from incident.domain.reminders.roster import OnCall
from incident.domain.step_words import what
from incident.domain.turns import Team, turns_of
from incident.law.vocabulary import Role as PartyRole
from incident.law.vocabulary import Ternary
from incident.slack.card import Card
from incident.slack.headline import clock_line, headline, left, state_line, status_line
from incident.slack.words import hours_word
from incident.store.queries.incidents import OpenIncident
from incident.translations.say import translated
from incident.usecases.clock.reminder_text import step_params
from tests.clock.test_messages import message
from tests.web.conftest import lite_app as _lite_app

lite_app = _lite_app
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA, FEMKE, BAS, TOM = (UUID(int=number) for number in range(1, 5))
PEOPLE = (
    OnCall(ANNA, "anna@example.org", "Anna", roles=frozenset({Role.RESPONDER}), duty_order=1),
    OnCall(FEMKE, "femke@example.org", "Femke", roles=frozenset({Role.DPO})),
    OnCall(BAS, "bas@example.org", "Bas", roles=frozenset({Role.SECOND})),
    OnCall(TOM, "tom@example.org", "Tom", roles=frozenset({Role.DPO, Role.SECOND, Role.RESPONDER})),
)
TEAM = Team(PEOPLE, frozenset({ANNA}), NOW)
WITHOUT_OFFICER = replace(TEAM, people=PEOPLE[:1])
"""A house in which nobody has been made officer yet: for some steps there is nobody to wait for."""
TEAMS = st.sampled_from((TEAM, WITHOUT_OFFICER, replace(TEAM, people=PEOPLE[3:]), replace(TEAM, people=())))
PERSONS = st.sampled_from((ANNA, FEMKE, BAS, TOM))
KEYS = st.integers(10, 10**6).map(lambda number: UUID(int=number))
MOMENTS = st.integers(0, 200).map(lambda hours: NOW + timedelta(hours=hours))
OBLIGATIONS = (
    "gdpr_33_1",
    "gdpr_33_4",
    "gdpr_34",
    "gdpr_34_3_c",
    "gdpr_33_2:Kruidvat",
    "dora_initial",
    "cbw_early_warning",
)
CLOCKS = st.lists(
    st.builds(lambda name, due: Clock(name, due, due - timedelta(hours=72)), st.sampled_from(OBLIGATIONS), MOMENTS),
    max_size=4,
    unique_by=lambda one: one.obligation,
)
LIVE = st.sampled_from((DecisionState.PROPOSED, DecisionState.FINAL))
DECISIONS = st.lists(
    st.builds(Decided, KEYS, st.sampled_from(Subject), st.booleans(), LIVE, MOMENTS, PERSONS),
    max_size=3,
    unique_by=lambda one: one.subject,
)
NOTICES = st.lists(
    st.builds(
        NoticeStand,
        KEYS,
        st.sampled_from(Addressee),
        st.sampled_from(NoticeKind),
        MOMENTS,
        recipient=st.sampled_from(("", "Kruidvat")),
        author=PERSONS,
        wanting=st.booleans(),
        approved=st.booleans(),
        sent=st.booleans(),
    ),
    max_size=4,
)
MAILINGS = st.lists(
    st.builds(MailingStand, KEYS, st.sampled_from(MailingState), MOMENTS, PERSONS, st.booleans(), st.booleans()),
    max_size=2,
)
STATES = st.builds(
    Progress,
    incident=KEYS,
    reference=st.just("DL-2026-0001-9"),
    status=st.sampled_from(sorted(OPEN_STATUSES)),
    is_breach=st.sampled_from(Ternary),
    awareness_stated=st.booleans(),
    role=st.sampled_from(PartyRole),
    customers=st.sampled_from(((), ("Kruidvat",))),
    assignee=st.one_of(st.none(), PERSONS),
    assessed=st.booleans(),
    notified=st.booleans(),
    decisions=DECISIONS.map(tuple),
    clocks=CLOCKS.map(lambda rows: tuple(sorted(rows, key=lambda one: one.due_at))),
    notices=NOTICES.map(tuple),
    mailings=MAILINGS.map(tuple),
    measures=st.integers(0, 1),
    reopened=st.booleans(),
    changed_at=st.one_of(st.none(), MOMENTS),
)
EVERY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@EVERY
@given(STATES)
def test_no_open_incident_is_without_a_step_and_somebody_it_waits_for(progress: Progress) -> None:
    """The first step can be taken now, by people who are named, and it stands among what waits for each of them."""
    found = steps(progress)
    first = found[0]
    assert first.ready
    assert what(first.code, "nl") != what(first.code, "en")
    waits = TEAM.waited_for(first, progress.assignee)
    assert waits or first.act is Act.SENDING
    for person in waits:
        assert first in turns_of(person.id, progress, found, TEAM)


@EVERY
@given(STATES, TEAMS, st.sampled_from(("nl", "en")))
def test_board_page_slack_and_reminder_name_the_same_step(
    lite_app: Flask, progress: Progress, team: Team, language: str
) -> None:
    """Whoever reads the mail, the room, the board or the page is asked for the same thing, at the same address.

    All four say for whom it waits, or that nobody has the role for it.
    """
    from incident.web.case import next_step
    from incident.web.views.board import _line

    found = steps(progress)
    first = found[0]
    waits = tuple(person.name for person in team.waited_for(first, progress.assignee))
    params = step_params(progress, team)
    card = Card(progress.reference, progress.status, None, None, None, False, found, waits)
    row = OpenIncident(progress.incident, progress.reference, progress.summary, progress.status)
    with lite_app.test_request_context("/", headers={"Accept-Language": language}):
        page = next_step(first, progress.reference, progress, team)
        line = _line(row, progress, found, team)
        on_board = get_template_attribute("macros/parts.html", "waits_for")(line.next_step)
    room = headline(card, language=language, zone=ZoneInfo("Europe/Amsterdam"), base_url="", now=NOW)
    mail = MessageTexts("https://m.example.org").render(message("reminder", language, **params))
    assert page.words == what(first.code, language)
    assert page.words in room["blocks"][0]["text"]["text"]
    assert page.words in " ".join(mail.text.split())
    assert line.next_step == page
    nobody = translated(language, "nobody has the role for this")
    said = (on_board, room["blocks"][0]["text"]["text"], mail.text)
    assert [nobody in text for text in said] == [page.nobody] * 3
    assert all(name in text for text in said for name in waits)
    assert params["path"] == page.href
    assert tuple(params["waits_for"]) == page.waits_for == waits


@EVERY
@given(STATES)
def test_nobody_is_asked_to_close_while_the_clock_of_the_people_concerned_runs(progress: Progress) -> None:
    """GDPR art. 34: whom a letter did not reach is to be told as well, however many letters and mailings there were."""
    decided = Decided(UUID(int=7), Subject.SUBJECTS, True, DecisionState.FINAL, NOW)
    clock = Clock("gdpr_34", NOW + timedelta(hours=9), NOW)
    found = steps(replace(progress, is_breach=Ternary.YES, decisions=(decided,), clocks=(clock,)))
    assert any(step.about in (About.SUBJECTS, About.PUBLIC) for step in found)
    assert not found[-1].ready


def test_a_closed_incident_asks_for_nothing() -> None:
    """Whatever else is on record."""
    assert steps(Progress(UUID(int=9), "DL-2026-0001-9", Status.CLOSED)) == ()


@pytest.mark.parametrize("alone", [True, False])
def test_a_second_pair_of_eyes_is_somebody_else(alone: bool) -> None:
    """Who proposed a decision is waited for as its second person only in an office of one; so it is with approvals."""
    people = PEOPLE[3:] if alone else PEOPLE
    team = Team(people, frozenset(), NOW)
    proposed = Decided(UUID(int=7), Subject.AUTHORITY, False, DecisionState.PROPOSED, NOW, TOM)
    known = Progress(
        UUID(int=9), "DL-2026-0001-9", Status.CONFIRMED, "", Ternary.YES, True, assessed=True, decisions=(proposed,)
    )
    assert steps(known)[0].act is Act.SECOND
    assert (TOM in [person.id for person in team.waited_for(steps(known)[0], TOM)]) is alone
    final = replace(proposed, act=True, state=DecisionState.FINAL)
    draft = NoticeStand(UUID(int=8), Addressee.AUTHORITY, NoticeKind.INITIAL, NOW, author=TOM)
    told = Decided(UUID(int=6), Subject.SUBJECTS, True, DecisionState.FINAL, NOW, TOM)
    drafted = replace(known, decisions=(final, told), notices=(draft,))
    approve = steps(drafted)[0]
    assert approve.code == "approve.authority"
    assert (TOM in [person.id for person in team.waited_for(approve, None)]) is alone


@pytest.mark.parametrize("team", [TEAM, replace(TEAM, people=PEOPLE[3:])], ids=["several", "office of one"])
def test_a_second_look_at_something_else_hides_nothing_that_is_due_before_it(team: Team) -> None:
    """The decision on one law waits for a second person; the report under another law is due in two hours."""
    waits = Decided(UUID(int=9), Subject.DUTY, False, DecisionState.PROPOSED, NOW, TOM, "telecom")
    clocks = tuple(
        Clock(name, NOW + timedelta(hours=hours), NOW) for name, hours in (("dora_initial", 2), ("telecom_initial", 21))
    )
    known = Progress(
        UUID(int=1),
        "DL-2026-0001-A",
        Status.CONFIRMED,
        is_breach=Ternary.YES,
        awareness_stated=True,
        role=PartyRole.CONTROLLER,
        decisions=(waits,),
        clocks=clocks,
    )
    found = steps(known)
    assert [step.act for step in found[:2]] == [Act.REPORT, Act.SECOND]
    assert found[0].name == "dora_initial"
    assert any(step.name == "dora_initial" for step in turns_of(TOM, known, found, team))
    only = replace(known, clocks=known.clocks[1:])
    assert steps(only)[0].act is Act.SECOND, "what is due first is what the second person looks at"


def test_a_second_look_beside_the_next_step_has_a_button_in_slack() -> None:
    """The authority is due first, so that its dossier is named first; the second person finds the decision there."""
    decided = [
        Decided(UUID(int=number), subject, act, state, NOW, FEMKE)
        for number, (subject, act, state) in enumerate(
            ((Subject.AUTHORITY, True, DecisionState.FINAL), (Subject.SUBJECTS, False, DecisionState.PROPOSED)), 7
        )
    ]
    known = Progress(
        UUID(int=1),
        "DL-2026-0001-A",
        Status.CONFIRMED,
        is_breach=Ternary.YES,
        awareness_stated=True,
        role=PartyRole.CONTROLLER,
        assessed=True,
        decisions=tuple(decided),
        clocks=(Clock("gdpr_33_1", NOW + timedelta(hours=70), NOW),),
    )
    card = Card(known.reference, known.status, "Anna", None, None, False, steps(known))
    said = headline(card, language="en", zone=ZoneInfo("Europe/Amsterdam"), base_url="", now=NOW)
    actions = [element["action_id"] for element in said["blocks"][1]["elements"]]
    assert actions == ["case.draft", "case.second", "case.open", "link"]
    closed = headline(replace(card, status=Status.CLOSED), language="en", zone=ZoneInfo("UTC"), base_url="", now=NOW)
    assert [element["action_id"] for element in closed["blocks"][1]["elements"]] == ["case.open", "link"]


def test_a_closed_case_in_slack_says_where_it_is_taken_up_again() -> None:
    """In its room and in the security channel, to whoever comes back to it; an open one says nothing of it."""
    way = "<https://m.example.org/incidents/DL-2026-0001-9/close|on its page>"
    place: Any = {"language": "en", "zone": ZoneInfo("Europe/Amsterdam"), "base_url": "https://m.example.org"}
    for status in Status:
        card = Card("DL-2026-0001-9", status, None, None, None, False, ())
        said = [headline(card, now=NOW, **place), status_line(card, "C1", gone=False, now=NOW, **place)]
        assert [way in one["blocks"][0]["text"]["text"] for one in said] == [not card.open] * 2


def test_a_notified_case_says_once_that_the_authority_knows() -> None:
    """After how many hours; a closed one says both."""
    notified = Card("DL-2026-0001-9", Status.NOTIFIED, None, None, None, False, (), notified_after=77)
    assert state_line(notified, "en") == "*DL-2026-0001-9* · authority notified after 77 hours"
    closed = replace(notified, status=Status.CLOSED)
    assert state_line(closed, "en") == "*DL-2026-0001-9* · Closed · authority notified after 77 hours"


def test_a_clock_of_another_law_says_in_slack_which_it_is() -> None:
    """Also where no breach of personal data is left to explain the hours; two laws that wait are one step in words."""
    begun, due = NOW - timedelta(hours=1), NOW + timedelta(hours=23)
    known = Progress(
        UUID(int=1),
        "DL-2026-0001-9",
        Status.REPORTED,
        is_breach=Ternary.NO,
        clocks=(Clock("cbw_early_warning", due, begun), Clock("dora_initial", due, begun)),
    )
    card = Card(known.reference, known.status, None, begun, due, False, steps(known), duty="cbw_early_warning")
    said = headline(card, language="en", zone=ZoneInfo("Europe/Amsterdam"), base_url="", now=NOW)
    lines = said["blocks"][0]["text"]["text"].split("\n")
    assert "Early warning (Cyberbeveiligingswet): 23 hours left" in lines[1]
    assert sum("under other law" in line for line in lines) == 1
    own = clock_line(replace(card, duty="gdpr_33_1"), "en", ZoneInfo("UTC"), NOW)
    assert "` 23 hours left" in own


def test_a_merged_report_in_slack_says_where_it_goes_on() -> None:
    """Not that no clock runs, nor how to take it up again: its clock runs in the other incident."""
    card = Card("DL-2026-0002-7", Status.CLOSED, None, None, None, False, (), part_of="DL-2026-0001-9")
    said = headline(card, language="en", zone=ZoneInfo("Europe/Amsterdam"), base_url="", now=NOW)
    assert said["blocks"][0]["text"]["text"].split("\n")[1:] == ["Part of DL-2026-0001-9, where it goes on."]


@pytest.mark.parametrize(
    ("hours", "words"),
    [(95, "95 hours left"), (96, "4 days left"), (336, "14 days left"), (0, "less than 1 hour left")],
)
def test_a_long_clock_is_told_in_days(hours: int, words: str) -> None:
    """Nobody reads three hundred hours."""
    assert hours_word(hours, "en") == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-61, "1 hour left"),
        (-1, "less than 1 hour left"),
        (0, "less than 1 hour overdue"),
        (59, "less than 1 hour overdue"),
        (60, "1 hour overdue"),
        (5 * 60 + 26, "5 hours overdue"),
    ],
)
def test_no_hour_is_overdue_before_it_has_gone_by(minutes: int, words: str) -> None:
    """The headline counts as the reminders do."""
    assert left(NOW, "en", NOW + timedelta(minutes=minutes)) == words
