"""`meldklok run` in a fork, and what it starts as forks of it: each goes on from here instead of beginning as Python.

Everything else is as it is: the processes, their ends and their guard, signals, pipes and status. Programs that begin
anew take ten seconds of a core at each start, most of it to import.
"""

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import Any

from incident.cli import db, run
from incident.process import runner
from incident.process.procfile import Program

LOADED = (db, run)
OPEN_FILES = 4_096
_begin = runner._begin


def start(work: Callable[[str], None]) -> None:
    """`meldklok run`; ``work`` does what a command does, and is told its name."""

    class Forking(runner.Runner):
        """Starts each program up to the point at which it would become another one."""

        def _start(self, program: Program, guard: Any) -> None:
            def begin(guard: Any, parent: int) -> None:
                _begin(guard, parent)
                _become(program.name, lambda: work(program.name))

            runner._begin = begin
            super()._start(program, guard)

    runner.Runner = Forking  # type: ignore[misc]
    importlib.import_module("incident.cli.run").subprocess = SimpleNamespace(run=_finish)  # type: ignore[attr-defined]
    work("run")


def _finish(command: Sequence[str], *, check: bool) -> CompletedProcess[bytes]:
    """As `subprocess.run` with a command of the product, which ends before this does."""
    from incident.cli import main

    words = list(command[command.index("incident") + 1 :])
    assert not check, "the runner looks at the status itself"
    child = os.fork()
    if child == 0:
        _become(words[0], lambda: main(words, standalone_mode=False))
    return CompletedProcess(command, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _become(name: str, work: Callable[[], Any]) -> None:
    """What the kernel does where another program begins; then the work, and the end."""
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.closerange(3, OPEN_FILES)
        sys.stdout = sys.stderr = os.fdopen(1, "w", buffering=1, closefd=False)
        # By this name the test finds it among the children of the runner.
        with open("/proc/self/comm", "w", encoding="ascii") as own:
            own.write(name)
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


__all__ = ["start"]
