"""Drafting a letter anew from newer facts: what somebody changed or translated by hand stays."""

import pytest

from incident.documents.writing import write_notice
from incident.domain.kernel.errors import IllegalMove
from incident.domain.kinds import Addressee
from incident.domain.languages import gaps
from incident.law.vocabulary import DataCategory
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import (
    CHOOSE,
    DraftNotice,
    EditNotice,
    RedraftNotice,
    draft_notice,
    edit_notice,
    redraft_notice,
)
from incident.usecases.notices.ports import NoticeRequest, WrittenNotice
from tests.usecases.notices.test_notices import act

__all__ = ["act"]

OWN = "Wij bellen iedereen die op papier post van ons krijgt."


class Writer:
    """The writer of the product."""

    def write(self, request: NoticeRequest) -> WrittenNotice:
        return write_notice(request)


@pytest.fixture
def edited(session, report, team, act, clock):
    """A letter of which one sentence was written by hand, and its incident."""
    incident = report()
    act.state(incident, data_categories=(DataCategory.NAME, DataCategory.EMAIL), measures_taken="De map is dicht.")
    drafted = DraftNotice(team.responder, incident.id, Addressee.SUBJECTS)
    version = draft_notice(drafted, session=session, now=clock.now(), writer=Writer())
    body = version.body.replace("Is er iets nieuws? Dan schrijven wij u opnieuw.", OWN)
    order = EditNotice(team.responder, version.notice_id, "Eigen titel", body, version.number)
    return incident, edit_notice(order, session=session, now=clock.now())


def test_edits_stay_and_new_facts_come_in(session, edited, team, act, clock) -> None:
    """A category is found later: it stands in the letter beside the sentence and the title that somebody wrote."""
    incident, version = edited
    act.state(incident, data_categories=(DataCategory.NAME, DataCategory.EMAIL, DataCategory.BSN))
    order = RedraftNotice(team.responder, version.notice_id)
    again = redraft_notice(order, session=session, now=clock.now(), writer=Writer())
    assert OWN in again.body
    assert "- Burgerservicenummer" in again.body
    assert again.title == "Eigen titel"
    assert CHOOSE["nl"] not in again.body


def test_where_both_changed_the_same_a_person_chooses_before_it_can_be_approved(
    session, edited, team, act, clock
) -> None:
    """Both texts stand there, and the mark between them blocks the approval."""
    incident, version = edited
    body = version.body.replace("De map is dicht.", "Wij hebben de map gesloten en alles nagezien.")
    order = EditNotice(team.responder, version.notice_id, version.title, body, version.number)
    edit_notice(order, session=session, now=clock.now())
    act.state(incident, measures_taken="De map is dicht en de link is weg.")
    anew = RedraftNotice(team.responder, version.notice_id)
    again = redraft_notice(anew, session=session, now=clock.now(), writer=Writer())
    assert "alles nagezien" in again.body
    assert "de link is weg" in again.body
    assert CHOOSE["nl"] in gaps(again.body)
    with pytest.raises(IllegalMove):
        approve_notice(ApproveNotice(team.second, again.notice_id, again.body_sha256), session=session, now=clock.now())
