"""What goes wrong, one after the other, and when."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from tests.failover.cables import cut, inside, mend
from tests.failover.servers import Postgres, Program

REST, BACK_AFTER = 6.0, 40.0
"""Seconds between two faults, and after a kill: so long a program takes to start on a busy machine."""
PROMOTED_AFTER: Final = 5.0
PATIENT: Final = 60.0
"""Seconds for which a cable stays out until the doctor has spoken: on a busy machine that takes a while."""


@dataclass
class Fault:
    """Something that was wrong for a while."""

    name: str
    begun: datetime
    ended: datetime | None = None
    doctor: str = ""

    @property
    def seconds(self) -> float:
        """How long."""
        return ((self.ended or datetime.now(UTC)) - self.begun).total_seconds()


@dataclass
class Disasters:
    """Kills programs, cuts cables, and makes the other database take over."""

    programs: dict[str, Program]
    first: Postgres
    second: Postgres
    faults: list[Fault] = field(default_factory=list)
    usual: set[str] = field(default_factory=set)
    _doctors: list[threading.Thread] = field(default_factory=list)

    @contextmanager
    def fault(self, name: str, doctor: str = "") -> Iterator[Fault]:
        """Note how long it takes; a doctor on that machine looks at it meanwhile."""
        found = Fault(name, datetime.now(UTC))
        self.faults.append(found)
        print(f"{time.strftime('%X')} {name}", flush=True)  # noqa: T201
        if doctor:
            self._doctors.append(threading.Thread(target=self._examine, args=(found, doctor), daemon=True))
            self._doctors[-1].start()
        yield found
        found.ended = datetime.now(UTC)
        time.sleep(REST)

    def _examine(self, fault: Fault, machine: str) -> None:
        time.sleep(2)
        command = [*inside(machine), sys.executable, "-m", "incident", "doctor"]
        done = subprocess.run(command, env=self.programs[machine].environ, capture_output=True, text=True, timeout=180)
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(("fail", "warn"))]
        new = [line for line in said if line not in self.usual] or ["nothing unusual"]
        fault.doctor = "\n".join([f"the doctor, done after {fault.seconds:.0f} s:", *new])

    def examine_before(self, machine: str) -> None:
        """What the doctor says while nothing is wrong: without TLS, a back-up, a drill."""
        with self.fault("nothing is wrong yet", machine) as found:
            self._doctors[-1].join(180)
        self.usual = set(found.doctor.splitlines())

    def kill(self, *names: str) -> None:
        """``kill -9`` of each in turn."""
        for name in names:
            with self.fault(f"kill -9 {name}"):
                self.programs[name].kill()
            time.sleep(BACK_AFTER)

    def cut(self, machine: str, net: str, seconds: float, doctor: str = "") -> None:
        """Pull one cable for so long."""
        with self.fault(f"cable of {machine} to {net} out for {seconds:.0f} s", doctor):
            cut(machine, net)
            time.sleep(seconds)
            if doctor:
                self._doctors[-1].join(PATIENT)
            mend(machine, net)

    def take_over(self, *, without_power: bool) -> None:
        """The first database goes, without a word or by ``kill -9``; the second is promoted and gets a new standby."""
        gone = "loses its power" if without_power else "is killed"
        with self.fault(f"{self.first.machine} {gone}, {self.second.machine} takes over", "web1"):
            if without_power:
                cut(self.first.machine, "db")
            self.first.kill()
            time.sleep(PROMOTED_AFTER)
            self.second.promote()
        if without_power:
            mend(self.first.machine, "db")
        self.first, self.second = self.second, self.first
        self.stand_by()

    def stand_by(self) -> None:
        """The second becomes a copy of the first, and from then on commits wait for it."""
        self.second.follow()
        self.second.start()
        self.first.commit_waits()

    def without_standby(self, seconds: float) -> None:
        """Commits wait until the standby is there again."""
        with self.fault(f"cable of the standby {self.second.machine} out for {seconds:.0f} s", "web1"):
            cut(self.second.machine, "db")
            time.sleep(seconds)
            mend(self.second.machine, "db")

    def restart_database(self, seconds: float) -> None:
        """The first database is killed and comes back itself."""
        with self.fault(f"{self.first.machine} is killed and back after {seconds:.0f} s", "worker1"):
            self.first.kill()
            time.sleep(seconds)
            self.first.start()
            self.first.commit_waits()

    def wait_for_doctors(self) -> None:
        """Until the last has spoken."""
        for thread in self._doctors:
            thread.join(180)


def short(all_of: Disasters) -> None:
    """Each kind once."""
    all_of.kill("web1", "worker1", "bot1")
    all_of.cut("web1", "db", 30, "web1")
    all_of.cut("worker1", "db", 30, "worker1")
    all_of.take_over(without_power=True)
    all_of.cut("bot1", "slack", 20, "bot1")
    all_of.cut("world", "mail", 20, "worker1")
    all_of.cut("store", "store", 20, "web1")
    all_of.without_standby(10)


def long(all_of: Disasters) -> None:
    """Every program, every cable, both databases, for about half an hour."""
    everybody = ("web1", "web2", "worker1", "worker2", "bot1", "bot2")
    all_of.kill(*everybody)
    all_of.cut("web1", "db", 30, "web1")
    all_of.cut("web2", "db", 60)
    all_of.cut("worker1", "db", 45, "worker1")
    all_of.cut("worker2", "db", 30)
    all_of.cut("bot1", "db", 30, "bot1")
    all_of.take_over(without_power=True)
    all_of.cut("bot1", "slack", 40, "bot1")
    all_of.cut("bot2", "slack", 20)
    all_of.cut("world", "slack", 40, "worker1")
    all_of.cut("worker1", "mail", 30, "worker1")
    all_of.cut("worker2", "mail", 30)
    all_of.cut("world", "mail", 40, "worker2")
    all_of.cut("web1", "store", 30, "web1")
    all_of.cut("web2", "store", 20)
    all_of.cut("store", "store", 40, "web2")
    all_of.cut("web2", "front", 30)
    all_of.kill(*everybody)
    all_of.without_standby(20)
    all_of.restart_database(20)
    all_of.take_over(without_power=False)
    all_of.kill("worker1", "worker2", "web1")


def calm(_all_of: Disasters) -> None:
    """Nothing."""


PLANS: Final[dict[str, tuple[Callable[[Disasters], None], float]]] = {
    "calm": (calm, 30),
    "short": (short, 400),
    "long": (long, 1800),
}
"""Each plan with how long it takes, in seconds."""
