"""A spreadsheet that asks for more than it should is refused with a sentence, and takes nothing with it."""

import io
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from incident.domain.kernel.errors import Invalid
from incident.domain.register.tables import numbered_rows

WHY = "far more memory"


def workbook(cells: dict[str, str]) -> bytes:
    """A real XLSX file with these cells."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, text in cells.items():
        sheet.write_string(place, text)
    book.close()
    return out.getvalue()


def test_one_stray_cell_in_the_last_corner_is_refused() -> None:
    """Two kilobytes ask for 512 GB: the process that reads them ends, this one goes on."""
    content = workbook({"A1": "name", "XFD1048576": "x"})
    assert len(content) < 10_000
    with pytest.raises(Invalid, match=WHY) as refused:
        list(numbered_rows("list.xlsx", content))
    assert refused.value.field == "file"


def test_a_stray_cell_that_fits_is_harmless() -> None:
    """Far below and beside the list, but within what a list may need: the rows are read, with their numbers."""
    content = workbook({"A1": "name", "A2": "Anna", "Z20000": "x"})
    rows = list(numbered_rows("list.xlsx", content))
    assert rows[:2] == [(1, ["name"]), (2, ["Anna"])]
    assert rows[2][0] == 20_000


def test_one_long_text_in_many_cells_is_refused() -> None:
    """Stored once and named ten thousand times, a text of a megabyte becomes ten gigabytes."""
    content = workbook({"A1": "x" * 30_000})
    many = "".join(f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 400 + "</row>" for n in range(1, 400))
    with pytest.raises(Invalid, match=WHY):
        list(numbered_rows("list.xlsx", replaced(content, "xl/worksheets/sheet1.xml", many)))


def replaced(content: bytes, name: str, rows: str) -> bytes:
    """The file with other rows in its sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            text = before.read(entry)
            if entry.filename == name:
                start, end = text.index(b"<sheetData>") + len(b"<sheetData>"), text.index(b"</sheetData>")
                text = text[:start] + rows.encode() + text[end:]
            after.writestr(entry.filename, text)
    return out.getvalue()


def test_what_is_no_spreadsheet_is_told_apart() -> None:
    """A damaged file is not blamed on its size."""
    damaged = io.BytesIO()
    with zipfile.ZipFile(damaged, "w") as archive:
        archive.writestr("xl/workbook.xml", "<nonsense")
    with pytest.raises(Invalid, match="not a readable XLSX"):
        list(numbered_rows("list.xlsx", damaged.getvalue()))


def test_the_reading_process_limits_itself_before_it_reads() -> None:
    """Its memory is bounded whatever it is handed, also where the machine has plenty."""
    script = (
        "import resource, runpy, sys\n"
        "sys.argv = ['sheet']\n"
        "try:\n runpy.run_module('incident.domain.register.sheet', run_name='__main__')\n"
        "except SystemExit as end:\n print(end.code, resource.getrlimit(resource.RLIMIT_AS)[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], input=b"nothing", capture_output=True, check=True)
    assert done.stdout.split() == [b"3", str(1024**3).encode()]
