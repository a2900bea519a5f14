"""Drafting a letter anew from newer facts: what somebody changed or translated by hand stays."""

from dataclasses import replace

import pytest

from incident.documents.writing import write_notice
from incident.domain.kernel.errors import IllegalMove
from incident.domain.kinds import Addressee, NoticeKind
from incident.domain.languages import gaps
from incident.law.forms.ap_2022 import fill_ap
from incident.law.vocabulary import DataCategory, RiskLevel
from incident.store.models import Notice
from incident.store.queries.progress import progress_of_one
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.settings import SaveOrganisation, organisation_profile, save_organisation
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.authority_form import filing_context
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
from incident.usecases.response.assess import AssessRisk, assess_risk
from tests.law.forms.sheets import FULL, PROFILE

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
    body = version.body.replace("Is er nieuws? Dan schrijven wij u opnieuw.", OWN)
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


def test_what_the_recipient_answered_ends_the_approval_of_a_letter_that_says_it(session, report, team, act, clock):
    """It says so by the newest assessment: once that says otherwise, only a text drafted anew can be approved."""

    def assessed(response: str) -> None:
        answers = {"recipient": "known", "recipient_response": response}
        assess_risk(AssessRisk(team.dpo, incident.id, answers), session=session, now=clock.advance(minutes=1))

    incident = report()
    assessed("deletion_confirmed")
    version = act.draft(incident)
    approval = act.approve(version)
    assessed("deletion_confirmed")
    assert approval.void_at is None
    assessed("refused")
    assert approval.void_because == "the facts changed"
    with pytest.raises(IllegalMove):
        act.approve(version)
    assessed("deletion_confirmed")
    again = act.approve(version)
    assert again.void_at is None
    (stand,) = progress_of_one(session, incident).notices
    assert (stand.approved, stand.wanting) == (True, False)


def test_the_form_tells_with_the_measures_that_the_recipient_deleted_the_data(session, report, team, act, clock):
    """GDPR art. 33(3)(d): "we asked the recipient to delete it" stops before the end of what is on record."""
    incident = report()
    act.state(incident, measures_taken="Wij hebben de ontvanger gevraagd het te wissen.")
    told = []
    for response in ("none", "deletion_confirmed"):
        answers = {"recipient": "known", "recipient_response": response}
        assess_risk(AssessRisk(team.dpo, incident.id, answers), session=session, now=clock.advance(minutes=1))
        facts, organisation = current_facts(session, incident), organisation_profile(session)
        form = fill_ap(
            facts,
            organisation,
            filing_context(session, incident, NoticeKind.INITIAL, clock.now(), facts, organisation),
        )
        told.append("De ontvanger heeft bevestigd dat de gegevens zijn gewist." in form.answer("10.2").text)
    assert told == [False, True]


def test_a_provisional_form_is_the_first_notice_once_nothing_is_open(session, report, team, act, clock) -> None:
    """GDPR art. 33(4): no follow-up is asked of what was told whole; it is, while the record says that more comes."""
    save_organisation(SaveOrganisation(team.admin, PROFILE), session=session, now=clock.now())
    incident = report()
    incident.risk = RiskLevel.RISK
    drafted = DraftNotice(team.responder, incident.id, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    form = draft_notice(drafted, session=session, now=clock.now(), writer=Writer())
    notice = session.get_one(Notice, form.notice_id)
    assert (bool(form.missing), notice.kind) == (True, NoticeKind.PROVISIONAL)

    def known(facts):
        append_version(session, incident, facts, actor=team.dpo, now=clock.now(), chapter="timeline", reason="known")
        order = RedraftNotice(team.responder, notice.id)
        return redraft_notice(order, session=session, now=clock.now(), writer=Writer()).missing, notice.kind

    assert known(FULL) == ([], NoticeKind.INITIAL)
    assert known(replace(FULL, expected_on=clock.now().date())) == ([], NoticeKind.PROVISIONAL)
