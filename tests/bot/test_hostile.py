"""Every view and message from the longest, emptiest and strangest incident: Slack takes all, and nobody is pinged."""

import copy
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.views import View

from bot import (
    ask,
    assess,
    case,
    catchup,
    close,
    decide,
    facts,
    home,
    notices,
    report,
    second,
    submission,
    tasks,
    timeline,
    triage,
    update,
)
from bot.confirmation import done_view
from bot.facts_form import changed_values
from bot.inputs import Form
from bot.listener import notice_view
from bot.slack_here.blockkit import check_message, check_view
from bot.turn import Turn
from bot.words import counted, words
from incident.domain.kernel.events import Status
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import Actor, Role, Source
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import Addressee, DecisionState, NoticeKind, Subject, TaskKind
from incident.domain.next_steps import About, Act, Step
from incident.domain.organisation import OrganisationProfile, System
from incident.domain.precedents import Precedent, Precedents
from incident.domain.reminders.roster import OnCall
from incident.domain.ruler.words import stamp
from incident.domain.step_words import WHAT
from incident.law.facts import AffectedController, BreachFacts, Chapter
from incident.law.forms.ap_2022 import fill_ap
from incident.law.questions import Kind, Question, questions
from incident.law.vocabulary import RiskLevel, Ternary
from incident.slack.card import Card
from incident.slack.headline import headline, status_line, topic
from incident.slack.shorten import shorten
from incident.slack.text import length
from incident.usecases.notices.authority_form import form_document
from tests.fake_slack import form
from tests.law.forms.sheets import PROFILE, filing, with_

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
SIGNS = st.text(alphabet=st.sampled_from("aZ <>&!@#*_`~|\n\r\t\x00\x07👩‍💻🇳🇱é\u202e\u200dـ"), max_size=30)
TEXTS = st.builds(lambda text, times: text * times, SIGNS, st.sampled_from([0, 1, 1, 5, 200]))
LANGUAGES = st.sampled_from(["nl", "en"])
NUMBERS = st.sampled_from([0, 1, 3, 11, 101, 250])


def turn(language: str, *, roles: frozenset[Role] = frozenset(Role), name: str = "Anna") -> Turn:
    """What builders of views need of a turn."""
    actor = Actor(uuid4(), name, roles, Source.SLACK)
    deps = SimpleNamespace(settings=SimpleNamespace(base_url="https://meldklok.example.org", zone=ZONE))
    made = SimpleNamespace(
        language=language,
        say=words(language),
        counted=partial(counted, language),
        zone=ZONE,
        now=NOW,
        actor=actor,
        deps=deps,
        session=None,
        body={},
        moment=lambda at: stamp(at, ZONE.key, language),
    )
    return cast(Turn, made)


def fine(view: dict[str, Any]) -> dict[str, Any]:
    """The view, when Slack and slack_sdk take it."""
    assert check_view(view) == ()
    View(**copy.deepcopy(view)).to_dict()
    return view


def harmless(payload: dict[str, Any]) -> None:
    """Nothing in any mrkdwn text pings a channel or a person that the record does not name."""
    for text in _mrkdwn(payload):
        assert "<!" not in text
        assert "<@EVIL" not in text


def _mrkdwn(thing: object) -> Iterator[str]:
    if isinstance(thing, dict):
        if thing.get("type") == "mrkdwn":
            yield str(thing["text"])
        for value in thing.values():
            yield from _mrkdwn(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _mrkdwn(value)


def an_incident(text: str, **more: Any) -> Any:
    """An incident with this text wherever people may type."""
    given = {
        "id": uuid4(),
        "reference": "DL-2026-0001-9",
        "summary": text,
        "reported_at": NOW,
        "aware_at": None,
        "assignee_id": None,
        "lessons": text,
        "holder": lambda _: None,
        "circle": None,
        "kind": None,
        "risk": RiskLevel.HIGH,
        "fact_version": 1,
        "status": Status.CONFIRMED,
        "is_breach": "yes",
        "notified_at": None,
        "reporter_id": None,
        "reporter_name": "Rik",
        "reporter_slack_id": "U1REPORT",
    }
    return SimpleNamespace(**{**given, **more})


@contextmanager
def record(**parts: Any) -> Iterator[None]:
    """Let every builder find this case file."""
    file = SimpleNamespace(**{"notices": [], "tasks": [], "decisions": [], **parts})
    modules = ("bot.notices", "bot.second", "bot.submission", "bot.tasks")
    patches = [patch(f"{name}.case_file", lambda *_: file) for name in modules]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def step_of(code: str) -> Step:
    """A step with this code."""
    act, _, about = code.partition(".")
    return Step(Act(act), About(about or "case"), Permission.RECORD)


CARDS = st.builds(
    Card,
    reference=st.just("DL-2026-0001-9"),
    status=st.sampled_from(Status),
    assignee=st.one_of(st.none(), st.just("<@U1>"), TEXTS.map(lambda text: text.replace("<", "&lt;"))),
    starts_at=st.one_of(st.none(), st.just(NOW)),
    due_at=st.one_of(st.none(), st.integers(-9000, 9000).map(lambda hours: NOW + timedelta(hours=hours))),
    provisional=st.booleans(),
    steps=st.lists(st.sampled_from(sorted(WHAT)).map(step_of), max_size=8).map(tuple),
    waits_for=st.lists(st.one_of(st.just("<@U1>"), TEXTS.map(lambda text: text.replace("<", "&lt;"))), max_size=3).map(
        tuple
    ),
    update_due_at=st.one_of(st.none(), st.integers(-9000, 9000).map(lambda hours: NOW + timedelta(hours=hours))),
)


@QUICK
@given(CARDS, LANGUAGES)
def test_the_headline_and_the_topic(card: Card, language: str) -> None:
    """Before, within and long after the period; with nothing and with everything missing."""
    how: dict[str, Any] = {"language": language, "zone": ZONE, "base_url": "https://example.org", "now": NOW}
    lines = [status_line(card, "C0123", gone=gone, **how) for gone in (True, False)]
    for message in (headline(card, **how), *lines):
        assert check_message(message) == ()
        harmless(message)
    assert 0 < len(topic(card, language=language, zone=ZONE)) <= 250


@QUICK
@given(TEXTS, NUMBERS, LANGUAGES)
def test_the_report_form(text: str, number: int, language: str) -> None:
    """With a profile of no systems, or of more than a menu holds, and a message as its text."""
    systems = tuple(System(id=f"s{n}", name=text or "-") for n in range(number))
    fine(report.report_view(turn(language), OrganisationProfile("Alumio", systems=systems), text=text[:3000]))


@QUICK
@given(CARDS, TEXTS, LANGUAGES, st.sets(st.sampled_from(Role)))
def test_the_window_of_an_incident(card: Card, text: str, language: str, roles: set[Role]) -> None:
    """For every set of roles."""
    with patch("bot.case.card_of", lambda *_: card), patch("bot.case.load_directory", lambda *_: None):
        view = case.case_view(turn(language, roles=frozenset(roles)), an_incident(text))
    harmless(fine(view))


ROWS = st.builds(
    lambda text, number: [
        SimpleNamespace(
            incident=an_incident(text, reporter_id=None, reporter_slack_id=None),
            assignee=text,
            deadline=SimpleNamespace(due_at=NOW),
        )
        for _ in range(number)
    ],
    TEXTS,
    NUMBERS,
)
TASKS = st.builds(lambda text, number: [("DL-2026-0001-9", text, NOW if text else None)] * number, TEXTS, NUMBERS)


@QUICK
@given(ROWS, TASKS, st.integers(-3, 40), LANGUAGES)
def test_the_home(rows: Any, open_tasks: Any, page: int, language: str) -> None:
    """No incident, one page, hundreds; a page that does not exist."""
    words = open_tasks[0][1] if open_tasks else "words"
    waiting = tuple(home.Waiting("DL-2026-0001-9", words, "/incidents/x/risk", "assess") for _ in open_tasks)
    duty = home.names([OnCall(uuid4(), "x@example.org", words)])
    mine = home.Mine(waiting, tuple(open_tasks), [row.incident for row in rows[:5]], (duty,) * 2)
    harmless(fine(shorten(home.home_view(turn(language), rows, mine, page))))


def hostile_facts(text: str, number: int) -> BreachFacts:
    """Every question answered with this text, every list whole, every number and moment stated."""
    values: dict[str, Any] = {}
    for name, one in questions().items():
        if one.asked and one.kind is not Kind.ROWS:
            values[name] = _answer(one, text, number)
    return replace(BreachFacts(), **values)


def _answer(one: Question, text: str, number: int) -> Any:
    shapes: dict[Kind, Any] = {
        Kind.LINE: text,
        Kind.TEXT: text,
        Kind.LINES: (text,) * number,
        Kind.COUNT: number,
        Kind.INSTANT: NOW,
        Kind.DAY: date(2026, 3, 2),
        Kind.FLAG: True,
    }
    if one.options is None:
        return shapes[one.kind]
    return tuple(one.options) if one.kind is Kind.SOME else next(iter(one.options))


@QUICK
@given(TEXTS, NUMBERS, LANGUAGES, st.sampled_from(Chapter), st.booleans())
def test_the_form_of_every_chapter(text: str, number: int, language: str, chapter: Chapter, empty: bool) -> None:
    """Nothing answered, or everything; a form that nobody changes says that nothing changed."""
    known = BreachFacts() if empty else hostile_facts(text, number)
    view = fine(facts.chapter_view(turn(language), an_incident(text), chapter, known))
    with found(
        {
            "notices.missing_questions": SimpleNamespace(questions=[n for n, one in questions().items() if one.asked]),
            "notices.live_decision": None,
            "facts.notices_view": view,
        }
    ):
        # All questions at once, and all answered at length, are more than a view holds: the gate then asks fewer.
        fine(shorten(facts.missing_view(turn(language), an_incident(text), known)))
    values = {b["block_id"]: {"value": form.initial(b["element"])} for b in view["blocks"] if b["type"] == "input"}
    unchanged = changed_values(Form({"state": {"values": values}}, ZONE), known)
    assert {name for name in unchanged if not _only_spelling(unchanged[name], getattr(known, name))} == set()


def _only_spelling(new: Any, old: Any) -> bool:
    """Lines lose their outer blanks and control characters; the first member of a list stands for what it says."""
    return isinstance(new, tuple) and all(isinstance(each, str) for each in (*new, *old))


def test_every_field_of_the_facts_is_asked_or_left_to_the_page() -> None:
    """A new field of a kind nobody thought of shows here."""
    asked = {one.name for one in questions().values() if one.asked and one.kind is not Kind.ROWS}
    assert {field.name for field in fields(BreachFacts)} - asked == {
        "stated_unknown",
        "triggers",
        "authority_letters",
        "high_risk_established_at",
        "is_breach",
        "logged_at",
        "first_notified_at",
        "countries",
        "parties",
        "affected_controllers",
        "affected_groups",
    }


@QUICK
@given(TEXTS, NUMBERS, LANGUAGES)
def test_the_forms_about_an_incident(text: str, number: int, language: str) -> None:
    """Triage, chapters, timeline, tasks, assessment, closing; with hundreds of people to choose from."""
    incident, here = an_incident(text), turn(language, name=text)
    persons = {uuid4(): text for _ in range(number)} or {uuid4(): "A"}
    with found({"tasks.able_to": persons, "tasks.card_here": SimpleNamespace(next=None)}):
        fine(tasks.task_view(here, incident))
    with found({"ask.conversation": [SimpleNamespace(author_name=text, recorded_at=NOW, text=text)] * number}):
        fine(ask.ask_view(here, incident))
    known = hostile_facts(text, number)
    with found({"assess.current_facts": known, "assess.latest_assessment": None}):
        fine(assess.assess_view(here, incident))
    with (
        found({"close.current_facts": known}),
        patch("bot.close.obstacles", lambda *_: (Step(Act.MEASURE, About.CASE, Permission.RECORD),)),
    ):
        fine(close.close_view(here, incident))
    fine(update.update_view(here, incident))
    one = Precedent(
        "DL-2026-0002-7", text, NOW, RiskLevel.HIGH, notified=True, reason=text, data=frozenset(), subjects=3
    )
    patches = {"earlier.current_facts": known, "earlier.earlier_breaches": Precedents(number, number, (one,) * 3)}
    with found(
        {**patches, "decide.live_decision": None, "decide.open_deadline": number % 2, "decide.current_facts": known}
    ):
        fine(decide.decide_view(here, incident))
    with (
        found(patches),
        patch("bot.triage.current_facts", lambda *_: known),
        patch("bot.facts.current_facts", lambda *_: known),
    ):
        for build in (triage.triage_view, timeline.timeline_view, facts.chapters_view):
            fine(build(here, incident))


@contextmanager
def found(answers: dict[str, Any]) -> Iterator[None]:
    """Let these functions of the bot give these answers."""
    with ExitStack() as stack:
        for name, answer in answers.items():
            stack.enter_context(patch(f"bot.{name}", lambda *_, answer=answer: answer))
        yield


@QUICK
@given(CARDS, TEXTS, NUMBERS, LANGUAGES)
def test_the_catch_up(card: Card, text: str, number: int, language: str) -> None:
    """Everything known or nothing, hundreds of answers missing, every kind of decision."""
    missing = [SimpleNamespace(fields=(), part_label=text, question="?")] * number
    decisions = [
        SimpleNamespace(subject=one, state=state, act=True, author_name=text, recorded_at=NOW, ground="cbw")
        for one in Subject
        for state in DecisionState
    ]
    known = {
        "card_here": card,
        "current_facts": hostile_facts(text, number),
        "progress_now": SimpleNamespace(missing=missing),
        "case_file": SimpleNamespace(decisions=decisions),
    }
    with found({f"catchup.{name}": answer for name, answer in known.items()}):
        harmless(fine(catchup.catch_up_view(turn(language), an_incident(text))))
        rows = catchup.catch_up_blocks(turn(language), an_incident(text))
    assert check_message({"text": "so far", "blocks": rows}) == ()


@QUICK
@given(TEXTS, NUMBERS, LANGUAGES)
def test_the_list_of_tasks(text: str, number: int, language: str) -> None:
    """None, some, hundreds; with hostile titles and owners."""
    task = SimpleNamespace(
        id=uuid4(), title=text, owner_name=text, due_at=NOW, done_at=None, kind=TaskKind.TASK, position=1
    )
    with record(tasks=[task] * number):
        harmless(fine(tasks.tasks_view(turn(language), an_incident(text))))


@QUICK
@given(TEXTS, LANGUAGES, st.sampled_from(Subject))
def test_the_second_persons_window(text: str, language: str, subject: Subject) -> None:
    """Whatever the decision is about, and whatever reason was given."""
    decision = SimpleNamespace(
        id=uuid4(),
        subject=subject,
        author_id=uuid4(),
        author_name=text,
        reason=text,
        state=DecisionState.PROPOSED,
        ground={Subject.DUTY: "cbw", Subject.SUBJECTS: "34_3_b"}.get(subject, "unlikely"),
    )
    for number in (1, 20):
        decisions = [SimpleNamespace(**{**vars(decision), "id": uuid4()}) for _ in range(number)]
        confirmed = patch("bot.second.current_facts", lambda *_: BreachFacts(is_breach=Ternary.YES))
        with record(decisions=decisions), confirmed:
            view = fine(second.second_view(turn(language), an_incident(text)))
    assert "<!" not in "".join(text for text in _mrkdwn(view) if "Proposal" in text)


def a_notice(body: str, number: int = 1, form: JsonObject | None = None, **more: Any) -> Any:
    """A notice with this text."""
    version = SimpleNamespace(
        id=uuid4(),
        number=number,
        title=body[:500],
        body=body,
        body_sha256="a" * 64,
        missing=["x"] * number,
        author_id=uuid4(),
        form=form,
    )
    about = SimpleNamespace(id=uuid4(), addressee=Addressee.SUBJECTS, kind=NoticeKind.INITIAL, language="nl")
    return SimpleNamespace(**{"notice": about, "latest": version, "approval": None, "submissions": [], **more})


@QUICK
@given(TEXTS, NUMBERS, LANGUAGES, st.sampled_from([1, 3, 40]))
def test_the_notices(text: str, number: int, language: str, times: int) -> None:
    """No notice and hundreds; a text that is empty, and one that is too long for Slack."""
    file = a_notice(text * times)
    with record(notices=[file] * number), found({"notices.current_facts": None, "notices.asked_here": ["summary"]}):
        harmless(fine(notices.notices_view(turn(language), an_incident(text))))
    view = fine(notices.read_view(turn(language), an_incident(text), file))
    assert ("submit" in view) == (len(text * times) * 2 <= notices.PREVIEW or _fits(text * times))
    with record(notices=[a_notice(text, approval=object())] * max(1, number)):
        fine(submission.submission_view(turn(language), an_incident(text)))


def test_who_approves_the_form_here_reads_what_that_leaves_open() -> None:
    """As on the page: the dossier says afterwards that it was left open."""
    facts = with_(affected_controllers=(AffectedController("Shop *B.V.*"),), description="")
    filled = fill_ap(facts, PROFILE, filing())
    view = notices.read_view(turn("en"), an_incident("x"), a_notice("x", form=form_document(filled)))
    told = "\n".join(row["text"]["text"] for row in fine(view)["blocks"] if row["type"] == "section")
    assert "7.3  Do you also notify on behalf of Shop *B.V.*?" in told
    assert "5.3  Add to the description: there is only a short summary." in told


def _fits(text: str) -> bool:
    return length(text) <= notices.PREVIEW


@QUICK
@given(TEXTS)
def test_a_text_in_pieces_is_whole(text: str) -> None:
    """Nothing but line ends at the cuts is lost, so that what is approved is what was read."""
    joined = "".join(notices.pieces(text)).replace("\n", "")
    assert joined == text.strip().replace("\n", "")


@QUICK
@given(TEXTS, LANGUAGES)
def test_the_small_windows(text: str, language: str) -> None:
    """Confirmations and refusals."""
    fine(done_view(turn(language), text, [text.replace("<", "&lt;") or "-"]))
    fine(notice_view(language, text or "-"))
