"""The whole job on pages, without script: report, triage, facts, risk, decision, notices, submission, closing."""

from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

from flask import Flask

from incident.cli._firstrun import PATH
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.usecases.people.accounts import issue_setup_token
from tests.chains import breaks
from tests.web.client import PASSWORD, Page, Visitor
from tests.web.conftest import Team

ORGANISATION = {
    "name": "Alumio B.V.",
    "street": "Laan Corpus den Hoorn 200",
    "postcode": "9728 JS",
    "city": "Groningen",
    "sector_kind": "private",
    "kvk": "12345678",
    "phone": "050 123",
    "sector": "Software",
    "fg_number": "FG001",
    "dpo_name": "Femke Jansen",
    "dpo_email": "fg@example.org",
    "email": "privacy@example.org",
    "dpo_designated": "yes",
    "activity": "Integration platform",
    "size": "sme",
}
CHAPTERS = {
    "introduction": {"network_incident": "no", "other_authorities_told": "no", "reported_to_police": "yes"},
    "international": {"cross_border": "no", "other_privacy_authorities_told": "no"},
    "parties": {
        "reporter_name": "Femke Jansen",
        "reporter_function": "FG",
        "reporter_phone": "050 123",
        "reporter_email": "fg@example.org",
        "contact_name": "Femke Jansen",
        "contact_function": "FG",
        "contact_email": "fg@example.org",
        "contact_phone": "050 123",
        "others_involved": "no",
    },
    "timeline": {"discovered_by": "controller", "discovery": "Owner saw it", "ongoing": "no"},
    "incident": {
        "kinds": ["device_lost_or_stolen"],
        "actor": "external_malicious",
        "disclosure": "likely",
        "recipient": "unknown_persons",
        "description": "A laptop with a guest list was stolen.",
    },
    "data": {
        "data_categories": ["name", "email", "health"],
        "data_note": "Guest list",
        "records_min": "320",
        "records_max": "320",
    },
    "subjects": {
        "subject_groups": ["customers"],
        "subjects_note": "Guests",
        "subjects_min": "320",
        "subjects_max": "320",
    },
    "protection": {"protection": ["none"], "protection_intact": "no", "protection_note": "Disk was open"},
    "consequences": {
        "consequences_data": ["seen_by_unauthorised"],
        "severity": "significant",
        "consequences_subjects": ["loss_of_control"],
        "severity_note": "Readable for the thief",
    },
    "actions": {
        "measures_taken": "Access withdrawn.",
        "measures_prevent": ["encryption"],
        "measures_prevent_note": "All disks are encrypted.",
        "informed": "planned",
        "advice_to_subjects": "Be alert.",
    },
}
TIMES = {
    "occurred_from__date": "2026-03-01",
    "occurred_from__time": "20:00",
    "occurred_to__date": "2026-03-01",
    "occurred_to__time": "21:00",
}


def first_person(app: Flask, clock: FixedClock) -> Visitor:
    with app.app_context():
        secret = issue_setup_token(db.session(), now=clock.now())
        db.session.commit()
    visitor = Visitor(app, email="femke@example.org")
    visitor.get(f"{PATH}/{secret}")
    visitor.submit(
        name="Femke Jansen", function="FG", email="femke@example.org", password=PASSWORD, password_confirm=PASSWORD
    )
    return visitor


def reference_of(page: Page) -> str:
    return page.path.split("/")[2]


def test_a_newcomer_takes_a_breach_from_the_first_word_to_the_register(
    app: Flask, clock: FixedClock, hurried: list[str]
) -> None:
    """From the set-up link to the closed incident in the register, by two people, without script; nobody waits for a
    bucket on the way."""
    dpo = first_person(app, clock)
    assert "For which organisation" in dpo.page.text
    dpo.submit("/setup", button=("start", "empty"), **ORGANISATION)
    assert "Nothing is open" in dpo.page.text
    second = Team(app, clock).visitor("Bas", Role.SECOND)

    reference = report(dpo)
    triage(dpo, reference)
    facts(dpo, reference)
    risk(dpo, reference)
    decisions(dpo, reference)
    dossier(dpo, second, reference, clock)
    letter(dpo, second, reference)
    close(dpo, reference)
    assert hurried == []

    listed = dpo.get("/register")
    assert reference in listed.text
    assert "Closed" in listed.text
    with dpo.client.get("/register.csv") as exported:
        assert reference in exported.text
    with app.app_context():
        assert breaks(db.session()) == []


def report(dpo: Visitor, summary: str = "Unencrypted laptop stolen from a car") -> str:
    dpo.get("/report")
    receipt = dpo.submit("/report", summary=summary, subjects="320", ongoing="no")
    assert "Do not forward or copy the data" in receipt.text
    assert "Thu 5 Mar 2026 10:00 CET" in receipt.text
    return reference_of(receipt)


def triage(dpo: Visitor, reference: str) -> None:
    dpo.get(f"/incidents/{reference}/triage")
    shown = dpo.submit(
        "/triage",
        is_breach="yes",
        aware_at__date="2026-03-02",
        aware_at__time="9:30",
        aware_person="Femke",
        nature=["confidentiality"],
        role="controller",
    )
    assert "Thu 5 Mar 2026 09:30 CET" in shown.text


def facts(dpo: Visitor, reference: str) -> None:
    for chapter, values in CHAPTERS.items():
        more = TIMES if chapter == "timeline" else {}
        dpo.get(f"/incidents/{reference}/facts/{chapter}")
        shown = dpo.submit(f"/facts/{chapter}", **values, **more)
        assert shown.problems == [], (chapter, shown.problems)
        assert "Recorded." in shown.text


def risk(dpo: Visitor, reference: str) -> None:
    asked = dpo.get(f"/incidents/{reference}/risk")
    assert "High risk" in asked.text
    preview = dpo.submit("/risk", button=("act", "preview"), identification="maximum")
    assert "Assessment 1" not in preview.text
    shown = dpo.submit("/risk")
    assert "The assessment has been recorded." in shown.text


def decisions(dpo: Visitor, reference: str) -> None:
    dpo.get(f"/incidents/{reference}/decisions")
    for subject in ("authority", "subjects"):
        values = {f"{subject}__act": "yes", f"{subject}__reason": "Readable data in the hands of a thief."}
        shown = dpo.submit("/decisions", **values)
        assert "The decision has been recorded." in shown.text


def dossier(dpo: Visitor, second: Visitor, reference: str, clock: FixedClock) -> None:
    dpo.get(f"/incidents/{reference}/notices")
    shown = dpo.submit("/notices", addressee="authority")
    missing = [
        link.text
        for link in shown.tree.iter("a")
        if "/facts/" in link.get("href", "") and "#" not in link.get("href", "")
    ]
    assert "Derived, please check" in shown.text
    address = shown.path
    for kind, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        answer = dpo.client.get(f"{address}/v1.{kind}")
        assert answer.data.startswith(start), (kind, missing)
    second.get(address)
    approved = second.submit("/approve")
    assert "Approved." in approved.text, (approved.problems, approved.text[:3000])
    first, again = (dpo.client.get(f"{address}/v1.pdf").data for _ in range(2))
    assert first == again, "the file of what was approved is made once"
    clock.advance(hours=5)
    dpo.come_back()
    second.come_back()
    dpo.get(f"{address}/submit")
    sent = dpo.submit(
        "/submit",
        submitted_at__date="2026-03-02",
        submitted_at__time="14:00",
        reference="AP-7731",
        file=("bevestiging.pdf", b"%PDF-1.7\n%fake confirmation\n"),
    )
    assert "The submission has been recorded." in sent.text, sent.problems
    assert "AP-7731" in sent.text
    evidence = dpo.get(f"/incidents/{reference}/evidence")
    assert "bevestiging.pdf" in evidence.text
    (file,) = evidence.links("/evidence/")
    assert dpo.client.get(unescape(file)).data.startswith(b"%PDF-1.7")


def letter(dpo: Visitor, second: Visitor, reference: str) -> None:
    dpo.get(f"/incidents/{reference}/notices")
    shown = dpo.submit("/notices", addressee="subjects", languages=["nl"])
    address = shown.path
    assert "Geachte" in shown.text
    edited = dpo.submit("/edit", title="Belangrijk bericht")
    assert "Saved as a new version." in edited.text, edited.problems
    second.get(address)
    approved = second.submit("/approve")
    assert "Approved." in approved.text, approved.problems
    dpo.get(f"{address}/submit")
    when = {"submitted_at__date": "2026-03-02", "submitted_at__time": "15:00"}
    assert dpo.submit("/submit", **when, recipients="320").problems == ["Choose how it was sent."]
    sent = dpo.submit("/submit", channel="email")
    assert "320" in sent.text
    place = next(form.get("action") for form in sent.tree.iter("form") if "/filed/" in (form.get("action") or ""))
    early = dpo.submit(place, filed_at__time="14:10", number_reason="Read from the wrong clock.")
    assert [problem.partition(".")[0] for problem in early.problems] == ["Nobody had approved this text at that moment"]
    moved = dpo.submit(place, note="The helpdesk had sent it by then.")
    assert "The moment is corrected." in moved.text, moved.problems
    assert "Mon 2 Mar 2026 14:10 CET" in moved.text
    assert "The helpdesk had sent it by then." in moved.text


def close(dpo: Visitor, reference: str) -> None:
    blocked = dpo.get(f"/incidents/{reference}/close")
    assert "Add at least one measure" in blocked.text
    assert not [form for form in blocked.tree.iter("form") if (form.get("action") or "").endswith("/close")]
    dpo.get(f"/incidents/{reference}/tasks")
    added = dpo.submit("/tasks", title="Encrypt all disks", kind="measure", owner_name="IT", due="2026-04-01")
    assert "Encrypt all disks" in added.text
    dpo.get(f"/incidents/{reference}/close")
    closed = dpo.submit("/close", cause="external_malicious", lessons="Encrypt every disk.")
    assert "The incident is closed." in closed.text, closed.problems


def test_who_does_not_know_yet_decides_nothing(team: Team) -> None:
    """Not knowing yet leads to the tasks and leaves the incident as it was; once answered it is no choice any more."""
    dpo = team.visitor("Femke", Role.DPO)
    reference = report(dpo)
    dpo.get(f"/incidents/{reference}/triage")
    unknown = dpo.submit("/triage", is_breach="unknown", aware_at__date="", aware_at__time="")
    assert "Nothing was decided. The clock runs on; answer as soon as you know." in unknown.text, unknown.problems
    assert "Received" in dpo.get(f"/incidents/{reference}").text
    triage(dpo, reference)
    page = dpo.get(f"/incidents/{reference}/triage")
    assert [choice.get("value") for choice in page.tree.iterfind(".//input[@name='is_breach']")] == ["yes", "no"]
    assert "it can be corrected, but not become unknown again" in page.text
    assert "a clock runs from it" not in page.text


def test_no_breach_takes_a_second_person(team: Team, clock: FixedClock) -> None:
    """Saying no leaves the clock running until somebody else agrees; the author's own yes does not count."""
    dpo, second = team.visitor("Femke", Role.DPO), team.visitor("Bas", Role.SECOND)
    reference = report(dpo)
    dpo.get(f"/incidents/{reference}/triage")
    waiting = dpo.submit("/triage", is_breach="no", aware_at__date="", aware_at__time="", reason="The file was empty.")
    assert "This is your own decision" in waiting.text
    assert "Received" in dpo.get(f"/incidents/{reference}").text
    page = second.get(f"/incidents/{reference}/decisions")
    prefix = next(node.get("name", "") for node in page.tree.iter("input") if node.get("name", "").endswith("-agree"))
    agreed = second.submit("/second", **{prefix.replace("-", "__"): "yes"})
    assert "The incident is closed." in agreed.text, agreed.problems
    assert "No breach" in dpo.get("/register").text
    auditor = team.visitor("Emil", Role.AUDITOR)
    for page in ("", "/decisions"):
        assert "The file was empty." in auditor.get(f"/incidents/{reference}{page}").text
    assert "You may already decide" not in auditor.get(f"/incidents/{reference}/decisions").text
    assert "Bas agreed that it is no breach" in auditor.get(f"/incidents/{reference}/record").text
    again = dpo.get(f"/incidents/{reference}/triage")
    assert "This incident is closed. Reopen it first" in again.text
    assert 'name="is_breach"' not in again.html
    ended = dpo.get(f"/incidents/{reference}/close")
    assert "Closed" in [node.text for node in ended.tree.iter("h2")]
    assert ended.form("/reopen") is not None
    assert "Close the incident" not in ended.text
    clock.advance(hours=80)
    dpo.come_back()
    assert reference not in dpo.get("/").text


def test_a_second_report_of_the_same_breach_is_merged(team: Team) -> None:
    """From the page that closes incidents; what was typed wrongly is kept, each timeline names the other, and why."""
    dpo = team.visitor("Femke", Role.DPO)
    first, second = report(dpo), report(dpo, "A laptop is gone from a car")
    dpo.get(f"/incidents/{second}/close")
    wrong = dpo.submit("/merge", duplicate__into="the other one", duplicate__reason="The same laptop")
    assert wrong.problems == ["Write the reference of the other incident, like DL-2026-0001-9."]
    assert "the other one" in wrong.html
    merged = dpo.submit("/merge", duplicate__into=first)
    assert (merged.path, "closed as a duplicate" in merged.text) == (f"/incidents/{first}", True)
    for one, other in ((first, second), (second, first)):
        page = dpo.get(f"/incidents/{one}/timeline")
        assert f'href="/incidents/{other}"' in page.html
        assert "The same laptop" in page.text
    closed = dpo.get(f"/incidents/{second}")
    for page in (closed, dpo.get(f"/incidents/{second}/facts")):
        assert f"Part of {first}" in page.text
        assert "Its clock runs there." in page.text
        assert f'href="/incidents/{first}"' in page.html
        assert "o longer required" not in page.text
    assert f"runs on in {first}" in dpo.get(f"/incidents/{second}/record").text
    assert "Part of" not in dpo.get(f"/incidents/{first}").text


def _deny(dpo: Visitor, second: Visitor, reference: str) -> None:
    """Two people say that it is no breach."""
    dpo.get(f"/incidents/{reference}/triage")
    dpo.submit("/triage", is_breach="no", aware_at__date="", aware_at__time="", reason="The file was empty.")
    page = second.get(f"/incidents/{reference}/decisions")
    prefix = next(node.get("name", "") for node in page.tree.iter("input") if node.get("name", "").endswith("-agree"))
    second.submit("/second", **{prefix: "yes"})


def test_whoever_reported_reads_that_it_is_finished_or_goes_on_elsewhere(team: Team) -> None:
    """Not that the team is at work on a report that is closed."""
    rita, dpo = team.visitor("Rita", Role.REPORTER), team.visitor("Femke", Role.DPO)
    mine, other = report(rita), report(dpo)
    assert "is handling your report" in rita.get(f"/incidents/{mine}").text
    dpo.get(f"/incidents/{mine}/close")
    dpo.submit("/merge", duplicate__into=other, duplicate__reason="The same laptop")
    assert "handles both reports together" in rita.get(f"/incidents/{mine}").text
    assert "Closed" not in rita.get(f"/incidents/{mine}").text
    _deny(dpo, team.visitor("Bas", Role.SECOND), other)
    assert "has finished with your report" in rita.get(f"/incidents/{mine}").text
    none = report(rita, "A laptop left in the office")
    _deny(dpo, team.visitor("Sacha", Role.SECOND), none)
    assert "has finished with your report" in rita.get(f"/incidents/{none}").text


def test_the_receipt_of_a_late_report_says_that_the_moment_has_passed(team: Team, clock: FixedClock) -> None:
    """Noticed 80 hours ago: a deadline in the past is not one to wait for."""
    rita, late = team.visitor("Rita", Role.REPORTER), "That moment has passed"
    rita.get("/report")
    assert late not in rita.submit("/report", summary="A laptop is missing").text
    seen = (clock.now() - timedelta(hours=80)).astimezone(ZoneInfo("Europe/Amsterdam"))
    rita.get("/report")
    when = {"noticed_at__date": f"{seen:%Y-%m-%d}", "noticed_at__time": f"{seen:%H:%M}"}
    assert late in rita.submit("/report", summary="A second one", **when).text


def test_the_receipt_names_the_term_of_the_authority_where_other_law_ends_sooner(team: Team) -> None:
    """The 24 hours of Regulation 611/2013 are not the 72 hours of which the receipt speaks."""
    admin, rita = team.visitor("Ada", Role.ADMIN), team.visitor("Rita", Role.REPORTER)
    said = "If the authority must be told: at the latest Thu 5 Mar 2026 10:00 CET"
    rita.get("/report")
    assert said in rita.submit("/report", summary="A laptop is missing").text
    admin.get("/settings/regimes")
    admin.submit("/settings/regimes", regimes="telecom")
    rita.get("/report")
    assert said in rita.submit("/report", summary="A second one").text


def test_an_office_of_one_looks_again_itself(team: Team, clock: FixedClock) -> None:
    """The page says from when, then takes the written review, and names it as what it is."""
    dpo = team.visitor("Femke", Role.DPO)
    reference = report(dpo)
    dpo.get(f"/incidents/{reference}/triage")
    waiting = dpo.submit("/triage", is_breach="no", aware_at__date="", aware_at__time="", reason="The file was empty.")
    assert "Let it rest" in waiting.text
    clock.advance(hours=13)
    dpo.come_back()
    page = dpo.get(f"/incidents/{reference}/decisions")
    prefix = next(node.get("name", "") for node in page.tree.iter("input") if node.get("name", "").endswith("-agree"))
    refused = dpo.submit("/second", **{prefix: "yes"})
    assert refused.problems == ["You are alone: write what you checked again, and why it holds."]
    review = "I opened the file again, and its history: it never held anything."
    agreed = dpo.submit("/second", **{prefix: "yes", prefix.replace("-agree", "-reason"): review})
    assert "reviewed alone" in agreed.text, agreed.problems
    assert "reviewed an own decision, alone" in dpo.get(f"/incidents/{reference}/record").text


def test_a_late_submission_asks_for_the_reasons(team: Team, clock: FixedClock) -> None:
    """GDPR art. 33(1): after 72 hours the notification carries the reasons for the delay."""
    dpo = team.visitor("Femke", Role.DPO)
    reference = report(dpo)
    triage(dpo, reference)
    dpo.get(f"/incidents/{reference}/decisions")
    dpo.submit("/decisions", authority__act="yes", authority__reason="To be safe.")
    dpo.get(f"/incidents/{reference}/notices")
    shown = dpo.submit("/notices", addressee="authority", kind="provisional")
    shown = dpo.submit("/approve", single_officer_reason="Night shift, nobody else can be reached.")
    assert "Approved." in shown.text, shown.problems
    clock.advance(hours=75)
    dpo.come_back()
    dpo.get(f"{shown.path}/submit")
    refused = dpo.submit("/submit", submitted_at__date="2026-03-05", submitted_at__time="12:00", reference="AP-1")
    assert refused.problems == ["This is after the deadline. Write the reasons for the delay (GDPR art. 33(1))."]
    assert "AP-1" in refused.html
    done = dpo.submit("/submit", delay_reason="The portal was down.")
    assert "late" in done.text
