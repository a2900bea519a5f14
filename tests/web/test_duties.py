"""Further duties on their page: seen, reported, decided, and followed by the next step of the incident."""

from datetime import UTC, datetime

import pytest

from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from tests.web.client import Visitor
from tests.web.conftest import Team


@pytest.fixture
def clock() -> FixedClock:
    """A day on which the Cyberbeveiligingswet holds."""
    return FixedClock(datetime(2026, 10, 5, 9, tzinfo=UTC))


@pytest.fixture
def dpo(team: Team) -> Visitor:
    """The officer of an organisation that falls under the Cyberbeveiligingswet."""
    visitor = team.visitor("Femke", Role.DPO)
    visitor.get("/settings/regimes")
    visitor.submit("/settings/regimes", regimes=["cbw"])
    return visitor


@pytest.fixture
def reference(dpo: Visitor) -> str:
    """A confirmed breach."""
    dpo.get("/report")
    found = dpo.submit("/report", summary="Intruder in the ticket system").path.split("/")[2]
    dpo.get(f"/incidents/{found}/triage")
    values = {"aware_at__date": "2026-10-05", "aware_at__time": "10:00", "aware_person": "Femke", "aware_ground": "Log"}
    dpo.submit("/triage", is_breach="yes", **values)
    return found


def test_a_report_elsewhere_is_recorded_and_the_next_clock_begins(dpo: Visitor, reference: str) -> None:
    """What is due first is the next step; a late report without a reason keeps what was typed."""
    overview = dpo.get(f"/incidents/{reference}")
    assert "Report under other law, or decide that no report is due" in overview.text
    assert f"/incidents/{reference}/duties" in overview.links("/duties")
    assert "Report under other law, or decide that no report is due" in dpo.get("/").text
    assert "Beside the GDPR: " in dpo.get(f"/incidents/{reference}/close").text, (
        "which law it is that closing waits for"
    )
    page = dpo.get(f"/incidents/{reference}/duties")
    assert "Cyberbeveiligingswet" in page.text
    wrong = dpo.submit("/reported/cbw_early_warning", cbw_early_warning__reference="NCSC-26-1")
    assert wrong.problems == ["Enter the date and time of the report."]
    assert "NCSC-26-1" in wrong.html
    named = {"cbw_early_warning__reported_at-date": "2026-10-05", "cbw_early_warning__reported_at-time": "11:00"}
    done = dpo.submit("/reported/cbw_early_warning", cbw_early_warning__reference="NCSC-26-1", **named)
    assert done.problems == []
    assert "NCSC-26-1" in done.text
    timeline = dpo.get(f"/incidents/{reference}/timeline").text
    assert "Reported under other law" in timeline
    assert "NCSC-26-1" in timeline


def test_each_law_has_its_own_event_and_moment(dpo: Visitor, reference: str) -> None:
    """The clocks of the Cyberbeveiligingswet follow what is stated of the significant incident; a change says why."""
    page = dpo.get(f"/incidents/{reference}/duties")
    assert "the earliest signal counts" in page.text
    kind = "significant_incident"
    values = {f"{kind}-met": "yes", f"{kind}-aware_at-date": "2026-10-05", f"{kind}-aware_at-time": "10:30"}
    stated = dpo.submit(f"/event/{kind}", **values)
    assert stated.problems == []
    assert "10:30" in stated.text
    moved = dpo.submit(f"/event/{kind}", **{**values, f"{kind}-aware_at-time": "10:45"})
    assert moved.problems == ["You correct a moment that moves a clock. Write why."]


def test_what_the_facts_deny_is_said_where_it_is_decided(dpo: Visitor, reference: str) -> None:
    """The clock runs until two people decide: whoever answered that there is no such incident is led to that."""
    page = dpo.get(f"/incidents/{reference}/duties")
    assert "No report is due by what is recorded" not in page.text
    page = dpo.submit("/event/significant_incident", **{"significant_incident-met": "no"})
    assert "Decide that no report is due: until then its clock runs on." in page.text
    assert page.text.count("No report is due by what is recorded") == 2
    assert "It was established that this is no case of: a significant incident" in page.text
    button = page.tree.find(".//button[@class='button button-main']")
    assert button is not None
    assert (button.text or "").strip() == "Record the decision"
    opened = [node.findtext("summary") for node in page.tree.iter("details") if node.get("open") is not None]
    assert opened == ["Decide whether a report is due"]
    record = dpo.get(f"/incidents/{reference}/record").text
    assert "Early warning (Cyberbeveiligingswet): not required" in record
    assert "national reporting point (NCSC). running" in record


def test_that_no_report_is_due_takes_two_people(dpo: Visitor, reference: str, team: Team) -> None:
    """The proposal is on the page of decisions for the second person, and ends the clocks once agreed."""
    dpo.get(f"/incidents/{reference}/duties")
    empty = dpo.submit("/decided/cbw")
    assert len(empty.problems) == 2
    values = {"cbw-decided__act": "no", "cbw-decided__reason": "One mailbox, no service was hit"}
    asked = dpo.submit("/decided/cbw", **values)
    assert "waits for a second person" in asked.text
    second = team.visitor("Bas", Role.SECOND)
    waiting = second.get(f"/incidents/{reference}/decisions")
    assert "no further report is due: Cyberbeveiligingswet (NIS2)." in waiting.text
    form = waiting.tree.find(".//input[@value='yes']")
    assert form is not None
    second.submit("/second", **{str(form.get("name")): "yes"})
    ended = dpo.get(f"/incidents/{reference}/duties")
    assert "no longer required" in ended.text
    assert "Second person: Bas" in ended.text


def test_what_two_people_called_no_breach_is_not_asked_again_while_other_law_runs(dpo: Visitor, team: Team) -> None:
    """The page of decisions says who said so, and asks neither for it nor for what follows from a breach."""
    dpo.get("/report")
    found = dpo.submit("/report", summary="Intruder in the ticket system").path.split("/")[2]
    pages = [f"/incidents/{found}/{name}" for name in ("decisions", "notices")]
    assert all("Nobody has said yet" in dpo.get(page).text for page in pages)
    dpo.get(f"/incidents/{found}/triage")
    dpo.submit("/triage", is_breach="no", reason="Only a test file")
    assert not any("Nobody has said yet" in dpo.get(page).text for page in pages)
    second = team.visitor("Bas", Role.SECOND)
    form = second.get(pages[0]).tree.find(".//input[@value='yes']")
    assert form is not None
    second.submit("/second", **{str(form.get("name")): "yes"})
    assert "Early warning" in dpo.get(f"/incidents/{found}").text
    decided = dpo.get(pages[0]).text
    for said, stands in (("Only a test file", True), ("Nobody has said yet", False), ("Notify the authority?", False)):
        assert (said in decided) is stands
    assert not any("Nobody has said yet" in dpo.get(page).text for page in pages)


@pytest.mark.parametrize(
    "path", ["reported/gdpr_33_1", "reported/made-up", "decided/gdpr_33_1", "decided/made-up", "letter/9"]
)
def test_nothing_else_can_be_ended_here(dpo: Visitor, reference: str, path: str) -> None:
    """The 72 hours end by a notification or by their own decision only."""
    page = dpo.get(f"/incidents/{reference}/duties")
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    answer = dpo.client.post(f"/incidents/{reference}/duties/{path}", data={"csrf_token": token})
    assert answer.status_code == 404


@pytest.mark.parametrize("kind", ["receipt", "no_action"])
def test_a_letter_that_asks_for_nothing_is_recorded_and_shown(dpo: Visitor, reference: str, kind: str) -> None:
    """An acknowledgement sets no term: it stands there with its day and number, and the page goes on working."""
    moment = {"letter-0-received_at-date": "2026-10-05", "letter-0-received_at-time": "10:30"}
    dpo.get(f"/incidents/{reference}/duties")
    done = dpo.submit("/letter/0", **moment, **{"letter-0-kind": kind, "letter-0-reference": "z2026-7"})
    assert "z2026-7" in done.text
    assert "wants an answer by" not in done.text


def test_a_letter_of_the_authority_is_recorded_corrected_and_answered(dpo: Visitor, reference: str) -> None:
    """Its clock, its form and its next step stand where other duties do; what was typed wrongly is kept."""
    dpo.get(f"/incidents/{reference}/duties")
    moment = {"letter-0-received_at-date": "2026-10-05", "letter-0-received_at-time": "10:30"}
    words = {"letter-0-kind": "questions", "letter-0-reference": "z2026-7"}
    wrong = dpo.submit("/letter/0", **moment, **words)
    assert wrong.problems == ["Enter until when the authority wants an answer: its letter says so."]
    assert "z2026-7" in wrong.html
    term = {"letter-0-answer_by-date": "2026-10-19", "letter-0-answer_by-time": "23:59"}
    done = dpo.submit("/letter/0", **moment, **term, **words)
    assert "1. Questions to be answered" in done.text
    assert "Answer to questions of the authority (1)" in done.text
    assert len(dpo.submit("/letter/1").problems) == 1, "a correction says why"
    dpo.submit("/letter/1", **{"letter-1-reason": "Typing error", "letter-1-reference": "z2026-8"})
    answered = {"gdpr_58_1:1-reported_at-date": "2026-10-05", "gdpr_58_1:1-reported_at-time": "11:00"}
    page = dpo.submit("/reported/gdpr_58_1:1", **answered)
    assert (page.problems, "z2026-8" in page.text) == ([], True)
    assert "Answered the authority" in dpo.get(f"/incidents/{reference}/timeline").text


def test_whoever_may_only_read_has_no_forms(dpo: Visitor, reference: str, team: Team) -> None:
    """An auditor sees the clocks."""
    page = team.visitor("Olga", Role.AUDITOR).get(f"/incidents/{reference}/duties")
    assert "running" in page.text
    assert [form for form in page.tree.iter("form") if "duties" in (form.get("action") or "")] == []


def test_what_runs_stands_on_top_and_one_button_is_filled(dpo: Visitor, reference: str, team: Team) -> None:
    """Each running clock leads to its place; whether its law asks anything comes first, open until it was answered."""
    page = dpo.get(f"/incidents/{reference}/duties")
    clocks = [link.removeprefix("#") for link in page.links("#clock-")]
    assert clocks[0] == "clock-cbw_early_warning"
    assert len(clocks) > 1
    assert all(page.tree.find(f".//*[@id='{place}']") is not None for place in clocks)
    assert page.html.count("button-main") == 1
    assert page.html.index("/duties/event/") < page.html.index(f'id="{clocks[0]}"') < page.html.index('id="letters"')
    dpo.submit("/event/significant_incident", **{"significant_incident-met": "yes"})
    stated = dpo.get(f"/incidents/{reference}/duties")
    assert stated.html.count("<details open") == 0
    assert stated.html.count("button-main") == 1
    jelle = team.visitor("Jelle", Role.RESPONDER)
    reader = jelle.get(f"/incidents/{reference}/duties").text
    assert "Provisional: the moment from which this law counts has not been stated" in reader
    assert "Record here" not in reader
    assert "Only people with this role record here what was reported: Data protection officer." in reader
    beside = jelle.get(f"/incidents/{reference}/portals/cbw_early_warning").text
    assert "Record that it was reported" not in beside
    assert "Only people with this role record here what was reported: Data protection officer." in beside
