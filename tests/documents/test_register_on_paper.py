"""The register of GDPR art. 33(5) for who prints it: a workbook whose rows show every line, and a readable PDF."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from incident.documents.case_facts import StatedFacts
from incident.documents.case_notices import CaseWords
from incident.documents.case_report import _finding, _outcome, _texts
from incident.documents.register_export import PaperBreach, PaperPart, RegisterPaper, Sheet, register_pdf
from incident.documents.register_workbook import Cover, write_workbook
from incident.documents.wording import Wording
from incident.domain.kinds import DeadlineState
from incident.law.facts import AffectedController, BreachFacts, Chapter
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import Ternary
from incident.usecases.clock.deadlines import RUNS_ON
from incident.usecases.register.columns import ALL
from incident.web.register_paper import PARTS
from tests.documents.cases import NOW, ORGANISATION

LONG = (
    "Een medewerker stuurde de export met supporttickets van de ene klant naar de beheerder van een andere klant. " * 3
)
AT = datetime(2026, 11, 16, 4, 20, tzinfo=UTC)


def _cover(*parts: str) -> Cover:
    return Cover("Bakker & Zn.", "22 november 2026", "Toelichting", (("Wat dit is", "Het register"),), parts)


def _sheet(rows: int = 2) -> Sheet:
    told = [(f"DL-2026-000{number}-5", LONG, "Gesloten", AT, 15240, None) for number in range(rows)]
    titles = ("Kenmerk", "Wat er gebeurde", "Status", "Gemeld", "Personen", "Lessen")
    return Sheet("Register", titles, titles, told, AUTHORITY_ZONE)


def test_a_row_of_the_workbook_is_as_high_as_its_longest_text(tmp_path: Path) -> None:
    """Not every program makes rows higher by itself: without it lines were printed over each other."""
    write_workbook(_sheet(), _cover(*["Zaak"] * 6), tmp_path / "register.xlsx")
    page = zipfile.ZipFile(tmp_path / "register.xlsx").read("xl/worksheets/sheet1.xml").decode()
    heights = [float(found) for found in re.findall(r'<row r="[^1]"[^>]* ht="([0-9.]+)"', page)]
    widths = [float(found) for found in re.findall(r'<col [^>]*width="([0-9.]+)"', page)]
    assert len(heights) == 2
    assert min(heights) >= 15 * len(LONG) / max(widths)
    assert widths[1] == max(widths) < 50
    assert widths[5] < 10, "an empty column takes little of the sheet"


def test_the_register_on_paper_opens_with_a_list_and_names_the_case_on_every_page() -> None:
    """All breaches on one page first; who holds a single page of a long entry reads whose it is."""
    long = PaperPart("Wat er gebeurde", tuple((f"Rij {number}", LONG) for number in range(30)))
    listed = [PaperBreach(f"DL-2026-000{number}-5", "Kwijt", ("12",), (long,)) for number in range(2)]
    head = (("Kenmerk", 1.0), ("Betrokkenen", 1.0))
    paper = RegisterPaper(ORGANISATION, "nl", NOW, "Register", "Stand van vandaag", (), head, listed, "")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(register_pdf(paper))).pages]
    assert all(f"DL-2026-000{number}-5" in pages[0] for number in range(2))
    assert len(pages) > 4
    assert all("DL-2026-000" in page for page in pages)


@pytest.mark.parametrize("many", range(2, 14))
def test_no_row_of_an_entry_is_left_on_a_page_alone(many: int) -> None:
    """One row below a heading that repeats looked forgotten, and a part moved as a whole left half a page empty."""
    parts = tuple(
        PaperPart(
            f"Deel {part}",
            tuple((f"D{part}R{row}.", "Een zin over wat hier is vastgelegd. " * 3) for row in range(many)),
        )
        for part in range(9)
    )
    listed = [PaperBreach("DL-2026-0001-5", "Kwijt", (), parts)]
    paper = RegisterPaper(ORGANISATION, "nl", NOW, "Register", "Stand van vandaag", (), (("Kenmerk", 1.0),), listed, "")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(register_pdf(paper))).pages]
    for part in range(9):
        here = [sum(f"D{part}R{row}." in page for row in range(many)) for page in pages]
        assert sum(here) == many
        assert 1 not in here, part
    rows = [page.count("Een zin") // 3 for page in pages[1:-1]]
    assert not rows or max(rows) - min(rows) <= 4, "what does not fit goes on on the next page"


def test_a_row_of_an_entry_is_not_torn_unless_it_is_very_long() -> None:
    """On the next page its name is missing."""
    texts = [f"Begin{row}. {'Een zin over wat hier is vastgelegd. ' * 33} Eind{row}." for row in range(12)]
    part = PaperPart("Deel", tuple((f"Rij {row}", text) for row, text in enumerate(texts)))
    listed = [PaperBreach("DL-2026-0001-5", "Kwijt", (), (part,))]
    paper = RegisterPaper(ORGANISATION, "nl", NOW, "Register", "Stand van vandaag", (), (("Kenmerk", 1.0),), listed, "")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(register_pdf(paper))).pages]
    assert all(any(f"Begin{row}." in page and f"Eind{row}." in page for page in pages) for row in range(12))


def test_every_column_of_the_register_has_a_row_on_paper() -> None:
    """What can be chosen is printed; the heading of an entry holds the first two."""
    rows = {name for _part, part in PARTS for row in part for name in row.columns}
    assert set(ALL) - rows == {"reference", "summary"}
    assert rows <= set(ALL)


def test_the_case_report_says_that_a_term_has_passed() -> None:
    """A clock that stands open after its end is no clock that "still runs"."""
    say = CaseWords(_texts()["nl"], Wording("nl"))
    row = SimpleNamespace(state=DeadlineState.OPEN, due_at=AT, met_at=None, settled_because="")
    assert _outcome(row, say, NOW) == "nog niet gedaan; de termijn is voorbij"  # type: ignore[arg-type]
    assert _outcome(row, say, AT) == "loopt nog"  # type: ignore[arg-type]


def test_the_case_report_says_where_a_clock_went_that_a_merge_gave_away() -> None:
    """A clock that runs on elsewhere was not unneeded."""
    say = CaseWords(_texts()["nl"], Wording("nl"))
    row = SimpleNamespace(
        state=DeadlineState.WAIVED, due_at=AT, met_at=None, settled_because=f"{RUNS_ON}DL-2026-0002-7"
    )
    assert _outcome(row, say, NOW) == "ging over naar DL-2026-0002-7"  # type: ignore[arg-type]


def test_a_finding_stands_beside_what_it_rests_on() -> None:
    """Text and source in columns of their own."""
    assert _finding("Misbruik is beoogd. [EDPB 9/2022 IV.B]") == ("Misbruik is beoogd.", "EDPB 9/2022 IV.B")
    assert _finding("Voorstel: hoog risico.") == ("Voorstel: hoog risico.", "")


def test_a_customer_of_the_case_report_is_told_in_words() -> None:
    """ "24, nl, 340, 900" tells nobody which number is what."""
    facts = BreachFacts(affected_controllers=(AffectedController("Nordlicht", "a@b.example", 24, "de", 340, 900),))
    rows = StatedFacts(facts, ORGANISATION, Wording("nl"), {}).rows(Chapter.PARTIES)
    assert [row[1] for row in rows] == ["Nordlicht, a@b.example, mensen: 340, records: 900, bericht binnen 24 uur"]
    answered = replace(facts.affected_controllers[0], notice_hours=None, on_behalf=Ternary.NO)
    said = StatedFacts(replace(facts, affected_controllers=(answered,)), ORGANISATION, Wording("nl"), {})
    assert next(row[1] for row in said.rows(Chapter.PARTIES)).endswith("records: 900, niet namens deze klant gemeld")


def test_a_part_of_the_record_is_not_torn_over_two_pages(tmp_path: Path) -> None:
    """Who prints all columns turns pages by the part, finds reference and headings on each, and reads whose it is."""
    titles = [f"Kolom {number}" for number in range(13)]
    parts = ("Zaak",) * 7 + ("Besluit",) * 3 + ("Feiten",) * 3
    row = tuple("een tekst van veertig tekens in elke cel" for _title in titles)
    sheet = Sheet("Register", titles, titles, [row], AUTHORITY_ZONE)
    write_workbook(sheet, _cover(*parts), tmp_path / "register.xlsx")
    page = _part(tmp_path, "xl/worksheets/sheet1.xml")
    assert re.findall(r'<brk id="(\d+)"', page) == ["4", "7", "10"], "the first part is longer than a page"
    assert 'orientation="landscape"' in page
    assert "Bakker &amp;&amp; Zn. · 22 november 2026" in page
    assert "&amp;P / &amp;N" in page
    assert '<autoFilter ref="A1:M2"/>' in page
    assert "Register!$A:$A,Register!$1:$1" in _part(tmp_path, "xl/workbook.xml")


def test_a_moment_of_the_workbook_is_one_and_a_text_is_never_a_formula(tmp_path: Path) -> None:
    """What can be sorted and added up can be; what somebody typed is shown as typed; a second sheet says what it is."""
    titles = ("Kenmerk", "Gemeld", "Dag", "Personen")
    rows = [("=HYPERLINK(1)", AT, AT.date(), 15240)]
    sheet = Sheet("Register", titles, titles, rows, AUTHORITY_ZONE)
    write_workbook(sheet, _cover(*["Zaak"] * 4), tmp_path / "register.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "register.xlsx"))
    assert book.sheet_names == ["Register", "Toelichting"]
    table, about = (book.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert table[1] == ["=HYPERLINK(1)", datetime(2026, 11, 16, 5, 20), AT.date(), 15240.0]
    assert about == [["Wat dit is", "Het register"]]
    assert "<f>" not in _part(tmp_path, "xl/worksheets/sheet1.xml")


def _part(folder: Path, name: str) -> str:
    return zipfile.ZipFile(folder / "register.xlsx").read(name).decode()
