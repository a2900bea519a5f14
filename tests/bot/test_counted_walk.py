"""How much of people's time a breach takes in Slack: acts, fields and clicks, counted over both transports, printed."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import blocks, socket_mode
from bot.slack_here.workspace import Channel
from incident.domain.kernel.events import Status
from incident.domain.kernel.people import Actor, Role
from incident.domain.kinds import Addressee, NoticeKind
from incident.domain.organisation import load_profile
from incident.law.labels import field_label, label
from incident.law.risk.questions import labels, question
from incident.law.vocabulary import DataCategory, Ternary
from incident.platform.clock import FixedClock
from incident.store.db import db, only_reads
from incident.store.models import Decision, Incident, Notice, Submission
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.notices.authority_form import progress_now
from tests.bot.conftest import add_account, settle
from tests.fake_slack import FakeSlack, HttpTransport, Message, SlackUser, SocketTransport, form
from tests.fake_slack.server import APP_TOKEN
from tests.fake_slack.user import buttons, texts

SMALL = "E-mail met namen van 12 klanten naar verkeerde ontvanger, vandaag om 09:30"
LARGE = "Gijzelsoftware op de server van de webwinkel, ongeveer 12.000 klanten, vandaag om 08:40"
YES = {"Is it a breach of personal data?": "Yes, it is a breach of personal data"}
NO = "No (a second person then has to agree)"
AUTHORITY, SUBJECTS = "Notify the authority (AP)", "Inform the data subjects"


@dataclass
class Count:
    """What all people together did; ``typed`` holds every text, to find what was typed twice."""

    typed: list[str] = field(default_factory=list)
    commands: int = 0
    chosen: int = 0
    pressed: int = 0

    @property
    def acts(self) -> int:
        """Commands, with what is typed behind them, buttons, submissions, and fields filled in."""
        return len(self.typed) - self.commands + self.chosen + self.pressed

    @property
    def clicks(self) -> int:
        """Everything but typing."""
        return self.chosen + self.pressed

    def tell(self, what: str, capsys: pytest.CaptureFixture[str]) -> None:
        """Print it, also where all is well."""
        with capsys.disabled():
            sys.stdout.write(f"\n{what}: acts {self.acts}, fields typed {len(self.typed)}, clicks {self.clicks}\n")


@dataclass
class Hands:
    """One person in Slack; everything done is counted."""

    user: SlackUser
    count: Count
    clock: FixedClock

    def command(self, text: str) -> None:
        """Type a command with what happened behind it."""
        self.user.command("/datalek", text)
        self.count.commands += 1
        self.count.pressed += 1
        self.count.typed.append(text)
        self.user.modal("Report a data breach")

    def press(self, name: str, on: Message | None = None, *, shows: str) -> None:
        """Press a button, once it is there; a window comes. People take some time between two acts."""
        self.clock.advance(seconds=20)
        if on is not None:
            self.user.close()
            self.user.slack.wait_for(lambda: name in {one["text"]["text"] for _, one in buttons(on.blocks)})
        assert self.user.press(name, on).status == 200
        self.count.pressed += 1
        self.user.modal(shows)

    def answer(self, answers: dict[str, Any]) -> None:
        """Fill in fields: what is typed counts as a field, what is chosen as a click for each choice."""
        fields = form.inputs(self.user.modal()["blocks"])
        for name, value in answers.items():
            if fields[name]["element"]["type"] == "plain_text_input":
                self.count.typed.append(value)
            else:
                self.count.chosen += len(value) if isinstance(value, list) else 1
        self.user.fill(answers)

    def submit(self, *, shows: str | None = None) -> None:
        """Send the form; nothing is refused."""
        self.clock.advance(seconds=20)
        assert self.user.submit().status == 200
        assert self.user.errors == {}
        self.count.pressed += 1
        if shows is not None:
            self.user.modal(shows)


@dataclass(frozen=True)
class Scene:
    """An installation with four people in Slack, over one transport."""

    app: Flask
    slack: FakeSlack
    security: Channel
    count: Count
    reporter: Hands
    analyst: Hands
    dpo: Hands
    second: Hands

    def announced(self) -> Message:
        """The headline in the security channel."""
        self.slack.wait_for(lambda: self.security.messages)
        return self.security.messages[0]

    def room(self) -> Message:
        """The headline in the case's own room, once all stands there."""

        def made() -> list[Channel]:
            return [
                one for one in self.slack.workspace.channels.values() if one.name.startswith("datalek-") and one.topic
            ]

        self.slack.wait_for(made)
        return made()[0].messages[0]

    def session(self) -> Session:
        """A session as others left the database."""
        session = db.session()
        session.rollback()
        session.expire_all()
        only_reads(session)
        return session


PROFILE: dict[str, Any] = {
    "kvk": "12345678",
    "fg_number": "FG001",
    "sector": "Detailhandel",
    "dpo_designated": True,
    "dpo_name": "Daan Officer",
    "dpo_email": "fg@example.org",
    "dpo_phone": "050 123",
}


@pytest.fixture(params=["http", "socket"])
def scene(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    slack: FakeSlack,
    security: Channel,
    clock: FixedClock,
    quiet_logs: list[Any],
) -> Iterator[Scene]:
    """The same people and the same product over either transport."""
    over_socket = request.param == "socket"
    app = make_app(**({"SLACK_APP_TOKEN": APP_TOKEN} if over_socket else {}))
    with app.app_context():
        admin = Actor(None, "Setter", frozenset({Role.ADMIN}))
        save_organisation(
            SaveOrganisation(admin, replace(load_profile(), **PROFILE)), session=db.session(), now=clock.now()
        )
        db.session.commit()
    handler = socket_mode.handler_of(app) if over_socket else None
    if handler is not None:
        socket_mode.connect(handler)
    if handler is not None:
        slack.socket.wait_connected()
    transport = SocketTransport(slack) if over_socket else HttpTransport(app)
    count, hands = Count(), []
    for place, (name, role) in enumerate(
        (("Rik", None), ("Anna", Role.RESPONDER), ("Daan", Role.DPO), ("Sara", Role.SECOND))
    ):
        email = f"{name.lower()}@alumio.example"
        if role is not None:
            add_account(app, email, name, {role}, **({"duty_order": 1} if role is Role.RESPONDER else {}))
        hands.append(Hands(SlackUser(slack, transport, f"U{place}", name, email, locale="en-GB"), count, clock))
    with app.app_context():
        yield Scene(app, slack, security, count, *hands)
        db.session.rollback()
    if handler is not None:
        handler.close()  # type: ignore[no-untyped-call]
        handler.app.listener_runner.listener_executor.shutdown(wait=True)
    else:
        settle(app)
    with app.app_context():
        db.engine.dispose()


def told(name: str, answer: str) -> dict[str, str]:
    """The question of the assessment with one of its answers, as the window words them."""
    return {question(name, "en"): shown(dict(labels(name, "en"))[answer])}


def shown(words: str) -> str:
    """An option as its menu words it."""
    return str(blocks.options([("a", words)])[0]["text"]["text"])


def from_report_to_proposals(scene: Scene, words: str, more: dict[str, Any] | None = None) -> Message:
    """Reporter and analyst: what happened, whether it is a breach, and what is usual taken over."""
    scene.reporter.command(words)
    scene.reporter.submit()
    scene.analyst.press("Is het een datalek?", scene.announced(), shows="Is it a breach?")
    scene.analyst.answer({**YES, **(more or {})})
    scene.analyst.submit(shows="What is usual")
    scene.analyst.submit()
    return scene.room()


MOST_ACTS = 24


def test_a_small_case_from_the_first_word_to_the_recorded_submission(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four people, in chat but for the authority's own portal, in at most 25 acts; nothing typed twice."""
    top = from_report_to_proposals(scene, SMALL)
    scene.dpo.press("Beoordeel het risico", top, shows="Assess the risk")
    scene.dpo.answer(
        {
            question("recipients_number", "en"): "1",
            **told("recipient_response", "deletion_confirmed"),
            question("vulnerable", "en"): ["None of these"],
        }
    )
    scene.dpo.submit(shows="Decide")
    scene.dpo.answer({AUTHORITY: "Yes", SUBJECTS: NO, "Why?": "The recipient is not known to us"})
    scene.dpo.submit()
    scene.second.press("Bekijk het besluit over informeren van de betrokkenen", top, shows="Second person")
    scene.second.answer({"Your answer": "I agree"})
    scene.second.submit()
    scene.analyst.press("Stel het dossier voor de toezichthouder op", top, shows="Notices")
    scene.second.press("Keur het dossier voor de toezichthouder goed", top, shows="Approve")
    scene.second.submit()
    scene.dpo.press(
        "Vul het formulier van de toezichthouder in en leg de indiening vast", top, shows="Record the submission"
    )
    scene.dpo.answer({"Number of the confirmation (AP number)": "AP-2026-77"})
    scene.dpo.submit()
    session = scene.session()
    assert session.scalars(select(Incident.status)).one() is Status.NOTIFIED
    assert session.scalars(select(Submission.reference)).one() == "AP-2026-77"
    scene.count.tell("small case, notified", capsys)
    assert len(scene.count.typed) == len(set(scene.count.typed))
    assert scene.count.acts <= MOST_ACTS


def test_of_two_who_draw_up_the_dossier_both_see_the_one_that_was_made(scene: Scene) -> None:
    """Pressed at the same moment by two, and once more on an old button: one draft, provisional while answers miss."""
    top = from_report_to_proposals(scene, SMALL)
    scene.dpo.press("Beoordeel het risico", top, shows="Assess the risk")
    scene.dpo.submit(shows="Decide")
    scene.dpo.answer({AUTHORITY: "Yes", SUBJECTS: "Yes", "Why?": "Nobody knows who has it"})
    scene.dpo.submit()
    name = "Stel het dossier voor de toezichthouder op"
    scene.slack.wait_for(lambda: name in {one["text"]["text"] for _, one in buttons(top.blocks)})
    old = next(found for found in buttons(top.blocks) if found[1]["text"]["text"] == name)
    people = (scene.analyst.user, scene.dpo.user)
    for user in people:
        user.close()
    with ThreadPoolExecutor(2) as both:
        pressed = [both.submit(user.act_on_message, user.action(*old), top) for user in people]
    assert [one.result().status for one in pressed] == [200, 200]
    for user in people:
        assert "version 1" in texts(user.modal("Notices")["blocks"])
    scene.analyst.user.close()
    scene.analyst.user.act_on_message(scene.analyst.user.action(*old), top)
    scene.analyst.user.modal("Notices")
    kinds = scene.session().scalars(select(Notice.kind).where(Notice.addressee == Addressee.AUTHORITY)).all()
    assert kinds == [NoticeKind.PROVISIONAL]


def test_a_misaddressed_mail_for_the_register_only(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    """From the first word to the closed register: at most 12 fields and 20 clicks."""
    top = from_report_to_proposals(scene, SMALL)
    scene.dpo.press("Beoordeel het risico", top, shows="Assess the risk")
    scene.dpo.answer(
        {
            question("recipient", "en"): label_of("recipient", "trusted"),
            question("recipients_number", "en"): "1",
            **told("recipient_response", "deletion_confirmed"),
            question("vulnerable", "en"): ["None of these"],
        }
    )
    scene.dpo.submit(shows="Decide")
    why = "De ontvanger is een vaste relatie en heeft bevestigd dat alles is gewist."
    scene.dpo.answer({AUTHORITY: NO, SUBJECTS: NO, "Why?": why, "What was learned?": "Verzenden wordt vertraagd."})
    scene.dpo.submit()
    scene.second.press("Bekijk het besluit over melden aan de toezichthouder", top, shows="Second person")
    scene.second.answer({"Your answer (1)": "I agree", "Your answer (2)": "I agree"})
    scene.second.submit()
    session = scene.session()
    assert session.scalars(select(Incident.status)).one() is Status.CLOSED
    assert {row.second_name for row in session.scalars(select(Decision))} == {"Sara"}
    scene.count.tell("misaddressed mail, register only", capsys)
    assert len(scene.count.typed) == len(set(scene.count.typed)) <= 12
    assert scene.count.clicks <= 20


def label_of(name: str, value: str) -> str:
    """An answer as the window shows it."""
    from bot.assess import ASKED

    kind = ASKED[name]
    found = dict(labels(name, "en"))
    assert kind is not None
    return shown(found[value]) if found else label(kind(value), "en")


def ask(name: str) -> str:
    """The question of the fact sheet as the window shows it."""
    return field_label(name, "en").ask


def test_a_large_case_until_nothing_is_missing(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    """Ransomware: the dossier of the authority lacks nothing after at most 45 fields and 55 clicks."""
    top = from_report_to_proposals(
        scene, LARGE, {"Why was it certain then?": "De losgeldbrief noemt onze klanten bij naam."}
    )
    scene.dpo.press("Beoordeel het risico", top, shows="Assess the risk")
    kinds = [DataCategory.NAME, DataCategory.ADDRESS, DataCategory.EMAIL, DataCategory.PHONE, DataCategory.BANK_ACCOUNT]
    scene.dpo.answer(
        {
            ask("data_categories"): [label(one, "en") for one in kinds],
            question("restoration", "en"): label_of("restoration", "within_days"),
            question("backup", "en"): label_of("backup", "yes"),
            question("intent", "en"): label_of("intent", "targeted"),
            question("vulnerable", "en"): ["None of these"],
        }
    )
    scene.dpo.submit(shows="Decide")
    scene.dpo.answer({AUTHORITY: "Yes", SUBJECTS: "Yes", "Why?": "Leesbare gegevens in handen van afpersers."})
    scene.dpo.submit()
    scene.dpo.press("Meer…", top, shows=top.text.split(":")[0])
    scene.dpo.press("Answer what is missing…", shows="What is missing")
    no = label(Ternary.NO, "en")
    scene.dpo.answer(
        {
            ask("other_authorities_told"): no,
            ask("cross_border"): no,
            ask("others_involved"): no,
            ask("ongoing"): no,
            ask("occurred_to"): "2026-03-02",
            f"{field_label('occurred_to', 'en').label}: time": "09:00",
            ask("records_max"): "12500",
            ask("measures_taken"): "Server van het netwerk gehaald, wachtwoorden vervangen, back-up teruggezet.",
        }
    )
    scene.dpo.submit()
    session = scene.session()
    incident = session.scalars(select(Incident)).one()
    now = scene.app.extensions["meldklok"].clock.now()
    missing = progress_now(session, incident, current_facts(session, incident), now).missing
    assert [answer.key for answer in missing] == []
    scene.count.tell("ransomware until nothing is missing", capsys)
    assert len(scene.count.typed) == len(set(scene.count.typed)) <= 45
    assert scene.count.clicks <= 55
