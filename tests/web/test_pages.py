"""Every page with the four examples: valid markup, one first heading, a title, and few statements."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from incident.demo.examples import load_examples
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import Person
from incident.store.queries import progress
from tests.factories import make_actor
from tests.web.client import Visitor, text_of
from tests.web.conftest import Team

SECTIONS = (
    "",
    "/triage",
    "/facts",
    "/facts/introduction",
    "/facts/international",
    "/facts/parties",
    "/facts/timeline",
    "/facts/incident",
    "/facts/data",
    "/facts/subjects",
    "/facts/protection",
    "/facts/consequences",
    "/facts/actions",
    "/facts-history",
    "/proposals",
    "/risk",
    "/decisions",
    "/notices",
    "/timeline",
    "/tasks",
    "/evidence",
    "/record",
    "/close",
)
PLACES = (
    "/",
    "/?show=late",
    "/?show=mine",
    "/report",
    "/register",
    "/register?q=laptop&status=reported",
    "/people",
    "/exercises",
    "/people/new",
    "/powers",
    "/account",
    "/help",
    "/help/method",
    "/account/second-factor",
    "/account/password",
    "/settings/organisation",
)


@pytest.fixture
def visitor(team: Team, clock: FixedClock) -> Visitor:
    """Somebody with every role, in an installation with the examples."""
    with team.app.app_context():
        session = db.session()
        actor = make_actor(session, "Maker", [Role.DPO, Role.ADMIN], clock.now())
        deps = team.app.extensions["meldklok"]
        load_examples(session, actor=actor, now=clock.now(), writer=deps.writer)
        session.commit()
    return team.visitor("Femke", Role.DPO, Role.ADMIN)


@contextmanager
def statements(visitor: Visitor) -> Iterator[list[str]]:
    """What reaches the database, without BEGIN and PRAGMA."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "SELECT 1", "SHOW", "select pg_catalog")):
            found.append(statement)

    with visitor.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def references(visitor: Visitor) -> list[str]:
    return sorted({link.split("/")[2] for link in visitor.get("/register").links("/incidents/")})


def most_of(path: str) -> int:
    """How many statements a page may ask: more where the authority's form is drafted, and where all is compared."""
    section = path.split("/")[3] if path.startswith("/incidents/") and path.count("/") > 2 else path.split("/")[1]
    return {"record": 33, "facts": 12, "decisions": 12, "incidents": 16, "notices": 11}.get(section, 10)


def test_every_page_is_valid_and_asks_the_database_little(visitor: Visitor) -> None:
    """Valid HTML5, exactly one h1, a title, labels for every input, and few statements."""
    paths = [*PLACES]
    for reference in references(visitor):
        paths += [f"/incidents/{reference}{section}" for section in SECTIONS]
        paths += visitor.get(f"/incidents/{reference}/notices").links("/notices/")
    for path in paths:
        with statements(visitor) as found:
            page = visitor.get(path)
        headings = [node for node in page.tree.iter("h1")]
        assert len(headings) == 1, path
        assert page.title.endswith("· Meldklok"), path
        assert len(found) <= most_of(path), (path, len(found), found)
        unlabelled = set(_inputs(page)) - {node.get("for") for node in page.tree.iter("label")}
        assert not unlabelled, (path, unlabelled)
        ids = [node.get("id") for node in page.tree.iter() if node.get("id")]
        assert len(ids) == len(set(ids)), (path, {one for one in ids if ids.count(one) > 1})


def _inputs(page: object) -> Iterator[str]:
    """The inputs that need a label elsewhere on the page: those that lie in a label have theirs around them."""
    within = {node for label in page.tree.iter("label") for node in label.iter()}  # type: ignore[attr-defined]
    for node in page.tree.iter():  # type: ignore[attr-defined]
        hidden = node.tag == "input" and node.get("type") == "hidden"
        named = node in within or node.get("aria-label")
        if node.tag in ("input", "select", "textarea") and not hidden and not named:
            yield node.get("id", "no id")


def test_the_board_asks_the_same_for_one_incident_and_for_many(visitor: Visitor) -> None:
    """Four rows or forty that nobody has looked at: the same number of statements; at the next look fewer."""
    progress._known.cache_clear()
    with statements(visitor) as few:
        visitor.get("/")
    for number in range(36):
        visitor.get("/report")
        visitor.submit("/report", summary=f"Report {number}")
    with statements(visitor) as many:
        page = visitor.get("/")
    assert len({link.split("/")[2] for link in page.links("/incidents/")}) == 40
    with statements(visitor) as again:
        visitor.get("/")
    assert len(many) == len(few) > len(again)
    [waiting] = [node for node in page.tree.iter("section") if node.get("id") == "waits-for-you"]
    assert len(list(waiting.iter("li"))) == 12
    assert "more, when these are done." in text_of(waiting)
    assert " left" in next(text_of(item) for item in waiting.iter("li")), "a step says what is left on its clock"


def test_what_waits_leads_to_the_very_thing(team: Team, visitor: Visitor, clock: FixedClock) -> None:
    """Each link of the overview opens a page that has the place it names; the processor's case says whom to tell."""
    board = visitor.get("/")
    assert "Waiting for you" in board.text
    customers = next(link.split("/")[2] for link in board.links("/incidents/") if "DL-2026-0004" in link)
    visitor.get(f"/incidents/{customers}/tasks")
    with team.app.app_context():
        me = db.session.scalars(select(Person).where(Person.email == "femke@example.org")).one().id
    due = clock.now().date().isoformat()
    visitor.submit("/tasks", title="Ask for proof", kind="task", owner=str(me), due=due)
    board = visitor.get("/")
    places = {link for link in board.links("/incidents/") if "#" in link}
    assert {link.partition("#")[2].partition("-")[0] for link in places} >= {"task", "draft"}
    for link in sorted(places):
        path, _, place = link.partition("#")
        assert place in [node.get("id") for node in visitor.get(path).tree.iter() if node.get("id")], link
    for page in (board, visitor.get(f"/incidents/{customers}")):
        assert "Tell the customers" in page.text


def test_every_time_on_a_page_names_its_zone(visitor: Visitor) -> None:
    """A reader never has to guess."""
    for reference in references(visitor):
        for section in ("", "/timeline", "/record", "/decisions"):
            page = visitor.get(f"/incidents/{reference}{section}")
            for node in page.tree.iter("time"):
                text = "".join(node.itertext())
                assert ":" not in text or text.endswith(("CET", "CEST", "UTC")), (section, text)


def test_an_auditor_sees_everything_and_can_change_nothing(visitor: Visitor, team: Team) -> None:
    """No form but those for language and signing out."""
    auditor = team.visitor("Otto", Role.AUDITOR)
    for reference in references(visitor):
        for section in SECTIONS:
            if section.startswith(("/triage", "/facts/", "/proposals")):
                auditor.get(f"/incidents/{reference}{section}", status=404)
                continue
            page = auditor.get(f"/incidents/{reference}{section}")
            actions = [form.get("action", "") for form in page.tree.iter("form") if form.get("method") == "post"]
            open_to_all = ("/language", "/logout")
            assert [action for action in actions if action not in open_to_all and "/risk" not in action] == [], section
