"""Reading a Procfile: one line `name: command` for each kind of process."""

import re
import shlex
import sys
from dataclasses import dataclass

_LINE = re.compile(r"(?P<name>[A-Za-z0-9_-]+):\s*(?P<command>\S.*)\Z")
PROGRAM = "meldklok"


class ProcfileError(ValueError):
    """The Procfile has a line that is not `name: command`."""


@dataclass(frozen=True, slots=True)
class Program:
    """One kind of process: its name and the words of its command."""

    name: str
    command: tuple[str, ...]


def parse(text: str) -> tuple[Program, ...]:
    """The programs in `text`, in their order; blank lines and comments are skipped."""
    numbered = enumerate((line.strip() for line in text.splitlines()), start=1)
    return tuple(_program(number, line) for number, line in numbered if line and not line.startswith("#"))


def _program(number: int, line: str) -> Program:
    match = _LINE.match(line)
    try:
        words = shlex.split(match["command"]) if match else []
    except ValueError:
        words = []
    if match is None or not words:
        raise ProcfileError(f"Line {number} of the Procfile is not `name: command`.")
    return Program(match["name"], _here(words))


def _here(words: list[str]) -> tuple[str, ...]:
    """Our own command runs with this interpreter, so that it is found whatever the search path is."""
    if words[0] == PROGRAM:
        return (sys.executable, "-u", "-m", "incident", *words[1:])
    return tuple(words)
