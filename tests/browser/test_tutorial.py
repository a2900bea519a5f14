"""The tutorial is played as it stands, in both languages: each word is pressed, chosen or read, in its order."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from flask_security import hash_password
from playwright.sync_api import Locator, Page, expect

from incident.demo.household import PARTS, move_in
from incident.store.db import db
from tests.browser.conftest import PASSWORD, Site, Watched

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "tutorial"
STEP: Final = re.compile(
    r"\*\*(?P<named>[^*]+)\*\*|\*(?P<read>[^*]+)\*|`(?P<email>\w+@demo\.example)`|`(?P<short>\d+)`|^> (?P<typed>.+)$",
    re.MULTILINE,
)
CLOSED: Final = {"en": "Closed", "nl": "Gesloten"}


class Reader:
    """Somebody who does what the tutorial says, word by word, and knows nothing else."""

    def __init__(self, language: str, watched: Callable[..., Watched]) -> None:
        text = (FOLDER / f"first-breach.{language}.md").read_text(encoding="utf-8")
        self._steps = list(STEP.finditer(text, text.index("\n## 1.")))
        self._open = lambda: watched(language=language)
        self._sentence = next(step["typed"] for step in self._steps if step["typed"])
        self._field: Locator | None = None
        self.page: Page

    def follow(self) -> None:
        """All of it, in its order."""
        for step in self._steps:
            if step["email"]:
                window = self._open()
                window.sign_in(step["email"])
                self.page = window.page
            elif step["named"]:
                self._do(step["named"])
            elif step["read"]:
                self._read(step["read"])
            else:
                assert self._field is not None, f"nothing says where to type {step[0]!r}"
                self._field.fill(step["typed"] or step["short"])

    def _read(self, words: str) -> None:
        """See it on the page, and not as an answer that could be chosen."""
        told = self.page.get_by_text(re.compile(re.escape(words))).and_(
            self.page.locator(":not(label, label *, option)")
        )
        expect(self._seen(told).first).to_be_visible()

    def _do(self, words: str) -> None:
        """Press, choose, open or fill in what is called so, or begins so; what cannot be seen is not there."""
        page, begins = self.page, re.compile(rf"^\s*{re.escape(words.removesuffix('…'))}")
        buttons = self._seen(page.get_by_role("button", name=words, exact=True))
        links = self._seen(page.get_by_role("link", name=begins))
        choices = self._seen(page.get_by_role("radio", name=begins).or_(page.get_by_role("checkbox", name=begins)))
        fields = self._seen(page.get_by_role("textbox", name=begins).or_(page.get_by_role("spinbutton", name=begins)))
        folded = self._seen(page.locator("summary").filter(has_text=begins))
        if buttons.count():
            self._press(buttons)
        elif links.count():
            self._press(links)
        elif fields.count():
            self._field = fields.first
        elif folded.count():
            folded.click()
        else:
            assert choices.count(), f"{words!r} is not to be seen at {page.url}"
            for at in range(choices.count()):
                choices.nth(at).check()

    def _press(self, found: Locator) -> None:
        """Of several that lead elsewhere it is the one that stands with the reporter's sentence."""
        if len({found.nth(at).get_attribute("href") for at in range(found.count())}) > 1:
            row = self.page.locator("li, tr").filter(has_text=self._sentence)
            found = self._seen(row.get_by_role("link")).and_(found)
        found.first.click()
        self.page.wait_for_load_state("networkidle")

    @staticmethod
    def _seen(found: Locator) -> Locator:
        return found.locator("visible=true")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_tutorial_leads_from_the_first_word_to_the_closed_register(
    site: Site, watched: Callable[..., Watched], language: str
) -> None:
    """A stranger reaches the end by the tutorial alone."""
    with site.app.app_context():
        writer = site.app.extensions["meldklok"].writer
        move_in(db.session(), password_hash=hash_password(PASSWORD), writer=writer, now=site.clock.now())
        db.session.commit()
    reader = Reader(language, watched)
    reader.follow()
    reader.page.goto(f"{site.base}/register")
    expect(reader.page.get_by_role("row").filter(has_text=CLOSED[language])).to_have_count(1)


def test_the_tutorials_name_everybody_and_the_same_steps() -> None:
    """A translation that falls behind leads astray."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("first-breach.*.md"))]
    shapes = [[step.lastgroup or "" for step in STEP.finditer(text)] for text in texts]
    assert len(shapes) == 2
    assert shapes[0] == shapes[1]
    for text in texts:
        assert {part.email for part in PARTS} == set(re.findall(r"`(\w+@[\w.]+)`", text))
