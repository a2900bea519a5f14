"""The drill: one press calls everybody on the roster over every channel, and only a person's own click is a proof."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from incident.doctor import State, roster
from incident.domain.kernel.errors import Conflict, IllegalMove, NotAllowed
from incident.domain.kernel.people import Role
from incident.domain.reminders.drill import Standing, escalates_to
from incident.domain.reminders.ladder import LadderPolicy
from incident.domain.reminders.roster import OnCall, Roster
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import AuditEntry, DrillCall, OutboxMessage, Person
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.drill import StartDrill, confirm_call, proofs, start_drill
from incident.usecases.messages.ports import Channel
from tests.promises.outage import House
from tests.web.client import PASSWORD, Visitor
from tests.web.conftest import Team, app, lite, lite_app, team

__all__ = ["app", "lite", "lite_app", "team"]
EVERY = timedelta(days=100)


@pytest.fixture
def house(engine: Engine, make_settings: Any, clock: FixedClock) -> House:
    return House(engine, make_settings(), clock, Channel.EMAIL, Channel.SLACK)


def begin(house: House, who: str = "Charlie") -> int:
    with Session(house.engine) as session, session.begin():
        return len(start_drill(StartDrill(house.actors[who]), session=session, now=house.clock.now()))


def standings(house: House) -> dict[tuple[str, str], Standing]:
    with Session(house.engine) as session:
        now = house.clock.now()
        return {(one.person.name, one.channel): one.standing(now, EVERY) for one in proofs(session, now)}


def test_everybody_on_the_roster_is_called_over_every_channel(house: House) -> None:
    """Alice and Charlie have Slack besides; the calls go the way of real reminders."""
    assert set(standings(house).values()) == {Standing.NEVER}
    assert begin(house) == 6
    house.live(timedelta(seconds=10), timedelta(seconds=1))
    mail = {message.recipient for _, message in house.lines[Channel.EMAIL].arrived}
    slack = {message.recipient for _, message in house.lines[Channel.SLACK].arrived}
    assert mail == {f"{name}@example.org" for name in ("alice", "bob", "charlie", "dora")}
    assert slack == {"U0ALICE", "U0CHARLIE"}
    assert set(standings(house).values()) == {Standing.ASKED}


def test_a_confirmation_proves_one_way_to_one_person_and_grows_old(house: House) -> None:
    begin(house)
    with Session(house.engine) as session, session.begin():
        call = session.scalars(select(DrillCall).where(DrillCall.channel == "email").limit(1)).one()
        called = session.get_one(Person, call.person_id).actor()
        confirm_call(session, call.id, called, now=house.clock.advance(minutes=3))
        first = call.confirmed_at
        confirm_call(session, call.id, called, now=house.clock.advance(minutes=3))
        assert call.confirmed_at == first
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.tag == "drill:confirmed"))
        assert (entry.details["channel"], entry.details["after_seconds"]) == ("email", 180)
    assert sorted(map(str, standings(house).values())) == ["asked"] * 5 + ["proven"]
    house.clock.advance(days=101)
    assert sorted(map(str, standings(house).values())) == ["asked"] * 5 + ["old"]
    begin(house)
    with Session(house.engine) as session:
        found = proofs(session, house.clock.now())
    assert [one.channel for one in found if one.is_asked_anew] == ["email"], "confirmed before, and called again now"


def test_a_drill_does_not_take_other_ways(house: House) -> None:
    """A way that does not work must not look as if it did."""
    house.lines[Channel.EMAIL].away = True
    begin(house)
    house.live(timedelta(hours=1))
    assert {message.recipient for _, message in house.lines[Channel.SLACK].arrived} == {"U0ALICE", "U0CHARLIE"}


def test_two_drills_in_a_row_are_one_too_many(house: House) -> None:
    begin(house)
    with pytest.raises(Conflict):
        begin(house)
    house.clock.advance(minutes=10)
    assert begin(house) == 6


def test_only_who_manages_the_roster_may_start_a_drill(house: House) -> None:
    with pytest.raises(NotAllowed):
        begin(house, "Bob")


def test_without_a_channel_a_drill_would_reach_nobody(house: House) -> None:
    with Session(house.engine) as session, session.begin():
        write_down(session, {Channel.TERMINAL}, house.clock.now())
    with pytest.raises(IllegalMove):
        begin(house)


def test_opening_the_link_proves_nothing_and_one_click_of_who_was_called_does(lite: Team) -> None:
    """Mail filters open and press links, and mailboxes are shared: whoever was called shows that they get in."""
    dpo = lite.visitor("Dora", Role.DPO)
    dpo.get("/settings/roster")
    assert "one call to one person" in dpo.submit("/drill").text
    with lite.app.app_context():
        path = next(
            str(row.payload["params"]["path"])
            for row in db.session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "email"))
        )
    robot = lite.app.test_client()
    assert robot.get(path).headers["Location"].startswith("/login")
    assert robot.post(path).status_code == 400
    lite.visitor("Rik", Role.REPORTER).get(path, status=403)
    called = Visitor(lite.app)
    assert called.get(path).path.startswith("/login")
    assert "Did this reach you?" in called.submit("/login", email=dpo.email, password=PASSWORD).text
    assert "not confirmed" in dpo.get("/settings/roster").text
    assert "Your confirmation is on record" in called.submit(path).text
    assert "not confirmed" not in (text := dpo.get("/settings/roster").text)
    assert "confirmed" in text
    lite.clock.advance(hours=1)
    dpo.submit("/drill")
    text = dpo.get("/settings/roster").text
    assert text.index("Start a drill") < text.index("Who would be told"), "what runs stands on top"
    assert "This drillcalled Mon 2 Mar 2026 11:00 CET, not confirmed yetEarlierconfirmed" in text
    dpo.get(f"/drill/{uuid4()}", status=404)


def test_a_roster_on_which_every_escalation_reaches_one_person_is_red(lite: Team) -> None:
    dpo = lite.visitor("Dora", Role.DPO, Role.ADMIN)
    page = dpo.get("/settings/roster")
    assert "Every escalation reaches the same person: Dora." in page.text
    assert "Nobody has a place yet: until then the data protection officer is told" in page.text
    assert page.links("/people/invite")
    lite.account("Tom", Role.SECOND)
    assert "Every escalation reaches the same person" not in dpo.get("/settings/roster").text


def test_escalations_that_all_end_at_one_person_are_seen() -> None:
    """Whoever is on duty does not count: the question is who hears of it when they do not act."""
    alone = OnCall(uuid4(), "a@example.org", duty_order=1, roles=frozenset({Role.DPO, Role.SECOND}))
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    other = OnCall(uuid4(), "b@example.org", roles=frozenset({Role.SECOND}))
    assert escalates_to(LadderPolicy(), [alone], Roster(), at) == {alone.id}
    assert escalates_to(LadderPolicy(), [alone, other], Roster(), at) == {alone.id, other.id}


def test_the_doctor_complains_of_what_is_not_proven(house: House, make_settings: Any) -> None:
    settings = make_settings(DATABASE_URL=house.engine.url.render_as_string(hide_password=False))
    begin(house)
    now = house.clock.now()
    [finding] = roster.people(settings, now)
    assert (finding.state, "Alice (e-mail)" in finding.sentence) == (State.WARN, True)
    with Session(house.engine) as session, session.begin():
        for call in session.scalars(select(DrillCall)).all():
            confirm_call(session, call.id, session.get_one(Person, call.person_id).actor(), now=now)
    [finding] = roster.people(settings, now)
    assert finding.state is State.OK
    [finding] = roster.people(settings, now + timedelta(days=101))
    assert finding.state is State.WARN
