"""A private link to the status of an incident: reads how it stands and nothing else, until it ends; on record."""

from datetime import date

import pytest
from sqlalchemy import func, select

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Role
from incident.law.vocabulary import UNKNOWN, Informed, Unknown
from incident.store.db import db
from incident.store.models import AuditEntry, Incident, OutboxMessage, Person, Token
from incident.usecases.common.record import record_system
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.restrict import Restrict, restrict
from tests.factories import make_incident
from tests.web.client import Page, Visitor
from tests.web.conftest import Team

TYPED = "Mevrouw Jansen kreeg de brief van de buurman"


@pytest.fixture
def reference(team: Team) -> str:
    """An incident whose summary names somebody."""
    team.account("Rita", Role.RESPONDER)
    with team.app.app_context():
        rita = db.session().scalars(select(Person).where(Person.name == "Rita")).one()
        incident = make_incident(db.session(), rita.actor(), team.clock.now(), summary=TYPED)
        db.session.commit()
        return incident.reference


def share(visitor: Visitor, reference: str, label: str = "The board") -> str:
    """Make a link; gives its path."""
    visitor.get(f"/incidents/{reference}/shared")
    page = visitor.submit("/shared", label=label)
    assert page.status == 201, page.problems
    found = next("".join(node.itertext()) for node in page.tree.iter() if node.get("id") == "address")
    return "/status/" + found.rpartition("/")[2]


def opened(visitor: Visitor, link: str) -> Page:
    """Open a link and press the one button on its cover."""
    visitor.get(link)
    page = visitor.submit()
    assert page.status == 200
    return page


def count(team: Team, tag: Tag) -> int:
    with team.app.app_context():
        return db.session().scalar(select(func.count()).where(AuditEntry.tag == tag)) or 0


def test_whoever_has_the_link_reads_how_it_stands_and_nothing_that_was_typed(team: Team, reference: str) -> None:
    link = share(team.visitor("Femke", Role.DPO), reference)
    page = opened(Visitor(team.app), link)
    assert reference in page.text
    assert "Next step of the organisation" in page.text
    assert "Rita" not in page.text
    assert "Jansen" not in page.html
    assert "Femke" not in page.html
    assert not [href for href in page.links("/incidents")]


@pytest.mark.parametrize(("day", "words"), [(date(2026, 3, 2), "begun on Mon 2 Mar"), (UNKNOWN, "begun")])
def test_people_who_are_being_told_are_not_called_untold(
    team: Team, reference: str, day: date | Unknown, words: str
) -> None:
    """Letters have begun to leave, or people were telephoned: no submission is on record yet, the fact is."""
    link = share(team.visitor("Femke", Role.DPO), reference)
    assert "People concerned toldnot yet" in opened(Visitor(team.app), link).text.replace(" not yet", "not yet")
    with team.app.app_context():
        session = db.session()
        incident = session.scalars(select(Incident)).one()
        rita = session.scalars(select(Person).where(Person.name == "Rita")).one().actor()
        told = {"informed": Informed.INFORMED, "informed_on": day}
        command = RecordFacts(rita, incident.id, told, incident.fact_version)
        record_facts(command, session=session, now=team.clock.now())
        session.commit()
    told_page = opened(Visitor(team.app), link).text
    assert f"People concerned told{words}" in told_page.replace(f" {words}", words)
    assert "People informed" not in told_page, "not a second time in other words"


def test_a_denial_and_its_end_show_as_they_are(team: Team, reference: str) -> None:
    """Of what was no breach nothing is "not yet" done, and once it is taken up again nobody reads that it was none."""
    dpo, second = team.visitor("Femke", Role.DPO), team.visitor("Bas", Role.SECOND)
    link, board = share(dpo, reference), Visitor(team.app)
    assert "not yet" in opened(board, link).text
    dpo.get(f"/incidents/{reference}/triage")
    dpo.submit("/triage", is_breach="no", aware_at__date="", aware_at__time="", reason="An empty file")
    page = second.get(f"/incidents/{reference}/decisions")
    agree = next(node.get("name", "") for node in page.tree.iter("input") if node.get("name", "").endswith("-agree"))
    second.submit("/second", **{agree: "yes"})
    denied = opened(board, link).text
    assert "Is it a breach? No" in denied
    assert not {"not yet", "Deadline:"} & {
        one for one in ("not yet", "Deadline:") if one in denied.replace("not yet stated", "")
    }
    dpo.get(f"/incidents/{reference}/close")
    dpo.submit("/reopen", reason="There is a name in it.")
    again = opened(board, link).text
    assert "What was decided Nothing yet." in again
    dpo.get("/report")
    other = dpo.submit("/report", summary="The same, reported again").path.split("/")[2]
    dpo.get(f"/incidents/{reference}/close")
    dpo.submit("/merge", duplicate__into=other, duplicate__reason="The same file")
    merged = opened(board, link).text
    assert (f"Part of {other}" in merged, "not yet" in merged, "What was decided" in merged) == (True, False, False)
    assert "replaced" in dpo.get(f"/incidents/{reference}/decisions").text


def test_making_and_reading_it_are_on_record_and_the_officer_is_told(team: Team, reference: str) -> None:
    link = share(team.visitor("Femke", Role.DPO), reference)
    stranger = Visitor(team.app)
    for _again in range(3):
        opened(stranger, link)
    team.clock.advance(hours=1)
    opened(stranger, link)
    assert (count(team, Tag.STATUS_SHARED), count(team, Tag.STATUS_READ)) == (1, 2)
    with team.app.app_context():
        templates = [row.payload["template"] for row in db.session().scalars(select(OutboxMessage))]
        assert db.session().scalars(select(Token)).one().used_at is not None
    assert "status_shared" in templates
    assert "exported" not in templates


def test_a_program_that_looks_at_every_link_reads_nothing(team: Team, reference: str) -> None:
    """Mail filters and previews follow links by GET and HEAD: neither shows the status, and neither is a reading."""
    link = share(team.visitor("Femke", Role.DPO), reference)
    robot = team.app.test_client()
    assert robot.head(link).status_code == 200
    assert reference not in robot.get(link).text
    assert robot.head("/status/guessed").status_code == 404
    assert robot.post(link).status_code == 400
    assert count(team, Tag.STATUS_READ) == 0
    with team.app.app_context():
        assert db.session().scalars(select(Token)).one().used_at is None


def test_a_link_ends_by_itself_and_by_hand(team: Team, reference: str) -> None:
    dpo = team.visitor("Femke", Role.DPO)
    first, second = share(dpo, reference, "Counsel"), share(dpo, reference)
    dpo.get(f"/incidents/{reference}/shared")
    with team.app.app_context():
        key = db.session().scalars(select(Token.id).where(Token.label == "Counsel")).one()
    dpo.submit(f"{key}/end")
    stranger = Visitor(team.app)
    stranger.get(first, status=404)
    stranger.get(second)
    team.clock.advance(days=8)
    stranger.get(second, status=404)
    stranger.get("/status/guessed", status=404)


def test_a_restricted_incident_opens_by_no_link(team: Team, reference: str) -> None:
    dpo = team.visitor("Femke", Role.DPO)
    link = share(dpo, reference)
    with team.app.app_context():
        session, now = db.session(), team.clock.now()
        femke = session.scalars(select(Person).where(Person.name == "Femke")).one()
        rita = session.scalars(select(Person).where(Person.name == "Rita")).one()
        restrict(Restrict(femke.actor(), reference, frozenset({rita.id}), "A colleague"), session=session, now=now)
        session.commit()
    Visitor(team.app).get(link, status=404)
    page = dpo.get(f"/incidents/{reference}/shared")
    assert "cannot be shared" in page.text


def test_a_link_ends_with_the_account_of_its_maker(team: Team, reference: str) -> None:
    link = share(team.visitor("Femke", Role.DPO), reference)
    with team.app.app_context():
        session = db.session()
        femke = session.scalars(select(Person).where(Person.name == "Femke")).one()
        femke.active = False
        record_system(session, Tag.PERSON_CHANGED, SYSTEM, team.clock.now(), person=str(femke.id))
        session.commit()
    Visitor(team.app).get(link, status=404)


def test_who_may_not_export_may_not_share(team: Team, reference: str) -> None:
    bob = team.visitor("Bob", Role.RESPONDER)
    bob.get(f"/incidents/{reference}/shared", status=404)
    assert "Share the status" not in bob.get(f"/incidents/{reference}").text


def test_for_whom_is_asked(team: Team, reference: str) -> None:
    dpo = team.visitor("Femke", Role.DPO)
    dpo.get(f"/incidents/{reference}/shared")
    assert dpo.submit(label=" ").problems == ["Write for whom it is."]
    with team.app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Token)) == 0
        assert db.session().scalar(select(func.count()).select_from(Incident)) == 1
