"""Decisions: what is ready is taken in one go, nothing typed is lost, and the closing can be prepared with them."""

import pytest
from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.store.models import Decision, Incident, OutboxMessage
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.ports import Channel
from tests.web.client import Page, Visitor
from tests.web.conftest import Team

REASON = "The recipient is a regular partner and confirmed that everything is deleted."
LESSONS = "Sending is delayed by a minute."


@pytest.fixture
def dpo(lite: Team) -> Visitor:
    """The officer of an installation that is set up."""
    return lite.visitor("Femke", Role.DPO)


@pytest.fixture
def second(lite: Team) -> Visitor:
    """The second person."""
    return lite.visitor("Bas", Role.SECOND)


@pytest.fixture
def reference(dpo: Visitor) -> str:
    """A breach with its usual answers and a measure, unlikely to result in a risk."""
    dpo.get("/report")
    found = dpo.submit("/report", summary="E-mail met namen van 12 klanten naar verkeerde ontvanger")
    reference = found.path.split("/")[2]
    dpo.get(f"/incidents/{reference}/triage")
    assert dpo.submit("/triage", is_breach="yes").path == f"/incidents/{reference}/proposals"
    dpo.submit("/proposals")
    page = dpo.get(f"/incidents/{reference}/risk")
    (proposed,) = (node for node in page.tree.iter("input") if (node.get("name"), node.get("value")) == ("risk", ""))
    assert proposed.get("checked") is not None, "nobody has to choose the level that is proposed"
    assessed = dpo.submit(
        "/risk",
        recipient="trusted",
        recipients_number="1",
        recipient_response="deletion_confirmed",
        vulnerable=["none_of_these"],
    )
    assert assessed.path == f"/incidents/{reference}/decisions", assessed.problems
    return reference


def _wait(second: Visitor, reference: str) -> dict[str, str]:
    """The names of the answers to everything that waits."""
    page = second.get(f"/incidents/{reference}/decisions")
    names = {node.get("name", "") for node in page.tree.iter("input")}
    return {name.replace("-", "__"): "yes" for name in names if name.endswith("-agree")}


def test_triage_of_what_is_no_common_breach_leads_back_to_the_incident(dpo: Visitor) -> None:
    """Nobody is sent to a page without a proposal."""
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Something odd").path.split("/")[2]
    page = dpo.get(f"/incidents/{reference}/triage")
    who = next(node for node in page.tree.iter("input") if node.get("name") == "aware_person")
    assert who.get("value") == "Femke"
    assert dpo.submit("/triage", is_breach="yes").path == f"/incidents/{reference}"


def test_nobody_is_a_controller_who_did_not_say_so(dpo: Visitor) -> None:
    """GDPR art. 4(7), 4(8): whose breach it is decides who notifies whom."""
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Something odd").path.split("/")[2]

    def chosen() -> list[str | None]:
        page = dpo.get(f"/incidents/{reference}/triage")
        assert "Leave this open if nobody knows yet" in page.text
        roles = (node for node in page.tree.iter("input") if node.get("name") == "role")
        return [node.get("value") for node in roles if node.get("checked") is not None]

    assert chosen() == []
    assert dpo.submit("/triage", is_breach="yes").path == f"/incidents/{reference}"
    assert chosen() == ["unknown"]


def test_at_the_first_signal_it_was_the_reporter_who_knew(dpo: Visitor, lite: Team) -> None:
    """The moment that is proposed is the reporter's, so whoever answers at two o'clock is not proposed with it."""
    finder = lite.visitor("Ruben", Role.RESPONDER)
    finder.get("/report")
    reference = finder.submit("/report", summary="Badge reader out of order").path.split("/")[2]
    page = dpo.get(f"/incidents/{reference}/triage")
    who = next(node for node in page.tree.iter("input") if node.get("name") == "aware_person")
    assert who.get("value") == "Ruben"


def test_who_answers_otherwise_than_a_colleague_did_meanwhile_compares_first(dpo: Visitor, lite: Team) -> None:
    """Nothing is overwritten unseen, in either direction; the second press is an answer to what is shown."""
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Badge reader out of order").path.split("/")[2]
    other = lite.visitor("other", Role.DPO, Role.RESPONDER)
    place = f"/incidents/{reference}/triage"
    dpo.get(place)
    other.get(place)
    other.submit(place, is_breach="yes", aware_ground="The log shows it.")
    refused = dpo.submit(place, is_breach="no", reason="The badge reader holds no names.")
    assert "Somebody changed this meanwhile" in refused.text
    assert ("The badge reader holds no names." in refused.text, "The log shows it." in refused.text) == (True, True)
    assert dpo.submit(place).path == f"/incidents/{reference}/decisions"


def test_triage_shows_an_earlier_discovery_that_the_report_names(dpo: Visitor) -> None:
    """A report of today on what was discovered yesterday: the awareness proposed stays what the form said."""
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Gisteren om 8:15 ontdekten wij een open map").path.split("/")[2]
    assert "08:15 CET. If somebody here was reasonably certain then" in dpo.get(f"/incidents/{reference}/triage").text
    dpo.submit("/triage", is_breach="yes")
    assert "The report names" not in dpo.get(f"/incidents/{reference}/triage").text


def test_both_decisions_and_the_closing_take_one_press_each(dpo: Visitor, second: Visitor, reference: str) -> None:
    """One reason may hold for both; the second person's agreement closes in the name of who prepared it."""
    assert "Taken from the facts" in dpo.get(f"/incidents/{reference}/decisions").text, "the cause"
    asked = dpo.submit(
        "/decisions", authority__act="no", authority__reason=REASON, subjects__act="no", closing__lessons=LESSONS
    )
    assert "A second person has been asked." in asked.text
    answers = _wait(second, reference)
    assert len(answers) == 2
    assert LESSONS in second.page.text  # type: ignore[union-attr]
    closed = second.submit("/second", **answers)
    assert "The incident is closed." in closed.text
    with dpo.app.app_context():
        incident = db.session.scalars(select(Incident).where(Incident.reference == reference)).one()
        assert (incident.cause, incident.lessons) == ("internal_non_malicious", LESSONS)
        assert incident.closed_at is not None
        decisions = db.session.scalars(select(Decision).where(Decision.incident_id == incident.id)).all()
        assert {(row.reason, row.author_name, row.second_name) for row in decisions} == {(REASON, "Femke", "Bas")}
    overview = dpo.get(f"/incidents/{reference}").text
    assert "The authority was not notified" in overview
    assert REASON in overview
    assert "Second person: Bas" in overview
    assert (
        "Bas agreed to the decision: Autoriteit Persoonsgegevens: not to notify"
        in dpo.get(f"/incidents/{reference}/record").text
    )
    dpo.get(f"/incidents/{reference}/close")
    dpo.submit("/reopen", reason="Another recipient turned up.")
    assert _lessons(dpo.get(f"/incidents/{reference}/close")) == LESSONS
    assert _lessons(dpo.get(f"/incidents/{reference}/decisions")) == ""


def test_what_was_learned_is_kept_where_it_is_asked_for_again(dpo: Visitor, reference: str) -> None:
    """Until somebody has agreed it stands in the form, for what is decided later too, and hinders no other decision."""
    page = dpo.submit("/decisions", authority__act="no", authority__reason=REASON, closing__lessons=LESSONS)
    assert _lessons(page) == LESSONS
    dpo.submit("/decisions", subjects__act="no", subjects__reason=REASON)
    with dpo.app.app_context():
        assert db.session.scalars(select(Decision.then_close)).all() == [True, True]
    dpo.get(f"/incidents/{reference}/decisions")
    other = dpo.submit("/decisions", authority__act="yes", authority__reason=REASON, subjects__act="yes")
    assert other.problems == []
    assert "The decision has been recorded." in other.text


def _lessons(page: Page) -> str:
    return next((node.text or "").strip() for node in page.tree.iter("textarea") if "lessons" in node.get("name", ""))


def test_the_second_person_is_asked_again_once_an_hour(dpo: Visitor, reference: str, lite: Team) -> None:
    """Whoever waits need not go looking for the other; a key pressed twice rings once."""
    with lite.app.app_context():
        write_down(db.session(), [Channel.EMAIL], lite.clock.now())
        db.session.commit()
    lite.account("Bas", Role.SECOND)
    dpo.get(f"/incidents/{reference}/decisions")
    dpo.submit("/decisions", subjects__act="no", subjects__reason=REASON)
    lite.clock.advance(hours=2)
    first = dpo.submit("/remind")
    assert "Asked again." in first.text
    assert "within this hour already" in dpo.submit("/remind").text
    with lite.app.app_context():
        asked = select(OutboxMessage.dedupe_key).where(OutboxMessage.dedupe_key.startswith("second:"))
        assert len(db.session.scalars(asked).all()) == 2


def test_what_is_refused_keeps_all_that_was_typed_and_records_nothing(dpo: Visitor, reference: str) -> None:
    """A decision that lacks its answer takes neither the other decision nor the lessons with it."""
    empty = dpo.submit("/decisions")
    assert empty.problems == ["Choose an answer."]
    for missing in ({"subjects__reason": "No high risk."}, {"subjects__act": "no", "closing__cause": ""}):
        values = {"authority__act": "no", "authority__reason": REASON, "closing__lessons": LESSONS, **missing}
        refused = dpo.submit("/decisions", **values)
        assert len(refused.problems) == 1
        assert REASON in refused.html
        assert LESSONS in refused.html
        assert "No high risk." in refused.html
    with dpo.app.app_context():
        assert db.session.scalars(select(Decision)).all() == []


def test_the_overview_shows_a_second_look_beside_what_is_due_first(
    dpo: Visitor, second: Visitor, reference: str
) -> None:
    """The dossier is due first: whoever was asked to look at the other decision found nothing of it there."""
    dpo.get(f"/incidents/{reference}/decisions")
    answers = {"authority__act": "yes", "authority__reason": REASON, "subjects__act": "no", "subjects__reason": REASON}
    dpo.submit("/decisions", **answers)
    place = f"/incidents/{reference}"
    assert "Waiting for you" not in dpo.get(place).text
    page = second.get(place).text
    assert page.index("Next step") < page.index("Waiting for you")


def test_a_refusal_by_the_second_person_keeps_it_open(dpo: Visitor, second: Visitor, reference: str) -> None:
    """The prepared closing ends with the decision it was prepared with; a remark without an answer is kept."""
    dpo.submit(
        "/decisions", authority__act="no", authority__reason=REASON, subjects__act="no", closing__lessons=LESSONS
    )
    first, other = _wait(second, reference)
    remarked = second.submit("/second", **{first.replace("agree", "reason"): "Who says so?"})
    assert remarked.problems == ["Choose whether you agree."]
    assert "Who says so?" in remarked.html
    second.submit("/second", **{first: "no", other: "yes"})
    with dpo.app.app_context():
        assert db.session.scalars(select(Incident.closed_at).where(Incident.reference == reference)).one() is None


def test_earlier_breaches_of_the_kind_stand_beside_triage_and_decision(
    dpo: Visitor, second: Visitor, reference: str
) -> None:
    """What was decided then and why, once it is final; a reporter and a breach of another kind see none of it."""
    dpo.get("/report")
    later = dpo.submit("/report", summary="E-mail naar verkeerde ontvanger, 14 klanten").path.split("/")[2]
    assert reference not in dpo.get(f"/incidents/{later}/triage").text
    dpo.get(f"/incidents/{reference}/decisions")
    dpo.submit("/decisions", authority__act="no", authority__reason=REASON, subjects__act="no")
    assert reference not in dpo.get(f"/incidents/{later}/triage").text
    answers = _wait(second, reference)
    second.submit("/second", **answers)
    for page in ("triage", "decisions"):
        shown = dpo.get(f"/incidents/{later}/{page}")
        assert "Notified: 0. Not notified: 1." in shown.text
        assert f"Because: {REASON}" in shown.text
        assert f"/incidents/{reference}" in shown.links(reference)
    dpo.get("/report")
    other = dpo.submit("/report", summary="Laptop gestolen uit een auto").path.split("/")[2]
    assert REASON not in dpo.get(f"/incidents/{other}/triage").text
