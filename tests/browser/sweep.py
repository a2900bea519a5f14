"""Looks at pages of the scenario the way a person would, in every size, light and dark, and notes what is wrong.

A page is loaded once; size and colours are changed in place, which gives the same truth as loading it again. axe runs
where the layout and the colours differ most; in the other colours the contrasts alone.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from flask import Flask
from playwright.sync_api import Page

from tests.browser.watched import AXE, Watched, contrasts, violations
from tests.promises.scenario.installation import PASSWORD

WIDTHS: Final = (390, 768, 1280, 1920)
HEIGHT: Final = 900
LOOK: Final = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
UNFOLDED_WIDTHS: Final = {390: (1280, 390), 1280: (390, 1280)}
UNFOLD: Final = """() => {
  const folded = document.querySelectorAll("main details:not([open]):not(.menu)");
  for (const one of folded) one.open = true;
  return folded.length;
}"""


@dataclass(frozen=True)
class Eyes:
    """How this sweep looks: the size and colours in which axe runs; the contrasts run in the other colours too."""

    width: int
    dark: bool
    language: str


@dataclass
class Sweep:
    """A window on the installation, and what was found so far, by page."""

    window: Watched
    app: Flask
    eyes: Eyes
    found: dict[str, list[str]] = field(default_factory=dict)

    @property
    def page(self) -> Page:
        """The page."""
        return self.window.page

    def sign_in(self, first_name: str) -> None:
        """Sign in, and read in the language of this sweep."""
        self.open("/login")
        self.page.fill("#email", f"{first_name}@alumio.example")
        self.page.fill("#password", PASSWORD)
        self.page.locator("main button.button-main").click()
        self.page.wait_for_load_state()
        self.read()

    def read(self) -> None:
        """Choose the language, where the page has another."""
        if self.page.locator("html").get_attribute("lang") != self.eyes.language:
            if self.page.locator("details.me").count():
                self.page.locator("details.me > summary").click()
            self.page.locator(f".top button[name=language][value={self.eyes.language}]").click()
            self.page.wait_for_load_state()

    def open(self, path: str, status: int = 200) -> None:
        """Go to an address of this site."""
        answer = self.page.goto(self.window.base + path)
        assert answer is not None
        if answer.status != status:
            self.note(path, f"answers with {answer.status}")

    def endpoint(self) -> str:
        """The endpoint of the page at hand."""
        path = self.page.url.removeprefix(self.window.base).partition("?")[0]
        return str(self.app.url_map.bind("localhost").match(path)[0])

    def note(self, name: str, *faults: str) -> None:
        """Write down what is wrong with a page."""
        self.found.setdefault(name, []).extend(faults)

    def look(self, name: str, status: int = 200) -> None:
        """Look at the page at hand in every size and in both colours, then with everything unfolded."""
        eyes = self.eyes
        # A click waits until the next page is on its way, not until there is a document to ask.
        self.page.wait_for_load_state()
        self._colours(eyes.dark)
        self._measure(name)
        self._bring_axe()
        self._in_sight()
        self._tell(name, eyes.dark, violations(self.page))
        self._colours(not eyes.dark)
        self._tell(name, not eyes.dark, contrasts(self.page))
        self._note_all(name, "", [fault for fault in self.window.faults if f"status of {status} " not in fault])
        self.window.faults.clear()

    def _measure(self, name: str) -> None:
        """Whether the words of the page at hand find room in every size, folded and unfolded."""
        # Asked without a locator, for which Playwright brings all of its own script into each page.
        if self.page.evaluate("document.documentElement.lang") != self.eyes.language:
            self.note(name, f"is not in the language {self.eyes.language}")
        self._sizes(name, *(size for size in WIDTHS if size != self.eyes.width), self.eyes.width)
        if self.page.evaluate(UNFOLD):
            self._sizes(f"{name}, unfolded", *UNFOLDED_WIDTHS[self.eyes.width])

    def _colours(self, dark: bool) -> None:
        self.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")

    def _sizes(self, name: str, *widths: int) -> None:
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self._note_all(name, f"{width} px", self.page.evaluate(LOOK))

    def _bring_axe(self) -> None:
        """To the page at hand, and from then on to each at its start, where the browser compiles it only once."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
            self.page.context.add_init_script(AXE)

    def _in_sight(self) -> None:
        """A bar that stays in sight covers whatever lies behind it just then; at its own place it covers nothing."""
        self.page.evaluate("document.querySelector('.sticky-actions')?.parentElement.scrollIntoView({block: 'end'})")

    def _tell(self, name: str, dark: bool, violations: list[Any]) -> None:
        told = [f"{one['id']}: {node['html'][:160]}" for one in violations for node in one["nodes"][:3]]
        self._note_all(name, "axe, dark" if dark else "axe, light", told)

    def _note_all(self, name: str, where: str, faults: list[str]) -> None:
        if faults:
            self.note(name, *(f"{where}: {fault}" for fault in faults))

    def finish(self) -> None:
        """Fail with everything that was found."""
        told = "\n".join(f"{name}\n  " + "\n  ".join(faults) for name, faults in self.found.items())
        assert not told, f"\n{told}"
