"""The main job in a real browser: by mouse, by keyboard, and without script."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from incident.domain.kernel.people import Role
from tests.browser.conftest import PASSWORD, Site, Watched


def instant(page: Page, name: str, day: str, moment: str) -> None:
    page.fill(f"#{name}-date", day)
    page.fill(f"#{name}-time", moment)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state("networkidle")


def tick(page: Page, *values: str) -> None:
    for value in values:
        page.locator(f"main input[value='{value}']").first.check()


def begin(window: Watched, site: Site, start: str) -> None:
    page = window.open(site.setup_path())
    page.fill("#name", "Femke Jansen")
    page.fill("#email", "femke@example.org")
    page.fill("#password", PASSWORD)
    page.fill("#password_confirm", PASSWORD)
    press(page, "Make the account")
    window.check()
    if start == "Save and begin":
        page.fill("#name", "Alumio B.V.")
    press(page, start)


def test_the_main_job(site: Site, watched: Callable[..., Watched]) -> None:
    """Steps 1 to 7: report, triage, facts, assessment and decision, notices, submission, closing."""
    window = watched()
    page = window.page
    begin(window, site, "Save and begin")
    expect(page.get_by_role("heading", name="Nothing is open")).to_be_visible()
    site.account("Bas", Role.SECOND)
    second = watched()
    second.sign_in("bas@example.org")

    window.open("/report")
    page.fill("#summary", "Unencrypted laptop with a guest list stolen from a car")
    page.fill("#subjects", "320")
    press(page, "Send the report")
    expect(page.get_by_text("Thu 5 Mar 2026 10:00 CET")).to_be_visible()
    window.check()
    press_link(page, "Open the incident")
    incident = page.url.removeprefix(site.base)

    press_link(page, "Go there")
    tick(page, "yes", "confidentiality")
    instant(page, "aware_at", "2026-03-02", "09:30")
    page.fill("#aware_person", "Femke Jansen")
    press(page, "Record")
    expect(page.get_by_text("Recorded. The deadlines follow from it.")).to_be_visible()

    window.open(f"{incident}/facts/data")
    tick(page, "name", "email", "health")
    page.fill("#data_note", "Guest list with diets")
    expect(page.locator("[data-saved]")).to_contain_text("Kept as a draft")
    window.open(f"{incident}/facts/data")
    expect(page.locator("#data_note")).to_have_value("Guest list with diets")
    press(page, "Record and go on")
    expect(page.get_by_role("heading", name="Whose data")).to_be_visible()
    window.check()

    window.open(f"{incident}/risk")
    expect(page.locator("#risk-result")).to_contain_text("High risk")
    page.locator("[data-question=protection] input[value=encrypted]").check()
    page.locator("[data-question=protection_strength] input[value=state_of_the_art]").check()
    page.locator("[data-question=key_safe] input[value=yes]").check()
    expect(page.locator("#risk-result .level")).to_have_text("Risk unlikely")
    page.locator("[data-question=protection] input[value=none]").check()
    expect(page.locator("#risk-result .level")).to_have_text("High risk")
    expect(page.locator("[data-question=protection_strength]")).to_be_hidden()
    press(page, "Record the assessment")
    for subject in ("authority", "subjects"):
        page.locator(f"#{subject}-act-0").check()
        page.fill(f"#{subject}-reason", "Readable health data in the hands of a thief.")
    press(page, "Record the decisions")
    window.check()

    press_link(page, "Notices")
    page.locator("input[value=authority]").check()
    page.select_option("#kind", "provisional")
    press(page, "Draft")
    window.check()
    page.locator("[data-answer] input[data-tick]").first.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF", exact=True).click()
    assert download.value.suggested_filename.endswith(".pdf")
    dossier = page.url.removeprefix(site.base)
    second.open(dossier)
    press(second.page, "Approve")
    expect(second.page.get_by_text("Approved.")).to_be_visible()
    second.check()

    window.open(dossier)
    press_link(page, "Record that it was sent")
    window.check()
    instant(page, "submitted_at", "2026-03-02", "10:00")
    page.fill("#reference", "AP-7731")
    page.set_input_files("#file", {"name": "bevestiging.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1"})
    press(page, "Record the submission")
    expect(page.locator("#submission").get_by_text("AP-7731")).to_be_visible()

    letter(window, second, incident)
    window.open(f"{incident}/tasks?kind=measure")
    page.fill("#title", "Encrypt all disks")
    page.fill("#owner_name", "IT")
    page.fill("#due", "2026-04-01")
    press(page, "Add")
    no_follow_up(window, second, incident)
    window.open(f"{incident}/close")
    page.select_option("#cause", "external_malicious")
    page.fill("#lessons", "Encrypt every disk.")
    press(page, "Close")
    expect(page.get_by_text("The incident is closed.")).to_be_visible()
    window.check()


def no_follow_up(window: Watched, second: Watched, incident: str) -> None:
    """What was filed was provisional: two people decide that nothing more is to be told."""
    page = window.open(f"{incident}/duties")
    window.check()
    page.get_by_text("Decide whether a report is due").click()
    page.get_by_label("No (a second person then has to agree)").check()
    page.get_by_label("Why?").fill("The authority closed its file by telephone.")
    press(page, "Record the decision")
    asked = second.open(f"{incident}/decisions")
    asked.get_by_label("I agree").check()
    press(asked, "Record my answer")
    window.open(f"{incident}/duties")
    expect(page.get_by_text("no longer required").first).to_be_visible()


def letter(window: Watched, second: Watched, incident: str) -> None:
    page = window.open(f"{incident}/notices")
    page.locator("input[value=subjects]").check()
    press(page, "Draft")
    page.locator("#write > summary").click()
    body = page.locator("#body")
    body.fill(re.sub(r"\[nog invullen: [^\]]*\]", "Bel ons op 050 123", body.input_value()))
    text = body.input_value()
    assert "[nog invullen" not in text, text
    press(page, "Save as a new version")
    window.check()
    address = page.url.removeprefix(window.base)
    second.open(address)
    press(second.page, "Approve")
    expect(second.page.get_by_text("Approved.")).to_be_visible()
    window.open(address)
    press_link(page, "Record that it was sent")
    instant(page, "submitted_at", "2026-03-02", "10:00")
    page.fill("#recipients", "320")
    page.select_option("#channel", "email")
    press(page, "Record that it was sent")


def press_link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_load_state("networkidle")


def test_an_error_summary_takes_the_focus_and_leads_to_the_field(site: Site, watched: Callable[..., Watched]) -> None:
    """A screen reader hears the problem first; the link in it puts the cursor where it is solved."""
    window = watched()
    begin(window, site, "Save and begin")
    page = window.open("/report")
    press(page, "Send the report")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.locator("#summary")).to_be_focused()
    window.check()


def test_the_report_works_with_the_keyboard_only(site: Site, watched: Callable[..., Watched]) -> None:
    """From the skip link to the receipt without a mouse."""
    window = watched()
    begin(window, site, "Save and begin")
    page = window.open("/report")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#summary")).to_be_focused()
    page.keyboard.type("Letter in the wrong envelope")
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Send the report":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your report has been received.")).to_be_visible()


def test_pages_work_without_script(site: Site, watched: Callable[..., Watched]) -> None:
    """Report and risk preview with scripts switched off."""
    with_script = watched()
    begin(with_script, site, "Save and begin")
    window = watched(script=False)
    window.sign_in("femke@example.org")
    page = window.open("/report")
    page.fill("#summary", "Letter in the wrong envelope")
    press(page, "Send the report")
    press_link(page, "Open the incident")
    press_link(page, "Risk")
    page.locator("[data-question=disclosure] > summary").click()
    page.locator("#disclosure-2").check()
    press(page, "Only show the result")
    expect(page.locator("#disclosure-2")).to_be_checked()
    expect(page.locator("#risk-result .level")).to_be_visible()


def test_the_policy_is_really_enforced(site: Site, watched: Callable[..., Watched]) -> None:
    """A script that got into a page would not run: the browser is asked to run one, and refuses."""
    window = watched()
    page = window.open("/login")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'document.title = 1'}))"
    )
    assert page.title() != "1"
    assert any("Content Security Policy" in fault for fault in window.faults)


def test_now_is_the_moment_of_the_server(watched: Callable[..., Watched], site: Site) -> None:
    """A computer whose clock is wrong, or a trial that was set forward, types no moment that is refused afterwards."""
    window = watched()
    window.sign_in(site.account("Rita", Role.REPORTER))
    page = window.open("/report")
    page.locator("[data-now='noticed_at']").click()
    assert [page.input_value(f"#noticed_at-{part}") for part in ("date", "time")] == ["2026-03-02", "10:00"]
