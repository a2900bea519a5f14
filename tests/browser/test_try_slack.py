"""`meldklok try-slack` in a browser: from a message to the incident's room by clicking, against the unchanged bot."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
pytestmark = pytest.mark.slow


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A running trial, in a folder of its own; it must end cleanly."""
    port, said = free_port(), []
    order = [sys.executable, "-m", "incident", "try-slack", "--language", "en", "--port", str(port)]
    process = subprocess.Popen(
        [*order, "--pages-port", str(free_port())],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    threading.Thread(target=lambda: said.extend(process.stdout), daemon=True).start()
    end = time.monotonic() + 120
    while "is ready" not in "".join(said):
        assert process.poll() is None, said
        assert time.monotonic() < end, said
        time.sleep(0.1)
    yield f"http://localhost:{port}"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=40) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, which may say nothing on the browser's console."""
    page = browser.new_page(viewport={"width": 1280, "height": 820})
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.set_default_timeout(SECONDS * 1000)
    page.goto(address)
    yield page
    page.close()
    assert trouble == []


def become(page: Page, name: str) -> None:
    """Look through somebody else's eyes."""
    page.locator("[data-person]", has_text=name).click()


def report(page: Page, *counts: str) -> None:
    """Emma reports the message of the channel; every count but the last is refused."""
    modal = page.locator("#modal form")
    become(page, "Emma")
    page.locator(".message").first.hover()
    page.locator(".message .menu summary").first.click()
    page.locator("[data-shortcut=report_from_message]").first.click()
    for refused in counts[:-1]:
        page.locator("#in-subjects").fill(refused)
        modal.locator("[type=submit]").click()
        expect(modal.locator("[data-field=subjects] .error")).to_be_visible()
    page.locator("#in-subjects").fill(counts[-1])
    modal.locator("[type=submit]").click()
    expect(modal).to_contain_text("DL-20")
    modal.locator(".x").click()


def test_from_a_message_to_the_room_of_the_incident(page: Page) -> None:
    """Somebody without an account reports a message; the team confirms it, and gets a room with a clock."""
    modal, side = page.locator("#modal form"), page.locator("#side")
    report(page, "12,5", "120")
    expect(side).not_to_contain_text("security")
    become(page, "Jelle")
    side.locator("button", has_text="security").click()
    page.locator("#main .button.primary", has_text="Is it a breach?").first.click()
    modal.locator("[data-input=answer][value=yes]").check()
    modal.locator("[type=submit]").click()
    room = side.locator("button", has_text="datalek-dl-20")
    expect(room).to_be_visible()
    if modal.is_visible():
        modal.locator(".x").click()
    room.click()
    expect(page.locator("#main")).to_contain_text("hours left")
    expect(page.locator("#main header a").first).to_contain_text("DL-20")
    side.locator("button", has_text="Meldklok").click()
    expect(page.locator("#main .home")).to_contain_text("Open incidents")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_reminder_comes_when_the_clock_is_set_forward(page: Page) -> None:
    """Three days pass in three presses: web, worker and Slack follow, and the channel hears that it is late."""
    report(page, "120")
    become(page, "Jelle")
    page.locator("#side button", has_text="security").click()
    for _ in range(3):
        page.locator("[data-forward='24']").click()
    expect(page.locator("#main .messages")).to_contain_text("overdue")
