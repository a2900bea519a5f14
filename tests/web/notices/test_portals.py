"""Reports under other law beside their portal: filled, sure or not, ticked, and recorded only by a person."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor, Role
from incident.law.forms.catalogue import load_catalogue
from incident.platform.clock import FixedClock
from incident.store.models import Deadline, Incident
from incident.usecases.common.fact_versions import append_version, current_facts
from tests.web.client import Page, Visitor, text_of
from tests.web.conftest import Team

REPORTS = (
    "cbw_early_warning",
    "cbw_notification",
    "dora_initial",
    "cra_early_warning",
    "cra_notification",
    "cra_vulnerability_warning",
    "cra_vulnerability_notification",
)
"""Those whose clock runs from the first signal."""


@pytest.fixture
def clock() -> FixedClock:
    """A day on which all these laws hold."""
    return FixedClock(datetime(2026, 10, 5, 9, tzinfo=UTC))


@pytest.fixture
def dpo(lite: Team) -> Visitor:
    """The officer of an organisation under three laws."""
    visitor = lite.visitor("Femke", Role.DPO)
    visitor.get("/settings/regimes")
    visitor.submit("/settings/regimes", regimes=["cbw", "dora", "cra"])
    return visitor


@pytest.fixture
def reference(dpo: Visitor) -> str:
    """A confirmed breach."""
    dpo.get("/report")
    found = dpo.submit("/report", summary="Ransomware in the policy system").path.split("/")[2]
    dpo.get(f"/incidents/{found}/triage")
    values = {"aware_at__date": "2026-10-05", "aware_at__time": "10:00", "aware_person": "Femke", "aware_ground": "Log"}
    dpo.submit("/triage", is_breach="yes", **values)
    return found


def keys_on(page: Page) -> set[str]:
    """The questions shown, and those named as not asked."""
    shown = {node.get("id", "")[7:] for node in page.tree.iter() if node.get("data-answer") is not None}
    return shown | {node.get("data-hidden", "") for node in page.tree.iter() if node.get("data-hidden") is not None}


def test_one_press_leads_from_each_running_clock_to_its_form(dpo: Visitor, reference: str) -> None:
    """Every question of the form is there; it says how sure its words are; the way back is to record the report."""
    duties = dpo.get(f"/incidents/{reference}/duties")
    links = {link.rpartition("/")[2]: link for link in duties.links("/portals/")}
    assert set(REPORTS) <= set(links)
    for report in REPORTS:
        page = dpo.get(links[report])
        form = load_catalogue(page_form(report))
        assert keys_on(page) == {question.key for question in form.questions}
        assert "words as others publish them" in page.text or "our own words, compare them" in page.text
        for node in page.tree.iter("div"):
            if node.get("data-answer") is not None:
                apart = form.question(node.get("id", "").removeprefix("answer-")).certainty is not form.certainty
                told = any(words in text_of(node) for words in ("words read in", "words as others", "own words,"))
                assert told == apart, "said of the whole, and where a question is otherwise"
        assert f"/incidents/{reference}/duties#{report.partition('_')[0]}" in page.links("/duties")
        assert "Meldklok sends nothing from here" in page.text
        assert form.about["en"] in page.text


def page_form(report: str) -> str:
    """The form of a report."""
    return {"cbw": "ncsc-meldportaal", "dora": "dora-2025-302", "cra": "enisa-srp"}[report.partition("_")[0]]


def test_what_the_record_lacks_is_told_on_top_and_leads_to_its_place(dpo: Visitor, reference: str) -> None:
    """A fact to the fact sheet, a moment of the law to the duties; what has no place is answered at the portal."""
    page = dpo.get(f"/incidents/{reference}/portals/dora_initial")
    assert "answers you give there yourself" in page.text
    lacking = [node.get("data-lacking") for node in page.tree.iter("li") if node.get("data-lacking")]
    assert lacking == ["1.9", "1.10", "1.11", "1.12", "2.3", "2.7"], "who is called first is no second contact"
    answers = {node.get("id"): node for node in page.tree.iter("div") if node.get("data-answer") is not None}
    assert "still to be translated" in text_of(answers["answer-2.4"])
    assert "still to be translated" not in text_of(answers["answer-2.2"])
    assert "that is Mon 5 Oct 2026 10:00 CEST" in text_of(answers["answer-2.2"])
    lei = answers["answer-1.3"]
    assert "not in the record" in text_of(lei)
    assert "answer it there yourself" in text_of(lei)
    assert [link.get("href") for link in lei.iter("a")] == []
    classified = [link.get("href") for link in answers["answer-2.3"].iter("a")]
    assert classified == [f"/incidents/{reference}/duties#dora"]
    found = [link.get("href") for link in answers["answer-2.7"].iter("a")]
    assert found == [f"/incidents/{reference}/facts/timeline#discovered_by-field"]
    assert 'id="discovered_by-field"' in dpo.get(found[0].partition("#")[0]).html


@pytest.mark.parametrize("report", ["insurer", *REPORTS])
def test_as_many_answers_are_told_on_top_as_are_marked_below(dpo: Visitor, reference: str, report: str) -> None:
    """Those that may stay open are among them, and say so at both places."""
    page = dpo.get(f"/incidents/{reference}/portals/{report}")
    listed = [link for one in page.tree.iter("ul") if "names-of" in one.get("class", "") for link in one.iter("a")]
    answers = [node for node in page.tree.iter("div") if node.get("data-answer") is not None]
    marked = [node for node in answers if "answer it there yourself" in text_of(node)]
    assert [link.get("href", "")[1:] for link in listed] == [node.get("id") for node in marked] != []
    assert ["(optional)" in text_of(link) for link in listed] == ["optional: answer" in text_of(n) for n in marked]


def tick(visitor: Visitor, page: Page, key: str, **more: str) -> int:
    """Tick one answer."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.html)
    assert token is not None
    sent = {"csrf_token": token[1], "question": key, **more}
    return visitor.client.post(f"{page.path}/copied", data=sent, headers={"X-Requested-With": "fetch"}).status_code


def ticked(page: Page) -> set[str]:
    """The ticks that are set."""
    boxes = [node for node in page.tree.iter("input") if (node.get("id") or "").startswith("tick-")]
    return {node.get("id", "")[5:] for node in boxes if node.get("checked") is not None}


def test_a_tick_holds_while_the_answer_is_as_it_was_copied(
    dpo: Visitor, reference: str, lite: Team, clock: FixedClock, in_app: Callable[..., Any]
) -> None:
    """For everybody and after a reload; a changed answer is to be copied again, the others are not."""
    page = dpo.get(f"/incidents/{reference}/portals/cbw_early_warning")
    assert (tick(dpo, page, "1.7", copied="y"), tick(dpo, page, "2.1", copied="y")) == (204, 204)
    assert tick(dpo, page, "made-up", copied="y") == 404
    other = lite.visitor("Bas", Role.RESPONDER)
    assert ticked(other.get(page.path)) == {"1.7", "2.1"}
    in_app(partial(describe, clock, reference, "The policy server was encrypted."))
    again = dpo.get(page.path)
    assert ticked(again) == {"1.7"}
    assert tick(dpo, again, "2.1", copied="y") == 204
    assert tick(dpo, again, "1.7") == 204
    assert ticked(dpo.get(page.path)) == {"2.1"}
    assert ticked(dpo.get(f"/incidents/{reference}/portals/cbw_notification")) == set()
    reader = lite.visitor("Olga", Role.AUDITOR)
    assert tick(reader, reader.get("/account"), "1.7", copied="y") in {403, 404}
    assert "data-tick" not in reader.get(page.path).html


def describe(clock: FixedClock, reference: str, text: str, session: Session) -> None:
    """Record what happened."""
    incident = session.scalars(select(Incident).where(Incident.reference == reference)).one()
    changed = replace(current_facts(session, incident), description=text)
    actor = Actor(None, "Femke", frozenset({Role.DPO}))
    append_version(session, incident, changed, actor=actor, now=clock.now(), chapter="incident", reason="x")


def states(reference: str, session: Session) -> dict[str, str]:
    """The clocks of other law."""
    rows = session.scalars(select(Deadline).join(Incident).where(Incident.reference == reference))
    return {row.obligation: row.state.value for row in rows if not row.obligation.startswith("gdpr")}


def test_copying_ends_no_clock_and_recording_does(dpo: Visitor, reference: str, in_app: Callable[..., Any]) -> None:
    """The number that the portal gave stands in the next report; what was reported is not ticked any more."""
    page = dpo.get(f"/incidents/{reference}/portals/cbw_early_warning")
    for node in page.tree.iter("input"):
        if (node.get("id") or "").startswith("tick-"):
            tick(dpo, page, node.get("id", "")[5:], copied="y")
    before = in_app(partial(states, reference))
    assert before["cbw_early_warning"] == "open"
    dpo.get(f"/incidents/{reference}/duties")
    moment = {"cbw_early_warning__reported_at-date": "2026-10-05", "cbw_early_warning__reported_at-time": "11:00"}
    dpo.submit("/reported/cbw_early_warning", cbw_early_warning__reference="NCSC-26-1", **moment)
    assert in_app(partial(states, reference)) == {
        **before,
        "cbw_early_warning": "met",
        **final_report(reference, in_app),
    }
    assert "NCSC-26-1" in dpo.get(f"/incidents/{reference}/portals/cbw_notification").text
    assert "data-tick" not in dpo.get(page.path).html


def final_report(reference: str, in_app: Callable[..., Any]) -> dict[str, str]:
    """The clock of the final report, if it runs already."""
    return {name: state for name, state in in_app(partial(states, reference)).items() if name == "cbw_final_report"}


def test_only_reports_of_this_incident_exist(dpo: Visitor, reference: str) -> None:
    """The authority's own form has its own page; a law that does not apply has none; the insurer needs no clock."""
    for name in ("gdpr_33_1", "made-up", "uk_gdpr_33", "dora_final", "common"):
        assert dpo.client.get(f"/incidents/{reference}/portals/{name}").status_code == 404
    insurer = dpo.get(f"/incidents/{reference}/portals/insurer")
    assert keys_on(insurer) == {question.key for question in load_catalogue("insurer").questions}
    assert insurer.title.startswith("First notice to the insurer")
    assert "our own words, compare them" in insurer.text
    assert "Whom the insurer contacts" in insurer.text
    assert "as they are sent" not in insurer.text
    assert "words as others publish them" not in insurer.text
    assert f"/incidents/{reference}/portals/insurer" in dpo.get(f"/incidents/{reference}/notices").links("/portals/")
