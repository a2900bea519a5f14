"""``kill -9`` of ``meldklok run`` and of what it starts, and the same command again: nothing lost, nothing twice."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from incident.platform.settings import Settings
from incident.store.db import harden
from tests.fake_slack import BOT, FakeSlack, SlackUser, SocketTransport
from tests.fake_slack.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from tests.nursery import SECRETS
from tests.ports import free_port
from tests.promises.walk.accounts import add_second
from tests.promises.walk.installation import PatientClient
from tests.promises.walk.ledger import InSlack, bring_up_to_date, whole_walks
from tests.promises.walk.steps import Walk, set_up, visitor
from tests.promises.walk.terminal import Run

pytestmark = pytest.mark.slow
VICTIMS = ("run", "web", "worker", "bot")
"""Each once during the walk; the runner also while it starts for the first time and for the second."""
REQUESTS = 60
"""A walk takes more than these."""
KILLS = len(VICTIMS) + 2


def test_the_same_command_again(database_url: str, tmp_path: Path, record_property: Any) -> None:
    """Each in turn, at any moment of the walk: the next start works at once, and no process of an older one is left."""
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    engine = harden(create_engine(database_url))
    with FakeSlack() as slack:
        security = slack.workspace.add_channel("security", (BOT,), private=True)
        variables = {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(tmp_path / "data"),
            "PORT": str(free_port()),
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_CHANNEL": security.id,
            "WORKER_TICK": "0.5",
        }
        settings = Settings.from_env({**variables, **SECRETS})
        run = Run(tmp_path / "log", lambda: slack.socket.open == 1, **variables)
        try:
            run.interrupted(run.start_program, dice.uniform(0.3, 2.5))
            run.interrupted(run.start, dice.uniform(0.1, 1.5))
            people = walked(run, settings, doomed(dice), dice)
            rik = SlackUser(slack, SocketTransport(slack), "U1", "Rik", None)
            assert rik.command("/datalek", "help").status == 200
            status = run.stop()
        finally:
            run.clean_up()
        record_property("kills", run.kills.total())
        record_property("told", f"seed {seed}: {dict(run.kills)}, {sum(len(one.repeated) for one in people)} repeated")
        assert (status, run.kills.total(), run.starts) == (0, KILLS, KILLS + 1)
        bring_up_to_date(settings, slack, engine)
        whole_walks(engine, settings, 1)
        with Session(engine) as session:
            InSlack(slack).one_place_each(session)
            InSlack(slack).every_message_once(session)
    engine.dispose()


def walked(run: Run, settings: Settings, fates: Iterator[str | None], dice: random.Random) -> list[PatientClient]:
    """From the printed link to the register, by two people; gives what they looked at it with."""
    run.revive()
    peace = visitor(PatientClient(run, lambda: None, dice))
    set_up(peace, run.link())
    clients = [PatientClient(run, lambda: next(fates), dice) for _ in range(2)]
    dpo, second = (visitor(client) for client in clients)
    dpo.sign_in("femke@example.org")
    second.sign_in(add_second(settings))
    Walk(dpo, second).whole()
    run.revive()
    return clients


def doomed(dice: random.Random) -> Iterator[str | None]:
    """For each request of the walk who is killed meanwhile: everybody in turn, at requests that the dice choose."""
    moments = sorted(dice.sample(range(4, REQUESTS), len(VICTIMS)))
    names = dict(zip(moments, dice.sample(VICTIMS, len(VICTIMS)), strict=True))
    number = 0
    while True:
        yield names.get(number)
        number += 1
