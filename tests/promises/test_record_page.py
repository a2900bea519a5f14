"""The record page tells people what happened, in words and names, and says at once when the record does not fit."""

import re

from sqlalchemy import text

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role
from incident.store import audit
from incident.store.db import db
from incident.store.models import Person
from incident.web.told import SENTENCES
from tests.factories import make_incident
from tests.web.conftest import Team, lite, lite_app

__all__ = ["lite", "lite_app"]
OF_THE_HOUSE = (
    "register:",
    "settings:",
    "template:",
    "person:",
    "password:",
    "second_factor:",
    "passkey:",
    "power:",
    "token:",
    "access:",
    "drill:",
    "chain:",
)
"""Kinds of acts that stand in the log of the house, not in that of an incident."""


def _reported(team: Team) -> str:
    with team.app.app_context():
        actor = db.session.scalars(db.select(Person).where(Person.name == "Noor")).one().actor()
        reference = make_incident(db.session(), actor, team.clock.now()).reference
        db.session.commit()
    return reference


def test_the_record_names_people_and_acts_in_words(lite: Team) -> None:
    """No id, no tag: who did what, for a reader who knows neither."""
    visitor = lite.visitor("Noor", Role.DPO)
    page = visitor.get(f"/incidents/{_reported(lite)}/record").text
    assert "Noor reported the incident" in page
    assert not re.search(r"person:|[0-9a-f]{8}-[0-9a-f]{4}|incident:reported", page)
    assert "Without a checkpoint from outside nobody can find" in page


def test_what_was_done_many_times_in_a_row_is_one_line(lite: Team) -> None:
    """A mailing to hundreds of people does not bury what people decided; the line says which entries it stands for."""
    visitor = lite.visitor("Noor", Role.DPO)
    reference = _reported(lite)
    visitor.get(f"/incidents/{reference}/tasks")
    for number in range(3):
        visitor.submit("/tasks", title=f"Step {number}", kind="task")
    page = visitor.get(f"/incidents/{reference}/record").text
    assert page.count("Noor added a task or measure") == 1
    assert "(3×)" in page


def test_letters_that_were_told_together_are_counted_one_by_one(lite: Team) -> None:
    """An entry for one letter and one for seven say eight, in one line."""
    visitor = lite.visitor("Noor", Role.DPO)
    reference = _reported(lite)
    with lite.app.app_context():
        for keys in ("a", "b c d e f g h"):
            many = {"messages": len(keys.split())} if " " in keys else {}
            about = {"message": keys, "channel": "subjects", "attempts": 1, **many}
            audit.append(db.session(), reference, Tag.MESSAGE_SENT, "system", lite.clock.now(), **about)
        db.session.commit()
    page = visitor.get(f"/incidents/{reference}/record?all=y").text
    assert "Meldklok sent a message by a mailing to the people concerned (8×)" in page


def test_a_record_that_was_altered_is_red_on_its_page(lite: Team) -> None:
    """The page compares the record with its log whenever it is opened."""
    visitor = lite.visitor("Noor", Role.DPO)
    reference = _reported(lite)
    assert "does not fit the record" not in visitor.get(f"/incidents/{reference}/record").text
    with lite.app.app_context():
        db.session.execute(text("UPDATE incident SET summary = 'Nothing happened'"))
        db.session.commit()
    page = visitor.get(f"/incidents/{reference}/record").text
    assert "does not fit the record" in page
    assert f"{reference}: The incident itself" in page


def test_every_act_of_an_incident_has_words() -> None:
    """A new kind of act needs a sentence before it can be recorded."""
    silent = {Tag.MESSAGE_COLLAPSED, Tag.MESSAGE_NOT_NEEDED, Tag.LET_IN_TRIED, Tag.EXERCISE_ENDED}
    assert {tag for tag in Tag if not tag.value.startswith(OF_THE_HOUSE)} - silent == set(SENTENCES)


def test_each_reason_of_a_duty_stands_there_once(lite: Team) -> None:
    """A duty and its deadline rest on the same moment; whoever reads why reads it once."""
    dpo = lite.visitor("Noor", Role.DPO)
    page = dpo.get(f"/incidents/{_reported(lite)}/record")
    assert "72" in page.text
    for reasons in page.tree.iter("ul"):
        said = ["".join(one.itertext()) for one in reasons.iter("li")]
        assert len(said) == len(set(said))
