"""Read a table from CSV or XLSX as rows of texts; a file that cannot be read is refused with a sentence."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from incident.domain.kernel.errors import Invalid
from incident.domain.register.sheet import sheet_rows

UNPACKED_LIMIT = 300 * 1024 * 1024
ROW_LIMIT: Final = 10_000
MARKS: Final = ";,\t"
TITLES: Final = 20
"""Among so many rows the headings are looked for."""


@dataclass(frozen=True, slots=True)
class Table:
    """The file as it came: the headings and the numbered rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def unread(self, mapping: Mapping[str, int]) -> tuple[str, ...]:
        """The headings of the columns that no field takes."""
        taken = mapping.values()
        return tuple(name for place, name in enumerate(self.header) if name and place not in taken)


def read_table(filename: str, content: bytes) -> Table:
    """The file as rows below the first of several cells: a title above a list stands in one.

    Raises Invalid at ``file`` when it cannot be read, is empty or too long.
    """
    numbered = numbered_rows(filename, content)
    above = list(islice(numbered, TITLES))
    if not above:
        raise Invalid("This file has no rows.", field="file")
    place = next((place for place, (_number, row) in enumerate(above) if _several(row)), 0)
    header = above[place][1]
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, row in chain(above[place + 1 :], numbered):
        if len(rows) == ROW_LIMIT:
            raise Invalid("This register has more than %(limit)s rows. Split it.", field="file", limit=ROW_LIMIT)
        rows.append((number, tuple(cell.strip() for cell in row)))
    if not rows:
        raise Invalid("This file has headings but no rows.", field="file")
    return Table(tuple(cell.strip() for cell in header), tuple(rows))


def guess(header: Sequence[str], fields: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Which column is probably which field, by its heading; each column serves once.

    Capitals, blanks and punctuation of a heading do not matter.
    """
    names = [" ".join(re.findall(r"\w+", cell.casefold())) for cell in header]
    found: dict[str, int] = {}
    for field, aliases in fields.items():
        places = (names.index(alias) for alias in aliases if alias in names)
        place = next((one for one in places if one not in found.values()), None)
        if place is not None:
            found[field] = place
    return found


def numbered_rows(filename: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, with their numbers in the file, counted from 1.

    Raises Invalid at ``file`` for a file that is no readable table; a broken row is found when it is reached.
    """
    if filename.lower().endswith(".xlsx"):
        refuse_bomb(content)
        return iter(sheet_rows(content))
    rows = _csv(content)
    return ((number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row))


def refuse_bomb(content: bytes) -> None:
    """Raises Invalid at ``file`` for what is no packed spreadsheet, or unpacks to far too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Invalid("This is not a readable XLSX file. Save it again, or save it as CSV.", field="file") from error
    if size > UNPACKED_LIMIT:
        raise Invalid("This file unpacks to more than it should. Save the list as CSV.", field="file")


def _decoded(content: bytes) -> str:
    """UTF-8, or else Windows-1252, which is what a spreadsheet in Western Europe writes as plain CSV."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Invalid(
            "The letters of this file cannot be read: it is not in UTF-8. Save it as 'CSV UTF-8'.", field="file"
        ) from error


def _headings_in(text: str) -> str:
    """The first line with several cells, whatever parts them."""
    lines = text.split("\n", TITLES)[:TITLES]
    return next((line for line in lines if any(_several(line.split(mark)) for mark in MARKS)), lines[0])


def _several(cells: Sequence[str]) -> bool:
    return sum(bool(cell.strip()) for cell in cells) > 1


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise Invalid("This is not a CSV file. Save the list as CSV or XLSX.", field="file")
    delimiter = max(MARKS, key=_headings_in(text).count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Invalid("A row of this CSV file is broken: %(problem)s.", field="file", problem=str(error)) from error
