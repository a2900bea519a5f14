"""The content of a document, free of any output format: what HTML, PDF, DOCX and plain text are all written from.

A text is parsed once (:mod:`incident.documents.markdown`) into these blocks; each writer walks them. So the four
renditions of a notice can differ in looks only, never in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Tone = Literal["plain", "note", "warning"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one look; a text of ``"\\n"`` is a forced line break."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    runs: Runs
    stays: bool = False
    """Whether it belongs to what comes next, such as a sentence above its table."""

    @property
    def opens(self) -> bool:
        """Whether it announces what comes next ("these data:", "Kind regards,") and so must stay on its page."""
        return self.stays or plain(self.runs).rstrip().endswith((":", ","))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title of the document."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with bullets or numbers; each item holds blocks of its own."""

    items: tuple[tuple["Block", ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row; ``row_headers`` says that the first column names its row, ``small`` that one
    only looks something up in it: it stands in small type and, unless it is long, on one page. ``widths`` are those of
    the columns, where what is in them does not say it. ``kept`` is for one of several parts below each
    other: as wide as these, and none of its rows is left alone on a page. ``numbers`` says that the last column holds
    numbers, which end below each other.
    """

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    row_headers: bool = False
    small: bool = False
    widths: tuple[float, ...] = ()
    kept: bool = False
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks that somebody else said."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text to be shown letter by letter, such as a hash."""

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers a form offers."""

    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of a form with its answer, and where the answer comes from."""

    number: str
    question: str
    text: str = ""
    options: tuple[Option, ...] = ()
    origin: str = ""
    tone: Tone = "plain"
    foreign: tuple[tuple[str, str], ...] = ()
    """The parts of the text that are in another language than the form, each with its language."""
    empty: bool = False
    """Whether the text only says that there is nothing to fill in."""

    @property
    def paragraphs(self) -> tuple[tuple[str, str], ...]:
        """The text in paragraphs, each with its language where that is not the form's: readers aloud need it."""
        pieces = [(self.text, "")]
        for own, language in self.foreign:
            pieces = [part for piece in pieces for part in _parted(piece, own, language)]
        return tuple(
            (paragraph.strip("\n"), language)
            for text, language in pieces
            for paragraph in text.split("\n\n")
            if paragraph.strip()
        )


def _parted(piece: tuple[str, str], own: str, language: str) -> Iterable[tuple[str, str]]:
    """What stands before the words of another language, these, and what stands after them."""
    text, spoken = piece
    if spoken or own not in text:
        return (piece,)
    before, _own, after = text.partition(own)
    return ((before, ""), (own, language), (after, ""))


@dataclass(frozen=True, slots=True)
class Callout:
    """Blocks in a box that asks for attention."""

    title: str
    blocks: tuple["Block", ...]
    tone: Tone = "note"


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing (SVG) and the words that stand for it where it cannot be seen."""

    svg: str
    alternative: str


Block: TypeAlias = Paragraph | Heading | Listing | Table | Quote | Code | Rule | Answer | Callout | Figure


def plain(runs: Runs) -> str:
    """The words of ``runs`` without their look."""
    return "".join(run.text for run in runs)


def words(text: str, *, bold: bool = False) -> Runs:
    """``text`` as runs: plain words, in which a line end stays a line end."""
    lines = text.split("\n")
    runs = [part for line in lines for part in (Run(line, bold=bold), Run("\n"))]
    return tuple(run for run in runs[:-1] if run.text)


_LINE, _WORD, _EDGE = 60, 1.5, 3
"""A line of more characters than these breaks; a word does not, and has room to stand whole between its edges."""


def column_widths(table: Table) -> list[float]:
    """How wide each column wants to be: as the table says, or from its longest line, kept between a fifth and the whole
    of the widest.
    """
    if table.widths:
        return [*table.widths]
    both = zip(longest_lines(table), _longest_words(_columns(table)), strict=True)
    line = 2 * _LINE if table.small else _LINE
    wanted = [max(min(size, line) + _EDGE, _WORD * word) for size, word in both]
    return [round(max(size / max(wanted), 0.2), 3) for size in wanted]


def longest_lines(table: Table) -> list[int]:
    """How many characters the longest line of each column has."""
    columns = _columns(table)
    return [max((len(line) for cell in column for line in plain(cell).split("\n")), default=1) for column in columns]


def _columns(table: Table) -> list[tuple[Runs, ...]]:
    return list(zip(table.header, *table.rows, strict=False))


def _longest_words(columns: Iterable[Iterable[Runs]]) -> list[int]:
    return [max((len(word) for cell in column for word in plain(cell).split()), default=1) for column in columns]


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """``text`` as paragraphs, split at empty lines; nothing in it is read as markup."""
    parts = [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n")]
    return tuple(Paragraph(words(part)) for part in parts if part.strip())
