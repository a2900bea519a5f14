"""Who sees to what in a case, given on its page: by the use case of Slack, with the same refusals."""

from uuid import UUID

from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.domain.kinds import Part
from incident.store.db import db
from incident.store.models import Incident, Person
from tests.factories import make_actor, make_incident
from tests.web.conftest import Team
from tests.web.test_restricted import send


def reported(lite: Team, email: str) -> tuple[str, UUID]:
    """The address of an incident, and the account with this e-mail address."""
    with lite.app.app_context():
        session, now = db.session(), lite.clock.now()
        incident = make_incident(session, make_actor(session, "Rita", [Role.REPORTER], now), now)
        person = session.scalars(select(Person.id).where(Person.email == email)).one()
        session.commit()
        return f"/incidents/{incident.reference}", person


def test_a_part_is_given_and_taken_back_on_the_page(lite: Team) -> None:
    """The page and the log say so; a part that nobody knows, or a person who cannot have it, changes nothing."""
    officer, responder = lite.visitor("Femke", Role.DPO), lite.account("Rens", Role.RESPONDER)
    path, person = reported(lite, responder)

    def holders() -> list[object]:
        with lite.app.app_context():
            return [db.session.scalars(select(Incident)).one().holder(part) for part in (None, *Part)]

    assert send(officer, f"{path}/assign", part="it", person=str(person)).status_code == 302
    assert holders() == [None, None, person, None]
    assert "IT lead: Rens" in officer.get(path).text
    assert "Femke gave a part in the case to Rens: IT lead" in officer.get(f"{path}/record").text
    assert "unless you tick them: Rens." in officer.get(f"{path}/restrict").text
    refused = send(officer, f"{path}/assign", part="dpo", person=str(person))
    assert refused.status_code >= 400
    send(officer, f"{path}/assign", part="it", person="")
    assert holders() == [None, None, None, None]


def test_whoever_may_do_it_too_is_told_so(lite: Team) -> None:
    """What waits for the colleague who has the case can be done by others; an auditor, who cannot, is not told so."""
    officer, auditor = lite.visitor("Femke", Role.DPO), lite.visitor("Otto", Role.AUDITOR)
    path, person = reported(lite, lite.account("Rens", Role.RESPONDER))
    assert send(officer, f"{path}/assign", person=str(person)).status_code == 302
    for page in ("/", path):
        assert "Rens; you may do it too" in officer.get(page).text
        seen = auditor.get(page).text
        assert "Rens" in seen
        assert "you may do it too" not in seen
    assert "your turn" not in officer.get("/").text


def test_a_case_of_somebody_who_left_is_nobodys(lite: Team) -> None:
    """Whose account was switched off in the middle of it acts no more: the board says so, and its filter finds it."""
    officer = lite.visitor("Femke", Role.DPO)
    path, person = reported(lite, lite.account("Rens", Role.RESPONDER))
    send(officer, f"{path}/assign", person=str(person))
    assert "Owner: Rens" in officer.get("/").text
    assert path not in officer.get("/?show=unowned").links("/incidents/")
    with lite.app.app_context():
        db.session.get_one(Person, person).active = False
        db.session.commit()
    board = officer.get("/?show=unowned")
    assert path in board.links("/incidents/")
    assert "Nobody has it" in board.text
    assert "Rens" not in board.text
    page = officer.get(path)
    assert "Rens (switched off)" in page.text
    assert "I take this on" in page.text


def test_a_part_that_nobody_knows_is_not_the_whole_case(lite: Team) -> None:
    """A form that was tampered with gives the case to nobody."""
    officer, responder = lite.visitor("Femke", Role.DPO), lite.account("Rens", Role.RESPONDER)
    path, person = reported(lite, responder)
    assert send(officer, f"{path}/assign", part="king", person=str(person)).status_code >= 400
    with lite.app.app_context():
        assert db.session.scalars(select(Incident)).one().holder(None) is None
