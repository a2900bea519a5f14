"""The runner: one terminal, one end for all, nothing left behind."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from incident.process.procfile import ProcfileError, Program, parse
from incident.process.runner import Runner, _begin

FOREVER = "import time; time.sleep(60)"


def program(name: str, code: str) -> Program:
    return Program(name, (sys.executable, "-u", "-c", code))


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_output_is_prefixed_with_the_name_of_its_program() -> None:
    """Both streams, line by line; no colour where there is no terminal."""
    out = io.StringIO()
    code = "import sys; print('to out'); print('to err', file=sys.stderr)"
    Runner([program("web", code), program("worker", FOREVER)], out).run()
    lines = out.getvalue().splitlines()
    assert "web    | to out" in lines
    assert "web    | to err" in lines
    assert "\033" not in out.getvalue()


@pytest.mark.parametrize(
    ("ending", "status"), [("raise SystemExit(3)", 3), ("pass", 1), ("import os; os.kill(os.getpid(), 9)", 1)]
)
def test_a_program_that_ends_ends_the_others(ending: str, status: int, tmp_path: Path) -> None:
    """Its status is ours; 0 is a failure too, because nothing may end by itself."""
    out, pid_file = io.StringIO(), tmp_path / "pid"
    other = f"import os, pathlib; pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid())); {FOREVER}"
    waiting = f"import pathlib, time\nwhile not pathlib.Path({str(pid_file)!r}).exists(): time.sleep(0.01)\n{ending}"
    assert Runner([program("web", waiting), program("worker", other)], out).run() == status
    assert "web ended with status" in out.getvalue()
    assert not is_alive(int(pid_file.read_text() or 0))


def test_who_does_not_stop_is_killed_and_named(tmp_path: Path) -> None:
    """A hanging worker must not keep the terminal."""
    out, deaf = io.StringIO(), repr(str(tmp_path / "deaf"))
    stubborn = f"import pathlib, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); pathlib.Path({deaf}).touch()"
    waits = f"import pathlib, time\nwhile not pathlib.Path({deaf}).exists(): time.sleep(0.01)"
    Runner([program("worker", f"{stubborn}; {FOREVER}"), program("web", waits)], out, grace=0.5).run()
    assert "worker did not stop within 0.5 seconds and was killed." in out.getvalue()


RUN = """
import sys
from incident.process import runner
from incident.process.procfile import Program
from incident.process.runner import Runner, _begin
code = "import os, sys, time; print('pid', os.getpid(), flush=True); time.sleep(60)"
{before}
programs = [Program(name, (sys.executable, "-u", "-c", code)) for name in ("web", "worker")]
raise SystemExit(Runner(programs).run())
"""


def start(before: str = "") -> tuple[subprocess.Popen[str], list[int]]:
    """A runner in a process of its own, and the process ids of its two programs."""
    order = [sys.executable, "-c", RUN.format(before=before)]
    child = subprocess.Popen(order, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    pids = [int(child.stdout.readline().split()[-1]) for _ in range(2)]
    return child, pids


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_of_them_cleanly(number: signal.Signals) -> None:
    """Ctrl-C in the terminal, SIGTERM from a service manager: status 0, nobody left."""
    child, pids = start()
    child.send_signal(number)
    written, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    assert f"{number.name} received; stopping." in written
    assert written.rstrip().endswith("stopped.")
    assert [is_alive(pid) for pid in pids] == [False, False]


KILLED = {
    "as it is": "",
    "without help of the kernel": "runner._LIBC = None",
    "with programs that do not listen": """
code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + code
runner._LIBC = None""",
}


def guard_of(pid: int) -> psutil.Process:
    """The process that ends the programs of this runner when it is killed."""
    return next(one for one in psutil.Process(pid).children() if one.cmdline()[-1].endswith("runner_guard.py"))


@pytest.mark.parametrize("before", KILLED.values(), ids=KILLED.keys())
def test_programs_die_with_a_runner_that_is_killed(before: str) -> None:
    """After `kill -9` nothing holds the port, so the next start works; macOS has only the guard."""
    child, pids = start(before)
    guard = guard_of(child.pid)
    os.kill(child.pid, signal.SIGKILL)
    child.wait(timeout=60)
    assert wait_until(lambda: not any(is_alive(pid) for pid in [*pids, guard.pid]))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_programs_die_with_a_runner_that_is_killed_along_with_its_guard() -> None:
    """Whoever kills everything at once leaves nothing either."""
    child, pids = start()
    os.kill(guard_of(child.pid).pid, signal.SIGKILL)
    os.kill(child.pid, signal.SIGKILL)
    child.wait(timeout=60)
    assert wait_until(lambda: not any(is_alive(pid) for pid in pids))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_a_program_whose_runner_was_dead_before_the_kernel_was_asked_does_not_begin() -> None:
    """Between its birth and its program it still has the runner's handlers, which take a signal and go on."""
    other, nobody = os.getppid(), SimpleNamespace(enrol=lambda: None)
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        child = subprocess.Popen(
            [sys.executable, "-c", "print('begun')"], stdout=subprocess.PIPE, preexec_fn=partial(_begin, nobody, other)
        )
        said, _ = child.communicate(timeout=60)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (said, child.returncode) == (b"", 1)


def test_a_runner_that_stopped_leaves_no_guard_and_nobody_is_hurt() -> None:
    """Process ids are used again: a guard that is dismissed kills nobody."""
    child, pids = start()
    guard = guard_of(child.pid)
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=60)
    assert [is_alive(pid) for pid in [*pids, guard.pid]] == [False] * 3


def test_a_line_of_our_own_comes_among_the_others() -> None:
    """The address and the set-up link are printed that way."""
    out = io.StringIO()
    runner = Runner([program("web", "import time; time.sleep(0.5)")], out)
    runner.run(lambda: runner.say("Meldklok is ready"))
    assert "system | Meldklok is ready" in out.getvalue().splitlines()


def test_signal_handlers_are_put_back() -> None:
    """Whoever uses the runner as a library keeps their own."""
    before = signal.getsignal(signal.SIGTERM)
    Runner([program("web", "pass")], io.StringIO()).run()
    assert signal.getsignal(signal.SIGTERM) is before


def test_our_own_command_in_a_procfile_runs_with_this_interpreter() -> None:
    """It is found whatever the search path is; other commands stay as they are."""
    text = "# comment\n\nweb: meldklok web\nother:  sleep '1 0'\n"
    expected = (
        Program("web", (sys.executable, "-u", "-m", "incident", "web")),
        Program("other", ("sleep", "1 0")),
    )
    assert parse(text) == expected


@pytest.mark.parametrize("line", ["meldklok web", "web:", "we b: x", "web: 'open"])
def test_a_broken_procfile_is_refused_with_the_number_of_the_line(line: str) -> None:
    """One sentence."""
    with pytest.raises(ProcfileError, match="Line 2 of the Procfile"):
        parse(f"release: true\n{line}\n")
