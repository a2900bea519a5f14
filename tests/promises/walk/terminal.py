"""``meldklok run`` as a person starts it: one program, which starts the others; killed in parts, and started again.

The first start, which is interrupted, is that of the program. Those after it go on from what is imported already (see
:mod:`tests.promises.walk.family`): kills hit what they do, and not Python while it reads modules.
"""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from tests.clock.processes import wait_until
from tests.nursery import ROOT, environment, nursery
from tests.promises.walk.installation import answers

LINK = re.compile(r"http://localhost:\d+(/setup/\S+)")
ENDS_WITHIN = 25
"""Seconds: the runner gives its programs fifteen to end."""
GONE_WITHIN = 30
"""Seconds: the guard gives three to what a killed runner has left; what upgrades the database ends when it is done."""


class Run:
    """``ready`` tells whether people can work with it, beyond the pages."""

    def __init__(self, log: Path, ready: Callable[[], bool], **variables: str) -> None:
        self.address = f"http://127.0.0.1:{variables['PORT']}"
        self.kills: Counter[str] = Counter()
        self.starts = 0
        self._log = log
        self._ready = ready
        self._environment = environment(PYTHONPATH=str(ROOT), **variables)
        self._runner: psutil.Process | None = None
        self._family: list[psutil.Process] = []

    def kill(self, name: str) -> bool:
        """``kill -9`` of ``run`` itself or of one of the processes it started; whatever remains must end by itself."""
        assert self._runner is not None
        victim = self._runner if name == "run" else self._child(name)
        if victim is None or not alive(self._runner):
            return False
        with suppress(psutil.NoSuchProcess):
            self._family = self._runner.children(recursive=True)
            victim.kill()
            self.kills[name] += 1
        self._end()
        return True

    def _end(self) -> None:
        assert self._runner is not None
        runner = self._runner
        assert wait_until(lambda: not alive(runner), ENDS_WITHIN, every=0.02), self.output()[-3000:]

    def revive(self) -> None:
        """Start it once more with the same command, at once, unless it runs; and wait until people can work."""
        if self._runner is None or not alive(self._runner):
            self.start()
        if not wait_until(self._works, 90, every=0.05):
            raise AssertionError(f"meldklok run does not come back: {self.output()[-3000:]}")
        self.nobody_left()

    def start(self) -> None:
        """The same command, in the same place; no settings but those given here."""
        self._runner = psutil.Process(nursery().start("run", self._environment, self._log))
        self.starts += 1

    def start_program(self) -> None:
        """The same as a program that begins anew."""
        with self._log.open("a") as log:
            order = [sys.executable, "-m", "incident", "run"]
            self._runner = psutil.Popen(
                order, cwd=self._log.parent, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        self.starts += 1

    def _works(self) -> bool:
        """A start that gives up is a failure: nothing may hold the port, and nobody has to try twice."""
        assert self._runner is not None
        if not alive(self._runner):
            raise AssertionError(f"meldklok run ended by itself: {self.output()[-3000:]}")
        return answers(self.address) and self._child("worker") is not None and self._ready()

    def nobody_left(self) -> None:
        """No process of an earlier start is alive: no second worker, no second bot."""
        gone = wait_until(lambda: not any(alive(one) for one in self._family), GONE_WITHIN)
        assert gone, [one.name() for one in self._family if alive(one)]

    def interrupted(self, start: Callable[[], None], seconds: float) -> None:
        """Start it and kill it before anybody could work with it, perhaps while it makes the database."""
        start()
        time.sleep(seconds)
        self.kill("run")
        self.nobody_left()

    def link(self) -> str:
        """The last address that was printed for making the first account."""
        assert wait_until(lambda: LINK.search(self.output()) is not None, 30)
        return LINK.findall(self.output())[-1]

    def _child(self, name: str) -> psutil.Process | None:
        assert self._runner is not None
        with suppress(psutil.NoSuchProcess):
            for child in self._runner.children():
                with suppress(psutil.NoSuchProcess):
                    if child.name() == name and alive(child):
                        return child
        return None

    def output(self) -> str:
        """What it has printed so far."""
        return self._log.read_text()

    def stop(self) -> int:
        """SIGTERM, as by Ctrl-C; the status with which it ended."""
        assert self._runner is not None
        self._runner.terminate()
        self._end()
        return nursery().ended(self._runner.pid)

    def clean_up(self) -> None:
        """Leave nobody behind on this machine, whatever the test has found."""
        living = [self._runner] if self._runner is not None and alive(self._runner) else []
        for process in [*self._family, *(child for one in living for child in one.children(recursive=True)), *living]:
            with suppress(psutil.NoSuchProcess):
                process.kill()


def alive(process: psutil.Process) -> bool:
    """Whether it still does something."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1)
    return False
