"""The pages of people: an account is shown as it is, and saved as it was shown."""

from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.store.models import OutboxMessage, Person
from tests.web.client import PASSWORD, Page, Visitor, text_of
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


def mails(team: Team) -> dict[str, str]:
    """The link in each invitation, by who gets it."""
    with team.app.app_context():
        rows = db.session.scalars(db.select(OutboxMessage).order_by(OutboxMessage.recipient))
        return {row.recipient: row.payload["params"]["link"] for row in rows if row.payload["template"] == "invited"}


def test_several_people_are_invited_and_choose_a_password(lite: Team) -> None:
    """One a line; each gets a mail of their own, whose link leads to the password until there is one."""
    admin = lite.visitor("Femke", Role.ADMIN)
    admin.get("/people/invite")
    page = admin.submit("/people/invite", people="Tom Bakker <tom@example.org>, responder\nsanne@example.org")
    assert "2 people have been invited." in page.text
    links = mails(lite)
    assert sorted(links) == ["sanne@example.org", "tom@example.org"]
    tom = Visitor(lite.app)
    path = "/" + links["tom@example.org"].split("/", 3)[3]
    tom.get(path)
    tom.submit(password=PASSWORD, password_confirm=PASSWORD)
    assert tom.get("/account").status == 200
    over = Visitor(lite.app).get(path, status=404)
    assert "has been used or has expired" in over.text
    assert over.links("/login")
    assert over.links("/password/forgotten")
    assert "has been used or has expired" in Visitor(lite.app).get(path + "x", status=404).text


def test_one_bad_line_and_nobody_is_invited(lite: Team) -> None:
    """What was typed stays in the form."""
    admin = lite.visitor("Femke", Role.ADMIN)
    admin.get("/people/invite")
    page = admin.submit("/people/invite", people=f"tom@example.org\n{admin.email}")
    assert any("Line 2" in problem for problem in page.problems)
    assert "tom@example.org" in page.html
    assert not mails(lite)
    assert "tom@example.org" not in admin.get("/people").text


def test_an_invitation_gives_no_power_over_decisions(lite: Team) -> None:
    """Roles that decide wait for another person who decides, however many are invited at once."""
    lite.visitor("Dora", Role.DPO)
    admin = lite.visitor("Femke", Role.ADMIN)
    admin.get("/people/invite")
    page = admin.submit("/people/invite", people="tom@example.org, fg\neva@example.org, second", roles=[])
    assert "waits until somebody else agrees: " in page.text
    assert "Asked by a message: Dora." in page.text
    row = next(node for node in page.tree.iter("tr") if "tom@example.org" in text_of(node))
    assert "waits for consent: Data protection officer" in text_of(row)
    with lite.app.app_context():
        rows = db.session.scalars(db.select(Person).where(Person.email.in_(["tom@example.org", "eva@example.org"])))
        assert {role.name for row in rows for role in row.roles} == {"reporter"}
