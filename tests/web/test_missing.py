"""What the authority's form lacks, from all chapters in one form: asked once, kept as it was opened, nothing lost."""

import pytest

from incident.domain.kernel.people import Role
from tests.web.client import Visitor
from tests.web.conftest import Team


@pytest.fixture
def dpo(lite: Team) -> Visitor:
    return lite.visitor("Femke", Role.DPO)


def _missing(visitor: Visitor) -> str:
    visitor.get("/report")
    reference = visitor.submit("/report", summary="Laptop gestolen uit een auto").path.split("/")[2]
    visitor.get(f"/incidents/{reference}/proposals")
    visitor.submit("/proposals")
    (address,) = visitor.get(f"/incidents/{reference}").links("/facts/missing")
    visitor.get(address)
    return address


def test_what_is_missing_is_one_form_and_is_not_asked_again(dpo: Visitor) -> None:
    """Answers of several chapters in one press; what they ask next comes then, what they answered does not."""
    address = _missing(dpo)
    assert dpo.page is not None
    assert 'name="countries' not in dpo.page.html
    page = dpo.submit("/facts/missing", cross_border="yes", measures_taken="Op afstand gewist.")
    assert page.path == address
    assert 'name="countries' in page.html
    assert 'name="measures_taken"' not in page.html
    facts = dpo.get(address.replace("/missing", ""))
    assert "Op afstand gewist." in facts.text
    assert "asked because it was missing" in facts.text


def test_whoever_is_asked_for_the_end_can_say_that_it_goes_on(dpo: Visitor) -> None:
    """A breach that goes on has no end, and then nobody asks for it again."""
    _missing(dpo)
    assert dpo.page is not None
    assert 'name="occurred_to-date"' in dpo.page.html
    page = dpo.submit("/facts/missing", ongoing="yes")
    assert 'name="occurred_to-date"' not in page.html
    assert 'name="ongoing"' not in page.html


def test_of_end_and_last_event_the_page_asks_what_fits_the_answer_beside_them(dpo: Visitor) -> None:
    """Both stand on it from the start, so that nobody has to record "still going on" first; one shows at a time."""
    base = _missing(dpo).removesuffix("/missing")
    page = dpo.get(f"{base}/timeline")
    for name, shown in (("occurred_to", "ended"), ("last_event_at", "going-on")):
        (around,) = [one for one in page.tree.iter("div") if one.get("class") == f"question {shown}"]
        assert around.find(f".//input[@name='{name}-date']") is not None
    dpo.submit("/timeline", ongoing="yes", last_event_at__date="2026-03-02", last_event_at__time="08:00", go="unknown")
    page = dpo.get(base)
    assert "Last event that affected the data" in page.text
    page = dpo.get(f"{base}/timeline")
    assert page.tree.find(".//input[@name='open'][@value='occurred_to']") is None


def test_what_another_answered_meanwhile_stays_and_both_answers_show(lite: Team, dpo: Visitor) -> None:
    """The form keeps its questions though one has an answer by now; only a differing answer is a conflict."""
    address = _missing(dpo)
    other = lite.visitor("Rik", Role.RESPONDER)
    other.get(address)
    other.submit("/facts/missing", measures_taken="Aangifte gedaan.", cross_border="no")
    page = dpo.submit("/facts/missing", measures_taken="Op afstand gewist.", others_involved="no")
    assert "Somebody changed this meanwhile" in page.text
    assert "Aangifte gedaan." in page.text
    assert "Op afstand gewist." in page.html
    assert "Recorded." in dpo.submit("/facts/missing").text
    facts = dpo.get(address.replace("/missing", ""))
    assert "Op afstand gewist." in facts.text


def test_a_draft_of_missing_answers_comes_back_with_its_questions(lite: Team, dpo: Visitor) -> None:
    """Typed and not recorded, though somebody answered one of them since: it still stands there to be recorded."""
    address = _missing(dpo)
    assert dpo.page is not None
    token = next(node.get("value") for node in dpo.page.tree.iter("input") if node.get("name") == "csrf_token")
    typed = {"csrf_token": token, "asked": ["measures_taken"], "measures_taken": "Op afstand gewi", "base_version": "1"}
    assert dpo.client.post(f"{address}/draft", data=typed).text.startswith("Kept as a draft")
    other = lite.visitor("Rik", Role.RESPONDER)
    other.get(address)
    other.submit("/facts/missing", measures_taken="Aangifte gedaan.")
    page = dpo.get(address)
    assert "Op afstand gewi" in page.html


def test_the_rest_may_be_unknown_and_the_form_leads_on(dpo: Visitor) -> None:
    """One key answers everything left with "not known yet"; then nothing is asked and the next step opens."""
    address = _missing(dpo)
    after = dpo.submit("/facts/missing", button=("go", "unknown"))
    assert after.path != address
    assert "lacks nothing that can be answered now" in dpo.get(address).text


def test_not_known_yet_is_an_answer_also_where_it_stands_among_the_others(dpo: Visitor) -> None:
    """Nothing is chosen beforehand; choosing it answers the question, which a later "no" takes back."""
    address = _missing(dpo)
    page = dpo.submit("/facts/missing", cross_border="unknown")
    assert 'name="cross_border"' not in page.html
    chapter = dpo.get(address.replace("missing", "international"))
    chosen = [node for node in chapter.tree.iter("input") if node.get("checked") is not None]
    assert ("cross_border", "unknown") in {(node.get("name"), node.get("value")) for node in chosen}
    dpo.submit("/facts/international", cross_border="no")
    again = dpo.get(address.replace("missing", "international"))
    assert "Not known yet" in again.text
    chosen = [node for node in again.tree.iter("input") if node.get("checked") is not None]
    assert {(node.get("name"), node.get("value")) for node in chosen} >= {("cross_border", "no")}


def test_two_people_state_different_things_to_be_unknown(lite: Team, dpo: Visitor) -> None:
    """Each question is merged by itself; what the other answered is not called unknown."""
    address = _missing(dpo)
    other = lite.visitor("Rik", Role.RESPONDER)
    other.get(address)
    other.submit("/facts/missing", others_involved="unknown", measures_taken="Aangifte gedaan.")
    page = dpo.submit("/facts/missing", button=("go", "unknown"), cross_border="no")
    assert "Somebody changed this meanwhile" not in page.text
    facts = dpo.get(address.replace("/missing", ""))
    assert "Aangifte gedaan." in facts.text


def test_the_effects_for_the_letter_are_proposed_once_people_are_to_be_told(dpo: Visitor) -> None:
    """The authority's form takes what follows from the data; a letter needs it from a person, who only has to agree."""
    address = _missing(dpo)
    base = address.removesuffix("/facts/missing")
    dpo.get(f"{base}/facts/data")
    dpo.submit("/facts/data", data_categories=["name", "bsn"])
    assert 'name="consequences_subjects"' not in dpo.get(address).html
    dpo.get(f"{base}/decisions")
    decided = dpo.submit("/decisions", authority__act="yes", authority__reason="Readable.", subjects__act="yes")
    assert decided.links("/facts/missing") == [address]
    page = dpo.get(address)
    assert "Proposed: it follows from the other answers." in page.text
    dpo.submit("/facts/missing")
    assert 'name="consequences_subjects"' not in dpo.get(address).html
    assert "identity" in dpo.get(f"{base}/facts").text.lower()


def test_what_the_report_says_stands_filled_in_for_a_processor_who_has_only_to_agree(dpo: Visitor) -> None:
    """Kinds of data, people and effects: the words were typed once, and nobody recorded them before agreeing."""
    dpo.get("/report")
    words = "Namen, adressen en e-mailadressen van 1200 klanten naar een andere webshop gestuurd"
    base = f"/incidents/{dpo.submit('/report', summary=words).path.split('/')[2]}"
    dpo.get(f"{base}/triage")
    dpo.submit("/triage", is_breach="yes", role="processor", nature=["confidentiality"])
    dpo.get(f"{base}/facts/parties")
    dpo.submit("/facts/parties", **{"affected_controllers-0-name": "Boekhandel Veen"})
    dpo.get(f"{base}/notices")
    dpo.submit("/notices", addressee="controller", recipient="Boekhandel Veen")
    page = dpo.get(f"{base}/facts/missing")
    assert "Proposed from the words of the report." in page.text
    assert "Proposed: it follows from the other answers." in page.text
    assert "E-mail address" not in dpo.get(f"{base}/facts").text
    dpo.get(f"{base}/facts/missing")
    dpo.submit("/facts/missing", measures_taken="Koppeling gestopt.")
    facts = dpo.get(f"{base}/facts")
    for told in ("E-mail address", "Customers and prospects", "Loss of control"):
        assert told in facts.text


def test_the_register_alone_does_not_ask_for_the_form_of_the_authority(dpo: Visitor) -> None:
    """Where it was not decided to notify, the page of decisions does not lead to the form."""
    address = _missing(dpo)
    assert dpo.get(address.replace("facts/missing", "decisions")).links("/facts/missing") == []
    assert dpo.get(address.replace("missing", "no-such-chapter"), status=404).status == 404
