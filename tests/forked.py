"""A command as a process of its own that is at work at once: a fork of the test, in which everything is imported.

Where a command is started again and again, or killed at its work, its start as a program would take nearly all the time
and most of the kills.
"""

import io
import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkProcess
from pathlib import Path

from incident.cli import intake, keys, main
from incident.delivery import events, letterbox
from incident.delivery import intake as taking

LOADED = (intake, keys, events, letterbox, taking)


def command(*words: str, environ: Mapping[str, str], said: Path, given: bytes = b"") -> ForkProcess:
    """`meldklok` with these words, started: `given` is what it reads, and what it says of problems goes into a file."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(words, dict(environ), said, given))
    process.start()
    return process


def _run(words: tuple[str, ...], environ: Mapping[str, str], said: Path, given: bytes) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(said.parent)
    sys.stdin = io.TextIOWrapper(io.BytesIO(given))
    sys.stdout = sys.stderr = said.open("w", buffering=1)
    main(list(words))


__all__ = ["command"]
