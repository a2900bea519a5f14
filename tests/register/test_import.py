"""Import of an older register: row by row, closed, marked, known again, and nobody is reminded."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select

from incident.domain.kernel.events import Status, Tag
from incident.domain.kernel.people import Role, Source
from incident.domain.kinds import DecisionState
from incident.domain.register.import_headings import FIELDS
from incident.domain.register.import_rows import guess_fields, read_entries
from incident.domain.register.tables import guess, read_table
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import RiskLevel
from incident.store.db import db
from incident.store.models import AuditEntry, Deadline, Decision, Incident, OutboxMessage, Reminder
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.web.register_columns import TITLES
from incident.web.views.imports import WORDS
from tests.chains import breaks
from tests.factories import make_actor
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
    assert page.path == "/register?from=2024-02-03&to=2025-03-11", "what is old stands there at once"
    assert len({*page.links("/incidents/DL-202")}) == 3
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
        assert breaks(db.session()) == []
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
        ("x;Y;32-2-2024;;;;;;;", "This day does not exist."),
        ("x;Y;0001-01-01T00:00+02:00;;;;;;;", "This year cannot be right."),
        ("x;Y;3-2-2030;;;;;;;", "This lies in the future."),
        ("x;Y;3-2-2024;;misschien;;;;;", "Write yes or no."),
        ("x;Y;3-2-2024;;;veel;;;;", "Write a whole number"),
        ("x;Y;3-2-2024;;;;rood;;;", "Write unlikely, risk or high."),
        ("2024-01;Y;3-2-2024;;;;;;;", "This reference stands in the file twice."),
        ("x;Y;3-2-2024;;;;;nee;4-2-2024;", "It says not notified"),
    ],
)
def test_a_bad_row_is_named_and_stays_out(team: Team, dpo: Visitor, row: str, says: str) -> None:
    """The preview names row, field and value; the others come in, and the list of the rest stands there still."""
    page = _upload(dpo, HEAD, *GOOD, row)
    assert says in page.text
    page = dpo.submit(page.path)
    assert "3 entries have been imported." in page.text
    assert says in page.text
    with team.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Incident)) == 3


def test_the_preview_says_what_a_day_without_a_time_counts_as(dpo: Visitor) -> None:
    """72 hours count from an instant, and an older register mostly has days."""
    assert "A day without a time counts as 00:00" in _upload(dpo, HEAD, *GOOD).text


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


def test_a_column_that_no_field_takes_is_named(lite: Team) -> None:
    """What stays in the file unread is said before anything is imported."""
    head, row = "Omschrijving;Datum melding;Polisnummer;Kleur", "Mail verkeerd;3-2-2024;12;rood"
    page = _upload(lite.visitor("Dora", Role.DPO), head, row)
    assert "so they are not read: Polisnummer, Kleur." in page.text
    assert "not read" not in _upload(lite.visitor("Eva", Role.DPO), *("Omschrijving;Datum melding", row[:22])).text


def test_a_newer_file_updates_and_doubles_nothing(team: Team, dpo: Visitor) -> None:
    """The same rows again change nothing; a corrected one becomes the next version, with its decision."""
    dpo.submit(_upload(dpo, HEAD, *GOOD).path)
    page = _upload(dpo, HEAD, *GOOD)
    assert "3 entries are in the register already" in page.text
    assert "Import 3" not in page.text
    corrected = (
        GOOD[0].replace(";1;laag;nee;;", ";14;risico;ja;4-2-2024;").replace("Ontvanger vernietigde de brief", "")
    )
    page = _upload(dpo, HEAD, corrected, *GOOD[1:], "2025-02;Usb-stick kwijt;12-3-2025;;ja;3;laag;nee;;Versleuteld")
    assert "One entry is updated" in page.text
    page = dpo.submit(page.path)
    assert "One entry has been imported." in page.text
    assert "One entry has been updated." in page.text
    with team.app.app_context():
        rows = list(db.session.scalars(select(Incident).order_by(Incident.reported_at)))
        assert [row.subjects for row in rows] == [14, 1200, None, 3]
        assert [row.fact_version for row in rows] == [2, 1, 1, 1]
        query = select(Decision).where(Decision.incident_id == rows[0].id).order_by(Decision.recorded_at)
        assert sorted((one.act, one.state) for one in db.session.scalars(query)) == [
            (False, DecisionState.SUPERSEDED),
            (True, DecisionState.FINAL),
        ]
        assert db.session.scalar(select(func.count()).select_from(Deadline)) == 0
        assert breaks(db.session()) == []
    assert (
        "4 entries are in the register already"
        in _upload(
            dpo, HEAD, corrected, *GOOD[1:], "2025-02;Usb-stick kwijt;12-3-2025;;ja;3;laag;nee;;Versleuteld"
        ).text
    )


def test_what_people_changed_here_since_is_left_alone(team: Team, dpo: Visitor) -> None:
    """A file may be older than what somebody found out and wrote down here."""
    dpo.submit(_upload(dpo, HEAD, *GOOD).path)
    with team.app.app_context():
        row = db.session.scalars(select(Incident).where(Incident.summary == "Laptop gestolen")).one()
        reference = row.reference
        facts = replace(current_facts(db.session(), row), data_note="Ook dossiers")
        actor = make_actor(db.session(), "Eva", [Role.DPO], row.reported_at)
        append_version(db.session(), row, facts, actor=actor, now=row.reported_at, chapter="data", reason="")
        db.session.commit()
    page = _upload(dpo, HEAD, GOOD[1].replace("1.200", "900"))
    assert "One entry was changed here since and stays" in page.text
    assert page.links(f"/incidents/{reference}")
    assert "Import one entry" not in page.text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_our_own_words_are_recognised(lite: Team, language: str) -> None:
    """The headings of our export, and the words of the page on which columns are chosen, map themselves."""
    with lite.app.test_request_context(headers={"Accept-Language": language}):
        for titles in (WORDS, TITLES):
            names = [name for name in FIELDS if name in titles]
            assert guess([str(titles[name]) for name in names], FIELDS) == {
                name: place for place, name in enumerate(names)
            }


def test_two_breaches_of_one_day_that_read_alike_are_two(team: Team, dpo: Visitor) -> None:
    """A register without numbers: equal rows are told apart by their order, and known again."""
    rows = ("Omschrijving;Datum melding", "Mail verkeerd;3-2-2024", "Mail verkeerd;3-2-2024")
    dpo.submit(_upload(dpo, *rows).path)
    page = _upload(dpo, *rows, "Mail verkeerd;3-2-2024")
    assert "2 entries are in the register already" in page.text
    assert "One entry is ready" in page.text


OPENVWR = (
    "Nummer,Naam,DATUM  MELDING,Datum ontdekking datalek,(Vermoedelijke) startdatum inbreuk,Datum melding AP,"
    "Samenvatting incident,Gemeld aan de autoriteit persoonsgegevens (AP),Gemeld aan betrokkene,Inschatting risico"
)
EDPB = (
    '"Internal reference","Date / period of incident","Circumstances and cause","Data categories",'
    '"Number of data subjects / records (approx.)","Risk assessment outcome","Notified to supervisory authority",'
    '"Communicated to individuals","Measures taken","Record created"'
)


def test_a_title_above_the_headings_is_no_heading(team: Team, dpo: Visitor) -> None:
    """Other tools print a title over all columns, a date and an empty line before their table, in CSV and in XLSX."""
    above = ("Datalekregister, 2019 tot 2025;;;", "vertrouwelijk", ";;;")
    page = _upload(dpo, *above, HEAD, *GOOD)
    assert "3 entries are ready" in page.text
    assert "Row 5" in page.text, "as the spreadsheet counts them"
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as written:
        sheet = written.add_worksheet()
        sheet.merge_range("A1:J1", "Datalekregister 2019 tot 2025")
        for number, row in enumerate((HEAD, *GOOD), start=2):
            sheet.write_row(number, 0, row.split(";"))
    table = read_table("oud.xlsx", book.getvalue())
    assert (table.header[1], table.rows[0][0], len(table.rows)) == ("Omschrijving", 4, 3)
    assert read_table("een.csv", b"systeem\nHubSpot\n").header == ("systeem",), "a list of one column has no title"


@pytest.mark.parametrize(
    ("head", "row", "values"),
    [
        (
            OPENVWR,
            "D1,Verkeerde mail,3-2-2024,2-2-2024,1-2-2024,4-2-2024,Mail met dossier,Ja,Nee,Hoog",
            {"old_reference": "D1", "notified": True, "informed": False, "risk": RiskLevel.HIGH},
        ),
        (
            "Nummer,Omschrijving,Datum melding,Gemeld aan AP,Betrokkenen geïnformeerd",
            "7,Tas kwijt,3-2-2024,AP-nummer 2026-0031,ja",
            {"authority_number": "AP-nummer 2026-0031", "informed": True},
        ),
        (
            "Nummer,Wat er gebeurde,Datum melding,Gemeld aan AP",
            "7,Tas kwijt,3-2-2024,5-2-2024",
            {"notified_at": datetime(2024, 2, 4, 23, tzinfo=UTC)},
        ),
        (
            "Nummer,Wat er gebeurde,Datum melding,Gemeld aan AP,Datum melding AP,Betrokkenen geïnformeerd",
            "7,Tas kwijt,3-2-2024,nee,n.v.t.,nee\n"
            '8,Mail,3-2-2024,"Ja, op 5-2-2024",,6-2-2024\n9,Brief,3-2-2024,n.v.t.,-,ja',
            {"notified": False, "notified_at": None, "informed": False, "informed_on": None},
        ),
        (
            "Nummer,Wat er gebeurde,Datum melding,Gemeld aan AP,Betrokkenen geïnformeerd",
            "8,Mail,3-2-2024,5-2-2024,6-2-2024\n7,Tas kwijt,3-2-2024,nee,nee",
            {"notified": True, "notified_at": datetime(2024, 2, 4, 23, tzinfo=UTC), "informed": True},
        ),
        (
            "Nummer,Wat er gebeurde,Datum melding,Gemeld aan AP",
            "7,Tas kwijt,3-2-2024,nee\n8,Mail,3-2-2024,Z2024-77",
            {"notified": False, "authority_number": ""},
        ),
        (
            "Nr.,Wat er gebeurde,Datum melding,Gemeld aan AP",
            "8,Mail,3-2-2024,Z2024-77\n7,Tas kwijt,3-2-2024,nee",
            {"old_reference": "8", "notified": True, "authority_number": "Z2024-77"},
        ),
        (
            EDPB,
            '"BR-1","2026-01-15","Server encrypted","Names","~12,000","a) Likely to result in a high risk",'
            '"Yes (Art. 33)","a) Yes","Isolated","2026-01-16T09:00:00Z"',
            {"subjects": 12_000, "risk": RiskLevel.HIGH, "notified": True, "informed": True, "measures": "Isolated"},
        ),
        (
            EDPB,
            '"BR-2","2026-01-15","Mail","Names","1","No high risk","No (no likely risk - recorded)",'
            '"No / not required","None","2026-01-16T09:00:00Z"',
            {"risk": None, "notified": False, "informed": False},
        ),
    ],
)
def test_the_sheets_of_other_registers_are_recognised(head: str, row: str, values: dict[str, Any]) -> None:
    """By their headings, whatever capitals and blanks, and for yes or no by what stands in the column."""
    table = read_table("register.csv", f"{head}\n{row}\n".encode())
    reading = read_entries(table, guess_fields(table), zone=AUTHORITY_ZONE, now=datetime(2026, 3, 2, tzinfo=UTC))
    assert not reading.problems
    assert {name: getattr(reading.entries[0], name) for name in values} == values


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "This file has no rows."),
        ("a.csv", b"a;b\n", "no rows"),
        ("a.xlsx", b"PK no", "not a readable XLSX"),
        ("a.csv", b"\xff\xfe\x00x", "not a CSV file"),
        ("", b"", "Choose the file to import."),
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
