"""The pages of one incident say one thing: what to do first, what is recorded already, and whose clock it is."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID
from xml.etree.ElementTree import Element

import pytest

from incident.platform.settings import Settings
from incident.store.db import db
from incident.store.models import Task
from tests.conftest import SECRETS
from tests.databases import SqliteDatabases
from tests.promises.scenario.installation import PASSWORD, Installation, build
from tests.promises.scenario.places import addresses
from tests.web.client import Page, Visitor, text_of


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    databases = SqliteDatabases()
    folder: Path = tmp_path_factory.mktemp("data")
    yield build(Settings.from_env({"DATA_DIR": str(folder), **SECRETS, "DATABASE_URL": databases.migrated()}))
    databases.close()


@pytest.fixture(scope="module")
def places(installation: Installation) -> dict[str, str]:
    return addresses(installation)


@pytest.fixture(scope="module")
def noor(installation: Installation) -> Visitor:
    visitor = Visitor(installation.app)
    visitor.sign_in("noor@alumio.example", PASSWORD)
    visitor.submit("/language", button=("language", "en"))
    return visitor


def seen(node: Element) -> Iterator[Element]:
    """Everything in it that is shown without script."""
    for child in node:
        if child.get("hidden") is None:
            yield child
            yield from seen(child)


def lit(page: Page) -> list[str]:
    """The main buttons of a page, in their order."""
    main = page.tree.find(".//main")
    assert main is not None
    return [text_of(one) for one in seen(main) if "button-main" in (one.get("class") or "").split()]


def test_an_assessment_that_stands_says_what_its_form_would_record(noor: Visitor, places: dict[str, str]) -> None:
    """One main button; and whether the answers below are assessment 1 or a new one."""
    stands = noor.get(places["risk"])
    assert lit(stands) == ["Record the assessment"]
    assert "What you change and record becomes assessment 2." in stands.text
    taken = noor.get(places["risk"] + "?take=facts")
    assert lit(taken) == ["Record the assessment"]
    assert "Nothing of it is recorded yet." in taken.text


def test_facts_that_differ_say_whether_anything_has_to_wait(noor: Visitor, places: dict[str, str]) -> None:
    facts = noor.get(places["facts"])
    assert "stays: High risk. Nothing has to wait for a new assessment." in facts.text
    assert lit(facts) == []


def test_the_ground_that_nobody_uses_is_the_one_that_is_chosen(noor: Visitor, places: dict[str, str]) -> None:
    """Folded the question says "None of these"; unfolded it says the same."""
    page = noor.get(places["risk"])
    grounds = [one for one in page.tree.iter("input") if one.get("name") == "not_informing_ground"]
    assert [one.get("value") for one in grounds if one.get("checked") is not None] == [""]


def test_no_level_is_offered_before_there_is_a_proposal(noor: Visitor, places: dict[str, str]) -> None:
    """And the next step is the one of the incident's own page."""
    empty = noor.get(places["risk-empty"])
    assert lit(empty) == ["Is it a breach?"]
    words = [text_of(one) for one in seen(empty.tree) if one.tag in ("legend", "h2", "button")]
    assert "The level you adopt" not in words
    assert "Only show the result" in words


def test_the_main_button_of_an_incomplete_dossier_is_the_next_step(noor: Visitor, places: dict[str, str]) -> None:
    """The incident says: complete the dossier. Nothing else is lit on it, however late it is."""
    assert "Complete the dossier for the authority" in noor.get(places["incident-overdue"]).text
    late = noor.get(places["dossier-incomplete"])
    assert lit(late) == ["Answer what is missing"]
    assert "Draft a provisional notice" in late.text


def test_a_letter_that_is_being_sent_says_how_far_and_by_when(noor: Visitor, places: dict[str, str]) -> None:
    """In the list of notices and on its own page, with the way to the mailing."""
    for name in ("notices", "letter"):
        page = noor.get(places[name])
        assert "444 of 636 sent" in page.text
        assert page.links("/mailings/")
    assert "444 of 636 sent due Thu 19 Nov 2026 16:40 CET" in noor.get(places["notices"]).text
    assert "Look again just before you file. (as it stood on Thu 19 Nov 2026 01:" in noor.get(places["dossier"]).text


def test_before_any_notice_the_page_says_what_comes_first(noor: Visitor, places: dict[str, str]) -> None:
    page = noor.get(places["notices-empty"])
    assert lit(page) == ["Is it a breach?"]
    assert "Nothing has been drafted yet." in page.text


def test_of_several_customers_only_the_first_due_is_lit(noor: Visitor, places: dict[str, str]) -> None:
    page = noor.get(places["customers"])
    assert lit(page) == ["Complete the notice: Butik Syd AB"]


def test_one_language_leads_back_to_the_letter(noor: Visitor, places: dict[str, str]) -> None:
    page = noor.get(places["letter-languages"])
    assert "Languages side by side This letter is in one language only" in page.text
    assert lit(page) == ["Open the letter"]


def test_a_text_that_only_lacks_its_translation_is_changed(noor: Visitor, places: dict[str, str]) -> None:
    page = noor.get(places["customer-draft"])
    assert "First answer the facts and bring them in; then translate" in page.text


def test_the_page_of_a_customer_leads_with_its_own_clock(noor: Visitor, places: dict[str, str]) -> None:
    """And names the customer whose clock matters more."""
    told = noor.get(places["customer"]).text
    assert told.index("Deadline met") < told.index("Notice to customer Webwinkel Noord")
    assert told.index("Notice to customer Webwinkel Noord") < told.index("Notice to customer Butik Syd AB")


def test_a_processor_is_not_led_to_the_form_of_the_authority(noor: Visitor, places: dict[str, str]) -> None:
    page = noor.get(places["incident-processor"])
    heads = [text_of(one) for one in page.tree.iter("h2")]
    assert "The customers decide what is notified" in heads
    assert not [head for head in heads if head.startswith("The authority's form")]


def test_a_stated_moment_of_awareness_folds_to_what_is_recorded(noor: Visitor, places: dict[str, str]) -> None:
    """To change it is a correction: the reason stands with it, and is not called optional."""
    page = noor.get(places["facts-timeline"])
    fold = next(one for one in page.tree.iter("details") if one.find(".//input[@name='aware_at-date']") is not None)
    assert fold.get("open") is None
    assert "Mon 16 Nov 2026 10:30 CET, Noor de Wit" in text_of(fold)
    reason = next(one for one in fold.iter("div") if one.get("id") == "reason-field")
    assert "(optional)" not in text_of(reason)


def test_a_closed_case_says_of_every_duty_that_it_is_done(noor: Visitor, places: dict[str, str]) -> None:
    """The law asks for a follow-up after every notification; what was filed whole leaves nothing to follow."""
    record = noor.get(places["record-closed"])
    assert "nothing left to do: what was filed was complete" in record.text
    assert "no clock runs for this" in record.text
    assert not [one for one in record.tree.iter("details") if one.get("open") is not None]
    assert "Who has it?" not in record.text
    assert noor.get(places["incident-closed"]).tree.find(".//select[@id='assignee']") is None


def test_a_decision_is_saved_where_it_is_taken_again(noor: Visitor, places: dict[str, str]) -> None:
    """Each has its own button in its card; and what stands above is not told a third time in a table."""
    page = noor.get(places["decisions"])
    folds = [one for one in page.tree.iter("details") if text_of(one).startswith("Decide again")]
    assert len(folds) == 2
    assert all("Record the decision" in text_of(fold) for fold in folds)
    assert page.text.count("Record the decision") == 2
    assert "All decisions" not in noor.get(places["decisions-waiting"]).text


def test_an_exercise_shows_the_clock_it_is_judged_by_large(noor: Visitor, places: dict[str, str]) -> None:
    page = noor.get(places["exercise-incident"])
    large = next(one for one in page.tree.iter("p") if one.get("class") == "hero-left")
    assert text_of(large) == "33 h 36 min left"
    assert "on the clock of the exercise; in real time: 71 h 28 min left" in page.text
    assert "33 hours and 36 minutes of 72 hours left" in page.html, "the line of hours runs with it"
    assert "ruler-pin" not in page.html
    assert "These clocks run in real time." in page.text


def test_a_form_says_at_once_all_that_it_lacks(noor: Visitor, places: dict[str, str]) -> None:
    """What may stay open says so, and what may not is named in one go."""
    assert "About how many people? (optional)" in noor.get(places["report"]).text
    noor.get(places["person-new"])
    refused = noor.submit("/people/new")
    assert refused.problems == ["Enter a name.", "Enter an e-mail address, like name@example.org."]


def test_a_mailing_under_way_is_stopped_on_top_and_no_second_one_begins_beside_it(
    noor: Visitor, places: dict[str, str]
) -> None:
    page = noor.get(places["mailing"])
    assert page.text.index("Stop this mailing") < page.text.index("Steps")
    folds = [text_of(one) for one in noor.get(places["mailings"]).tree.iter("details")]
    assert any(one.startswith("Another mailing, to other people") for one in folds)


def test_every_page_of_an_incident_says_what_it_is(noor: Visitor, places: dict[str, str]) -> None:
    """And what it must not be taken for."""
    for name, words in {
        "proposals": "Proposals",
        "mailing-people": "People in this mailing",
        "duties": "Further duties",
    }.items():
        assert words in [text_of(one) for one in noor.get(places[name]).tree.iter("h2")], name
    assert "Provisional: awareness has not been stated" in noor.get(places["triage"]).text
    assert "An address is shown only when it is made." in noor.get(places["shared"]).text
    assert "acknowledged First notice" in noor.get(places["customer"]).text
    assert "only for a breach that we notify ourselves" in noor.get(places["incident-processor"]).text


def test_a_late_task_that_nobody_has_is_given_away_on_its_row(
    installation: Installation, noor: Visitor, places: dict[str, str]
) -> None:
    """Who and by when are set where it stands; a day that nobody touched keeps its hour."""
    page = noor.get(places["tasks"])
    row = next(one for one in page.tree.iter("tr") if "Nobody yet" in text_of(one) and "overdue" in text_of(one))
    before = due_of(installation, row)
    assert "Give it to…" in text_of(row)
    give(noor, row, "Noor de Wit")
    given = next(one for one in noor.get(places["tasks"]).tree.iter("tr") if one.get("id") == row.get("id"))
    assert "Noor de Wit" in text_of(given)
    assert due_of(installation, row) == before


def due_of(installation: Installation, row: Element) -> datetime | None:
    """Until when the task of this row is due."""
    with installation.app.app_context():
        task = db.session.get_one(Task, UUID(str(row.get("id")).removeprefix("task-")))
        return task.due_at


def give(visitor: Visitor, row: Element, name: str) -> Page:
    """Give the task of this row to somebody with an account, or with "–" to nobody; the form opens on its row."""
    link = next(str(one.get("href")) for one in row.iter("a") if "give=" in str(one.get("href")))
    opened = visitor.get(link.partition("#")[0])
    row = next(one for one in opened.tree.iter("tr") if one.get("id") == row.get("id"))
    action = next(str(one.get("action")) for one in row.iter("form") if str(one.get("action")).endswith("/give"))
    owner = next(one for one in row.iter("select"))
    chosen = next(one.get("value") for one in owner if text_of(one) == name)
    return visitor.submit(action, **{str(owner.get("name")).replace("-", "__"): chosen})


def test_a_measure_is_given_to_nobody_by_no_one(noor: Visitor, places: dict[str, str]) -> None:
    """It needs an owner; the form says so where it stands, open."""
    page = noor.get(places["tasks"])
    row = next(one for one in page.tree.iter("tr") if "measure" in text_of(one) and "Change" in text_of(one))
    refused = give(noor, row, "–")
    assert refused.problems == ["Write who sees to this measure."]
    again = next(one for one in refused.tree.iter("tr") if one.get("id") == row.get("id"))
    assert next(again.iter("select"), None) is not None


@pytest.mark.parametrize(
    ("place", "name"),
    [("close", "Close"), ("duties", "Further duties"), ("triage", "Triage"), ("restrict", "Who may know of it")],
)
def test_the_fold_of_the_tabs_names_the_page(noor: Visitor, places: dict[str, str], place: str, name: str) -> None:
    page = noor.get(places[place])
    tabs = next(one for one in page.tree.iter("nav") if one.get("class") == "tabs")
    assert f"Section: {name}" in text_of(tabs)


def test_a_processor_is_asked_what_its_customers_wait_for(noor: Visitor, places: dict[str, str]) -> None:
    """The authority's form is not its own: the questions are those behind what the notices to the customers lack,
    and when it happened, which the words of the report say and a notice would call unknown."""
    page = noor.get(places["facts-missing"])
    assert "3 answers are wanted for this letter." in page.text
    assert [one.get("value") for one in page.tree.iter("input") if one.get("name") == "asked"] == [
        "occurred_from",
        "occurrence_estimated",
        "consequences_subjects",
    ]


def test_who_always_sees_an_incident_is_not_asked_about(noor: Visitor, places: dict[str, str]) -> None:
    page = noor.get(places["restrict"])
    assert "Always sees it: Noor de Wit." in page.text
    assert "Noor de Wit" not in [text_of(one) for one in page.tree.iter("label")]


def test_the_bar_of_a_chapter_is_full_once_all_that_it_shows_is_answered(noor: Visitor, places: dict[str, str]) -> None:
    """What explains an "other" that nobody ticked is not waited for."""
    page = noor.get(places["facts-consequences"])
    bar = next(one for one in page.tree.iter("progress") if "onsequences" in (one.get("aria-label") or ""))
    assert bar.get("value") == bar.get("max")
