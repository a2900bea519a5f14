"""A filing on its pages: recorded where the answers were copied, and corrected where something was typed wrongly."""

from datetime import datetime

from incident.domain.kernel.people import Role
from tests.web.client import Page, Visitor
from tests.web.conftest import Team
from tests.web.notices.test_dossier_page import drafted


def approved(team: Team, reference: str) -> tuple[Visitor, Page]:
    """A provisional notification that a second person approved, before whoever files it."""
    dpo, second = team.visitor("Femke", Role.DPO), team.visitor("Bas", Role.SECOND)
    first = drafted(dpo, reference, "provisional")
    second.get(first.path)
    second.submit("/approve")
    return dpo, first


def test_when_it_was_sent_is_filled_in_by_the_clock_of_the_server(lite: Team, examples: list[str]) -> None:
    """Each field with a button for the present says beside it what that is: without it the button does nothing."""
    dpo, first = approved(lite, examples[0])
    page = dpo.get(f"{first.path}/submit")
    buttons = [node for node in page.tree.iter("button") if node.get("data-now")]
    assert [datetime.fromisoformat(node.get("data-at")) for node in buttons] == [lite.clock.now()]


def test_a_number_that_was_typed_wrongly_is_corrected_on_the_page(lite: Team, examples: list[str]) -> None:
    """With a reason, asked for at its field and not before the number changes; the timeline tells both."""
    dpo, first = approved(lite, examples[0])
    dpo.get(f"{first.path}/submit")
    sent = dpo.submit("/submit", submitted_at__date="2026-03-02", submitted_at__time="10:00", reference="AP-4711")
    assert "Correct number or moment" in sent.text
    place = next(form.get("action") for form in sent.tree.iter("form") if "/filed/" in (form.get("action") or ""))
    refused = dpo.submit(place, number="AP-4117")
    assert "Write why it is corrected." in refused.problems
    assert [node.get("value") for node in refused.tree.iter("input") if node.get("name") == "number"] == ["AP-4117"]
    corrected = dpo.submit(place, number="AP-4117", number_reason="Two digits swapped.")
    assert "The filing is on record as you wrote it." in corrected.text
    assert "AP-4711 → AP-4117: Two digits swapped." in dpo.get(f"/incidents/{examples[0]}/timeline").text


def test_a_moment_that_was_typed_wrongly_is_corrected_in_the_same_form(lite: Team, examples: list[str]) -> None:
    """After the deadline the reasons for the delay are asked for; the page then says that it was late."""
    dpo, first = approved(lite, examples[0])
    dpo.get(f"{first.path}/submit")
    sent = dpo.submit("/submit", submitted_at__date="2026-03-02", submitted_at__time="10:00", reference="AP-4711")
    lite.clock.advance(days=30)
    dpo = lite.visitor("Fenna", Role.DPO)
    dpo.get(sent.path)
    place = next(form.get("action") for form in sent.tree.iter("form") if "/filed/" in (form.get("action") or ""))
    late = {"filed_at__date": "2026-03-30", "filed_at__time": "09:30", "number_reason": "Typed the wrong month."}
    refused = dpo.submit(place, **late)
    assert any("Write the reasons for the delay" in one for one in refused.problems), refused.problems
    corrected = dpo.submit(place, **late, delay_reason="The officer was ill.")
    assert "The filing is on record as you wrote it." in corrected.text, corrected.problems
    assert "30 Mar" in corrected.text
    assert "The officer was ill." in corrected.text
    told = dpo.get(f"/incidents/{examples[0]}/timeline").text
    assert "02-03-2026 10:00 → 30-03-2026 09:30: Typed the wrong month." in told


def test_whoever_has_copied_everything_is_led_to_the_record_of_it(lite: Team, examples: list[str]) -> None:
    """From the window beside the portal, and from the foot of the whole page; not before the text is approved."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    first = drafted(dpo, examples[0], "provisional")
    assert _ways(dpo.get(f"{first.path}/beside")) == 0
    second.get(first.path)
    second.submit("/approve")
    assert _ways(dpo.get(f"{first.path}/beside")) == 1
    section = next(node for node in dpo.get(first.path).tree.iter("section") if node.get("id") == "submission")
    assert [node.get("href") for node in section.iter("a")] == [f"{first.path}/submit"]
    assert _ways(second.get(f"{first.path}/beside")) == 0


def _ways(page: Page) -> int:
    return sum((node.get("href") or "").endswith("/submit") for node in page.tree.iter("a"))


def test_why_it_is_late_is_not_asked_for_twice(lite: Team, examples: list[str]) -> None:
    """The form that was filed says it from the facts, and so does the record of the filing."""
    lite.clock.advance(days=30)
    writer = lite.visitor("Fenna", Role.DPO)
    writer.get(f"/incidents/{examples[0]}/facts/timeline")
    assert writer.submit("/facts/timeline", delay_reason="The officer was ill.").problems == []
    dpo, first = approved(lite, examples[0])
    page = dpo.get(f"{first.path}/submit")
    assert "The officer was ill." in [node.text for node in page.tree.iter("textarea") if node.text]


def test_an_entry_says_that_it_was_corrected(lite: Team, examples: list[str]) -> None:
    """Whoever reads from the top meets the wrong moment first."""
    dpo, first = approved(lite, examples[0])
    dpo.get(f"{first.path}/submit")
    dpo.submit("/submit", submitted_at__date="2026-03-02", submitted_at__time="10:00", reference="AP-4711")
    place = next(form.get("action") for form in dpo.page.tree.iter("form") if "/filed/" in (form.get("action") or ""))
    dpo.submit(place, filed_at__date="2026-03-02", filed_at__time="09:30", number_reason="Read from the wrong clock.")
    dpo.submit(place, note="Filed before it was approved here.")
    entries = list(dpo.get(f"/incidents/{examples[0]}/timeline").tree.iter("li"))
    wrong = next(one for one in entries if any("Corrected by" in (a.text or "") for a in one.iter("a")))
    right = next(one for one in entries if any("Corrects an" in (a.text or "") for a in one.iter("a")))
    assert f"#{right.get('id')}" in [a.get("href") for a in wrong.iter("a")]
    assert f"#{wrong.get('id')}" in [a.get("href") for a in right.iter("a")]
