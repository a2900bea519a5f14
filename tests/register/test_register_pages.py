"""The register: found, filtered, shown, kept as a view and taken out of the house, on both databases."""

import csv
import io
import json
from datetime import timedelta

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role
from incident.law.vocabulary import RiskLevel
from incident.store.db import db
from incident.store.models import AuditEntry, Incident, Person
from tests.factories import make_actor, make_incident, make_person
from tests.web.client import Visitor
from tests.web.conftest import Team
from tests.web.test_pages import statements

SUMMARIES = ("Laptop stolen from a train", "Ticket export mailed to the wrong customer", "Naïve password in Zendesk")


def _fill(team: Team, summaries: tuple[str, ...] = SUMMARIES, **columns: object) -> list[str]:
    """Incidents a day apart, the newest last; gives their references."""
    with team.app.app_context():
        session = db.session()
        actor = make_actor(session, f"Reporter{len(summaries)}", [Role.REPORTER], team.clock.now())
        made = []
        for day, summary in enumerate(summaries):
            incident = make_incident(session, actor, team.clock.now(), summary=summary)
            incident.reported_at = team.clock.now() - timedelta(days=len(summaries) - day)
            for name, value in columns.items():
                setattr(incident, name, value)
            made.append(incident.reference)
        session.commit()
        return made


@pytest.fixture
def dpo(team: Team) -> Visitor:
    """The data protection officer."""
    return team.visitor("Dora", Role.DPO)


def _found(visitor: Visitor, query: str) -> list[str]:
    return [link.rsplit("/", 1)[1] for link in visitor.get(f"/register{query}").links("/incidents/DL-")]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("lapt", 0),
        ("LAPTOP train", 0),
        ("customer wrong", 1),
        ("Zendesk", 2),
        ("naïve", 2),
        ("laptop customer", None),
        ("%", None),
        ("' OR 1=1 --", None),
        ('"*', None),
        ("tra:*&|!", 0),
    ],
)
def test_search_finds_the_beginnings_of_words(team: Team, dpo: Visitor, typed: str, expected: int | None) -> None:
    """Every word must begin a word of the incident; signs mean nothing to the database."""
    made = _fill(team)
    dpo.get("/register")
    answer = dpo.client.get("/register", query_string={"q": typed})
    assert answer.status_code == 200
    assert [made.index(one) for one in made if f"/incidents/{one}" in answer.text] == (
        [] if expected is None else [expected]
    )


def test_a_changed_summary_is_found_by_its_new_words_only(team: Team, dpo: Visitor) -> None:
    """The index follows the incident."""
    reference = _fill(team)[0]
    with team.app.app_context():
        db.session.scalars(select(Incident).where(Incident.reference == reference)).one().summary = "Bicycle lost"
        db.session.commit()
    assert (_found(dpo, "?q=bicycle"), _found(dpo, "?q=laptop")) == ([reference], [])


def test_an_incident_is_found_by_its_reference(team: Team, dpo: Visitor) -> None:
    """As people read it aloud, with and without its dashes between the parts."""
    made = _fill(team)
    assert _found(dpo, f"?q={made[1]}") == [made[1]]


@pytest.mark.parametrize(
    ("query", "columns", "count"),
    [
        ("?risk=high", {"risk": RiskLevel.HIGH}, 1),
        ("?risk=unlikely", {"risk": RiskLevel.HIGH}, 0),
        ("?status=ended", {}, 0),
        ("?status=open", {}, 1),
        ("?status=closed", {}, 0),
        ("?status=reported", {}, 1),
        ("?kind=phishing", {"kind": "phishing"}, 1),
        ("?kind=phishing", {"kind": "hacking"}, 0),
        ("?notified=no", {}, 1),
        ("?notified=yes", {}, 0),
        ("?system=crm", {"systems": "crm, shop"}, 1),
        ("?system=crm", {"systems": "shop"}, 0),
        ("?system=order+sys", {"systems": "crm, order system"}, 1),
        ("?system=order-sys", {"systems": "crm, order system"}, 1),
        ("?system=laptop", {"systems": "crm"}, 0),
        ("?system=crm&q=laptop", {"systems": "crm"}, 1),
        ("?system=crm&q=right", {"systems": "crm"}, 0),
        ("?whose=nobody", {}, 1),
        ("?whose=me", {}, 0),
        ("?whose=x", {}, 1),
        ("?from=2026-03-01&to=2026-03-01", {}, 1),
        ("?from=2026-03-02", {}, 0),
        ("?to=2026-02-28", {}, 0),
        ("?from=nonsense&page=99999&risk=nonsense", {}, 1),
    ],
)
def test_filters_narrow(team: Team, dpo: Visitor, query: str, columns: dict[str, object], count: int) -> None:
    """Each filter by itself; what cannot be read does not narrow; the case is of 1 March."""
    _fill(team, SUMMARIES[:1], **columns)
    assert len(_found(dpo, query)) == count


def test_pages_hold_every_incident_once(team: Team, dpo: Visitor) -> None:
    """Fifty a page, nothing twice, nothing left out."""
    made = _fill(team, tuple(f"Case {number}" for number in range(60)))
    first, second = _found(dpo, ""), _found(dpo, "?page=2")
    assert (len(first), len(second), sorted(first + second)) == (50, 10, sorted(made))


@pytest.mark.parametrize(("query", "most"), [("", "COUNTED"), ("?q=case", "FOUND")])
def test_a_page_stops_counting_and_what_leaves_the_house_does_not(
    team: Team, dpo: Visitor, query: str, most: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page says "more than", of everything as of the hits of a word; an export is recorded with its number."""
    monkeypatch.setattr(f"incident.store.queries.register.{most}", 2)
    _fill(team, tuple(f"Case {number}" for number in range(5)))
    assert "More than 2 incidents" in dpo.get(f"/register{query}").text
    assert len(_rows("csv", dpo.client.get(f"/register.csv{query}").data)) == 5
    assert _exports(team) == [("csv", 5)]


@pytest.mark.parametrize(("whole", "many"), [(3, True), (2, True), (0, False)])
def test_whole_words_are_counted_first_and_beginnings_are_not_forgotten(
    team: Team, dpo: Visitor, whole: int, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enough of the word itself, or of it with longer ones, or of longer ones alone: each is counted right."""
    monkeypatch.setattr("incident.store.queries.register.FOUND", 2)
    _fill(team, (*(f"Laptop {number}" for number in range(whole)), "Laptops lost", "Laptops found"))
    assert ("More than 2 incidents" in dpo.get("/register?q=laptop").text) is many


@pytest.mark.parametrize("few", [0, 1_000])
def test_a_search_shows_the_newest_first_whichever_way_it_is_read(
    team: Team, dpo: Visitor, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gathered and sorted, or walked by date: the same pages, also where an old incident was entered last."""
    monkeypatch.setattr("incident.store.queries.register.FEW", few)
    made = _fill(team, tuple(f"Case {number}" for number in range(60)))
    with team.app.app_context():
        last = db.session.scalars(select(Incident).where(Incident.reference == made[-1])).one()
        last.reported_at -= timedelta(days=300)
        db.session.commit()
    wanted = [*made[-2::-1], made[-1]]
    assert _found(dpo, "?q=case") + _found(dpo, "?q=case&page=2") == wanted
    assert [row["reference"] for row in json.loads(dpo.client.get("/register.json?q=case").data)] == wanted


def test_the_number_of_statements_does_not_grow(team: Team, dpo: Visitor) -> None:
    """At most ten, the same for five rows and for fifty, with every column shown."""
    counted = []
    names = "&".join(f"col={name}" for name in ("summary", "description", "notify", "phases", "assignee", "nature"))
    for summaries in (tuple(f"Few {n}" for n in range(5)), tuple(f"Many {n}" for n in range(45))):
        _fill(team, summaries)
        with statements(dpo) as found:
            dpo.get(f"/register?{names}")
        counted.append(len(found))
    assert counted[0] == counted[1] <= 10


def test_columns_are_chosen_in_the_address(team: Team, dpo: Visitor) -> None:
    """Facts, decisions and own columns alike; the reference always leads."""
    _fill(team)
    page = dpo.get("/register?col=description&col=notify&col=nonsense")
    table = next(node for node in page.tree.iter("table"))
    titles = [(node.text or "").strip() for node in table.iter("th") if node.get("scope") == "col"]
    assert titles[0] == "Reference"
    assert "Notify the authority?" in titles
    assert len(titles) == 3
    assert ("The usual columns" in page.text, "Clear the filters" in page.text) == (True, False)
    assert "Clear the filters" in dpo.get("/register?status=open").text


def test_a_view_is_kept_opened_replaced_and_forgotten(team: Team, dpo: Visitor) -> None:
    """Named, of the person alone, and a plain address."""
    made = _fill(team)
    dpo.get("/register?q=laptop&col=summary&col=risk")
    page = dpo.submit("/register/views", name="Stolen things")
    assert "Stolen things" in page.text
    (address,) = [link for link in page.links("/register?") if "q=laptop" in link and "col=risk" in link][:1]
    assert _found(dpo, address.removeprefix("/register")) == [made[0]]
    assert "Stolen things" not in team.visitor("Emil", Role.AUDITOR).get("/register").text
    dpo.get(address)
    dpo.submit("/register/views/forget")
    assert "Stolen things" not in dpo.get("/register").text


@pytest.mark.parametrize(
    ("typed", "says"),
    [("  ", "Give the view a name."), ("x" * 61, "Shorten this text by one character; at most 60 fit.")],
)
def test_a_view_needs_a_name(team: Team, dpo: Visitor, typed: str, says: str) -> None:
    """Said at the field and on top; what was typed and the filter stay, and the next attempt succeeds."""
    dpo.get("/register?q=laptop")
    page = dpo.submit("/register/views", name=typed)
    assert page.problems == [says]
    fields = {node.get("id"): node for node in page.tree.iter("input")}
    assert fields["name"].get("value") == typed.strip()
    assert fields["name"].get("aria-invalid") == "true"
    assert fields["q"].get("value") == "laptop"
    kept = dpo.submit("/register/views", name="Laptops")
    assert "q=laptop" in kept.path
    assert "Laptops" in kept.text


def _exports(team: Team) -> list[tuple[str, int]]:
    with team.app.app_context():
        rows = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.REGISTER_EXPORTED.value))
        return [(row.details["format"], row.details["rows"]) for row in rows]


@pytest.mark.parametrize("format", ["csv", "xlsx", "json", "pdf"])
def test_exports_hold_the_filter_and_are_recorded(team: Team, dpo: Visitor, format: str) -> None:
    """Each format, with the filter of the page; nothing typed becomes a formula; the system's chain knows of it."""
    made = _fill(team, ("=HYPERLINK(1) laptop", "+1 laptop", "Phone"))
    answer = dpo.client.get(f"/register.{format}?q=laptop")
    content = answer.data
    assert answer.status_code == 200
    assert f".{format}" in answer.headers["Content-Disposition"]
    rows = _rows(format, content)
    if format != "pdf":
        assert [row[0] for row in rows] == [made[1], made[0]]
        assert len(rows[0]) > 50
    assert _exports(team) == [(format, 2)]


@pytest.mark.parametrize("format", ["csv", "xlsx", "json", "pdf"])
def test_a_file_that_is_a_selection_is_called_one(team: Team, dpo: Visitor, format: str) -> None:
    """CSV and JSON have no place inside to say so; other columns leave no breach out."""
    _fill(team, ("Laptop", "Phone"))
    for query, name in (
        ("?q=laptop", "register-selection-2026"),
        ("", "register-2026"),
        ("?col=status", "register-2026"),
    ):
        assert name in dpo.client.get(f"/register.{format}{query}").headers["Content-Disposition"]


def _rows(format: str, content: bytes) -> list[list[str]]:
    if format == "csv":
        read = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[1:]
        assert not [cell for row in read for cell in row if cell.startswith(("=", "+", "-", "@"))]
        return read
    if format == "json":
        return [[str(value) for value in row.values()] for row in json.loads(content)]
    if format == "xlsx":
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = [[str(cell) for cell in row] for row in sheet.to_python()][1:]
        assert "=HYPERLINK(1) laptop" in rows[1]
        return rows
    assert content.startswith(b"%PDF-")
    return []


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_made_up_examples_never_leave_as_the_register(team: Team, dpo: Visitor, format: str) -> None:
    """GDPR art. 33(5) is about breaches; the page shows the examples, the file that goes to an authority does not."""
    made = _fill(team, ("=HYPERLINK(1) laptop", "=HYPERLINK(1) laptop", "Real"))
    _fill(team, ("Made up",), is_example=True)
    rows = _rows(format, dpo.client.get(f"/register.{format}").data)
    assert [row[0] for row in rows] == made[::-1]
    assert _exports(team) == [(format, 3)]


def test_no_two_columns_of_the_register_have_one_name(team: Team, dpo: Visitor) -> None:
    """Whoever sorts by the cause has to know which of two it is; and the file prints on its side, wrapped."""
    heading = dpo.client.get("/register.csv").data.decode("utf-8-sig").splitlines()[0].split(";")
    assert len(heading) == len(set(heading))


def test_the_register_for_machines_has_codes_whatever_the_language(team: Team, dpo: Visitor) -> None:
    """A program that reads the file must not break when somebody reads the pages in Dutch."""
    _fill(team, ("A",), risk=RiskLevel.HIGH)
    told = [
        json.loads(dpo.client.get("/register.json", headers={"Accept-Language": language}).data)
        for language in ("nl", "en")
    ]
    assert told[0] == told[1]
    assert (told[0][0]["risk"], told[0][0]["status"], told[0][0]["source"]) == ("high", "reported", "web")


def test_an_export_longer_than_a_batch_is_whole(team: Team, dpo: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches continue where the one before ended."""
    monkeypatch.setattr("incident.store.queries.register.BATCH", 5)
    made = _fill(team, tuple(f"Case {number}" for number in range(12)))
    answer = json.loads(dpo.client.get("/register.json?col=summary").data)
    assert [row["reference"] for row in answer] == made[::-1]


@pytest.mark.parametrize(
    ("role", "page", "export", "imports"),
    [
        (Role.REPORTER, 404, 404, 404),
        (Role.RESPONDER, 200, 404, 404),
        (Role.AUDITOR, 200, 200, 404),
        (Role.ADMIN, 404, 404, 404),
    ],
)
def test_who_may_see_and_take_it(lite: Team, role: Role, page: int, export: int, imports: int) -> None:
    """What is not theirs does not exist for them."""
    client = lite.visitor("Somebody", role).client
    found = [client.get(path).status_code for path in ("/register", "/register.csv", "/register/import")]
    assert found == [page, export, imports]


def test_an_empty_register_says_what_to_do(lite: Team) -> None:
    """It teaches, and so does a filter that finds nothing."""
    dpo = lite.visitor("Dora", Role.DPO)
    empty = dpo.get("/register")
    assert empty.links("/report")
    assert [form for form in empty.tree.iter("form") if form.get("role") == "search"] == []
    assert "Nothing fits this filter" in dpo.get("/register?q=zebra").text


def test_a_file_says_which_breaches_are_not_in_it(team: Team) -> None:
    """Narrowed by a filter, or some restricted to others: paper and workbook must not pass for the whole."""
    _fill(team)
    auditor = team.visitor("Audrey", Role.AUDITOR)

    def told(query: str) -> tuple[str, str]:
        paper = PdfReader(io.BytesIO(auditor.client.get(f"/register.pdf{query}").data)).pages[0].extract_text()
        book = CalamineWorkbook.from_filelike(io.BytesIO(auditor.client.get(f"/register.xlsx{query}").data))
        return " ".join(paper.split()), str(book.get_sheet_by_index(1).to_python())

    paper, book = told("")
    assert "All breaches" not in paper
    assert "All breaches that you may see.'" in book
    with team.app.app_context():
        hidden = db.session.scalars(select(Incident).order_by(Incident.reference)).first()
        assert hidden is not None
        hidden.circle = []
        db.session.commit()
    more = "One more breach of the register is restricted to others and not in this file."
    assert all(f"All breaches that you may see. {more}" in text for text in told(""))
    assert all(f"Only the breaches that fit the filter of the page. {more}" in text for text in told("?q=e"))


def test_the_register_on_paper_says_its_day_as_people_write_it(team: Team, dpo: Visitor) -> None:
    """Not "2026-03-02" above dates that are written out."""
    _fill(team)
    pages = PdfReader(io.BytesIO(dpo.client.get("/register.pdf").data)).pages
    assert "as it stood on 2 March 2026" in " ".join(pages[0].extract_text().split())


def test_the_paper_says_once_what_the_people_are_whom_it_names(team: Team, dpo: Visitor) -> None:
    """An auditor asks who the officer is; who is not named on the paper is not listed, nor of two of a name either."""
    _fill(team)
    with team.app.app_context():
        for one in db.session.scalars(select(Person)):
            one.function = f"Head of {one.name}s"
        make_person(db.session, "Elsewhere", [Role.REPORTER], team.clock.now(), function="Nobody here")
        db.session.commit()
        reporters = {one.reporter_name for one in db.session.scalars(select(Incident))}
    told = _first_page(dpo)
    assert reporters
    assert all(told.count(f"{name}, head of {name}s") == 1 for name in reporters)
    assert "Nobody here" not in told
    with team.app.app_context():
        for name in reporters:
            email = f"second-{name.lower()}@example.org"
            make_person(db.session, name, [Role.REPORTER], team.clock.now(), function="Other", email=email)
        db.session.commit()
    told = _first_page(dpo)
    assert not any(f"{name}, " in told.partition("Reference")[0] for name in reporters)


def _first_page(visitor: Visitor) -> str:
    pages = PdfReader(io.BytesIO(visitor.client.get("/register.pdf").data)).pages
    return " ".join(pages[0].extract_text().split())
