"""Import of an older register: all or nothing, closed, marked, and nobody is reminded."""

import io

import pytest
import xlsxwriter
from sqlalchemy import func, select

from incident.domain.kernel.events import Status, Tag
from incident.domain.kernel.people import Role, Source
from incident.store.audit import verify_chains
from incident.store.db import db
from incident.store.models import AuditEntry, Deadline, Decision, Incident, OutboxMessage, Reminder
from tests.web.client import Page, Visitor
from tests.web.conftest import Team

HEAD = (
    "Nummer;Omschrijving;Datum melding;Kennisname;Datalek?;Aantal betrokkenen;Risico;Gemeld bij AP;"
    "Gemeld bij AP op;Reden"
)
GOOD = (
    "2024-01;Brief aan verkeerd adres;3-2-2024;2-2-2024 16:00;ja;1;laag;nee;;Ontvanger vernietigde de brief",
    "2024-02;Laptop gestolen;2024-05-06 09:30;2024-05-06;ja;1.200;hoog;ja;7-5-2024;",
    "2025-01;Phishingmail, niets ingevuld;11-3-2025;;nee;;;;;",
)


@pytest.fixture
def dpo(team: Team) -> Visitor:
    """The data protection officer."""
    return team.visitor("Dora", Role.DPO)


def _upload(visitor: Visitor, *rows: str, name: str = "oud.csv") -> Page:
    visitor.get("/register/import")
    return visitor.submit("/register/import", file=(name, "\n".join(rows).encode()))


def test_a_register_is_taken_over_whole(team: Team, dpo: Visitor) -> None:
    """Dutch headings are recognised; every entry is closed, with its own reference, marked, and on the chain."""
    page = _upload(dpo, HEAD, *GOOD)
    assert "3 entries are ready" in page.text
    page = dpo.submit(page.path)
    assert "3 entries have been imported." in page.text
    with team.app.app_context():
        rows = list(db.session.scalars(select(Incident).order_by(Incident.reported_at)))
        assert [row.reference[:12] for row in rows] == ["DL-2024-0001", "DL-2024-0002", "DL-2025-0001"]
        assert [row.status for row in rows] == [Status.CLOSED, Status.CLOSED, Status.DISMISSED]
        assert {row.source for row in rows} == {Source.IMPORT}
        assert [row.subjects for row in rows] == [1, 1200, None]
        assert rows[1].notified_at is not None
        decided = list(db.session.scalars(select(Decision).order_by(Decision.act)))
        assert [(row.act, row.reason) for row in decided] == [(False, "Ontvanger vernietigde de brief"), (True, "")]
        for quiet in (Deadline, Reminder, OutboxMessage):
            assert db.session.scalar(select(func.count()).select_from(quiet)) == 0
        assert all(not chain.problem for chain in verify_chains(db.session()))
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.REGISTER_IMPORTED.value)).one()
        assert entry.details["rows"] == 3


def test_imported_entries_are_shown_like_others(team: Team, dpo: Visitor) -> None:
    """In the register, in search, and on the page of the incident with its facts."""
    dpo.submit(_upload(dpo, HEAD, *GOOD).path)
    page = dpo.get("/register?q=laptop&col=source&col=summary")
    assert "Imported" in page.text
    assert "Laptop gestolen" in dpo.get(page.links("/incidents/DL-")[0]).text


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("x;;3-2-2024;;;;;;;", "This cell is empty, and an entry needs it."),
        ("x;Y;32-2-2024;;;;;;;", "Write a date like"),
        ("x;Y;3-2-2030;;;;;;;", "This lies in the future."),
        ("x;Y;3-2-2024;;misschien;;;;;", "Write yes or no."),
        ("x;Y;3-2-2024;;;veel;;;;", "Write a whole number"),
        ("x;Y;3-2-2024;;;;rood;;;", "Write unlikely, risk or high."),
        ("2024-01;Y;3-2-2024;;;;;;;", "This reference stands in the file twice."),
        ("x;Y;3-2-2024;;;;;nee;4-2-2024;", "It says not notified"),
    ],
)
def test_a_bad_row_is_named_and_stops_the_import(team: Team, dpo: Visitor, row: str, says: str) -> None:
    """The preview names row, field and value; there is no button, and a forged POST imports nothing."""
    page = _upload(dpo, HEAD, *GOOD, row)
    assert says in page.text
    assert "Import 3 entries" not in page.text
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    answer = dpo.client.post(page.path, data={"csrf_token": token})
    assert "Nothing has been imported" in answer.text
    with team.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


def test_columns_can_be_mapped_by_hand(team: Team, dpo: Visitor) -> None:
    """Headings that mean nothing, in a workbook with real dates."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["A", "B", "C"])
        sheet.write_number(1, 0, 45000, day)
        sheet.write_string(1, 1, "Usb-stick kwijt")
        sheet.write_number(1, 2, 12)
    dpo.get("/register/import")
    page = dpo.submit("/register/import", file=("oud.xlsx", out.getvalue()))
    assert "Choose which columns hold what happened" in page.text
    page = dpo.get(f"{page.path}?field-reported_at=0&field-summary=1&field-subjects=2")
    assert "One entry is ready" in page.text
    dpo.submit(page.path.split("?")[0])
    with team.app.app_context():
        row = db.session.scalars(select(Incident)).one()
        assert (row.summary, row.subjects, f"{row.reported_at:%Y-%m}") == ("Usb-stick kwijt", 12, "2023-03")


def test_the_same_file_is_imported_once(team: Team, dpo: Visitor) -> None:
    """A second time is refused with a sentence, and adds nothing."""
    page = _upload(dpo, HEAD, *GOOD)
    dpo.submit(page.path)
    page = dpo.get(page.path)
    page = dpo.submit(page.path)
    assert page.status == 200, page.text[300:900]
    assert page.problems == ["This file has been imported before. Nothing has been imported again."]
    with team.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Incident)) == 3


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "This file has no rows."),
        ("a.csv", b"a;b\n", "no rows"),
        ("a.xlsx", b"PK no", "not a readable XLSX"),
        ("a.csv", b"\xff\xfe\x00x", "not a CSV file"),
        ("", b"", "Choose the file with your register."),
    ],
)
def test_unreadable_files_are_refused_in_words(lite: Team, name: str, content: bytes, says: str) -> None:
    """At the field and in the summary."""
    dpo = lite.visitor("Dora", Role.DPO)
    dpo.get("/register/import")
    page = dpo.submit("/register/import", file=(name, content)) if name else dpo.submit("/register/import")
    assert page.status == 200
    assert any(says in problem for problem in page.problems)


def test_a_ticket_works_for_its_owner_only(lite: Team) -> None:
    """Neither somebody else nor a made-up ticket reaches an uploaded file."""
    page = _upload(lite.visitor("Dora", Role.DPO), HEAD, *GOOD)
    other = lite.visitor("Eva", Role.DPO)
    assert other.client.get(page.path).status_code == 404
    assert other.client.get("/register/import/nonsense").status_code == 404
