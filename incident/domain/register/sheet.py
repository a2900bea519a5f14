"""Read the first sheet of an XLSX file in a process of its own, with little memory and time to spend.

A spreadsheet of two kilobytes can ask for hundreds of gigabytes (one cell in the last corner of the sheet) and takes
the whole process with it when they are not there. Here that process is a child, which holds nothing but the file:
``python -m incident.domain.register.sheet`` reads the file from standard input and writes one JSON line per row.
"""

import io
import json
import resource
import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from incident.domain.kernel.errors import Invalid

MEMORY: Final = 1024**3
SECONDS: Final = 60
MOST_CHARACTERS: Final = 100_000_000
UNREADABLE, TOO_MUCH = 3, 4
"""How the child says what was wrong; any other end means that it was stopped at its limits."""


def sheet_rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet that hold something, with their numbers in the file. Raises Invalid at ``file``."""
    command = [sys.executable, "-I", "-m", __name__]
    try:
        child = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as problem:
        raise _too_much() from problem
    if child.returncode == UNREADABLE:
        raise Invalid("This is not a readable XLSX file. Save it again, or save it as CSV.", field="file")
    if child.returncode != 0:
        raise _too_much()
    return [(number, cells) for number, cells in map(json.loads, child.stdout.splitlines())]


def _too_much() -> Invalid:
    return Invalid(
        "This file needs far more memory than a list does. Often one cell far outside the list is the reason: "
        "delete the empty rows and columns around the list, or save it as CSV.",
        field="file",
    )


def main() -> int:
    """The child: limits first, then the file."""
    content = sys.stdin.buffer.read()
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (most, most))
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, ValueError, IndexError):
        return UNREADABLE
    return _write(enumerate(sheet.iter_rows(), start=1))


def _write(rows: Iterable[tuple[int, Sequence[object]]]) -> int:
    room = MOST_CHARACTERS
    for number, row in rows:
        cells = [_cell(value) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        line = json.dumps([number, cells])
        room -= len(line)
        if room < 0:
            return TOO_MUCH
        sys.stdout.write(line + "\n")
    return 0


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
