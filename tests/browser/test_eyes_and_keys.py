"""The eyes of the sweep see what is wrong; and the keyboard really reaches everything on the busiest pages."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from tests.browser.sweep import LOOK, Eyes, Sweep
from tests.browser.watched import AXE, contrasts
from tests.promises.scenario.installation import Installation
from tests.promises.scenario.places import addresses

WRONG: Final = {
    "too wide": ("<div style='width: 2000px'>wide</div>", "pixels too wide"),
    "beside the window": ("<p style='position: absolute; left: -80px'>Half of it is gone</p>", "beside the window"),
    "text on text": (
        "<p style='height: 6px; margin: 0'>One line of words</p><p style='margin: 0'>and another</p>",
        "on top of each other: “One line",
    ),
    "cut off": (
        "<p style='overflow: hidden; width: 80px; white-space: nowrap'>A sentence that does not fit</p>",
        "cuts off “A sentence",
    ),
    "letters": ("<p style='width: 12px; overflow-wrap: anywhere'>Verwerkingsverantwoordelijke</p>", "broken into"),
    "a button too small": ("<button style='width: 40px; white-space: nowrap'>Record it</button>", "do not fit"),
    "a choice too small": (
        "<select style='width: 60px'><option>Verwerkingsverantwoordelijke</option></select>",
        "do not fit: <select>",
    ),
    "controls on each other": (
        "<input style='position: relative; top: 15px; display: block'><input style='display: block'>",
        "on top of each other: <input>",
    ),
    "out of reach": ("<a href='/' tabindex='-1'>Go there</a>", "no keyboard reaches <a>"),
    "a queue jumped": ("<a href='/' tabindex='3'>Go there</a>", "jumps the queue"),
    "focus on nothing": ("<a href='/' style='display: block; width: 0; overflow: hidden'>x</a>", "nothing to see"),
}
BUSY: Final = ("register", "incident", "dossier", "letter-draft", "mailing", "lists", "ladder", "roster", "insight")
FOCUSABLE: Final = """async () => {
  for (const one of document.querySelectorAll("main details:not(.menu)")) one.open = true;
  // What opens may bring more of itself, which comes with an event of its own.
  await new Promise((done) => setTimeout(done, 100));
  const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const all = [...document.querySelectorAll(kinds)]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }));
  window.reached = new Set();
  document.addEventListener("focusin", (event) => window.reached.add(event.target));
  window.wanted = all.filter((one) => one.type !== "radio" || one.checked);
  const stops = (one) => (/date|time/.test(one.type) ? 5 : one.type === "file" ? 2 : 1);
  return window.wanted.reduce((steps, one) => steps + stops(one), 6);
}"""
LEFT: Final = """() => window.wanted.filter((one) => !window.reached.has(one))
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("wrong", WRONG)
def test_the_eyes_see_what_is_wrong(browser: Browser, wrong: str) -> None:
    """A sweep that finds nothing must not be blind."""
    markup, told = WRONG[wrong]
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.set_content(f"<!doctype html><p style='margin: 40px 0'>Nothing is wrong with this.</p>{markup}")
    found = page.evaluate(LOOK)
    page.close()
    assert any(told in fault for fault in found), found


def test_the_eyes_are_content_with_a_good_page(browser: Browser) -> None:
    """No fault where there is none."""
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.set_content("<!doctype html><h1>All is well</h1><label>Name <input></label> <a href='/'>On</a>")
    found = page.evaluate(LOOK)
    page.close()
    assert found == []


def test_a_contrast_that_has_passed_says_nothing_of_another(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other colours, other ground, other size, or words that were covered or not in use: each is judged for itself."""
    good = "<p style='color: #767676; background: #fff'>"
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.set_content(f"<!doctype html><html lang=en><body style='background: #fff'>{good}Good</p><main></main>")
    page.evaluate(AXE)
    monkeypatch.setattr("tests.browser.watched.PASSED", set())
    assert contrasts(page) == []
    for markup, faults in {
        f"{good}The same</p>": 0,
        "<p style='color: #777; background: #fff'>Other colours</p>": 1,
        "<div style='background: #eee'><p style='color: #767676'>Other ground</p></div>": 1,
        "<div style='opacity: 0.9'><p style='color: #767676; background: #fff'>Paler</p></div>": 1,
        "<p style='color: #888; font-size: 30px'>Large</p>": 0,
        "<p style='color: #888; font-size: 14px'>Small</p>": 1,
        "<button disabled style='color: #aaa; background: #fff'>Not in use</button>": 0,
        "<button style='color: #aaa; background: #fff'>In use</button>": 1,
    }.items():
        page.evaluate("markup => document.querySelector('main').innerHTML = markup", markup)
        assert sum(len(one["nodes"]) for one in contrasts(page)) == faults, markup
    page.close()


def test_a_telephone_shows_content_at_once(sweep: Callable[..., Sweep], scene: tuple[Installation, str]) -> None:
    """Menu and sections are folded, by name; the first content begins in the upper 45 % of the screen.

    A page under the overview, such as the triage, is named itself.
    """
    look = sweep(Eyes(390, dark=False, language="nl"))
    look.sign_in("noor")
    look.page.set_viewport_size({"width": 390, "height": 844})
    known = addresses(scene[0])
    for name in ("triage", "facts", "risk", "decisions", "notices", "timeline", "tasks", "evidence", "record"):
        look.open(known[name])
        folded = look.page.locator(".tabs summary")
        here = look.page.locator(".tabs a[aria-current]").text_content()
        assert here
        assert {"triage": "Triage"}.get(name, here) in folded.inner_text()
        end = look.page.locator(".tabs").bounding_box()
        assert end
        assert end["y"] + end["height"] < 0.45 * 844, name
    for summary in look.page.locator(":is(.nav, .tabs) summary").all():
        summary.press("Enter")
        assert summary.locator("+ div > a[aria-current]").is_visible()


def test_the_keyboard_reaches_everything(sweep: Callable[..., Sweep], scene: tuple[Installation, str]) -> None:
    """Tab after tab through the busiest pages: nothing that can be used is left out, and the focus never gets stuck."""
    look = sweep(Eyes(1280, dark=False, language="en"))
    look.sign_in("noor")
    known: dict[str, Any] = addresses(scene[0])
    for name in BUSY:
        look.open(known[name])
        steps = look.page.evaluate(FOCUSABLE)
        assert steps > 30, name
        for _step in range(steps):
            look.page.keyboard.press("Tab")
        left = look.page.evaluate(LEFT)
        assert left == [], (name, left)


@pytest.mark.parametrize("eyes", [Eyes(390, dark=True, language="nl"), Eyes(1280, dark=False, language="en")])
def test_menus_and_dialogs(sweep: Callable[..., Sweep], eyes: Eyes) -> None:
    """What opens above a page fits the window, and axe has nothing to say about it either."""
    look = sweep(eyes)
    look.sign_in("noor")
    look.open("/register?q=Freshdesk")
    for place, summary in enumerate(look.page.locator("details.menu > summary, details.me > summary").all()):
        summary.click()
        look.look(f"menu {place}")
        summary.click()
    for keys in ("Control+k", "?"):
        look.open("/")
        look.page.keyboard.press(keys)
        assert look.page.locator("dialog[open]").count() == 1
        look.look(f"dialog {keys}")
        look.page.keyboard.press("Escape")
        assert look.page.locator("dialog[open]").count() == 0
    look.finish()
