"""The authority's form on its page: every question answered, missing or hidden; copied, ticked, compared, withdrawn."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor, Role
from incident.domain.kernel.text import clean
from incident.domain.kinds import Addressee, NoticeKind
from incident.law.facts import AffectedController, BreachFacts
from incident.law.forms.catalogue import load_catalogue
from incident.law.texts import texts
from incident.law.vocabulary import Informed
from incident.platform.clock import FixedClock
from incident.store.models import Incident
from incident.usecases.common.fact_versions import append_version, current_facts
from tests.documents.hostile import ALL
from tests.web.client import Page, Visitor, text_of
from tests.web.conftest import Team

KEYS = {question.key for question in load_catalogue("ap-2022").questions}


def drafted(dpo: Visitor, reference: str, kind: str = "initial", **values: Any) -> Page:
    dpo.get(f"/incidents/{reference}/notices")
    page = dpo.submit("/notices", addressee="authority", kind=kind, **values)
    assert page.problems == []
    assert page.path.count("/") == 4, page.text
    return page


def keys_on(page: Page) -> tuple[set[str], set[str]]:
    shown = {
        node.get("id", "").removeprefix("answer-") for node in page.tree.iter() if node.get("data-answer") is not None
    }
    hidden = {node.get("data-hidden", "") for node in page.tree.iter() if node.get("data-hidden") is not None}
    return shown, hidden


def all_questions_are_there(page: Page) -> None:
    """100 % of the form: on the page as a question, or in the list of those the form hides."""
    shown, hidden = keys_on(page)
    assert shown | hidden == KEYS
    assert not shown & hidden
    for number in load_catalogue("ap-2022").gaps:
        assert number.number in page.text


def test_every_question_of_the_form_is_on_the_page(lite: Team, examples: list[str]) -> None:
    """For each of the four examples and each kind of filing; what must be answered and is not stands on top."""
    dpo = lite.visitor("Femke", Role.DPO)
    for reference, kind in product(examples, ("initial", "provisional", "follow_up", "final")):
        page = drafted(dpo, reference, kind)
        all_questions_are_there(page)
        the_missing_stand_on_top(page)
        all_questions_are_there(dpo.get(f"{page.path}/beside"))


def test_what_the_form_lacked_stands_in_it_once_answered(lite: Team, examples: list[str]) -> None:
    """And a form that somebody approved stays as it was approved."""
    dpo, missing = lite.visitor("Femke", Role.DPO), f"/incidents/{examples[2]}/facts/missing"
    first = drafted(dpo, examples[2])
    dpo.get(missing)
    dpo.submit("/facts/missing", **{"occurred_from-date": "2026-02-27", "occurred_from-time": "23:00"})
    assert dpo.page.problems == []
    assert "27-02-2026" in dpo.get(first.path).text
    provisional = drafted(dpo, examples[2], "provisional")
    assert "Approved." in dpo.submit("/approve", single_officer_reason="Nobody else is here.").text
    dpo.get(missing)
    dpo.submit("/facts/missing", other_authorities_told="no")
    assert "The facts changed since this text was drafted." in dpo.get(provisional.path).text
    assert "The facts changed since this text was drafted." not in dpo.get(first.path).text


@pytest.mark.parametrize("language", ["en", "de", "nl"])
def test_from_what_an_answer_was_worked_out_is_said_to_its_reader(
    lite: Team, examples: list[str], language: str
) -> None:
    """The form is Dutch; why Meldklok filled in what it did is for whoever looks at it."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = drafted(dpo, examples[0])
    dpo.submit("/language", language=language)
    [told] = [node for node in dpo.get(page.path).tree.iter("div") if node.get("class") == "derived-list"]
    reasons = {text_of(node) for node in told.iter("p")}
    proposed = [words for name, words in texts().items() if name.startswith("proposal.")]
    known = {note[language] for note in (*load_catalogue("ap-2022").notes.values(), *proposed)}
    assert reasons
    assert reasons <= known


def the_missing_stand_on_top(page: Page) -> None:
    missing = next(node for node in page.tree.iter("section") if node.get("id") == "missing")
    listed = {item.get("data-key") for item in missing.iter("li")}
    assert not any("_" in text_of(item).split()[0] for item in missing.iter("li")), "a name that only we know"
    marked = {
        node.get("id", "").removeprefix("answer-")
        for node in page.tree.iter()
        if node.get("data-answer") is not None and _is_missing(node)
    }
    assert marked <= listed <= keys_on(page)[0]


def _is_missing(node: Any) -> bool:
    words = ["".join(inner.itertext()) for inner in node.iter("span") if inner.get("class") == "missing"]
    return "missing" in words


def test_hostile_facts_are_shown_as_they_are(
    lite: Team, examples: list[str], clock: FixedClock, in_app: Callable[..., Any]
) -> None:
    """Nothing typed runs, disappears or breaks the page, whatever it is and in whichever field."""
    dpo = lite.visitor("Femke", Role.DPO)
    for number, text in enumerate(ALL):
        in_app(partial(poison, clock, examples[0], text))
        page = drafted(dpo, examples[0], group=str(number))
        all_questions_are_there(page)
        assert "<script>alert" not in page.html
        answers = "".join("".join(node.itertext()) for node in page.tree.iter("div") if node.get("class") == "answer")
        assert not text.strip() or text.split()[0][:20].translate(CONTROLS) in answers.translate(CONTROLS)


CONTROLS = {code: None for code in (*range(32), 0xFFFE, 0x202E, 0x2028)}


def poison(clock: FixedClock, reference: str, text: str, session: Session) -> None:
    """Put the text into every field that takes text."""
    incident = session.scalars(select(Incident).where(Incident.reference == reference)).one()
    facts = current_facts(session, incident)
    kept = clean(text.replace("\ufffe", ""), field="x")
    names = [field.name for field in fields(BreachFacts) if type(getattr(facts, field.name)) is str]
    actor = Actor(None, "Poisoner", frozenset({Role.DPO}))
    changed = replace(facts, **dict.fromkeys(names, kept))
    append_version(session, incident, changed, actor=actor, now=clock.now(), chapter="incident", reason="x")


def test_a_tick_survives_reload_and_a_new_session(lite: Team, examples: list[str]) -> None:
    """Also beside the question with the longest name; another person sees the same ticks."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = drafted(dpo, examples[2], "withdrawal", withdrawn_reason="Nobody's data were in it.")
    keys = [key for key in ("1.1", "1.1.withdrawal_reason") if key in keys_on(page)[0]]
    assert len(keys) == 2
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.html)
    assert token is not None
    for key in keys:
        sent = {"csrf_token": token[1], "question": key, "copied": "y"}
        answer = dpo.client.post(f"{page.path}/copied", data=sent, headers={"X-Requested-With": "fetch"})
        assert answer.status_code == 204
    other = lite.visitor("Bas", Role.RESPONDER).get(page.path)
    ticked = {
        node.get("id")
        for node in other.tree.iter("input")
        if node.get("id", "").startswith("tick-") and node.get("checked") is not None
    }
    assert ticked == {f"tick-{key}" for key in keys}
    dpo.client.post(f"{page.path}/copied", data={"csrf_token": token[1], "question": keys[1]})
    assert f'id="tick-{keys[1]}" data-tick checked' not in dpo.get(page.path).html


def test_missing_answers_lead_to_their_fact(lite: Team, examples: list[str]) -> None:
    """Each link of the list opens a page that has the place it points at."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = drafted(dpo, examples[0])
    section = next(node for node in page.tree.iter("section") if node.get("id") == "missing")
    links = {link.get("href", "") for link in section.iter("a")}
    assert links
    for link in links:
        target, _hash, anchor = link.partition("#")
        found = dpo.get(target)
        assert not anchor or f'id="{anchor}"' in found.html, link


def test_a_withdrawal_needs_its_reason(lite: Team, examples: list[str]) -> None:
    """And shows it in the form."""
    dpo = lite.visitor("Femke", Role.DPO)
    dpo.get(f"/incidents/{examples[0]}/notices")
    refused = dpo.submit("/notices", addressee="authority", kind="withdrawal")
    assert refused.problems == ["Write why the notification is withdrawn."]
    page = drafted(dpo, examples[0], "withdrawal", withdrawn_reason="The file was empty.")
    assert "The file was empty." in page.text


def test_a_follow_up_shows_what_changed_since_the_last_filing(lite: Team, examples: list[str]) -> None:
    """Answer by answer, on the page and in the PDF; a first notification shows no such list."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    reference = examples[0]
    first = drafted(dpo, reference, "provisional")
    assert "Changed since the last filing" not in first.text
    second.get(first.path)
    assert "Approved." in second.submit("/approve").text
    dpo.get(f"{first.path}/submit")
    sent = dpo.submit("/submit", submitted_at__date="2026-03-02", submitted_at__time="10:00", reference="AP-4711")
    assert "The submission has been recorded." in sent.text, sent.problems
    dpo.get(f"/incidents/{reference}/facts/incident")
    dpo.submit("/facts/incident", description="Klant B heeft het bestand nu verwijderd.")
    later = drafted(dpo, reference, "follow_up")
    assert "Changed since the last filing" in later.text
    changed = [node for node in later.tree.iter("ins") if "nu verwijderd" in "".join(node.itertext())]
    assert changed
    assert "AP-4711" in later.text
    pdf = dpo.client.get(f"{later.path}/v1.txt").text
    assert "nu verwijderd" in pdf
    assert "Wat er is veranderd" in pdf or "veranderd" in pdf


def test_the_portal_is_only_a_link(lite: Team, examples: list[str]) -> None:
    """Nothing on the page loads anything from it."""
    page = drafted(lite.visitor("Femke", Role.DPO), examples[0])
    links = [
        node
        for node in page.tree.iter()
        if "autoriteitpersoonsgegevens" in (node.get("href") or node.get("src") or node.get("action") or "")
    ]
    assert [(node.tag, node.get("rel")) for node in links] == [("a", "noreferrer noopener")]


@pytest.mark.parametrize(
    ("address", "chosen"),
    [
        ("addressee=authority&kind=follow_up", ["authority", "follow_up"]),
        ("addressee=nobody&kind=x", ["initial"]),
        ("", ["initial"]),
    ],
)
def test_the_next_step_has_chosen_whom_a_new_notice_is_for(
    lite: Team, examples: list[str], address: str, chosen: list[str]
) -> None:
    """Whoever follows it only has to press; what an address says beside that is not taken."""
    tree = lite.visitor("Femke", Role.DPO).get(f"/incidents/{examples[0]}/notices?{address}").tree
    form = next(one for one in tree.iter("form") if one.get("id") == "draft")
    marked = [one for one in form.iter() if {"checked", "selected"} & set(one.keys())]
    assert [one.get("value") for one in marked if one.get("value") in (*Addressee, *NoticeKind)] == chosen


def test_what_was_answered_since_comes_in_by_the_main_button(lite: Team, examples: list[str]) -> None:
    """Whoever comes back from the missing answers is not sent there again."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = drafted(dpo, examples[0])
    assert main_buttons(page) == ["Answer what is missing"]
    dpo.get(f"/incidents/{examples[0]}/facts/international")
    dpo.submit("/facts/international", cross_border="no")
    assert main_buttons(dpo.get(page.path)) == ["Bring in the newest facts"]
    assert main_buttons(dpo.submit("/redraft")) == ["Answer what is missing"]


def main_buttons(page: Page) -> list[str]:
    return [text_of(one).strip() for one in page.tree.iter() if "button-main" in (one.get("class") or "").split()]


def test_what_is_asked_only_since_the_deadline_passed_counts_as_missing(lite: Team, examples: list[str]) -> None:
    """The page of the incident counts why it is late; the dossier that was drafted before counts it as well."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = drafted(dpo, examples[0])
    before = _missing_keys(page)
    lite.clock.advance(days=30)
    late = lite.visitor("Frits", Role.DPO).get(page.path)
    assert _missing_keys(late) == [*before, "4.5"]
    assert "One of these is asked because the deadline has passed." in late.text
    assert "4.5" in [number for one in late.tree.iter("details") for number in text_of(one).split()]
    hidden = [one.get("data-hidden") for one in late.tree.iter("li") if one.get("data-hidden")]
    assert hidden
    assert "4.5" not in hidden


def _missing_keys(page: Page) -> list[str]:
    section = next(node for node in page.tree.iter("section") if node.get("id") == "missing")
    return [node.get("data-key", "") for node in section.iter("li")]


def _record(clock: FixedClock, reference: str, values: dict[str, Any], session: Session) -> None:
    incident = session.scalars(select(Incident).where(Incident.reference == reference)).one()
    facts = replace(current_facts(session, incident), **values)
    actor = Actor(None, "Femke", frozenset({Role.DPO}))
    append_version(session, incident, facts, actor=actor, now=clock.now(), chapter="actions", reason="x")


def test_a_count_that_goes_on_is_told_beside_the_approved_one(
    lite: Team, examples: list[str], clock: FixedClock, in_app: Callable[..., Any]
) -> None:
    """AP 10.1.3: as it stood, and by now; the text keeps the number that was approved."""
    dpo = lite.visitor("Femke", Role.DPO)
    in_app(partial(_record, clock, examples[0], {"informed": Informed.INFORMED, "informed_count": 140}))
    page = drafted(dpo, examples[0])
    assert "By now" not in page.text
    in_app(partial(_record, clock, examples[0], {"informed_count": 290}))
    page = dpo.get(page.path)
    assert "By now: 290." in page.text
    assert "The facts changed" not in page.text


def test_who_approves_a_form_sees_what_the_approval_leaves_open(
    lite: Team, examples: list[str], clock: FixedClock, in_app: Callable[..., Any]
) -> None:
    """The paper says afterwards that it was left open: then it has to be seen before."""
    dpo = lite.visitor("Femke", Role.DPO)
    in_app(partial(_record, clock, examples[0], {"affected_controllers": (AffectedController("Shop"),)}))
    page = drafted(dpo, examples[0], "provisional")
    assert "With this approval you leave open, or confirm:" in page.text
    assert page.text.count("Do you also notify on behalf of Shop?") == 3


def test_whether_one_notifies_for_customers_is_asked_once_and_ends_the_approval(
    lite: Team, examples: list[str], clock: FixedClock, in_app: Callable[..., Any]
) -> None:
    """GDPR art. 33(1): on the page of the customers; told in the history; the approved form speaks of other people."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    parties = f"/incidents/{examples[0]}/facts/parties"
    assert "Do you also notify on behalf of these customers?" not in dpo.get(parties).text
    in_app(partial(_record, clock, examples[0], {"affected_controllers": (AffectedController("Shop"),)}))
    draft = drafted(dpo, examples[0], "provisional")
    assert "Derived, please check" in draft.text
    second.get(draft.path)
    approved = second.submit("/approve")
    assert "Approved." in approved.text
    assert "Derived, please check" not in approved.text, "as on its paper"
    assert "derived, check" not in approved.text
    assert "Do you also notify on behalf of these customers?" in dpo.get(parties).text
    assert "As answered for all" in dpo.get(parties).text
    dpo.submit("/facts/parties", on_behalf_of_customers="no", **{"affected_controllers-0-on_behalf": "yes"})
    assert "The facts changed since this text was drafted." in dpo.get(draft.path).text
    assert "Do you also notify on behalf of these customers?" in dpo.get(f"/incidents/{examples[0]}/facts-history").text
    dpo.get(draft.path)
    dpo.submit("/redraft")
    assert "Wij doen deze melding ook namens Shop." in dpo.get(draft.path).text


def test_the_window_beside_the_portal_says_that_its_text_is_older_than_the_facts(
    lite: Team, examples: list[str]
) -> None:
    """Nobody copies "not yet" of people whom the letters have reached meanwhile."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = drafted(dpo, examples[0])
    beside = f"{page.path}/beside"
    assert "The facts changed" not in dpo.get(beside).text
    dpo.get(f"/incidents/{examples[0]}/facts/international")
    dpo.submit("/facts/international", cross_border="no")
    assert "The facts changed since this text was drafted." in dpo.get(beside).text
