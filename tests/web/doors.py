"""What tests of the doors share: a door, a report at it, and what is left of it."""

from incident.domain.doors import Door, DoorKind
from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.usecases.common import limits
from incident.usecases.response.doors import SaveDoor, save_door
from tests.factories import make_actor
from tests.web.client import Page, Visitor
from tests.web.conftest import Team

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


def make_door(team: Team, key: str = "customers", kind: DoorKind = DoorKind.CUSTOMERS, *, is_open: bool = True) -> None:
    """Put a door into the installation."""
    with team.app.app_context():
        actor = make_actor(db.session(), f"Keeper of {key}", [Role.ADMIN], team.clock.now())
        door = Door(key, kind, f"Door {key}", is_open, titles={"en": "Seen something?"})
        save_door(SaveDoor(actor, door), session=db.session(), now=team.clock.now())
        db.session.commit()


def send(visitor: Visitor, team: Team, key: str = "customers", **values: object) -> Page:
    """Fill in a door's form with the patience of a person."""
    visitor.get(f"/door/{key}")
    team.clock.advance(seconds=20)
    return visitor.submit(**{"summary": "A letter for somebody else", **values})


def code_of(page: Page) -> str:
    """The code on a receipt."""
    found = next(node for node in page.tree.iter() if node.get("id") == "receipt-code")
    return "".join(found.itertext()).strip()


def stored(team: Team) -> set[str]:
    """The files in their place."""
    return set(team.app.extensions["meldklok"].blobs.digests())


def from_network(team: Team, address: str) -> Visitor:
    """A browser somewhere else."""
    visitor = Visitor(team.app)
    visitor.client.environ_base["REMOTE_ADDR"] = address
    return visitor


def use_up(team: Team, limit: limits.Limit, whose: str, *, but: int) -> None:
    """Spend a limit, all but so many."""
    with team.app.app_context():
        for _time in range(limit.times - but):
            limits.spend(db.session(), limit, whose, now=team.clock.now())
        db.session.commit()
