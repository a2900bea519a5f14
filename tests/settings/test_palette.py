"""In a real browser: the palette by the keyboard, and the entries of a list; no script error."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from incident.domain.kernel.people import Role
from incident.law.vocabulary import DataCategory
from incident.store.db import db
from incident.usecases.clock.plan import ladder_policy
from incident.usecases.common.settings import organisation_profile
from tests.web.client import PASSWORD
from tests.web.conftest import Team


@pytest.fixture
def address(lite: Team) -> Iterator[str]:
    """Where the application answers."""
    server = make_server("127.0.0.1", 0, lite.app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()


def signed_in(page: Page, address: str, email: str) -> list[str]:
    """What goes wrong on the page from now on."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{address}/")
    return problems


def test_the_keyboard_goes_places(lite: Team, address: str, page: Page) -> None:
    """Ctrl+K finds a page, g r opens the register, ? shows the help, / goes to the search."""
    problems = signed_in(page, address, lite.account("Dora", Role.DPO))
    page.keyboard.press("Control+k")
    page.keyboard.type("rost")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/roster")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/register")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.goto(f"{address}/register?q=laptop")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    assert problems == []


def test_an_entry_of_a_list_goes_with_one_press(lite: Team, address: str, page: Page) -> None:
    """The first reminder of the ladder too; the others stay, and the keyboard goes on at the next one."""
    problems = signed_in(page, address, lite.account("Dora", Role.DPO))
    with lite.app.app_context():
        before = ladder_policy(db.session()).reminders
    page.goto(f"{address}/settings/ladder")
    fold = page.locator("#reminders-field .fold").first
    fold.locator("summary").click()
    fold.locator("[data-remove]").click()
    assert page.evaluate("document.activeElement.textContent").startswith(f"{before[1].hours_left:g} h left")
    page.locator("main form button.button-main").click()
    page.wait_for_load_state()
    with lite.app.app_context():
        assert ladder_policy(db.session()).reminders == before[1:]
    assert problems == []


def test_what_a_system_may_hold_waits_until_its_list_is_opened(lite: Team, address: str, page: Page) -> None:
    """Two hundred systems would be thousands of boxes; one that is ticked is kept with what was ticked before."""
    problems = signed_in(page, address, lite.account("Dora", Role.DPO))
    with lite.app.app_context():
        before = organisation_profile(db.session()).systems[0].categories
    page.goto(f"{address}/settings/lists")
    system = page.locator("#systems-field .fold").first
    assert before
    assert system.locator("input[type=checkbox][name$=categories]").count() == len(before)
    system.locator("> summary").click()
    system.locator(".many > summary").first.click()
    system.locator("input[value=health]").check()
    page.locator("main form button.button-main").click()
    page.wait_for_load_state()
    with lite.app.app_context():
        after = organisation_profile(db.session()).systems[0].categories
    assert set(after) == {*before, DataCategory.HEALTH}
    assert problems == []
