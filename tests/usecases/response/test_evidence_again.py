"""A file that is chosen again because the answer was lost is kept once; what is said anew is kept anew."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from incident.store.models import Evidence
from incident.usecases.response.attach_evidence import AGAIN, AttachEvidence, attach_evidence
from tests.factories import blobs_in
from tests.usecases.conftest import report, team

__all__ = ["report", "team"]


@pytest.fixture
def attach(session, report, team, clock, tmp_path):
    """A function that attaches the same file, unless something else is said; returns its row."""
    incident, blobs = report(), blobs_in(tmp_path / "blobs")

    def act(*, actor=team.dpo, filename="log.txt", content=b"who read what\n", description="The log", after=0):
        clock.advance(seconds=after)
        command = AttachEvidence(actor, incident.id, filename, content, description)
        row = attach_evidence(command, session=session, now=clock.now(), blobs=blobs)
        session.commit()
        return row

    return act


def kept(session) -> int:
    return session.scalar(select(func.count()).select_from(Evidence))


def test_chosen_again_it_is_the_same_file(session, attach) -> None:
    assert attach().id == attach(after=60).id
    assert kept(session) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"filename": "log-2.txt"},
        {"content": b"who read more\n"},
        {"description": "The log of the mail server"},
        {"after": AGAIN / timedelta(seconds=1)},
    ],
    ids=str,
)
def test_what_differs_is_another_file(session, attach, other) -> None:
    attach()
    attach(**other)
    assert kept(session) == 2


def test_two_people_may_hand_in_the_same_file(session, attach, team) -> None:
    attach()
    attach(actor=team.responder)
    assert kept(session) == 2
