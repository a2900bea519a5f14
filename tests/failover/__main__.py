"""Lay the cables, start everything, let it go wrong, and count. ``python -m tests.failover [short|long]`` as root."""

import itertools
import logging
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from bot.slack_here.workspace import BOT
from incident.platform.settings import Settings
from incident.store import schema
from incident.store.models import OutboxMessage
from incident.wiring import wire
from tests.clock.processes import wait_until
from tests.failover import cables
from tests.failover.house import House, furnish, variables
from tests.failover.ledger import Ledger
from tests.failover.outside import Mail, slack
from tests.failover.people import Colleague, Member, Pace, Script
from tests.failover.plan import PLANS, Disasters
from tests.failover.servers import Keeper, Postgres, Program
from tests.failover.tally import Tally
from tests.fake_slack import FakeSlack, SlackUser, SocketTransport

KINDS = {"web1": "web", "web2": "web", "worker1": "worker", "worker2": "worker", "bot1": "bot", "bot2": "bot"}


def main(plan: str) -> int:
    """From outside: the cables, and the run as one of the machines."""
    cables.lay()
    try:
        return subprocess.run(
            [*cables.inside("world"), sys.executable, "-m", "tests.failover", plan, "inside"]
        ).returncode
    finally:
        cables.remove()


@contextmanager
def databases(folder: Path) -> Iterator[tuple[Postgres, Postgres]]:
    """A first one and its standby."""
    first, second = Postgres("db1", "db2", folder), Postgres("db2", "db1", folder)
    try:
        first.make()
        first.start()
        first.create()
        second.follow()
        second.start()
        first.commit_waits()
        yield first, second
    finally:
        for one in (first, second):
            one.stop()


def run(plan: str, folder: Path) -> int:
    """As a machine of the network: everything but the cables."""
    seconds = PLANS[plan][1]
    mail, ledger = Mail(), Ledger()
    data = folder / "data"
    data.mkdir()
    with databases(data) as (first, second), slack() as workspace:
        mail.start()
        channel = workspace.workspace.add_channel("security", (BOT,), private=True)
        base = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environ = {**base, **variables(mail, workspace, channel.id)}
        schema.upgrade(Settings.from_env({**environ, "DATA_DIR": str(folder / "world")}).database_url)
        keeper, programs = crew(environ, folder)
        say("furnishing")
        house = furnish(environ, folder, seconds)
        keeper.start()
        try:
            return lived(plan, house, ledger, mail, workspace, Disasters(programs, first, second), environ, folder)
        finally:
            keeper.stop()
            mail.stop()


def crew(environ: dict[str, str], folder: Path) -> tuple[Keeper, dict[str, Program]]:
    """The programs of all machines; each has a data folder of its own, as machines do."""
    made = {}
    for name, kind in KINDS.items():
        own = {**environ, "DATA_DIR": str(folder / name), "LOG_LEVEL": "warning"}
        made[name] = Program(name, ("-m", "incident", kind), own, folder / f"{name}.log")
    made["store"] = Program("store", ("-m", "tests.failover.store"), environ, folder / "store.log")
    return Keeper(list(made.values())), made


def lived(
    plan: str,
    house: House,
    ledger: Ledger,
    mail: Mail,
    workspace: FakeSlack,
    disasters: Disasters,
    environ: dict[str, str],
    folder: Path,
) -> int:
    """The load, the disasters, and what is found afterwards."""
    disaster, seconds = PLANS[plan]
    femke, notary, rik, ria, looker = (Colleague(number, ledger) for number in range(101, 106))
    for who, name in ((femke, "Femke"), (notary, "Femke"), (rik, "Rik"), (ria, "Ria"), (looker, "Rik")):
        who.opened("/login")
        who.sign_in(house.emails[name])
    workspace.socket.wait_connected(times=2, seconds=60)
    year = time.gmtime().tm_year - 1
    before = figures(femke, year)
    say(f"load begins; figures of {year}: {before[:80]}")
    disasters.examine_before("web1")
    paces = load(house, ledger, workspace, (femke, notary, rik, ria, looker))
    since = datetime.now(UTC)
    for pace in paces:
        pace.start()
    time.sleep(10)
    begun = time.monotonic()
    disaster(disasters)
    time.sleep(max(10.0, seconds - (time.monotonic() - begun)))
    disasters.wait_for_doctors()
    for pace in paces:
        pace.stop()
    for pace in paces:
        pace.join()
    say("load ends; waiting for what must still leave")
    settings = Settings.from_env({**environ, "DATA_DIR": str(folder / "world")})
    engine = create_engine(settings.database_url, pool_pre_ping=True)
    wait_until(lambda: not waiting(engine), 240, every=2)
    tally = Tally(engine, ledger, disasters.faults, since)
    tally.count(
        tally.reports,
        lambda: tally.files(wire(settings).blobs),
        tally.acts,
        lambda: tally.messages(mail, workspace),
        lambda: tally.clocks(mail),
        lambda: tally.verify({**environ, "DATA_DIR": str(folder / "world")}),
        tally.limits,
        lambda: tally.same_figures(before, figures(femke, year)),
        lambda: tally.programs(disasters.programs),
    )
    for fault in disasters.faults:
        say(f"FAULT {fault.begun:%X} {fault.seconds:.0f} s {fault.name}")
        for line in fault.doctor.splitlines():
            say(f"    {line}")
    for line in tally.lines():
        say(line)
    engine.dispose()
    return 1 if tally.wrong or ledger.wrong else 0


def load(house: House, ledger: Ledger, workspace: FakeSlack, people: tuple[Colleague, ...]) -> list[Pace]:
    """A few requests a second, of every kind."""
    femke, notary, rik, ria, looker = people
    undecided: list[str] = []
    first = rik.report() or ""

    def report(who: Colleague) -> None:
        reference = who.report()
        if reference is not None:
            undecided.append(reference)

    def decide() -> None:
        with suppress(IndexError):
            femke.decide(undecided.pop(0))

    def some() -> str:
        return random.choice(list(ledger.reports.values()) or [first])

    def look() -> None:
        looker.glance(
            random.choice(["/", "/register", "/insight", f"/incidents/{some()}", f"/incidents/{some()}/timeline"])
        )

    # One person has one page before them: a note waits until the file is kept.
    by_turns = itertools.cycle((notary.note, notary.attach))
    scripts = [Script(token, 106 + number, ledger) for number, token in enumerate(house.tokens[:2])]
    limited = Script(house.tokens[5], 112, ledger, "limit")
    transport = SocketTransport(workspace, 3.0)
    members = [
        Member(SlackUser(workspace, transport, f"U{n}", f"Member{n}", None, locale="en-GB"), ledger) for n in range(2)
    ]
    return [
        *(Pace(30, script.report, ledger) for script in scripts[:2]),
        Pace(11, limited.report, ledger),
        Pace(5, lambda: scripts[0].read("/api/v1/incidents"), ledger),
        *(Pace(30, lambda who=who: report(who), ledger) for who in (rik, ria)),  # type: ignore[misc]
        *(Pace(40, member.report, ledger) for member in members),
        Pace(15, decide, ledger),
        Pace(4, lambda: next(by_turns)(some()), ledger),
        Pace(1.2, look, ledger),
    ]


def figures(who: Colleague, year: int) -> str:
    """What the page of figures says of a year."""
    who.opened(f"/insight?year={year}")
    assert who.page is not None
    main = who.page.tree.find(".//main")
    return " ".join("".join(main.itertext()).split()) if main is not None else who.page.text


def waiting(engine: object) -> int:
    """How many messages should have left."""
    with Session(engine) as session:  # type: ignore[call-overload]
        late = (OutboxMessage.settled_at.is_(None), OutboxMessage.due_at <= func.now())
        return int(session.scalars(select(func.count()).select_from(OutboxMessage).where(*late)).one())


def say(sentence: str) -> None:
    """A line of the log."""
    print(f"{time.strftime('%X')} {sentence}", flush=True)  # noqa: T201


if __name__ == "__main__":
    chosen = next(iter(sys.argv[1:]), "long")
    if "inside" in sys.argv:
        logging.getLogger("websockets").setLevel(logging.CRITICAL)
        with tempfile.TemporaryDirectory(prefix="meldklok-failover-", ignore_cleanup_errors=True) as made:
            Path(made).chmod(0o755)
            status = run(chosen, Path(made))
        raise SystemExit(status)
    raise SystemExit(main(chosen))
