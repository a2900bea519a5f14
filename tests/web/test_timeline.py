"""The timeline: every kind of entry from every door can be shown, a page at a time."""

import re
from uuid import uuid4

from incident.domain.kernel.people import Role, Source
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import TimelineEntry
from tests.factories import make_actor, make_incident
from tests.web.conftest import Team

ENTRY = re.compile(r'id="entry-[0-9a-f]{8}-')
KINDS = (
    "reported",
    "confirmed",
    "assessed",
    "decided",
    "drafted",
    "approved",
    "notified",
    "closed",
    "reopened",
    "note",
    "correction",
    "mailing",
    "customer_receipt",
    "message",
    "asked_reporter",
    "reporter_said",
    "a kind of tomorrow",
)


def _entries(team: Team, clock: FixedClock, count: int) -> str:
    """An incident with so many entries, of all kinds and from all doors in turn."""
    with team.app.app_context():
        session = db.session()
        actor = make_actor(session, "Maker", [Role.RESPONDER], clock.now())
        incident = make_incident(session, actor, clock.now())
        doors = tuple(Source)
        for number in range(count):
            session.add(
                TimelineEntry(
                    id=uuid4(),
                    incident_id=incident.id,
                    happened_at=clock.in_hours(number),
                    recorded_at=clock.now(),
                    source=doors[number % len(doors)],
                    kind=KINDS[number % len(KINDS)],
                    text=f"entry {number}",
                    author_id=actor.id,
                    author_name=actor.name,
                )
            )
        session.commit()
        return incident.reference


def test_every_door_and_every_kind_can_be_shown(team: Team, clock: FixedClock) -> None:
    """An entry that came by import, or of a kind this version does not know, breaks no page."""
    reference = _entries(team, clock, len(KINDS) * len(Source))
    page = team.visitor("Femke", Role.DPO).get(f"/incidents/{reference}/timeline")
    assert page.status == 200


def test_what_somebody_wrote_is_read_on_the_timeline(team: Team, clock: FixedClock) -> None:
    """Also a message from Slack, and what was asked of a reporter: the record says what was said, under its name."""
    reference = _entries(team, clock, len(KINDS))
    told = team.visitor("Femke", Role.DPO).get(f"/incidents/{reference}/timeline").html
    coded = ("confirmed", "assessed", "decided", "drafted", "approved", "notified", "mailing")
    typed = [f"entry {number}<" for number, kind in enumerate(KINDS) if kind not in coded]
    assert [text for text in typed if text not in told] == []
    assert "<strong>Message from Slack</strong>" in told


def test_a_long_timeline_has_pages_the_newest_first(team: Team, clock: FixedClock) -> None:
    """The latest hundred at once; the oldest are one click away."""
    reference = _entries(team, clock, 150)
    visitor = team.visitor("Femke", Role.DPO)
    first = visitor.get(f"/incidents/{reference}/timeline").html
    second = visitor.get(f"/incidents/{reference}/timeline?page=2").html
    assert (len(ENTRY.findall(first)), len(ENTRY.findall(second))) == (100, 51)
