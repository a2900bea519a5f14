"""Runs several programs in one terminal: prefixed output, and one end for all of them.

A program that ends, for whatever reason, ends the others: an installation without its worker must not look healthy.
When the runner is killed outright its guard ends them (:mod:`incident.process.runner_guard`), and on Linux the kernel
does too, so that nothing is left behind holding the port.
"""

import contextlib
import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self, TextIO

from incident.process import runner_guard
from incident.process.procfile import Program

GRACE_SECONDS = 15.0
COLOURS = ("36", "33", "35", "32", "34")
SYSTEM = "system"
_SET_PARENT_DEATH_SIGNAL = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Runner:
    """Starts the programs, prints what they say, and stops all of them when one ends or a signal comes."""

    def __init__(
        self,
        programs: Sequence[Program],
        out: TextIO = sys.stdout,
        grace: float = GRACE_SECONDS,
        *,
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """`grace` is how many seconds a program gets to end after SIGTERM before it is killed.

        The programs run with `environ` and in `folder`, or with and in our own.
        """
        self._programs = programs
        self._environ, self._folder = environ, folder
        self._grace = grace
        self._printer = _Printer([program.name for program in programs], out)
        self._lines: queue.Queue[tuple[str, str]] = queue.Queue()
        self._children: dict[str, subprocess.Popen[str]] = {}
        self._readers: list[threading.Thread] = []
        self._stopped_by: signal.Signals | None = None

    def say(self, line: str) -> None:
        """Print a line of our own among those of the programs; may be called from any thread."""
        self._lines.put((SYSTEM, line))

    def run(self, on_start: Callable[[], None] = lambda: None) -> int:
        """Run until a signal (status 0) or until a program ends (its status, or 1 when that is 0)."""
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with _Guard() as guard:
                for program in self._programs:
                    self._start(program, guard)
                threading.Thread(target=on_start, daemon=True).start()
                status = self._wait()
                return max(status, self._stop())
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stopped_by = signal.Signals(number)

    def _start(self, program: Program, guard: "_Guard") -> None:
        child = subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            env=self._environ,
            cwd=self._folder,
            preexec_fn=partial(_begin, guard, os.getpid()),
        )
        self._children[program.name] = child
        reader = threading.Thread(target=self._read, args=(program.name, child), daemon=True)
        reader.start()
        self._readers.append(reader)

    def _read(self, name: str, child: subprocess.Popen[str]) -> None:
        assert child.stdout is not None
        for line in child.stdout:
            self._lines.put((name, line.rstrip("\n")))

    def _wait(self) -> int:
        """Print until the end; the status is 0 after a signal and never 0 after a death."""
        while self._stopped_by is None:
            self._print_for(0.2)
            for name, child in self._children.items():
                if (status := child.poll()) is not None:
                    self.say(f"{name} ended with status {status}; stopping the others.")
                    return status if status > 0 else 1
        self.say(f"{self._stopped_by.name} received; stopping.")
        return 0

    def _stop(self) -> int:
        """Ask all of them to end, kill who does not; 1 when somebody had to be killed."""
        self._signal_all(signal.SIGTERM)
        end = time.monotonic() + self._grace
        while self._alive() and time.monotonic() < end:
            self._print_for(0.1)
        stubborn = self._alive()
        for name in stubborn:
            self.say(f"{name} did not stop within {self._grace:g} seconds and was killed.")
        self._signal_all(signal.SIGKILL)
        self._drain()
        return 1 if stubborn else 0

    def _drain(self) -> None:
        for child in self._children.values():
            child.wait()
        for reader in self._readers:
            reader.join(timeout=1)
        self.say("stopped.")
        while not self._lines.empty():
            self._print_for(0)

    def _alive(self) -> list[str]:
        return [name for name, child in self._children.items() if child.poll() is None]

    def _signal_all(self, number: signal.Signals) -> None:
        for name in self._alive():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._children[name].pid, number)

    def _print_for(self, seconds: float) -> None:
        with contextlib.suppress(queue.Empty):
            self._printer.write(*self._lines.get(timeout=seconds) if seconds else self._lines.get_nowait())


class _Printer:
    """Writes lines with the name of their program in front, in colour on a terminal."""

    def __init__(self, names: Sequence[str], out: TextIO) -> None:
        self._out = out
        self._width = max(len(name) for name in (*names, SYSTEM))
        self._colours = dict(zip(names, COLOURS * len(names), strict=False)) if out.isatty() else {}

    def write(self, name: str, line: str) -> None:
        prefix = f"{name:<{self._width}} |"
        if name in self._colours:
            prefix = f"\033[{self._colours[name]}m{prefix}\033[0m"
        self._out.write(f"{prefix} {line}\n")
        self._out.flush()


class _Guard:
    """The process that ends the programs should this one be killed."""

    def __enter__(self) -> Self:
        reading, self._pipe = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", runner_guard.__file__],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(reading)
        return self

    def enrol(self) -> None:
        """Called by a program that is about to begin."""
        self._write(str(os.getpid()))

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        """Dismiss it; when something went wrong here, let it do its work first."""
        if kind is None:
            self._write(runner_guard.OVER)
        os.close(self._pipe)
        self._process.wait()

    def _write(self, word: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self._pipe, f"{word}\n".encode())


def _begin(guard: _Guard, runner: int) -> None:
    """In the child, before its program starts: see to it that it ends with the runner.

    The kernel of Linux does that also when the guard is killed along with the runner. It says nothing about a runner
    that was dead before it was asked; a signal to ourselves would be taken by the handler that is still the runner's.
    """
    guard.enrol()
    if _LIBC is not None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != runner:
            os._exit(1)
