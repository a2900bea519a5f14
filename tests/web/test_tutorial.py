"""The tutorial is played as it stands, in both languages: its words are typed, and what it names is on the pages."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask_security import hash_password

from incident.demo.household import PARTS, move_in
from incident.platform.clock import FixedClock
from incident.store.db import db
from tests.web.client import PASSWORD, Page, Visitor

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "tutorial"
CLOSED = {"en": "Closed", "nl": "Gesloten"}


class Reader:
    """Somebody who follows the tutorial in one language: takes its words to type, and keeps what the pages say."""

    def __init__(self, app: Flask, language: str) -> None:
        self.text = (FOLDER / f"first-breach.{language}.md").read_text(encoding="utf-8")
        self._app, self._language = app, language
        self._typed = iter(re.findall(r"^> (.+)$", self.text, re.MULTILINE))
        self.seen = ""

    def type(self) -> str:
        return next(self._typed)

    def window(self, first: str) -> Visitor:
        """The window of one person; the tutorial says the address."""
        email = f"{first}@demo.example"
        assert f"`{email}`" in self.text
        made = Visitor(self._app, language=self._language)
        self.look(made.sign_in(email))
        return made

    def look(self, page: Page) -> Page:
        assert page.status == 200, page.title
        self.seen += f"\n{page.text}"
        return page

    def named(self) -> list[str]:
        """What the tutorial says one will read, outside of quotations."""
        return re.findall(r"\*\*([^*]+)\*\*", self.text)


def _report(reader: Reader) -> str:
    ruben = reader.window("ruben")
    reader.look(ruben.get("/report"))
    return reader.look(ruben.submit("/report", summary=reader.type())).path.split("/")[2]


def _confirm(reader: Reader, reference: str) -> None:
    jelle = reader.window("jelle")
    reader.look(jelle.get("/"))
    reader.look(jelle.get(f"/incidents/{reference}/triage"))
    proposals = reader.look(jelle.submit("/triage", is_breach="yes"))
    assert proposals.path.endswith("/proposals"), "the report is not understood"
    accepted = jelle.submit("/proposals")
    assert accepted.path == f"/incidents/{reference}"
    reader.look(accepted)


def _decide(reader: Reader, reference: str) -> None:
    noor = reader.window("noor")
    reader.look(noor.get("/"))
    reader.look(noor.get(f"/incidents/{reference}/risk"))
    known = {"recipient": "trusted", "recipients_number": "1", "recipient_response": "deletion_confirmed"}
    assessed = reader.look(noor.submit("/risk", vulnerable="none_of_these", **known))
    assert assessed.path.endswith("/decisions")
    no = {"authority__act": "no", "subjects__act": "no"}
    reader.look(noor.submit("/decisions", authority__reason=reader.type(), closing__lessons=reader.type(), **no))


def _agree(reader: Reader, reference: str) -> Page:
    sanne = reader.window("sanne")
    reader.look(sanne.get("/"))
    asked = reader.look(sanne.get(f"/incidents/{reference}/decisions"))
    both = {field.get("name", ""): "yes" for field in asked.tree.iter("input") if field.get("value") == "yes"}
    assert len(both) == 2
    reader.look(sanne.submit("/second", **both))
    reader.look(sanne.get(f"/incidents/{reference}/record"))
    return reader.look(sanne.get("/register"))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_tutorial_leads_from_the_first_word_to_the_closed_register(
    lite_app: Flask, clock: FixedClock, language: str
) -> None:
    """A stranger reaches the end by the tutorial alone, and finds every word it names on the way."""
    with lite_app.app_context():
        writer = lite_app.extensions["meldklok"].writer
        move_in(db.session(), password_hash=hash_password(PASSWORD), writer=writer, now=clock.now())
        db.session.commit()
    reader = Reader(lite_app, language)
    reference = _report(reader)
    _confirm(reader, reference)
    _decide(reader, reference)
    register = _agree(reader, reference)
    row = next(row for row in register.tree.iter("tr") if reference in "".join(row.itertext()))
    assert CLOSED[language] in "".join(row.itertext())
    assert [words for words in reader.named() if words not in reader.seen] == []


def test_the_tutorials_name_everybody_and_the_same_steps() -> None:
    """A translation that falls behind leads astray."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("first-breach.*.md"))}
    assert len(texts) == 2
    shapes = {
        (text.count("\n## "), text.count("\n> "), text.count("**"), tuple(re.findall(r"`(\w+@[\w.]+)`", text)))
        for text in texts.values()
    }
    assert len(shapes) == 1
    assert {part.email for part in PARTS} == set(shapes.pop()[3])
