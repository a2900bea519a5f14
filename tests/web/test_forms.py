"""Bad input: refused at the field and in the summary, or stored and shown harmlessly; nothing typed is lost."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from incident.documents.register_export import harmless
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.places import Away
from incident.web.forms.rows import Column
from tests.web.client import Visitor
from tests.web.conftest import Team

A_NUMBER = "Write a whole number, like 250 or 1.200, or from and to, like 10-20."
HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "'; DROP TABLE incident; --",
    '=HYPERLINK("http://x")',
    "\u202egnirts desrever",
    "🦊" * 10_000,
    "a\x00b\x07c",
    "</textarea><img src=x onerror=alert(1)>",
]


@pytest.fixture
def dpo(lite: Team) -> Visitor:
    return lite.visitor("Femke", Role.DPO)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_stored_and_shown_harmlessly(dpo: Visitor, text: str) -> None:
    """On the receipt, the board, the incident, the register, the timeline and in the CSV it is only text."""
    dpo.get("/report")
    receipt = dpo.submit("/report", summary=text)
    assert receipt.problems in ([], ["This text has 100 characters"]) or "Shorten" in receipt.text
    if receipt.problems:
        return
    reference = receipt.path.split("/")[2]
    for path in (
        "/",
        "/register",
        f"/incidents/{reference}",
        f"/incidents/{reference}/timeline",
        f"/incidents/{reference}/facts",
    ):
        page = dpo.get(path)
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert "49" not in page.text.replace("2026", "") or "{{ 7 * 7 }}" in page.text
    exported = dpo.client.get("/register.csv").text
    assert ";=HYPER" not in exported
    assert ';"=HYPER' not in exported


def test_a_report_that_is_sent_again_leads_to_the_first(dpo: Visitor, lite: Team) -> None:
    """The way back opens the form anew, and the same words make no second report; other words do, from any page, and
    so do the same words later."""

    def reported(**words: str) -> tuple[str, bool]:
        receipt = dpo.submit("/report", **words)
        return receipt.path, "You sent this before" in receipt.text

    form = dpo.get("/report")
    first, again = reported(summary="Laptop left in the train", subjects="3")
    assert not again
    dpo.page = form
    assert reported(summary="Laptop left in the train", subjects="3") == (first, True)
    dpo.get("/report")
    assert reported(summary="Laptop left in the train", subjects="3") == (first, True)
    dpo.page = form
    second, again = reported(summary="Laptop left in the bus", subjects="3")
    assert (second != first, again) == (True, False)
    lite.clock.advance(minutes=20)
    dpo.get("/report")
    third, again = reported(summary="Laptop left in the train", subjects="3")
    assert (third not in (first, second), again) == (True, False)


def test_an_enormous_report_is_refused_at_the_field_and_kept(dpo: Visitor) -> None:
    """One megabyte of text: the sentence says by how much to shorten it."""
    dpo.get("/report")
    page = dpo.submit("/report", summary="x" * 1_000_000)
    assert page.problems == ["Shorten this text by 980000 characters; at most 20000 fit."]
    assert "x" * 1_000_000 in page.html


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"summary": ""}, "Write what happened, in a few words. Everything else may stay open."),
        (
            {"noticed_at__date": "2027-01-01", "noticed_at__time": "10:00"},
            "This moment is in the future. State when it happened, or leave it open.",
        ),
        (
            {"noticed_at__date": "1970-01-01", "noticed_at__time": "10:00"},
            "This moment is before 25 May 2018, when the GDPR began to apply. Check the year.",
        ),
        ({"noticed_at__date": "yesterday", "noticed_at__time": "10:00"}, "Enter a date, like 23-11-2026."),
        ({"noticed_at__date": "2026-03-01", "noticed_at__time": ""}, "Enter a time, like 14:30."),
        ({"subjects": "many"}, A_NUMBER),
        ({"subjects": "99999999999999"}, "This number is larger than there are people. Check it."),
        ({"subjects": "12,5"}, A_NUMBER),
        ({"systems": ["No such system"]}, "Choose from the answers in the list."),
        ({"ongoing": "perhaps"}, "Choose one of the answers."),
    ],
)
def test_a_report_with_a_problem_says_so_at_the_field(dpo: Visitor, values: dict[str, object], problem: str) -> None:
    """The sentence stands in the summary and at the field, the rest stays as typed, nothing is stored."""
    dpo.get("/report")
    page = dpo.submit("/report", **{"summary": "Kept as typed", "noticed_by": "Also kept", **values})
    assert page.problems == [problem]
    assert page.html.count(problem) == 2
    assert "Also kept" in page.html
    assert page.title.startswith("Error:")
    assert "Nothing is open" in dpo.get("/").text


def test_a_report_sent_twice_is_one_report(dpo: Visitor) -> None:
    """The same form again, as after a double click, gives the same receipt."""
    page = dpo.get("/report")
    first = dpo.submit("/report", summary="Sent twice")
    dpo.page = page
    again = dpo.submit("/report", summary="Sent twice")
    assert first.path == again.path


def test_a_database_that_is_gone_keeps_the_text_on_the_page(dpo: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reporter is told that nothing was saved, and the text is still there."""
    dpo.get("/report")

    def gone(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr("incident.web.views.report.report_incident", gone)
    page = dpo.submit("/report", summary="Typed while the database was away")
    assert page.problems == [
        "Nothing has been saved: the database cannot be reached right now. Your text is still here. Try again."
    ]
    assert "Typed while the database was away" in page.html


@pytest.mark.parametrize("trouble", [OperationalError("SELECT", {}, Exception("refused")), Away("files", "refused")])
def test_a_database_or_a_bucket_that_is_away_keeps_the_text_too(
    dpo: Visitor, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    """Even when nobody can be looked up, the error page shows what was typed and can send it again."""
    dpo.get("/report")

    def gone(*_args: object, **_kwargs: object) -> None:
        raise trouble

    monkeypatch.setattr("incident.web.access.viewer", gone)
    page = dpo.submit("/report", summary="Typed while all was away")
    assert page.status == 503
    assert "Typed while all was away" in page.html
    assert "Nothing has been saved" in page.text
    assert "What happened?" in page.text, "the words of the field, and not its name"
    monkeypatch.undo()
    receipt = dpo.submit("/report")
    assert "Your report has been received" in receipt.text


def test_two_people_in_one_chapter_see_both_answers(team: Team) -> None:
    """The second one to record is shown the first one's answer beside their own; nothing is overwritten."""
    anna, bas = team.visitor("Anna", Role.RESPONDER), team.visitor("Bas", Role.RESPONDER)
    anna.get("/report")
    reference = anna.submit("/report", summary="Mail to the wrong list").path.split("/")[2]
    address = f"/incidents/{reference}/facts/data"
    anna.get(address)
    bas.get(address)
    assert "Recorded." in anna.submit("/facts/data", data_note="Names only", records_min="10").text
    page = bas.submit("/facts/data", data_note="Names and birthdays")
    assert "Somebody changed this meanwhile" in page.text
    assert "Names only" in page.text
    assert "Names and birthdays" in page.html
    assert "Recorded." in bas.submit("/facts/data").text
    shown = bas.get(f"/incidents/{reference}/facts").text
    assert "Names and birthdays" in shown
    assert "10" in shown
    assert "Names only" in bas.get(f"/incidents/{reference}/facts-history").text


def test_typing_is_kept_as_a_draft_until_it_is_recorded(team: Team, clock: FixedClock) -> None:
    """What the page sends while somebody types comes back at the next visit, to that person only."""
    anna, bas = team.visitor("Anna", Role.RESPONDER), team.visitor("Bas", Role.RESPONDER)
    anna.get("/report")
    reference = anna.submit("/report", summary="Mail to the wrong list").path.split("/")[2]
    page = anna.get(f"/incidents/{reference}/facts/data")
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    typed = {"csrf_token": token, "data_note": "half a sen", "records_min": "abc", "base_version": "1"}
    answer = anna.client.post(f"/incidents/{reference}/facts/data/draft", data=typed)
    assert answer.text.startswith("Kept as a draft at 10:00")
    again = anna.get(f"/incidents/{reference}/facts/data")
    assert "half a sen" in again.html
    assert 'value="abc"' in again.html
    assert "half a sen" not in bas.get(f"/incidents/{reference}/facts/data").html
    thrown = anna.submit("/draft/forget")
    assert "half a sen" not in thrown.html


@pytest.mark.parametrize(("code", "known"), [("se", True), ("XK", True), ("ZZ", False), ("QQ", False), ("EU", False)])
def test_a_country_that_does_not_exist_is_refused_where_it_is_typed(dpo: Visitor, code: str, known: bool) -> None:
    """The form for the authority would name it by its two letters."""
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Mail to the wrong list").path.split("/")[2]
    dpo.get(f"/incidents/{reference}/facts/international")
    page = dpo.submit("/facts/international", cross_border="yes", countries__0__country=code)
    assert page.problems == ([] if known else ["Enter a country as two letters, like NL or SE."])
    assert known or f'value="{code}"' in page.html


def test_what_cannot_all_be_true_is_told_in_the_chapter_that_says_it(dpo: Visitor) -> None:
    """Whoever has just recorded a group larger than the total reads it there, and not in other chapters."""
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Mail to the wrong list").path.split("/")[2]
    dpo.get(f"/incidents/{reference}/facts/subjects")
    groups = {"affected_groups__0__group": "customers", "affected_groups__0__subjects": "40"}
    page = dpo.submit("/facts/subjects", subject_groups=["customers", "employees"], subjects_max="20")
    assert "contradict" not in page.text
    page = dpo.submit("/facts/subjects", **groups)
    assert page.problems == []
    assert "One group of people is larger than the total." in page.text
    assert "contradict" in dpo.get(f"/incidents/{reference}/facts").text
    assert "contradict" not in dpo.get(f"/incidents/{reference}/facts/data").text


def test_correcting_awareness_asks_for_a_reason(lite: Team) -> None:
    """A moment that moves a clock is corrected with a reason, and the deadline follows."""
    dpo = lite.visitor("Femke", Role.DPO)
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Mail to the wrong list").path.split("/")[2]
    address = f"/incidents/{reference}/facts/timeline"
    dpo.get(address)
    dpo.submit("/facts/timeline", aware_at__date="2026-03-02", aware_at__time="08:00", aware_person="Femke")
    page = dpo.submit("/facts/timeline", aware_at__time="07:00")
    assert page.problems == ["You correct a moment that moves a clock. Write why."]
    dpo.submit("/facts/timeline", reason="The log shows an earlier call.")
    assert "Thu 5 Mar 2026 07:00 CET" in dpo.get(f"/incidents/{reference}").text


def test_no_page_has_a_field_for_a_deadline(lite: Team) -> None:
    """Nobody can type one: the law package computes it."""
    dpo = lite.visitor("Femke", Role.DPO)
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Mail to the wrong list").path.split("/")[2]
    for path in ("triage", "facts/timeline", "risk", "decisions", "notices"):
        page = dpo.get(f"/incidents/{reference}/{path}")
        names = {node.get("name", "") for node in page.tree.iter() if node.get("name")}
        assert not {name for name in names if name.startswith(("due_at", "deadline"))}


def test_a_folded_row_says_what_its_values_mean() -> None:
    """A bare 24 or Yes tells nobody anything; an empty cell says nothing."""
    hours = Column("hours", "Contract term", numeric=True, told="within {} hours")
    outside = Column("outside", "Outside the EEA?", (("unknown", "-"), ("yes", "Yes")), told="Outside the EEA? {}")
    assert (hours.said("24"), hours.said("")) == ("within 24 hours", "")
    assert (outside.said("yes"), outside.said("unknown")) == ("Outside the EEA? Yes", "")


@pytest.mark.parametrize("text", ["=1+1", "+31", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_a_formula_becomes_text(text: str) -> None:
    """A spreadsheet shows it and runs nothing."""
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    ("field", "value"),
    [("on_behalf", "maybe"), ("language", "xx"), ("groups", ["customers", "martians"])],
)
def test_a_row_says_only_what_its_lists_offer(dpo: Visitor, field: str, value: str | list[str]) -> None:
    """Refused at the field; nothing stands in the record in its place, and the rest of the row is kept."""
    dpo.get("/report")
    base = f"/incidents/{dpo.submit('/report', summary='Mailed to the wrong shop.').path.split('/')[2]}"
    customer = {"affected_controllers-0-name": "Boekhandel Veen", f"affected_controllers-0-{field}": value}
    dpo.get(f"{base}/facts/parties")
    page = dpo.submit("/facts/parties", **customer)
    assert page.problems == ["Choose from the answers in the list."]
    assert "Boekhandel Veen" in page.html
    assert "Boekhandel Veen" not in dpo.get(f"{base}/facts").text


def test_the_list_of_customers_is_proposed_where_they_are_named(dpo: Visitor) -> None:
    """Its name is offered, and what the list says of it stands in the row once it is recorded."""
    dpo.get("/settings/lists")
    listed = {"name": "Boekhandel Veen", "contact": "privacy@veen.example", "notice_hours": "12", "language": "de"}
    dpo.submit("/settings/lists", **{f"customers-0-{column}": value for column, value in listed.items()})
    dpo.get("/report")
    base = f"/incidents/{dpo.submit('/report', summary='Mailed to the wrong shop.').path.split('/')[2]}"
    assert '<option value="Boekhandel Veen"></option>' in dpo.get(f"{base}/facts/parties").html
    page = dpo.submit("/facts/parties", **{"affected_controllers-0-name": "Boekhandel Veen"})
    assert 'value="privacy@veen.example"' in page.html
    assert re.search(r'name="affected_controllers-0-notice_hours"[^>]* value="12"', page.html)
    assert re.search(r'name="affected_controllers-0-language".*?<option value="de" selected>', page.html)
