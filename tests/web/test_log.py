"""The log on the page of the record: what people did, and what Meldklok did where it is asked for."""

from datetime import timedelta

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Role
from incident.platform.clock import FixedClock
from incident.store import audit
from incident.store.db import db
from tests.factories import make_actor, make_incident
from tests.web.client import text_of
from tests.web.conftest import Team


def test_what_people_did_does_not_drown(lite: Team, clock: FixedClock) -> None:
    """What Meldklok did is one press away; what was written down after something later says so."""
    with lite.app.app_context():
        session = db.session()
        actor = make_actor(session, "Maker", [Role.RESPONDER], clock.now())
        reference = make_incident(session, actor, clock.now()).reference
        audit.append(session, reference, Tag.TASK_ADDED, actor.key, clock.in_hours(2))
        audit.append(session, reference, Tag.ROOM_OPENED, SYSTEM.key, clock.in_hours(2) - timedelta(hours=1))
        session.commit()
    dpo = lite.visitor("Femke", Role.DPO)
    page = dpo.get(f"/incidents/{reference}/record")
    assert "Maker added a task or measure" in page.text
    assert "opened a room" not in page.text
    assert "written down on" not in page.text
    (whole,) = (address for address in page.links("/record") if "all=y" in address)
    page = dpo.get(whole.partition("#")[0])
    assert "Meldklok opened a room in Slack" in page.text
    assert "written down on Mon 2 Mar 2026 12:00 CET or later" in page.text
    assert "Show only what people did" in page.text


def test_every_entry_that_stands_above_a_newer_moment_says_so(lite: Team, clock: FixedClock) -> None:
    """Two facts of the past, noted one after the other; a second more or less is no news."""
    with lite.app.app_context():
        session = db.session()
        actor = make_actor(session, "Maker", [Role.RESPONDER], clock.now())
        reference = make_incident(session, actor, clock.now()).reference
        for tag, at in (
            (Tag.TASK_ADDED, clock.in_hours(5)),
            (Tag.TASK_CHANGED, clock.in_hours(3)),
            (Tag.TIMELINE_ADDED, clock.in_hours(4)),
            (Tag.TASK_ADDED, clock.in_hours(5) + timedelta(seconds=30)),
            (Tag.TASK_CHANGED, clock.in_hours(5) + timedelta(seconds=20)),
        ):
            audit.append(session, reference, tag, actor.key, at)
        session.commit()
    page = lite.visitor("Femke", Role.DPO).get(f"/incidents/{reference}/record")
    said = ["or later" in text_of(row) for body in page.tree.iter("tbody") for row in body if len(row) == 3]
    assert said[:5] == [False, False, True, True, False]


def test_the_log_is_in_words(lite: Team, clock: FixedClock) -> None:
    """What was decided about people, and each step of a mailing, is said in words and never in the word of the code."""
    with lite.app.app_context():
        session = db.session()
        actor = make_actor(session, "Maker", [Role.RESPONDER], clock.now())
        reference = make_incident(session, actor, clock.now()).reference
        audit.append(session, reference, Tag.DECISION_MADE, actor.key, clock.now(), subject="subjects", act=True)
        for step in ("asked", "released", "posted"):
            audit.append(session, reference, Tag.NOTICE_RELEASED, actor.key, clock.now(), step=step)
        session.commit()
    page = lite.visitor("Femke", Role.DPO).get(f"/incidents/{reference}/record")
    assert "Maker decided: Data subjects: to inform" in page.text
    assert "Maker asked somebody else to release a mailing" in page.text
    assert "Maker released a mailing" in page.text
    assert "Maker recorded that letters were posted" in page.text
