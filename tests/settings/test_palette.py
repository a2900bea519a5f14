"""The command palette in a real browser: opened, searched and left with the keyboard; no script error."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from incident.domain.kernel.people import Role
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


def test_the_keyboard_goes_places(lite: Team, address: str, page: Page) -> None:
    """Ctrl+K finds a page, g r opens the register, ? shows the help, / goes to the search."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    email = lite.account("Dora", Role.DPO)
    page.goto(f"{address}/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{address}/")
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
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    assert problems == []
