"""A page in a browser, and what it should never do."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

PASSWORD: Final = "a sentence is easy to remember"
AXE: Final = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

# Where a fault lies is told in its own markup: making a selector for every element that was looked at takes longer. So
# does reading the style sheets, as axe would for a rule that is none of these; one of them asks for films and sounds.
# The contrasts, a third of all its work, are looked at by kinds.
RULES: Final = (
    "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'], preload: {assets: ['media']},"
    " rules: {'color-contrast': {enabled: false}}, selectors: false, resultTypes: ['violations']}"
)
CONTRASTS: Final = (Path(__file__).parent / "kinds.js").read_text(encoding="utf-8")
PASSED: Final[set[str]] = set()
"""The kinds of text whose contrast was enough, on any page: a kind holds all on which that depends."""


@dataclass
class Watched:
    """A page in a browser; what it should never do is noted and fails the test at the end."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "404" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and f"{address.scheme}://{address.netloc}" != self.base:
            self.faults.append(f"request to another host: {request.url}")

    def open(self, path: str) -> Page:
        """Go to an address of this site."""
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, email: str) -> None:
        """Sign in at the front door."""
        self.open("/login")
        self.page.fill("#email", email)
        self.page.fill("#password", PASSWORD)
        self.page.locator("main button.button-main").click()
        self.page.wait_for_url(self.base + "/**")

    def check(self) -> None:
        """No accessibility violation, nothing wider than the window, nothing it should never do."""
        page = self.page
        where = page.url.removeprefix(self.base)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{where} is {too_wide} pixels too wide"
        page.evaluate(AXE)
        told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations(page)]
        assert told == [], where
        assert self.faults == [], where


def violations(page: Page) -> list[Any]:
    """What axe says of a page, in which it is."""
    return [*page.evaluate(f"axe.run(document, {RULES})")["violations"], *contrasts(page)]


def contrasts(page: Page) -> list[Any]:
    """What axe says of the contrasts on a page, in which it is, where they are of a kind that has not passed yet."""
    found = page.evaluate(CONTRASTS, list(PASSED))
    PASSED.update(found["passed"])
    return list(found["violations"])
