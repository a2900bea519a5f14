"""The typesetter: JSON in, one PDF out; in this process, or for long runs in one of its own.

Typst keeps what it has laid out for as long as its process lives: a hundred letters cost some 200 MB that never come
back. A child gives them back when it ends: ``python -m incident.documents.typesetter`` reads the JSON from standard
input and writes the PDF to standard output. The library is loaded with the first PDF: it is large, and few processes
make one.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from incident.platform.resources import fonts_folder

if TYPE_CHECKING:
    from typst import Fonts

_SOURCES: Final = Path(__file__).parent / "typst"
SECONDS: Final = 240
"""A child that takes longer is stopped."""


class CannotTypeset(Exception):
    """The child ended without a PDF; the text says how."""


def typeset(data: str, source: str = "notice.typ") -> bytes:
    """The PDF (PDF/A-2a and PDF/UA-1) of what ``source`` reads; the same data gives the same bytes."""
    import typst

    made: bytes = typst.compile(
        _SOURCES / source,
        root=_SOURCES,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=["a-2a", "ua-1"],
        package_path=_SOURCES,
    )
    return made


def typeset_apart(data: str) -> bytes:
    """The same, made by a child. Raises CannotTypeset when it fails, is killed or takes too long."""
    command = [sys.executable, "-I", "-m", __name__]
    try:
        child = subprocess.run(command, input=data.encode(), capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as problem:
        raise CannotTypeset(f"took longer than {SECONDS} seconds") from problem
    if child.returncode != 0:
        raise CannotTypeset(f"ended with status {child.returncode}")
    return child.stdout


@cache
def _fonts() -> "Fonts":
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(fonts_folder())])


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(sys.stdin.buffer.read().decode()))
