"""The page of proposals: two presses from the overview answer what is usual; what is unticked stays open."""

from flask import Flask

from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from tests.web.client import Visitor
from tests.web.conftest import Team


def _reported(visitor: Visitor, words: str) -> str:
    visitor.get("/report")
    return visitor.submit("/report", summary=words).path.split("/")[2]


def test_a_common_breach_is_answered_in_two_presses(lite_app: Flask, clock: FixedClock) -> None:
    """The overview names the breach; the page shows every answer with its reason; accepting leads back."""
    team = Team(lite_app, clock)
    team.set_up()
    dpo = team.visitor("Femke", Role.DPO)
    reference = _reported(dpo, "Gijzelsoftware op de server, ongeveer 300 klanten, gisteren om 14:30")
    overview = dpo.get(f"/incidents/{reference}")
    (address,) = overview.links("/proposals")
    assert "See the proposals: Ransomware" in overview.text
    page = dpo.get(address)
    assert "from the words of the report" in page.text
    assert "usual for this kind of breach" in page.text
    after = dpo.submit("/proposals")
    assert after.path == f"/incidents/{reference}"
    assert "answers recorded, 8 tasks added." in after.text
    facts = dpo.get(f"/incidents/{reference}/facts")
    assert "accepted from the proposals" in facts.text
    assert "300" in facts.text
    assert "tick it only if you will do it" in dpo.get(address).text
    dpo.submit("/proposals", answer=["measures_prevent"])
    assert "Nothing to propose" in dpo.get(address).text


def test_what_is_unticked_stays_open_and_a_stale_page_changes_nothing(lite_app: Flask, clock: FixedClock) -> None:
    """Only what was left ticked is recorded; where somebody was faster, the proposals are shown again."""
    team = Team(lite_app, clock)
    team.set_up()
    dpo, other = team.visitor("Femke", Role.DPO), team.visitor("Rik", Role.RESPONDER)
    reference = _reported(dpo, "Laptop gestolen")
    dpo.get(f"/incidents/{reference}/proposals?kind=device_encrypted")
    other.get(f"/incidents/{reference}/proposals")
    done = other.submit("/proposals", answer=["kinds"], step=[], measure=[])
    assert "1 answer recorded." in done.text
    refused = dpo.submit("/proposals")
    assert "Somebody recorded answers meanwhile" in refused.text
    assert refused.path.endswith("/proposals?kind=device_encrypted")
    assert "Encrypted device lost or stolen" in refused.text
    assert "answers recorded." in dpo.submit("/proposals", step=[], measure=[]).text


def test_a_system_proposes_from_the_profile_and_what_it_holds_waits_for_a_tick(lite: Team) -> None:
    """Who runs it and the measures stand ticked; which of its data were concerned is for the person to say."""
    dpo = lite.visitor("Femke", Role.DPO)
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Vreemde aanmelding", systems=["HubSpot"]).path.split("/")[2]
    page = dpo.get(f"/incidents/{reference}/proposals")
    assert "from the profile of the organisation" in page.text
    assert "this is what the system holds" in page.text
    dpo.submit("/proposals")
    facts = dpo.get(f"/incidents/{reference}/facts")
    assert "accepted from the profile of the organisation" in facts.text
    assert "legal.hubspot.com" in facts.text
    assert "this is what the system holds" in dpo.get(f"/incidents/{reference}/proposals").text


def test_nobody_who_only_reads_is_offered_proposals(lite_app: Flask, clock: FixedClock) -> None:
    """An auditor sees no button, and no page."""
    team = Team(lite_app, clock)
    team.set_up()
    reference = _reported(team.visitor("Femke", Role.DPO), "Phishing")
    auditor = team.visitor("Aad", Role.AUDITOR)
    assert auditor.get(f"/incidents/{reference}").links("/proposals") == []
    auditor.get(f"/incidents/{reference}/proposals", status=404)


def test_a_number_that_no_form_sends_is_left_out(lite: Team) -> None:
    """Digits without end are not read, and nothing breaks."""
    visitor = lite.visitor("Femke", Role.DPO)
    visitor.get("/report")
    reference = visitor.submit("/report", summary="Laptop gestolen").path.split("/")[2]
    visitor.get(f"/incidents/{reference}/proposals")
    page = visitor.submit("/proposals", step=["9" * 5000], base_version="9" * 5000)
    assert page.status == 200
