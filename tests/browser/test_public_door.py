"""A telephone at a public door: report with a photograph, keep the code, come back, answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.sweep import Eyes, Sweep
from tests.promises.scenario.installation import Installation

PHOTOGRAPH = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


@pytest.mark.parametrize(
    "eyes", [Eyes(390, dark=True, language="nl"), Eyes(1280, dark=False, language="en")], ids=["nl", "en"]
)
def test_a_photograph_through_the_door_and_back_with_the_code(
    sweep: Callable[[Eyes], Sweep], scene: tuple[Installation, str], eyes: Eyes
) -> None:
    """Nobody signs in anywhere; every page on the way fits the screen, speaks the language, and axe has no word."""
    look, clock = sweep(eyes), scene[0].clock
    page, main = look.page, "main form button.button-main"
    page.set_viewport_size({"width": 390, "height": 860})
    look.open("/door/medewerkers")
    look.read()
    clock.advance(seconds=30)
    page.locator(main).click()
    look.look("a door without a word")
    page.fill("#summary", "Brief van een ander in mijn envelop")
    page.set_input_files("#files", {"name": "foto.png", "mimeType": "image/png", "buffer": PHOTOGRAPH})
    page.locator(main).click()
    look.look("the receipt", status=201)
    code = page.locator("#receipt-code").inner_text()
    look.open("/followup")
    page.fill("#receipt_code", "0000 0000 0000 0000")
    page.locator(main).click()
    look.look("a code that is none")
    page.fill("#receipt_code", code)
    page.locator(main).click()
    assert look.endpoint() == "door.report"
    page.fill("#text", "Hij ligt nu in de kluis")
    page.set_input_files("#files", {"name": "kluis.png", "mimeType": "image/png", "buffer": PHOTOGRAPH})
    page.locator(main).click()
    expect(page.locator("main")).to_contain_text("kluis.png")
    look.look("the report of the code")
    look.finish()
