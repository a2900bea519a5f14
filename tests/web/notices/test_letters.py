"""Letters: languages, editing, versions, approval, customers with their own clock, and what was done with them."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.models import Evidence
from tests.web.client import Page, Visitor
from tests.web.conftest import Team


def drafts(dpo: Visitor, reference: str, **values: Any) -> Page:
    dpo.get(f"/incidents/{reference}/notices")
    return dpo.submit("/notices", **values)


def test_five_languages_side_by_side_and_a_warning_when_one_was_edited(lite: Team, examples: list[str]) -> None:
    """One order, five drafts; the page says which of them nobody touched."""
    dpo = lite.visitor("Femke", Role.DPO)
    index = drafts(dpo, examples[0], addressee="subjects", languages=["nl", "en", "sv", "de", "fr"])
    letters = index.links("/notices/")
    assert len(letters) == 5
    first = dpo.get(letters[0])
    assert "was changed by hand" not in first.text
    dpo.submit("/edit", body=f"{_body(first)}\n\nWij bellen u morgen.")
    assert "was changed by hand" in dpo.page.text if dpo.page else False
    both = dpo.get(f"{letters[0]}/languages")
    assert len(list(both.tree.iter("article"))) == 5
    assert both.text.count("Another language was changed by hand; this one was not.") == 4
    two = dpo.get(f"{letters[0]}/languages?language=nl&language=en")
    assert len(list(two.tree.iter("article"))) == 2


def _body(page: Page) -> str:
    return next((node.text or "") for node in page.tree.iter("textarea") if node.get("name") == "body").strip()


def test_the_editor_counts_marks_and_jargon_while_one_writes(lite: Team, examples: list[str]) -> None:
    """The judgement of a text that is not saved; it is a hint, and what is missing blocks approval."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = drafts(dpo, examples[0], addressee="subjects", languages=["nl"])
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("id") == "letter-csrf")
    body = "De verwerkingsverantwoordelijke heeft onverwijld encryptie toegepast. [nog invullen: telefoon]"
    found = dpo.client.post(f"{page.path}/check", data={"csrf_token": token, "body": body}).text
    assert "9 words" in found
    assert "onverwijld" in found
    assert "[nog invullen: telefoon]" in found
    assert "<html" not in found
    calm = dpo.client.post(f"{page.path}/check", data={"csrf_token": token, "body": "Wij bellen u morgen."}).text
    assert "easy to read" in calm
    assert "onverwijld" not in calm


def test_versions_are_compared_as_they_are_read(lite: Team, examples: list[str]) -> None:
    """No mark of Markdown and no name of a place stands in the comparison; white space alone changes nothing."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = dpo.get(drafts(dpo, examples[0], addressee="subjects", languages=["nl"]).path)
    assert "((greeting))" in _body(page)
    dpo.submit("/edit", body=f"{_body(page)}\n\n## **Vragen?**\n\n- Bel ons.")
    compared = dpo.get(f"{page.path}/compare?from=1&to=2")
    text = "".join(next(compared.tree.iter("article")).itertext())
    assert "• Bel ons." in text
    assert not any(mark in text for mark in ("((", "**", "##"))
    dpo.get(page.path)
    dpo.submit("/edit", body=f"{_body(dpo.get(page.path))}\n\n\n")
    assert "Both versions are the same." in dpo.get(f"{page.path}/compare?from=2&to=3").text


def _lacking(html: str) -> list[str]:
    """The items of "No words in it say this", as they stand there."""
    after = html.partition("No words in it say this:")[2].partition("</ul>")[0]
    return [one.partition("</li>")[0] for one in after.split("<li>")[1:]]


def test_while_one_writes_the_letter_says_what_approval_will_ask(lite: Team, examples: list[str]) -> None:
    """A text that is not saved is judged by what approval refuses it for; what is said is no longer named."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = drafts(dpo, examples[0], addressee="subjects", languages=["nl"])
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("id") == "letter-csrf")
    sent = {"csrf_token": token, "title": "Nieuwsbrief", "body": "Er was iets. Niets aan de hand."}
    bare = _lacking(dpo.client.post(f"{page.path}/check", data=sent).text)
    sent["body"] += " Vragen? Mail naar fg@example.org."
    reached = _lacking(dpo.client.post(f"{page.path}/check", data=sent).text)
    assert len(bare) - len(reached) == 1
    saved = dpo.submit("/edit", title=sent["title"], body=sent["body"])
    assert _lacking(saved.html) == reached != []
    assert all(saved.html.count(one) >= 2 for one in reached), "the form of approval names the same"


def test_of_two_moments_at_one_minute_the_awareness_is_the_one_that_counts(lite: Team) -> None:
    """GDPR art. 33(1): who corrects the first signal is not told that the deadline moves."""
    dpo = lite.visitor("Femke", Role.DPO)
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Laptop gestolen").path.split("/")[2]
    dpo.get(f"/incidents/{reference}/triage")
    assert dpo.submit("/triage", is_breach="yes", role="controller").problems == []
    assert dpo.get(f"/incidents/{reference}/facts/timeline").text.count("The deadline counts from here.") == 1


@pytest.mark.parametrize(
    ("told", "remark", "untold"),
    [
        ("400", "More people have been told than are concerned.", ""),
        ("30", "Fewer people have been told than are concerned, and it does not say why.", "10"),
        ("40", "", ""),
    ],
)
def test_the_numbers_of_those_told_and_those_concerned_fit(lite: Team, told: str, remark: str, untold: str) -> None:
    """GDPR art. 34(1): the notices remark on it, and the register says how many are not told yet."""
    dpo = lite.visitor("Femke", Role.DPO)
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Laptop gestolen", subjects="40").path.split("/")[2]
    dpo.get(f"/incidents/{reference}/facts/actions")
    assert dpo.submit("/facts/actions", informed="informed", informed_count=told).problems == []
    notices = dpo.get(f"/incidents/{reference}/notices").text
    assert ("See the numbers" in notices) is bool(remark)
    assert remark in notices
    exported = dpo.client.get("/register.csv?col=subjects_untold").text
    _heading, row = csv.reader(StringIO(exported), delimiter=";")
    assert row[-1] == untold


def test_a_moment_says_which_deadline_it_moves_before_it_is_recorded(lite: Team, examples: list[str]) -> None:
    """The deadline that counts from it, then where it goes with what is typed; without a change nothing moves."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = dpo.get(f"/incidents/{examples[0]}/facts/timeline")
    place = next(node for node in page.tree.iter("div") if node.get("data-place") == "moves-aware_at")
    assert "The deadline counts from here." in page.text
    shown = {node.get("name"): node.get("value", "") for node in page.tree.iter("input")}
    sent = {"csrf_token": shown["csrf_token"], "aware_at-date": shown["aware_at-date"]}
    same = dpo.client.post(place.get("data-preview"), data={**sent, "aware_at-time": shown["aware_at-time"]}).text
    assert "This moves a deadline." not in same
    hour, minute = shown["aware_at-time"].split(":")
    earlier = f"{hour}:{(int(minute) - 1) % 60:02}"
    moved = dpo.client.post(place.get("data-preview"), data={**sent, "aware_at-time": earlier}).text
    assert "This moves a deadline. Notification to the supervisory authority" in moved
    assert "Say why" in moved
    assert dpo.client.post(f"/incidents/{examples[0]}/facts/moves/summary", data=sent).status_code == 404


def test_words_for_people_are_judged_beside_their_field(lite: Team, examples: list[str]) -> None:
    """While somebody types, by the rules of the letter; without script as soon as the page is seen again."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = dpo.get(f"/incidents/{examples[0]}/facts/incident")
    judged = {node.get("data-place"): node.get("data-preview", "") for node in page.tree.iter("div")}
    assert judged["reads-told_people"].endswith("/facts/reads/told_people")
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("id") == "facts-csrf")
    words = "De verwerkingsverantwoordelijke heeft onverwijld de toegang van het systeem afgesloten."
    sent = {"csrf_token": token, "told_people": words}
    found = dpo.client.post(judged["reads-told_people"], data=sent).text
    assert "onverwijld" in found
    assert "<html" not in found
    nothing = dpo.client.post(judged["reads-told_people"], data={"csrf_token": token, "told_people": " "}).text
    assert "word" not in nothing
    elsewhere = judged["reads-told_people"].replace("told_people", "aware_person")
    assert dpo.client.post(elsewhere, data=sent).status_code == 404
    dpo.submit("/incident", told_people=words)
    again = dpo.get(f"/incidents/{examples[0]}/facts/incident")
    place = next(node for node in again.tree.iter("div") if node.get("id") == "reads-told_people")
    assert "onverwijld" in "".join(place.itertext())


def test_versions_are_compared_word_by_word_and_approval_falls(lite: Team, examples: list[str]) -> None:
    """What was added and what was removed; an approval does not survive the change, and the page says so."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    page = drafts(dpo, examples[0], addressee="staff", languages=["nl"])
    dpo.submit("/edit", body="Wij bellen u morgen.")
    second.get(page.path)
    assert "Approved." in second.submit("/approve").text
    dpo.get(page.path)
    shown = dpo.submit("/edit", body="Wij mailen u <b>vandaag</b>.")
    assert "The approval by Bas no longer counts" in shown.text
    compared = dpo.get(f"{page.path}/compare?from=2&to=3")
    assert ["".join(node.itertext()) for node in compared.tree.iter("del")] == ["removed", "bellen", "morgen"]
    added = ["".join(node.itertext()) for node in compared.tree.iter("ins")]
    assert added[0] == "added"
    assert "vandaag" in "".join(added[1:])
    assert "<b>vandaag" not in compared.html
    assert dpo.get(f"{page.path}/compare?from=9&to=3", 404)


def test_the_author_does_not_approve_alone_without_a_reason(lite: Team, examples: list[str]) -> None:
    """A single officer may, and the record shows why."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = drafts(dpo, examples[0], addressee="police", languages=["nl"])
    dpo.submit("/edit", body="Aangifte.")
    dpo.get(page.path)
    refused = dpo.submit("/approve")
    assert refused.problems == [
        "You wrote this text yourself. Somebody else has to approve it, or write why nobody else can."
    ]
    approved = dpo.submit("/approve", single_officer_reason="I am the only officer this week.")
    assert "I am the only officer this week." in approved.text


def test_whoever_approves_a_letter_reads_what_its_pdf_cannot_show(lite: Team, examples: list[str]) -> None:
    """The page has the letters of every script; the paper that is posted has codes in their place."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    page = drafts(dpo, examples[0], addressee="police", languages=["nl"])
    assert "A PDF cannot show" not in second.get(page.path).text
    dpo.get(page.path)
    dpo.submit("/edit", body="Aangifte door 漢字 en weer 漢字.")
    assert "these characters (漢字) and" in second.get(page.path).text
    dpo.get("/settings/organisation")
    dpo.submit("/settings/organisation", name="林 B.V.")
    letter = drafts(dpo, examples[0], addressee="subjects", languages=["nl"])
    assert "these characters (林) and" in second.get(letter.path).text


def test_each_customer_has_its_own_notice_clock_and_acknowledgement(
    lite: Team, examples: list[str], clock: FixedClock
) -> None:
    """GDPR art. 33(2): one order drafts for all; sending and acknowledging are each customer's own."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    reference = examples[3]
    page = drafts(dpo, reference, addressee="controller", recipient="*")
    links = page.links("/notices/")
    assert len(set(links)) >= 2
    assert "33(2)" in page.text
    again = dpo.submit("/notices", addressee="controller", recipient="*", group="x")
    assert again.problems == ["Every customer has such a notice already."]
    one = dpo.get(links[0])
    dpo.submit("/edit", title="Datalek bij ons", body="Beste klant, er is een datalek.")
    second.get(one.path)
    assert "Approved." in second.submit("/approve", unsaid_reason="The rest follows by telephone.").text
    assert "How many people" not in dpo.get(f"{one.path}/submit").text, "one customer is told, and not its people"
    moment = {"submitted_at__date": "2026-03-02", "submitted_at__time": "10:00"}
    sent = dpo.submit("/submit", **moment, channel="email", note="The first address was wrong.")
    assert "The submission has been recorded." in sent.text, sent.problems
    log = dpo.get(f"/incidents/{reference}/record").text
    assert re.search(r"went to: Controller \(customer\): (Webwinkel Noord|Butik Syd AB|Handel West GmbH)", log)
    for told in ("By e-mail", "The first address was wrong.", "The rest follows by telephone.", "Bas"):
        assert told in dpo.get(one.path).text
    unheard = re.search(
        r"No acknowledgement is on record from ([^.]+)\.", dpo.get(f"/incidents/{reference}/close").text
    )
    assert unheard is not None
    assert "," not in unheard[1], "of those who were told"
    dpo.get(one.path)
    assert dpo.submit("/not-arrived").problems == ["Write how you know."]
    back = dpo.submit("/not-arrived", returned="The mail came back")
    assert "did not arrive" in back.text
    assert "sent Initial" not in re.sub(r"\s+", " ", back.text), "what did not arrive looks like no success"
    assert "The mail came back" in dpo.get(f"/incidents/{reference}/timeline").text
    (again,) = back.links("recipient=")
    dpo.get(again)
    one = dpo.submit("/notices")
    assert one.path not in links, "one draft, for whom the first did not reach"
    assert "did not arrive" in dpo.get(f"/incidents/{reference}/notices").text, "the first stays on the list as it is"
    dpo.get(one.path)
    dpo.submit("/edit", title="Datalek bij ons", body="Beste klant, er is een datalek.")
    second.get(one.path)
    second.submit("/approve", unsaid_reason="The rest follows by telephone.")
    dpo.get(f"{one.path}/submit")
    assert "The submission has been recorded." in dpo.submit("/submit", **moment, channel="email").text
    early = dpo.submit("/acknowledged", by_name="Klaas", at__date="2026-03-02", at__time="09:59")
    assert early.problems == ["Nobody can acknowledge a notice before it was sent."]
    done = dpo.submit("/acknowledged", by_name="Klaas Vaak", at__date="2026-03-02", at__time="10:00")
    assert "Klaas Vaak" in done.text
    assert "No acknowledgement" not in dpo.get(f"/incidents/{reference}/close").text
    listed = dpo.get(f"/incidents/{reference}/notices")
    assert "Klaas Vaak" in listed.text
    register = dpo.client.get("/register.csv").get_data(as_text=True)
    assert "Newest notice to a customer" in register, "two of three customers were not told"


def test_the_timeline_says_for_which_group_a_letter_is(lite: Team, examples: list[str]) -> None:
    """Of two letters to data subjects each entry says whose it is, in the words of the vocabulary where it has them."""
    dpo = lite.visitor("Femke", Role.DPO)
    for group in ("patients", "People with a newsletter"):
        drafts(dpo, examples[0], addressee="subjects", languages=["nl"], group=group)
    timeline = dpo.get(f"/incidents/{examples[0]}/timeline").text
    assert "Data subjects: Patients" in timeline
    assert "Data subjects: People with a newsletter" in timeline


def test_an_hour_that_was_struck_twice_is_asked_for(lite: Team, examples: list[str], clock: FixedClock) -> None:
    """On 25 October 2026 the clock of Amsterdam strikes 02:30 twice; nobody guesses which of them it was."""
    clock.advance(days=238)
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    page = drafts(dpo, examples[0], addressee="press", languages=["nl"])
    dpo.submit("/edit", body="Persbericht.")
    second.get(page.path)
    second.submit("/approve")
    dpo.get(f"{page.path}/submit")
    when = {"submitted_at__date": "2026-10-25", "submitted_at__time": "02:30", "channel": "email"}
    asked = dpo.submit("/submit", **when)
    assert asked.problems == [
        "This time occurred twice, because the clock went back. Say below which of the two it was."
    ]
    choices = [node.get("value") for node in asked.tree.iter("input") if node.get("name") == "submitted_at-offset"]
    assert choices == ["+02:00", "+01:00"]
    done = dpo.submit("/submit", submitted_at__offset="+01:00")
    assert "02:30 CET" in done.text, done.problems
    skipped = drafts(dpo, examples[0], addressee="insurer", languages=["nl"])
    dpo.submit("/edit", body="Melding.")
    second.get(skipped.path)
    second.submit("/approve")
    dpo.get(f"{skipped.path}/submit")
    missing = {"submitted_at__date": "2026-03-29", "submitted_at__time": "02:30", "channel": "email"}
    missing["note"] = "Sent long before it was drafted here."
    refused = dpo.submit("/submit", **missing)
    assert len(refused.problems) == 1
    assert "2026-03-29 02:30" in refused.problems[0]
    utc = dpo.submit("/submit", submitted_at__zone="UTC")
    assert "04:30 CEST" in utc.text, utc.problems


def test_the_confirmation_is_kept_with_its_hash_and_the_dossier_holds_it(
    lite: Team, examples: list[str], in_app: Callable[..., Any]
) -> None:
    """The file belongs to the submission; the ZIP of the incident opens and lists it."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    page = drafts(dpo, examples[0], addressee="authority", kind="provisional")
    second.get(page.path)
    second.submit("/approve")
    dpo.get(f"{page.path}/submit")
    file = ("bevestiging.pdf", b"%PDF-1.7\n%confirmation\n")
    dpo.submit("/submit", submitted_at__date="2026-03-02", submitted_at__time="10:00", reference="AP-1", file=file)
    rows = in_app(lambda session: session.execute(select(Evidence.filename, Evidence.submission_id)).all())
    assert [(name, bound is not None) for name, bound in rows] == [("bevestiging.pdf", True)]
    answer = dpo.client.get(f"/incidents/{examples[0]}/dossier.zip")
    names = ZipFile(BytesIO(answer.data)).namelist()
    assert any(name.endswith("bevestiging.pdf") for name in names)
    assert lite.visitor("Rik", Role.RESPONDER).client.get(f"/incidents/{examples[0]}/dossier.zip").status_code == 404


def test_the_edpb_template_is_valid_for_every_example(lite: Team, examples: list[str]) -> None:
    """Page, PDF and JSON; a JSON is only given out when the template's own rules hold."""
    from incident.law.forms.edpb_validation import validate_edpb

    dpo = lite.visitor("Femke", Role.DPO)
    for reference in examples:
        assert "JSON" in dpo.get(f"/incidents/{reference}/edpb").text
        answer = dpo.client.get(f"/incidents/{reference}/edpb.json")
        assert answer.status_code == 200
        assert validate_edpb(answer.get_json(), datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) == ()
        assert dpo.client.get(f"/incidents/{reference}/edpb.pdf").data.startswith(b"%PDF")


def test_an_invalid_template_is_not_exported_and_says_why(lite: Team, examples: list[str], monkeypatch: Any) -> None:
    """Whatever the cause: the page with the problems, and no file."""
    from incident.law.forms.edpb_validation import Problem, ProblemCode
    from incident.usecases.notices import edpb_template

    wrong = (Problem("field_48", ProblemCode.REQUIRED, "x"), Problem("field_999", ProblemCode.UNKNOWN_KEY, "y"))
    monkeypatch.setattr(edpb_template, "validate_edpb", lambda *_: wrong)
    dpo = lite.visitor("Femke", Role.DPO)
    page = dpo._take("x", dpo.client.get(f"/incidents/{examples[0]}/edpb.json"))
    assert page.status == 409
    assert "field_48" in page.text
    assert "must be answered" in page.text
    assert "the template has no such field" in page.text


def test_the_organisations_own_text_is_used_and_checked(lite: Team, examples: list[str]) -> None:
    """Unknown names are refused with line and name; the preview has the facts of a real incident; drafts use it."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = dpo.get("/settings/notices/subjects/initial/nl")
    assert "((what happened))" in page.html
    assert "((only with: when we discovered it))" in page.html
    assert "?))" not in page.html
    refused = dpo.submit("/nl", body="Beste mens,\n\n((hapened)) is gebeurd.")
    assert len(refused.problems) == 1
    assert "Line 3" in refused.problems[0]
    assert "((hapened))" in refused.problems[0]
    code = dpo.submit(
        "/nl",
        body="((greeting))\n\n{{ 7*7 }} ((our reference)): ((Which data are  involved))",
        incident=examples[0],
        button=("act", "preview"),
    )
    assert "{{ 7*7 }}" in code.text
    assert examples[0] in next("".join(node.itertext()) for node in code.tree.iter("article"))
    saved = dpo.submit(
        "/nl", title="Ons eigen onderwerp", body="((greeting))\n\nEigen tekst over ((which data are involved))."
    )
    assert "Saved. New drafts use this text." in saved.text, saved.problems
    letter = drafts(dpo, examples[0], addressee="subjects", languages=["nl"])
    assert "Eigen tekst over" in letter.text
    assert "Ons eigen onderwerp" in letter.text
    dpo.get("/settings/notices/subjects/initial/nl")
    dpo.submit("/drop")
    other = drafts(dpo, examples[0], addressee="subjects", languages=["nl"], group="x")
    assert "Eigen tekst over" not in other.text


def test_an_own_text_without_a_subject_keeps_the_usual_one_and_the_page_says_so(
    lite: Team, examples: list[str]
) -> None:
    """Nobody gets a letter without a subject."""
    dpo = lite.visitor("Femke", Role.DPO)
    page = dpo.get("/settings/notices/police/initial/nl")
    assert "Left empty, letters keep the subject that comes with Meldklok." in page.text
    usual = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "title")
    dpo.submit("/nl", title="", body="Eigen tekst.")
    drafted = drafts(dpo, examples[0], addressee="police", languages=["nl"])
    assert "Eigen tekst." in drafted.text
    assert [node.get("value") for node in drafted.tree.iter("input") if node.get("name") == "title"] == [usual]


def test_every_standard_text_can_be_a_start_and_saved_as_it_is(lite: Team) -> None:
    """The text to start from has only names that are known."""
    dpo = lite.visitor("Femke", Role.DPO)
    links = dpo.get("/settings/notices").links("/settings/notices/")
    assert len(links) == 7 * 2 * 5
    for link in links[::7]:
        dpo.get(link)
        assert "Saved. New drafts use this text." in dpo.submit(link.rpartition("/")[2]).text, link


def test_house_files_are_checked_before_they_are_kept(lite: Team, examples: list[str]) -> None:
    """A broken Word file or picture is refused kindly; a good letter carries our text."""
    from docx import Document

    dpo = lite.visitor("Femke", Role.DPO)
    dpo.get("/settings/notices")
    for part, file in (("letter", ("brief.docx", b"PK\x03\x04broken")), ("logo", ("logo.png", b"\x89PNG nothing"))):
        assert len(dpo.submit(f"/house/{part}", file=file).problems) == 1
    made, target = Document(), BytesIO()
    made.add_paragraph("Huisstijl van Alumio")
    made.add_paragraph("{{ body }}")
    made.save(target)
    kept = dpo.submit("/house/letter", file=("brief.docx", target.getvalue()))
    assert "Kept. New files use it." in kept.text, kept.problems
    letter = drafts(dpo, examples[0], addressee="subjects", languages=["nl"])
    word = dpo.client.get(f"{letter.path}/v1.docx").data
    texts = [part.text for part in Document(BytesIO(word)).paragraphs]
    assert "Huisstijl van Alumio" in texts
    assert len(texts) > 10
    dpo.get("/settings/notices")
    assert "Taken away." in dpo.submit("/letter/take-away").text


def test_groups_that_lost_different_data_get_a_letter_each(lite: Team, examples: list[str]) -> None:
    """Said once on the fact sheet; each group and language has its own letter, and the totals follow."""
    dpo = lite.visitor("Femke", Role.DPO)
    sheet = f"/incidents/{examples[0]}/facts"
    dpo.get(f"{sheet}/subjects")
    dpo.submit("/facts/subjects", subject_groups=["customers", "employees"])
    dpo.get(f"{sheet}/subjects")
    rows = {
        "affected_groups-0-group": "customers",
        "affected_groups-0-data_categories": ["name", "email"],
        "affected_groups-1-group": "employees",
        "affected_groups-1-data_categories": ["name", "bsn"],
        "affected_groups-1-subjects": "40",
    }
    assert "Recorded." in dpo.submit("/facts/subjects", **rows).text
    assert "Employees · Name, Citizen service number" in dpo.get(sheet).text
    index = drafts(dpo, examples[0], addressee="subjects", languages=["nl", "de"])
    letters = [_body(dpo.get(link)) for link in index.links("/notices/")]
    assert len(letters) == 4
    bsn = [body for body in letters if "- Burgerservicenummer" in body or "(BSN" in body.replace("\\", "")]
    mail = [body for body in letters if "- E-mailadres" in body or "- E-Mail-Adresse" in body]
    assert (len(bsn), len(mail), set(bsn) & set(mail)) == (2, 2, set())


def test_a_customer_reads_of_the_groups_that_were_chosen_for_them(lite: Team, examples: list[str]) -> None:
    """Chosen once beside the customer; the letter is whole, and our own staff stand in none."""
    dpo = lite.visitor("Femke", Role.DPO)
    sheet = f"/incidents/{examples[0]}/facts"
    dpo.get(f"{sheet}/subjects")
    dpo.submit("/facts/subjects", subject_groups=["patients", "employees"])
    rows = {
        "affected_groups-0-group": "patients",
        "affected_groups-0-data_categories": ["name", "health"],
        "affected_groups-1-group": "employees",
        "affected_groups-1-data_categories": ["name", "bsn"],
    }
    dpo.get(f"{sheet}/subjects")
    dpo.submit("/facts/subjects", **rows)
    customer = {"affected_controllers-0-name": "De Dijk", "affected_controllers-0-language": "nl"}
    dpo.get(f"{sheet}/introduction")
    dpo.submit("/facts/introduction", role="unknown", reason="Nog niet bekend.")
    dpo.get(f"{sheet}/parties")
    dpo.submit("/facts/parties", **customer)
    assert "kies bij de feiten" in _body(
        drafts(dpo, examples[0], addressee="controller", recipient="De Dijk", languages=["nl"])
    )
    dpo.get(f"{sheet}/parties")
    dpo.submit("/facts/parties", **customer, **{"affected_controllers-0-groups": ["patients"]})
    # The token of a page tells seconds: from one and the same person this would be the form above, sent twice.
    olga = lite.visitor("Olga", Role.DPO)
    body = _body(drafts(olga, examples[0], addressee="controller", recipient="De Dijk", languages=["nl"]))
    assert "kies bij de feiten" not in body
    assert "- Gegevens over gezondheid" in body
    assert "BSN" not in body
    assert "Controller (customer): De Dijk" in olga.get(f"/incidents/{examples[0]}/timeline").text


def test_what_a_letter_lacks_is_asked_on_one_page_and_brought_in(lite: Team, examples: list[str]) -> None:
    """One link from the letter, only its questions, and back to the letter, which says what was answered."""
    dpo = lite.visitor("Femke", Role.DPO)
    letter = drafts(dpo, examples[0], addressee="staff", languages=["en"])
    asked = [link for link in letter.links("/facts/missing") if "notice=" in link]
    assert len(asked) == 1
    form = dpo.get(asked[0])
    names = [one.get("value") or "" for one in form.tree.iter("input") if one.get("name") == "asked"]
    assert "answers are wanted for this letter." in form.text
    assert names == ["contact_name", "contact_email", "consequences_subjects", "measures_taken"]
    said = {"contact_name": "Sanne Bakker", "contact_email": "sanne@alumio.example", "measures_taken": "Afgesloten."}
    back = dpo.submit("/facts/missing", **said, consequences_subjects=["fraud"])
    assert back.problems == []
    assert back.path == letter.path
    assert not [link for link in back.links("/facts/missing") if "notice=" in link]
    assert "Sanne Bakker" in _body(back)
