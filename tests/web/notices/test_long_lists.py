"""A long list is left to a worker: the request keeps it whole, the page tells how far it is, a kill costs a step."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import BlobRemoval, Inbound, MailingRecipient
from incident.store.proof.note import Signer
from incident.store.verify import verify
from incident.usecases.common.errands import LEASE
from incident.usecases.mailing import read_list
from incident.usecases.retention.erase import removable
from incident.worker import clerk as module
from incident.worker.clerk import Clerk
from tests.web.client import Visitor
from tests.web.conftest import Team
from tests.web.notices.test_mailing_pages import approved_letters, clerk_of, lite_app, mailbox, prepared

__all__ = ["lite_app", "mailbox"]
PEOPLE = 7
ROWS = "".join(f"Persoon {number};p{number}@example.org;nl;x\n" for number in range(PEOPLE))
LONG = f"naam;email;taal;Klantsoort\n{ROWS}Cas;cas at example;nl;x\n"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two people are many here."""
    monkeypatch.setattr(read_list, "STEP", 2)


@pytest.fixture
def clerk(lite: Team, clock: FixedClock) -> Callable[[], Clerk]:
    """A function that makes the part of a worker that reads lists."""
    return lambda: clerk_of(lite, clock)


@pytest.fixture
def dpo(lite: Team, examples: list[str]) -> Visitor:
    visitor, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    approved_letters(visitor, second, examples[0])
    return visitor


def rows(team: Team) -> list[int]:
    with team.app.app_context():
        return list(db.session.scalars(select(MailingRecipient.row).order_by(MailingRecipient.row)))


def test_a_long_list_is_read_by_a_worker(
    lite: Team, dpo: Visitor, examples: list[str], clerk: Callable[[], Clerk], clock: FixedClock
) -> None:
    """Nobody waits for it; afterwards the page says of it what it says of a short one, and the file is gone."""
    page = prepared(dpo, examples[0], LONG)
    assert "is being read" in page.text, page.problems
    assert rows(lite) == []
    assert "Start, and ask for release" not in page.text
    assert "is being read" in dpo.get(f"/incidents/{examples[0]}/mailings").text
    assert clerk().read_lists() == 1
    assert "See what was read" in dpo.client.get(f"{page.path}/progress").text
    done = dpo.get(page.path)
    assert "One row could not be used" in done.text
    assert "Klantsoort" in done.text
    assert rows(lite) == list(range(2, PEOPLE + 2))
    assert "Started." in dpo.submit("/start").text
    with lite.app.app_context():
        session = db.session()
        parts = lite.app.extensions["meldklok"]
        assert verify(session, parts.blobs, Signer(bytes(32)).public).findings == []
        [file] = session.scalars(select(BlobRemoval.sha256))
        clock.advance(hours=1)
        assert removable(session, clock.now()) == [file]


def test_a_list_that_waits_stays_until_it_is_read(
    lite: Team, dpo: Visitor, examples: list[str], clerk: Callable[[], Clerk], clock: FixedClock
) -> None:
    """However long no worker is there: the file is named."""
    prepared(dpo, examples[0], LONG)
    clock.advance(days=3)
    with lite.app.app_context():
        assert removable(db.session(), clock.now()) == []
        db.session.commit()
    clerk().read_lists()
    assert len(rows(lite)) == PEOPLE


def test_a_killed_worker_loses_one_step(
    lite: Team,
    dpo: Visitor,
    examples: list[str],
    clerk: Callable[[], Clerk],
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another goes on behind the last person who is stored, once the claim has run out, and not before."""
    page = prepared(dpo, examples[0], LONG)
    step, taken = read_list.read_step, list[int]()

    def dies(*args: Any, **kwargs: Any) -> Any:
        if len(taken) == 2:
            raise SystemExit
        taken.append(1)
        return step(*args, **kwargs)

    monkeypatch.setattr(module, "read_step", dies)
    with pytest.raises(SystemExit):
        clerk().read_lists()
    assert len(rows(lite)) == 4
    assert "4/7" in dpo.get(page.path).text
    monkeypatch.setattr(module, "read_step", step)
    assert clerk().read_lists() == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert clerk().read_lists() == 1
    assert rows(lite) == list(range(2, PEOPLE + 2))


def test_whoever_lost_the_claim_stores_nobody(
    lite: Team,
    dpo: Visitor,
    examples: list[str],
    clerk: Callable[[], Clerk],
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker that stood still for longer than its claim: each person is stored once, by the one that took over."""
    prepared(dpo, examples[0], LONG)
    step, late = read_list.read_step, list[int]()

    def stands_still(*args: Any, **kwargs: Any) -> Any:
        late.append(1)
        if len(late) == 1:
            clock.advance(seconds=LEASE.total_seconds() + 1)
            args[0].rollback()
            clerk().read_lists()
        return step(*args, **kwargs)

    monkeypatch.setattr(module, "read_step", stands_still)
    clerk().read_lists()
    assert rows(lite) == list(range(2, PEOPLE + 2))


def test_a_long_list_that_cannot_be_used_is_told_at_its_field(
    lite: Team, dpo: Visitor, examples: list[str], clerk: Callable[[], Clerk]
) -> None:
    """What was chosen stands in the form still; only the list is uploaded again."""
    page = prepared(dpo, examples[0], "naam;email\n" + "Cas;cas at example\n" * 5, per_minute="7", keep_days="9")
    assert "is being read" in page.text
    clerk().read_lists()
    told = dpo.get(page.path)
    assert "could not be read" in told.text
    assert "No row of this list can be used" in told.text
    values = {node.get("name"): node.get("value") for node in told.tree.iter("input")}
    assert (values["per_minute"], values["keep_days"]) == ("7", "9")
    assert all(node.get("checked") is not None for node in told.tree.iter("input") if node.get("name") == "versions")
    again = dpo.submit("/mailings", file=("lijst.csv", LONG.encode()))
    assert "is being read" in again.text
    clerk().read_lists()
    assert len(rows(lite)) == PEOPLE


def test_what_the_first_rows_say_is_told_at_once(lite: Team, dpo: Visitor, examples: list[str]) -> None:
    """A list without the columns that are needed is not left to anybody."""
    page = prepared(dpo, examples[0], "a;b\n" + "x;y\n" * 5)
    assert "these are missing" in page.text
    with lite.app.app_context():
        assert not list(db.session.scalars(select(Inbound.key).where(Inbound.key.startswith("errand:"))))


def test_an_error_of_ours_is_told_and_others_have_their_turn(
    lite: Team, dpo: Visitor, examples: list[str], clerk: Callable[[], Clerk], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = prepared(dpo, examples[0], LONG)

    def broken(*_args: Any) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr(module, "people_in", broken)
    assert clerk().read_lists() == 1
    assert "because of an error in Meldklok" in dpo.get(page.path).text
