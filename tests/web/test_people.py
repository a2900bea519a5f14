"""The pages of people: an account is shown as it is, and saved as it was shown."""

from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.store.models import Person
from tests.web.client import Page
from tests.web.conftest import Team


def ticked(page: Page) -> set[str]:
    """The roles whose box is ticked."""
    boxes = [node for node in page.tree.iter("input") if node.get("name") == "roles"]
    assert len(boxes) == len(Role)
    return {str(box.get("value")) for box in boxes if "checked" in box.attrib}


def test_an_account_is_shown_with_its_roles_and_keeps_them(lite: Team) -> None:
    """Whoever only corrects a name must not take anybody's roles away."""
    lite.account("Bas", Role.SECOND, Role.RESPONDER)
    admin = lite.visitor("Femke", Role.ADMIN)
    with lite.app.app_context():
        bas = db.session.scalars(db.select(Person).where(Person.name == "Bas")).one().id
    page = admin.get(f"/people/{bas}")
    assert ticked(page) == {"second", "responder"}
    admin.submit(f"/people/{bas}", name="Bas Smit")
    assert ticked(admin.get(f"/people/{bas}")) == {"second", "responder"}
    assert ticked(admin.submit("/link")) == {"second", "responder"}
    assert "Bas Smit" in admin.get("/people").text


def test_an_account_that_is_switched_off_shows_it(lite: Team) -> None:
    """The box that is not ticked stays so."""
    lite.account("Bas", Role.SECOND)
    admin = lite.visitor("Femke", Role.ADMIN)
    with lite.app.app_context():
        bas = db.session.scalars(db.select(Person).where(Person.name == "Bas")).one().id
    admin.get(f"/people/{bas}")
    admin.submit(f"/people/{bas}", active="")
    box = next(node for node in admin.get(f"/people/{bas}").tree.iter("input") if node.get("name") == "active")
    assert "checked" not in box.attrib
