"""The register of GDPR art. 33(5) for who prints it: a workbook whose rows show every line, and a readable PDF."""

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from pypdf import PdfReader

from incident.documents.case_facts import StatedFacts
from incident.documents.case_notices import CaseWords
from incident.documents.case_report import _finding, _outcome, _words
from incident.documents.register_export import Sheet, register_pdf, write_xlsx
from incident.documents.wording import Wording
from incident.domain.kinds import DeadlineState
from incident.law.facts import AffectedController, BreachFacts, Chapter
from incident.law.rulesets import AUTHORITY_ZONE
from tests.documents.cases import NOW, ORGANISATION

LONG = (
    "Een medewerker stuurde de export met supporttickets van de ene klant naar de beheerder van een andere klant. " * 3
)
AT = datetime(2026, 11, 16, 4, 20, tzinfo=UTC)


def _sheet(rows: int = 2) -> Sheet:
    told = [(f"DL-2026-000{number}-5", LONG, "Gesloten", AT, 15240, None) for number in range(rows)]
    titles = ("Kenmerk", "Wat er gebeurde", "Status", "Gemeld", "Personen", "Lessen")
    return Sheet("Register", titles, titles, told, AUTHORITY_ZONE)


def test_a_row_of_the_workbook_is_as_high_as_its_longest_text(tmp_path: Path) -> None:
    """Not every program makes rows higher by itself: without it lines were printed over each other."""
    write_xlsx(_sheet(), tmp_path / "register.xlsx")
    page = zipfile.ZipFile(tmp_path / "register.xlsx").read("xl/worksheets/sheet1.xml").decode()
    heights = [float(found) for found in re.findall(r'<row r="[^1]"[^>]* ht="([0-9.]+)"', page)]
    widths = [float(found) for found in re.findall(r'<col [^>]*width="([0-9.]+)"', page)]
    assert len(heights) == 2
    assert min(heights) >= 15 * len(LONG) / max(widths)
    assert widths[1] == max(widths) < 50
    assert widths[5] < 10, "an empty column takes little of the sheet"


def test_the_register_on_paper_opens_with_a_list_and_speaks_the_language() -> None:
    """All breaches on one page first; moments, numbers and headings as people write them."""
    made = register_pdf(_sheet(), ORGANISATION, "nl", "Stand van vandaag", NOW, "")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert all(f"DL-2026-000{number}-5" in pages[0] for number in range(2))
    text = " ".join("\n".join(pages).split())
    assert "16-11-2026 05:20" in text
    assert "15.240" in text
    assert "2026-11-16" not in text
    assert "Onderwerp Antwoord" in text


def test_the_case_report_says_that_a_term_has_passed() -> None:
    """A clock that stands open after its end is no clock that "still runs"."""
    say = CaseWords(_words("nl"), Wording("nl"))
    row = SimpleNamespace(state=DeadlineState.OPEN, due_at=AT, met_at=None)
    assert _outcome(row, say, NOW) == "nog niet gedaan; de termijn is voorbij"  # type: ignore[arg-type]
    assert _outcome(row, say, AT) == "loopt nog"  # type: ignore[arg-type]


def test_a_finding_stands_beside_what_it_rests_on() -> None:
    """Text and source in columns of their own."""
    assert _finding("Misbruik is beoogd. [EDPB 9/2022 IV.B]") == ("Misbruik is beoogd.", "EDPB 9/2022 IV.B")
    assert _finding("Voorstel: hoog risico.") == ("Voorstel: hoog risico.", "")


def test_a_customer_of_the_case_report_is_told_in_words() -> None:
    """ "24, nl, 340, 900" tells nobody which number is what."""
    facts = BreachFacts(affected_controllers=(AffectedController("Nordlicht", "a@b.example", 24, "de", 340, 900),))
    rows = StatedFacts(facts, ORGANISATION, Wording("nl"), {}).rows(Chapter.PARTIES)
    assert [row[1] for row in rows] == ["Nordlicht, a@b.example, mensen: 340, records: 900, bericht binnen 24 uur"]
