"""Read a list of data subjects from CSV or XLSX, row by row; every problem names its row and says what to do."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from email_validator import EmailNotValidError, validate_email

from incident.domain.kernel.errors import Invalid
from incident.domain.languages import LETTER_LANGUAGES
from incident.domain.register.tables import numbered_rows, refuse_bomb

ROW_LIMIT = 200_000
CELL_LIMIT = 500
LARGE_SHEET: Final = 100 * 1024
"""About two thousand rows, packed."""
SIZE_LIMIT = 50 * 1024 * 1024
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "naam", "namn", "full name", "volledige naam", "nom complet", "vollständiger name", "nom"),
    "email": (
        "email",
        "e mail",
        "e mailadres",
        "emailadres",
        "e mail adres",
        "mailadres",
        "mail",
        "e post",
        "epost",
        "courriel",
        "e mail address",
        "email address",
        "e mail adresse",
        "adresse e mail",
        "e postadress",
    ),
    "street": (
        "street",
        "straat",
        "straatnaam",
        "address",
        "adres",
        "adress",
        "adresse",
        "gata",
        "strasse",
        "straße",
        "rue",
    ),
    "postcode": ("postcode", "postal code", "zip", "zip code", "postnummer", "plz", "postleitzahl", "code postal"),
    "city": ("city", "plaats", "woonplaats", "plaatsnaam", "ort", "stad", "ville", "place", "town", "stadt"),
    "country": ("country", "land", "pays"),
    "language": ("language", "taal", "språk", "sprache", "langue"),
    "reference": (
        "reference",
        "kenmerk",
        "referens",
        "referenz",
        "référence",
        "klantnummer",
        "relatienummer",
        "customer number",
        "kundnummer",
        "kundennummer",
        "numéro de client",
    ),
    "group": ("group", "groep", "grupp", "gruppe", "groupe", "doelgroep"),
}
PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "name": {
        "first": (
            "first name",
            "firstname",
            "given name",
            "voornaam",
            "roepnaam",
            "förnamn",
            "vorname",
            "prénom",
            "prenom",
        ),
        "between": ("tussenvoegsel", "tussenvoegsels", "voorvoegsel", "infix", "prefix"),
        "last": (
            "last name",
            "lastname",
            "surname",
            "family name",
            "achternaam",
            "efternamn",
            "nachname",
            "nom",
            "nom de famille",
        ),
    },
    "street": {
        "street": ("street", "straat", "straatnaam", "gata", "strasse", "straße", "rue"),
        "number": ("huisnummer", "huisnr", "house number", "hausnummer", "husnummer", "numéro"),
        "addition": ("toevoeging", "huisnummertoevoeging", "huisletter", "addition", "zusatz"),
    },
}
"""A value that a list may spread over several columns, in the order in which they are joined."""
_ON_PAPER = ("name", "street", "postcode", "city", "country", "reference")
FORMULA = ("=", "+", "@", "\t", "\r", "＝", "＋", "＠")


@dataclass(frozen=True, slots=True)
class Addressed:
    """One person as read from the list; ``row`` is the row of the file, counted from 1."""

    row: int
    name: str = ""
    email: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    reference: str = ""
    group: str = ""

    def document(self) -> dict[str, int | str]:
        """The row and the texts, as they are sealed: without the copies that ``asdict`` makes of each."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def identity(self) -> str:
        """What makes two rows the same person: name and e-mail address, else name and address.

        Two people may share one address: each gets a letter of their own.
        """
        parts = (self.email, self.name) if self.email else (self.name, self.street, self.postcode, self.city)
        return "|".join(parts).casefold()


UNUSABLE_ROWS: Final = "unusable-rows-"
"""How the name of the file with the rows of a list that could not be used begins."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be used. The sentence is translatable and holds no data of the person."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class RecipientList:
    """The usable rows and the problems of the others. ``unused`` are the columns that say nothing to this product."""

    people: tuple[Addressed, ...]
    problems: tuple[RowProblem, ...]
    unused: tuple[str, ...] = ()


def anything(_text: str) -> bool:
    """Fonts that have every character."""
    return True


def read_recipients(
    filename: str, content: bytes, *, needs: str, can_print: Callable[[str], bool] = anything
) -> RecipientList:
    """Read the list. ``needs`` is ``email`` or ``letter``: what each row must have.

    ``can_print`` says whether the fonts of letters have every character of a text.

    Raises Invalid at ``file`` when the file cannot be read at all or has no usable columns.
    """
    if len(content) > SIZE_LIMIT:
        raise Invalid("This file is larger than 50 MB. Split it into several lists.", field="file")
    numbered = numbered_rows(filename, content)
    first = _first(numbered)
    columns = _columns(first, needs)
    used = {index for indexes in columns.values() for index in indexes}
    unused = tuple(cell.strip() for index, cell in enumerate(first) if index not in used and cell.strip())
    found = _collect(numbered, columns, needs)
    return replace(_printed(found, can_print) if needs == "letter" else found, unused=unused)


def _first(numbered: Iterator[tuple[int, list[str]]]) -> list[str]:
    first = next(numbered, None)
    if first is None:
        raise Invalid("This file has no rows.", field="file")
    return first[1]


def is_long(filename: str, content: bytes, *, needs: str, most: int) -> bool:
    """Whether a list has more rows than that, without reading the others; of a spreadsheet, whether it is large.

    Raises Invalid at ``file`` for one that is too large, or whose first rows say already that it cannot be read.
    """
    if len(content) > SIZE_LIMIT:
        raise Invalid("This file is larger than 50 MB. Split it into several lists.", field="file")
    if filename.lower().endswith(".xlsx") and len(content) > LARGE_SHEET:
        refuse_bomb(content)
        return True
    numbered = numbered_rows(filename, content)
    _columns(_first(numbered), needs)
    return sum(1 for _ in islice(numbered, most + 1)) > most


def _printed(found: RecipientList, can_print: Callable[[str], bool]) -> RecipientList:
    """Whoever's name or address no font of ours can draw becomes a problem: nobody gets a letter to "[U+6F22]"."""
    bad = {person.row: column for person in found.people if (column := _undrawn(person, can_print))}
    undrawn = (
        RowProblem(row, column, "A letter cannot show a character of this row. Write it in Latin letters.")
        for row, column in bad.items()
    )
    problems = (*found.problems, *undrawn)
    people = tuple(person for person in found.people if person.row not in bad)
    return RecipientList(people, tuple(sorted(problems, key=lambda problem: problem.row)))


def _undrawn(person: Addressed, can_print: Callable[[str], bool]) -> str:
    return next((column for column in _ON_PAPER if not can_print(getattr(person, column))), "")


def _columns(header: Sequence[str], needs: str) -> dict[str, tuple[int, ...]]:
    """For each value the columns that hold it: one, or several that are joined."""
    names = [_spelled(cell) for cell in header]
    found = {key: indexes for key in COLUMNS if (indexes := _parted(names, key) or _whole(names, COLUMNS[key]))}
    wanted = ("email",) if needs == "email" else ("name", "street", "postcode", "city")
    missing = [f"{COLUMNS[key][0]} ({COLUMNS[key][1]})" for key in wanted if key not in found]
    if missing:
        raise Invalid(
            "The first row must name the columns; these are missing: %(columns)s.",
            field="file",
            columns=", ".join(missing),
        )
    return found


def _spelled(cell: str) -> str:
    return " ".join(re.sub(r"[-_./:]", " ", cell.strip().casefold()).split())


def _whole(names: Sequence[str], aliases: Iterable[str]) -> tuple[int, ...]:
    return next(((names.index(alias),) for alias in aliases if alias in names), ())


def _parted(names: Sequence[str], key: str) -> tuple[int, ...]:
    """The columns over which a value is spread; nothing where the list has at most one of its parts."""
    found = [index for aliases in PARTS.get(key, {}).values() for index in _whole(names, aliases)]
    return tuple(found) if len(found) > 1 or (key == "name" and found and not _whole(names, COLUMNS[key])) else ()


def _collect(rows: Iterable[tuple[int, list[str]]], columns: dict[str, tuple[int, ...]], needs: str) -> RecipientList:
    people: list[Addressed] = []
    problems: list[RowProblem] = []
    seen: set[str] = set()
    for number, row in rows:
        if len(people) + len(problems) >= ROW_LIMIT:
            raise Invalid("This list has more than %(limit)s rows. Split it.", field="file", limit=ROW_LIMIT)
        person = Addressed(number, **{key: _value(row, indexes) for key, indexes in columns.items()})
        problem = _problem(person, needs, seen)
        if problem is not None:
            problems.append(problem)
            continue
        seen.add(person.identity)
        people.append(person)
    return RecipientList(tuple(people), tuple(problems))


def _value(row: Sequence[str], indexes: Iterable[int]) -> str:
    cells = (row[index].strip() for index in indexes if index < len(row))
    return " ".join(cell for cell in cells if cell)


def _problem(person: Addressed, needs: str, seen: set[str]) -> RowProblem | None:
    wrong = _wrong_cell(person) or (_wrong_email(person) if needs == "email" or person.email else None)
    if wrong is not None:
        return wrong
    if needs == "letter" and not all((person.name, person.street, person.postcode, person.city)):
        return RowProblem(person.row, "street", "Name, street, postcode and city are needed for a letter.")
    if person.language and person.language.casefold() not in LETTER_LANGUAGES:
        return RowProblem(person.row, "language", "Use nl, en, sv, de or fr, or leave the language empty.")
    if person.identity in seen:
        return RowProblem(person.row, "email", "This person is in the list already.")
    return None


def _wrong_cell(person: Addressed) -> RowProblem | None:
    for column in COLUMNS:
        text = getattr(person, column)
        if len(text) > CELL_LIMIT:
            return RowProblem(person.row, column, "This cell is too long.")
        if text.startswith(FORMULA):
            return RowProblem(person.row, column, "This cell begins like a formula. Remove the first character.")
    return None


def _wrong_email(person: Addressed) -> RowProblem | None:
    if not person.email:
        return RowProblem(person.row, "email", "There is no e-mail address in this row.")
    try:
        validate_email(person.email, check_deliverability=False)
    except EmailNotValidError:
        return RowProblem(person.row, "email", "This is not an e-mail address.")
    return None
