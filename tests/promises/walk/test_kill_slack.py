"""``kill -9`` of whoever answers Slack, at any moment of a report: nothing lost, nothing twice.

Over Socket Mode that is the bot's process, over HTTP the web process. The worker dies along where both talk to Slack.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role
from incident.law.vocabulary import Nature
from incident.platform.settings import Settings
from incident.slack.found import HEADLINE
from incident.slack.messenger import EVENT_TYPE
from incident.store.db import harden
from incident.store.models import Incident, TimelineEntry
from incident.usecases.response.triage import ConfirmBreach, confirm_breach
from tests.factories import make_actor, make_incident
from tests.fake_slack import (
    BOT,
    Channel,
    Failure,
    FakeSlack,
    Insistent,
    SlackUser,
    SocketTransport,
    live_http_transport,
)
from tests.fake_slack.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from tests.nursery import SECRETS
from tests.ports import free_port
from tests.promises.walk.installation import Processes, answers
from tests.promises.walk.ledger import InSlack, bring_up_to_date, chains_whole, queued_once
from tests.promises.walk.moments import AFTER_COMMIT, BEFORE_COMMIT
from tests.promises.walk.reporter import Reporter, Threat, at_any_moment, timed
from tests.soak import often

pytestmark = pytest.mark.slow
POSTED = ("headline", "message")


def about(event_type: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a post is of this kind."""
    return lambda arguments: (arguments.get("metadata") or {}).get("event_type") == event_type


STEPS: dict[str, tuple[str, Callable[[dict[str, Any]], bool] | None]] = {
    "form": ("views.open", None),
    "headline": ("chat.postMessage", about(HEADLINE)),
    "message": ("chat.postMessage", about(EVENT_TYPE)),
    "reading": ("conversations.replies", lambda arguments: str(arguments.get("limit")) == "2"),
}
"""What is asked of Slack for a report, a message of the outbox and a pin."""
NAMED = (*(f"{step} {state}" for step in STEPS for state in ("done", "not done")), BEFORE_COMMIT, AFTER_COMMIT)
RANDOM_REPORTS = often(1, 10)
KILLS, REPEATS = 10 + RANDOM_REPORTS, 5
"""Fewer are a defect of the test: ten at named moments, and one or two in each of the reports at random ones."""
WAYS = (("postgresql", "socket"), ("sqlite", "http"), ("postgresql", "http"), ("sqlite", "socket"))[: often(2, 4)]
"""Each database once and each way in once; the long run has every pair of them."""


@dataclass
class Scene:
    """An installation on a fake Slack, the person who reports, and who kills."""

    slack: FakeSlack
    installation: Processes
    settings: Settings
    engine: Engine
    listener: str
    transport: Insistent
    dice: random.Random
    struck: Counter[str] = field(default_factory=Counter)
    usual: dict[str, float] = field(default_factory=lambda: {"command": 0.3, "submission": 0.3, "reaction": 0.3})

    def kill(self, moment: str) -> None:
        """Whoever answers Slack, and the worker too where it may be the one that talks to Slack."""
        killed = self.installation.kill(self.listener)
        if moment.startswith(POSTED):
            killed = self.installation.kill("worker") or killed
        self.struck[moment] += killed

    def trap(self, step: str, *, after: bool) -> str:
        """Kill at the next call for a step: before Slack has done it, or after."""
        method, when = STEPS[step]
        moment = f"{step} {'done' if after else 'not done'}"
        self.slack.fail(method, Failure.dying_caller(partial(self.kill, moment), after=after, when=when))
        return moment

    def at_random(self, step: str) -> AbstractContextManager[object]:
        """A kill somewhere in this step."""
        return at_any_moment(partial(self.kill, f"random {step}"), self.usual[step], self.dice)


@pytest.fixture
def scene(request: pytest.FixtureRequest, migrated_url: str, tmp_path: Path) -> Iterator[Scene]:
    """Everything runs, and people can report."""
    with FakeSlack() as slack:
        security = slack.workspace.add_channel("security", (BOT,), private=True)
        variables = {
            "DATABASE_URL": migrated_url,
            "DATA_DIR": str(tmp_path),
            "PORT": str(free_port()),
            "WORKER_TICK": "0.3",
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
            "SLACK_CHANNEL": security.id,
            **({"SLACK_APP_TOKEN": APP_TOKEN} if request.param == "socket" else {}),
        }
        seed = random.randrange(10**6)
        request.node.user_properties.append(("seed", seed))
        make = over_socket if request.param == "socket" else over_http
        with made(make(slack, tmp_path / "log", variables), slack, variables, random.Random(seed)) as scene:
            yield scene


Parts = tuple[str, Processes, Any]


def over_socket(slack: FakeSlack, log: Path, variables: dict[str, str]) -> Parts:
    """The bot's own process; people can work when it is connected."""
    processes = Processes(log, ("bot", "worker"), lambda: slack.socket.open > 0, **variables)
    return "bot", processes, SocketTransport(slack, 3.0)


def over_http(slack: FakeSlack, log: Path, variables: dict[str, str]) -> Parts:
    """Slack's requests come in through the pages' process."""
    address = f"http://127.0.0.1:{variables['PORT']}"
    return (
        "web",
        Processes(log, ("web", "worker"), partial(answers, address), **variables),
        live_http_transport(address),
    )


@contextmanager
def made(parts: Parts, slack: FakeSlack, variables: dict[str, str], dice: random.Random) -> Iterator[Scene]:
    """Put it together, and take it apart at the end."""
    listener, processes, transport = parts
    engine = harden(create_engine(variables["DATABASE_URL"]))
    settings = Settings.from_env({**variables, **SECRETS})

    def wait(seconds: float) -> None:
        """Within a minute a process manager has started again what ended; at once it has not."""
        if seconds:
            processes.revive()

    try:
        yield Scene(slack, processes, settings, engine, listener, Insistent(transport, wait), dice)
    finally:
        processes.stop()
        engine.dispose()


@pytest.mark.parametrize(("dialect", "scene"), WAYS, indirect=["scene"])
def test_kills_while_people_report(scene: Scene, record_property: Callable[[str, object], None]) -> None:
    """At every named moment once and at random ones: one incident, one receipt, one place, each message once."""
    room, dpo = confirmed_case(scene)
    rik = Reporter(scene.slack, scene.transport, scene.installation)
    shown = {text: rik.report(text, threat) for text, threat in threatened(scene)}
    pinned = pins(scene, room, dpo)
    scene.installation.stop()
    bring_up_to_date(scene.settings, scene.slack, scene.engine)
    record_property("kills", scene.struck.total())
    record_property("told", f"{dict(scene.struck)}, {rik.repeated} times tried again")
    assert set(NAMED) <= set(scene.struck), scene.struck
    assert scene.struck.total() >= KILLS, scene.struck
    assert rik.repeated >= REPEATS
    nothing_lost_nothing_twice(scene, shown, pinned)


def confirmed_case(scene: Scene) -> tuple[Channel, SlackUser]:
    """A confirmed breach with a room of its own, and the DPO, who is in it."""
    dpo = SlackUser(scene.slack, scene.transport, "U3DAAN", "Daan", "daan@example.org", locale="en-GB")
    now = datetime.now(UTC)
    with Session(scene.engine) as session, session.begin():
        actor = make_actor(session, "Daan", [Role.DPO, Role.RESPONDER], now, slack_user_id=dpo.id, duty_order=1)
        incident = make_incident(session, actor, now)
        confirm_breach(ConfirmBreach(actor, incident.id, nature=(Nature.CONFIDENTIALITY,)), session=session, now=now)
        name = f"datalek-{incident.reference.lower()}"
    scene.installation.revive()
    channels = scene.slack.workspace.channels
    scene.slack.wait_for(lambda: [one for one in list(channels.values()) if one.name == name and one.topic], 30)
    return next(one for one in channels.values() if one.name == name), dpo


def threatened(scene: Scene) -> Iterator[tuple[str, Threat]]:
    """Texts to report, each with what happens meanwhile; the first in peace, to learn how long things take."""
    calm: Threat = lambda step: timed(scene.usual, step)  # noqa: E731 - a function with a type of its own
    yield "Report in peace", calm
    yield "Report in peace again", calm
    for step, after in product(("form", *POSTED), (False, True)):
        moment = scene.trap(step, after=after)
        yield f"Report with {moment}", nothing
        scene.slack.wait_for(partial(scene.struck.get, moment), 60)
        settle(scene)
    for moment in (BEFORE_COMMIT, AFTER_COMMIT):
        scene.installation.arm(scene.listener, moment)
        yield f"Report {moment}", nothing
        scene.slack.wait_for(scene.installation.struck, 10)
        scene.struck[moment] += 1
        settle(scene)
    for number in range(RANDOM_REPORTS):
        yield f"Report at any moment {number}", scene.at_random
        settle(scene)


def nothing(_step: str) -> AbstractContextManager[object]:
    """Nobody is killed by the clock in this step."""
    return nullcontext()


def settle(scene: Scene) -> None:
    """Everybody is back, and Slack's limit of one message a second is no matter."""
    scene.slack.rest()
    scene.installation.revive()


def pins(scene: Scene, room: Channel, dpo: SlackUser) -> list[str]:
    """Pins under messages in the room, each delivered by Slack until it is acknowledged; gives what was pinned."""
    texts = []
    for after in (False, True, None):
        message = scene.slack.workspace.say(room, dpo.id, f"Seen in the log {after}")
        texts.append(message.text)
        if after is None:
            with scene.at_random("reaction"):
                ack = dpo.react(message, "pushpin")
        else:
            scene.trap("reading", after=after)
            ack = dpo.react(message, "pushpin")
        assert ack.status == 200, ack
        settle(scene)
    return texts


def nothing_lost_nothing_twice(scene: Scene, shown: dict[str, list[str]], pinned: list[str]) -> None:
    """The record and what stands in Slack agree with what people were told."""
    with Session(scene.engine) as session:
        chains_whole(session)
        queued_once(session)
        reported = select(Incident).where(Incident.reporter_slack_id == "U1REPORT")
        kept = [(row.summary, [row.reference]) for row in session.scalars(reported)]
        assert sorted(kept) == sorted(shown.items())
        entries = session.scalars(select(TimelineEntry.text).where(TimelineEntry.kind == "message"))
        assert sorted(text.splitlines()[-1] for text in entries) == sorted(pinned)
        there = InSlack(scene.slack)
        there.one_place_each(session)
        assert there.every_message_once(session) >= 2 * len(shown)
