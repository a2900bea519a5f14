"""Real processes of the product, started quickly: each is a fork of one in which all that they need was made once.

A test process has one nursery for all of its tests: to import, and to make what all need, takes seven seconds of a
core. What it does when it is asked is in :mod:`tests.nurse`.
"""

import json
import os
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

from tests.databases import KEY

ROOT = Path(__file__).resolve().parents[1]
SECRETS = {"SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnop", "ENCRYPTION_KEY": KEY}
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


class Nursery:
    """The program, as it is asked from a test."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nurse"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._lock = threading.Lock()

    def start(self, order: str, environ: dict[str, str], log: Path) -> int:
        """The process id of a command; it works where its log lies."""
        return self._ask({"start": order.split(), "environ": environ, "log": str(log)})

    def ended(self, pid: int) -> int:
        """With which status a process has ended, or ends."""
        return self._ask({"ended": pid})

    def _ask(self, order: dict[str, Any]) -> int:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._lock:
            stdin.write(f"{json.dumps(order)}\n")
            stdin.flush()
            answer = stdout.readline()
        assert answer, "the nursery is dead"
        return int(answer)


@cache
def nursery() -> Nursery:
    """That of this test process; it ends with it."""
    return Nursery()


def environment(**variables: str) -> dict[str, str]:
    """The environment of a process of the product: nothing of the developer's own settings."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {**kept, **SECRETS, "HOST": "127.0.0.1", "LOG_LEVEL": "warning", **variables}


def runs(pid: int) -> bool:
    """Whether the process is alive; a dead one that nobody has buried yet is not.

    The first thread of a killed process is soon dead, while the others still hold its files and its port.
    """
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z" or len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except OSError:
        return False


__all__ = ["ROOT", "SECRETS", "Nursery", "environment", "nursery", "runs"]
