"""The pages of exercises: started by a form, followed, ended, and the report of it read and downloaded."""

from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.domain.next_steps import steps
from incident.store.db import db
from incident.store.models import Incident, OutboxMessage, Person
from incident.store.queries.progress import progress_of_one
from tests.web.conftest import Team


def test_an_exercise_by_its_pages(lite: Team) -> None:
    """The DPO starts it for two people; a third sees nothing; nothing is filed; the report comes at the end."""
    dpo = lite.visitor("Noor", Role.DPO)
    player, stranger = lite.visitor("Jelle", Role.RESPONDER), lite.visitor("Mila", Role.RESPONDER)
    with lite.app.app_context():
        keys = {one.name: str(one.id) for one in db.session.scalars(select(Person))}
        db.session.rollback()
    dpo.get("/exercises")
    assert dpo.submit(scenario="ransomware", pace="72").problems == ["Choose who takes part."]
    shown = dpo.submit(scenario="ransomware", pace="72", people=[keys["Noor"], keys["Jelle"]])
    assert "Everybody who takes part is told" in shown.text
    with lite.app.app_context():
        reference = db.session.scalars(select(Incident.reference)).one()
        db.session.rollback()
    player.get("/exercises/1")
    for path in ("/exercises", "/exercises/1", f"/incidents/{reference}"):
        stranger.get(path, 404)
    player.get("/exercises/1/report.pdf", 404)
    for path in ("", "/timeline", "/notices", "/record", "/close"):
        assert "This is an exercise" in player.get(f"/incidents/{reference}{path}").text
    for path in ("/", "/register", f"/register?q={reference}"):
        assert reference not in dpo.get(path).html.replace(f"q={reference}", "").replace(f'value="{reference}"', "")
    dpo.get("/exercises/1")
    assert "Met: " in dpo.submit("/end").text
    assert "What the law wanted" in player.get("/exercises/1").text
    report = player.client.get("/exercises/1/report.pdf")
    assert report.data.startswith(b"%PDF")


def test_the_page_of_a_denial_says_that_the_exercise_goes_on(lite: Team) -> None:
    """Not that it has ended while its clock stands beside it; and it leads to where the denial is taken back."""
    dpo, second = lite.visitor("Noor", Role.DPO), lite.visitor("Bas", Role.SECOND)
    with lite.app.app_context():
        keys = [str(key) for key in db.session.scalars(select(Person.id).where(Person.name.in_(("Noor", "Bas"))))]
        db.session.rollback()
    dpo.get("/exercises")
    dpo.submit(scenario="misaddressed_mail", pace="72", people=keys)
    with lite.app.app_context():
        reference = db.session.scalars(select(Incident.reference)).one()
        db.session.rollback()
    dpo.get(f"/incidents/{reference}/triage")
    dpo.submit("/triage", is_breach="no", aware_at__date="", aware_at__time="", reason="Only a test list")
    page = second.get(f"/incidents/{reference}/decisions")
    agree = next(node.get("name", "") for node in page.tree.iter("input") if node.get("name", "").endswith("-agree"))
    second.submit("/second", **{agree.replace("-", "__"): "yes"})
    denied = dpo.get(f"/incidents/{reference}")
    assert ("The exercise goes on." in denied.text, "The exercise has ended." in denied.text) == (True, False)
    dpo.get(f"/incidents/{reference}/close")
    assert "The incident is open again." in dpo.submit("/reopen", reason="The list is real").text
    dpo.get("/exercises/1")
    dpo.submit("/end")
    ended = dpo.get(f"/incidents/{reference}").text
    assert ("ended with the exercise" in ended, "No longer required" in ended) == (True, False)


def test_an_approved_notice_of_an_exercise_leads_nobody_to_the_authority(lite: Team) -> None:
    """The authority's portal is real: no page and no step asks to file there what did not happen."""
    dpo, player = lite.visitor("Noor", Role.DPO), lite.visitor("Jelle", Role.RESPONDER)
    with lite.app.app_context():
        keys = [str(key) for key in db.session.scalars(select(Person.id).where(Person.name.in_(("Noor", "Jelle"))))]
        db.session.rollback()
    dpo.get("/exercises")
    dpo.submit(scenario="processor", pace="72", people=keys)
    with lite.app.app_context():
        reference = db.session.scalars(select(Incident.reference)).one()
        db.session.rollback()
    player.get(f"/incidents/{reference}/triage")
    player.submit("/triage", is_breach="yes", aware_ground="They told us")
    dpo.get(f"/incidents/{reference}/decisions")
    dpo.submit("/decisions", authority__act="yes", authority__reason="To be safe.")
    player.get(f"/incidents/{reference}/notices")
    notice = player.submit("/notices", addressee="authority", kind="provisional").path
    dpo.get(notice)
    approved = dpo.submit("/approve")
    assert "Approved." in approved.text
    for page in (approved, dpo.get(f"/incidents/{reference}/notices"), dpo.get(f"{notice}/beside")):
        assert "autoriteitpersoonsgegevens.nl" not in page.html
        assert "Record that it was sent" not in page.text
        assert "Copy it to the portal" not in page.text
    assert "a notice is ready once it is approved" in approved.text
    with lite.app.app_context():
        row = db.session.scalars(select(Incident)).one()
        codes = {step.code for step in steps(progress_of_one(db.session(), row))}
        queued = {message.payload["template"] for message in db.session.scalars(select(OutboxMessage))}
        db.session.rollback()
    assert not codes & {"file.authority", "close.case"}
    assert "notice_approved" not in queued
