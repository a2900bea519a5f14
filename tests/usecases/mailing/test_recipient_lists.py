"""Lists of data subjects: read row by row, every problem named, nothing guessed."""

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from incident.documents.glyphs import can_print
from incident.domain.kernel.errors import Invalid
from incident.domain.recipients import is_long, read_recipients


def _csv(*rows: str) -> bytes:
    return "\r\n".join(rows).encode("utf-8")


def _xlsx(*rows: list[object]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_csv_is_read_with_any_usual_delimiter(delimiter, mark) -> None:
    """Dutch spreadsheets write semicolons and a byte order mark."""
    content = mark + _csv(
        delimiter.join(["Naam", "E-mailadres", "Taal"]), delimiter.join(["Åsa Öberg", "asa@example.se", "sv"])
    )
    found = read_recipients("list.csv", content, needs="email")
    assert (
        found.people[0].name,
        found.people[0].email,
        found.people[0].language,
        found.people[0].row,
    ) == ("Åsa Öberg", "asa@example.se", "sv", 2)


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n"])
def test_a_list_without_a_row_is_called_so(content: bytes) -> None:
    """Nobody looks for a column in an empty file."""
    with pytest.raises(Invalid, match="no rows"):
        is_long("list.csv", content, needs="email", most=10)


def test_an_xlsx_is_read_and_numbers_stay_whole() -> None:
    """A customer number is no decimal fraction."""
    content = _xlsx(["naam", "email", "klantnummer"], ["Jan", "jan@example.org", 10042])
    assert read_recipients("list.xlsx", content, needs="email").people[0].reference == "10042"


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        ("Jan;", "email", "no e-mail"),
        ("Jan;jan at example.org", "email", "not an e-mail"),
        ("=HYPERLINK(1);jan@example.org", "name", "formula"),
        ("@SUM(1);jan@example.org", "name", "formula"),
        ("ann;ann@example.org", "email", "already"),
        ("x" * 501 + ";x@example.org", "name", "too long"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_reason(row, column, word) -> None:
    """The others are taken; the sentence says nothing about the person."""
    found = read_recipients("l.csv", _csv("naam;email", "Ann;ANN@example.org", row), needs="email")
    assert len(found.people) == 1
    problem = found.problems[0]
    assert (3, column) == (problem.row, problem.column)
    assert word in problem.message
    assert "example.org" not in problem.message


def test_a_letter_needs_a_whole_address() -> None:
    """And an e-mail address is not asked for."""
    rows = _csv("naam;straat;postcode;plaats", "Jan;Weg 1;9728 JS;Groningen", "Piet;;;")
    found = read_recipients("l.csv", rows, needs="letter")
    assert (len(found.people), [problem.row for problem in found.problems]) == (1, [3])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("l.csv", b""),
        ("l.csv", b"naam;email\nJos\x81;j@example.org"),
        ("l.csv", b"\x00\x01\x02"),
        ("l.csv", b"first;second\n1;2"),
        ("l.csv", b'naam;email\n"open;x@example.org'),
        ("l.xlsx", b"not a zip"),
        ("l.xlsx", b"PK\x03\x04broken"),
    ],
)
def test_an_unreadable_file_is_refused_with_what_to_do(name, content) -> None:
    """Wrong letters, no columns, no table at all."""
    with pytest.raises(Invalid) as refusal:
        read_recipients(name, content, needs="email")
    assert refusal.value.field == "file"


def test_a_zip_bomb_is_not_unpacked() -> None:
    """Judged by its directory, before anything is unpacked."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (310 * 1024 * 1024))
    with pytest.raises(Invalid, match="unpacks"):
        read_recipients("bomb.xlsx", target.getvalue(), needs="email")


def test_two_people_at_one_address_are_two_people() -> None:
    """A couple shares a mailbox: each of them gets a letter with their own name."""
    found = read_recipients(
        "l.csv", _csv("naam;email", "Ann;thuis@example.org", "Bob;thuis@example.org"), needs="email"
    )
    assert [person.name for person in found.people] == ["Ann", "Bob"]
    assert not found.problems


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Voornaam;Tussenvoegsel;Achternaam;E-mailadres", "Femke;van 't;Hek;f@example.org"),
        ("First_Name;Infix;Last name;email", "Femke;van 't;Hek;f@example.org"),
        ("Vorname;Nachname;E-Mail-Adresse", "Femke;van 't Hek;f@example.org"),
        ("Prénom;Nom;Courriel", "Femke;van 't Hek;f@example.org"),
        ("Achternaam;Voornaam;tussenvoegsel;email", "Hek;Femke;van 't;f@example.org"),
    ],
)
def test_names_in_ordinary_columns_are_joined(header, row) -> None:
    """Nobody is greeted as a stranger because the list keeps first and last name apart."""
    assert read_recipients("l.csv", _csv(header, row), needs="email").people[0].name == "Femke van 't Hek"


def test_a_house_number_of_its_own_belongs_to_the_street() -> None:
    """As customer systems export it."""
    rows = _csv("naam;straat;huisnummer;toevoeging;postcode;plaats", "Ann;Weg;12;A;9728 JS;Groningen")
    assert read_recipients("l.csv", rows, needs="letter").people[0].street == "Weg 12 A"


def test_a_column_that_is_not_used_is_named() -> None:
    """So that nobody believes it was."""
    found = read_recipients("l.csv", _csv("naam;email;Klantsoort;", "Ann;a@example.org;goud;x"), needs="email")
    assert found.unused == ("Klantsoort",)


def test_windows_letters_are_read() -> None:
    """What a Dutch spreadsheet saves as plain CSV."""
    found = read_recipients("l.csv", "naam;email\r\nJosé €;j@example.org".encode("cp1252"), needs="email")
    assert found.people[0].name == "José €"


def test_a_hundred_thousand_people_are_read() -> None:
    """In one go, and none is lost."""
    rows = _csv("naam;email", *(f"Person {n};p{n}@example.org" for n in range(100_000)))
    assert len(read_recipients("l.csv", rows, needs="email").people) == 100_000


@given(st.binary(max_size=400), st.sampled_from(["l.csv", "l.xlsx"]))
def test_any_bytes_are_read_or_refused_but_never_a_surprise(content, name) -> None:
    """The only error that comes out is one that a person can act on."""
    try:
        found = read_recipients(name, b"email\n" + content, needs="email")
    except Invalid:
        return
    assert all("@" in person.email for person in found.people)


def test_a_letter_to_somebody_whose_name_no_font_has_is_named_with_its_row() -> None:
    """Nobody gets a letter to "[U+6F22]"; right-to-left names are printed, and an e-mail shows them all."""
    names = ("Åsa Öberg", "漢字", "Bo 🦊", "שרה לוי", "ليلى", "E\u0301mile")
    listed = (f"{name};Weg 1;9728;X;p{number}@x.example" for number, name in enumerate(names))
    rows = _csv("naam;straat;postcode;plaats;email", *listed)
    found = read_recipients("l.csv", rows, needs="letter", can_print=can_print)
    assert [person.name for person in found.people] == [names[0], *names[3:]]
    assert [(one.row, one.column) for one in found.problems] == [(3, "name"), (4, "name")]
    assert len(read_recipients("l.csv", rows, needs="email", can_print=can_print).people) == len(names)
