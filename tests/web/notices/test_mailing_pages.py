"""Mailings on pages: the list and its problems, preview, test, start, release by another, progress, stop, letters."""

import io
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from pypdf import PdfReader
from sqlalchemy.orm import sessionmaker

from incident.domain.kernel.people import Actor, Role
from incident.domain.organisation import load_profile
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.mailing.certificate import end_mailings
from incident.worker.clerk import Clerk
from incident.worker.printer import Printer
from incident.worker.sender import Sender
from tests.ports import free_port
from tests.web.client import Page, Visitor
from tests.web.conftest import Team, opened

LIST = "\n".join(
    (
        "naam;email;taal",
        "Ann Smit;ann@example.org;nl",
        "Bo Ek;bo@example.se;en",
        "Cas;cas at example",
        "=X(1);d@example.org",
    )
)


class Mailbox:
    """What a real SMTP server received."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[Any]:
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def lite_app(make_settings: Any, lite_url: str, clock: FixedClock, mailbox: Any) -> Iterator[Flask]:
    """The application with a mail server."""
    with opened(make_settings(DATABASE_URL=lite_url, SMTP_URL=mailbox[1], MAIL_FROM="fg@example.org"), clock) as made:
        yield made


def approved_letters(dpo: Visitor, second: Visitor, reference: str) -> None:
    """A letter in Dutch and one in English, each approved by somebody who did not write it."""
    dpo.get(f"/incidents/{reference}/notices")
    page = dpo.submit("/notices", addressee="subjects", languages=["nl", "en"])
    for link, text in zip(page.links("/notices/"), ("Er is iets gebeurd.", "Something happened."), strict=True):
        dpo.get(link)
        dpo.submit("/edit", title=f"Brief: {text}", body=f"((greeting))\n\n{text}")
        second.get(link)
        assert "Approved." in second.submit("/approve", unsaid_reason="A text for tests.").text


def prepared(dpo: Visitor, reference: str, content: bytes | str = LIST, name: str = "lijst.csv", **values: Any) -> Page:
    page = dpo.get(f"/incidents/{reference}/mailings")
    versions = [node.get("value") for node in page.tree.iter("input") if node.get("name") == "versions"]
    raw = content.encode() if isinstance(content, str) else content
    return dpo.submit("/mailings", versions=versions, file=(name, raw), **values)


def clerk_of(team: Team, clock: FixedClock) -> Clerk:
    """The part of a worker that does long work."""
    with team.app.app_context():
        engine, parts = db.engine, team.app.extensions["meldklok"]
    return Clerk(sessionmaker(engine), lambda _: clock.now(), parts, threading.Event())


def test_a_mailing_from_the_list_to_the_last_message(
    lite: Team, examples: list[str], clock: FixedClock, mailbox: Any
) -> None:
    """Started by one person, released by another; everybody alone, in their language, with their name."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    with lite.app.app_context():
        officer = Actor(None, "Femke", frozenset({Role.DPO, Role.ADMIN}))
        profile = replace(load_profile(), name="Käse & Zn.", dpo_email="vragen@example.org")
        save_organisation(SaveOrganisation(officer, profile), session=db.session(), now=clock.now())
        db.session.commit()
    approved_letters(dpo, second, examples[0])
    page = prepared(dpo, examples[0])
    assert "2 people are in the list." in page.text, page.problems
    assert "2 rows could not be used" in page.text
    assert "This is not an e-mail address." in page.text
    assert "cas at example" not in page.text
    address = page.path
    people = dpo.get(f"{address}/people")
    assert "Ann Smit" in people.text
    assert "All (2)" in people.text
    assert "Dear Bo Ek" in dpo.get(f"{address}/people/3").text
    dpo.get(address)
    tested = dpo.submit("/test")
    assert "A test went to femke@example.org." in tested.text, tested.problems
    (to, mail), box = mailbox[0].mails[0], mailbox[0]
    assert (to, mail["Subject"]) == (["femke@example.org"], "[TEST] Brief: Er is iets gebeurd.")
    assert "Ann Smit" not in mail.as_string()
    _comes_from_the_organisation(mail)
    started = dpo.submit("/start")
    assert "somebody else has to release it" in started.text
    assert [form for form in started.tree.iter("form") if (form.get("action") or "").endswith("/release")] == []
    second.get(address)
    released = second.submit("/release")
    assert "Released." in released.text, released.problems
    assert "being sent" in released.text
    assert "Send me a test" not in released.text
    send_all(lite.app, clock)
    assert sorted(to for to, _ in box.mails[1:]) == [["ann@example.org"], ["bo@example.se"]]
    for _to, letter in box.mails[1:]:
        _comes_from_the_organisation(letter)
    figures = dpo.client.get(f"{address}/progress").text
    assert "2/2" in figures
    dpo.get(address)
    assert dpo.submit("/bounce", address="nobody@example.org").problems == ["This address is not in the list."]
    back = dpo.submit("/bounce", address="BO@example.se", reason="550 no such user")
    assert "It is written down" in back.text, back.problems
    assert "550 no such user" in dpo.get(f"{address}/people").text


def _comes_from_the_organisation(mail: Any) -> None:
    """Its name stands in the list of mails and on top of the letter, and an answer goes to whom the letter names."""
    assert parseaddr(str(make_header(decode_header(mail["From"])))) == ("Käse & Zn.", "fg@example.org")
    assert mail["Reply-To"] == "vragen@example.org"
    _text, html = mail.get_payload()
    shown = html.get_payload(decode=True).decode()
    assert shown.index("Käse &amp; Zn.") < shown.index("DL-") < shown.index("<h1")


def send_all(app: Flask, clock: FixedClock) -> None:
    """What the worker does."""
    deps = app.extensions["meldklok"]
    with app.app_context():
        only = {"subjects": deps.messengers["subjects"]}
        sender = Sender(sessionmaker(db.engine), only, lambda _: clock.now(), "w", None, threading.Event())
        for _ in range(4):
            sender.drain()
            clock.advance(seconds=1)


def test_a_mailing_can_be_stopped(lite: Team, examples: list[str]) -> None:
    """What has not left stays; who may not send sees no button."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    approved_letters(dpo, second, examples[0])
    address = prepared(dpo, examples[0]).path
    dpo.submit("/start")
    second.get(address)
    second.submit("/release")
    dpo.get(address)
    stopped = dpo.submit("/stop")
    assert "Stopped." in stopped.text
    assert re.search(r"Stopped\s*2", stopped.text)
    assert "To 2 people" in dpo.get(f"/incidents/{examples[0]}/timeline").text
    with lite.app.app_context():
        assert end_mailings(db.session(), lite.clock.now()) == 1
        db.session.commit()
    notices = dpo.get(f"/incidents/{examples[0]}/notices")
    assert ("being sent" in notices.text, "reached nobody" in notices.text) == (False, True)
    letter = next(link for link in notices.links("/notices/") if "Sending" in dpo.get(link).text)
    assert "Its mailing has ended, and this text reached nobody." in dpo.get(letter).text
    rik = lite.visitor("Rik", Role.RESPONDER)
    shown = rik.get(address)
    assert [form.get("action") for form in shown.tree.iter("form") if "/mailings/" in (form.get("action") or "")] == []
    assert rik.client.get(f"{address}/people").status_code == 404


def test_letters_are_printed_in_parts_once_released(lite: Team, examples: list[str]) -> None:
    """53 letters make two files; before the release there is none, and until a worker made them the page says so."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    approved_letters(dpo, second, examples[0])
    rows = "".join(f"Persoon {n};Laan {n};9728 JS;Groningen\n" for n in range(53))
    page = prepared(dpo, examples[0], f"naam;straat;postcode;plaats\n{rows}", channel="letter")
    assert "53 people are in the list." in page.text, page.problems
    assert dpo.client.get(f"{page.path}/letters-1.pdf").status_code == 403
    assert "a minute" not in page.text, "paper has no speed"
    dpo.submit("/start")
    second.get(page.path)
    waiting = second.submit("/release")
    assert "Released." in waiting.text
    assert "The files are being made" in waiting.text
    assert "To 53 people" in dpo.get(f"/incidents/{examples[0]}/timeline").text
    assert "Printed (" not in dpo.get(f"{page.path}/people").text
    assert waiting.links("letters-") == []
    assert dpo.client.get(f"{page.path}/letters-1.pdf").status_code == 403
    with lite.app.app_context():
        sessions = sessionmaker(db.engine, expire_on_commit=False)
        deps = lite.app.extensions["meldklok"]
        assert Printer(sessions, lambda _: lite.clock.now(), deps, threading.Event()).tick() == 2
    made = dpo.get(page.path)
    assert "The files are being made" not in made.text
    assert len(made.links("letters-")) == 2
    sizes = []
    for part in (1, 2):
        pdf = PdfReader(io.BytesIO(dpo.client.get(f"{page.path}/letters-{part}.pdf").data))
        sizes.append(len(pdf.pages))
    assert sizes == [2 * 50 - 1, 2 * 3 - 1], "each letter of one page begins on a front side"
    assert "Persoon 52" in pdf.pages[-1].extract_text()
    assert "Printed (53)" in dpo.get(f"{page.path}/people").text
    assert dpo.client.get(f"{page.path}/letters-3.pdf").status_code == 404


def test_a_posted_letter_that_came_back_is_written_down_on_the_page_of_the_person(
    lite: Team, examples: list[str]
) -> None:
    """Stopped, gone on with, printed, posted, and one came back: the page of the person says why."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    approved_letters(dpo, second, examples[0])
    rows = "naam;straat;postcode;plaats;land\nAnn Smit;Weg 1;9728 JS;Groningen;\nBo Ek;Weg 2;1000;Brussel;Belgi\u00eb\n"
    page = prepared(dpo, examples[0], rows, channel="letter", per_minute="0")
    people = dpo.get(f"{page.path}/people").text
    assert "Weg 2, 1000, Brussel, Belgi\u00eb" in people
    assert "Weg 1, 9728 JS, Groningen," not in people
    dpo.get(page.path)
    assert "2 people are in the list." in page.text, "letters have no speed that could be wrong"
    address, letter = page.path, f"{page.path}/people/2"
    dpo.submit("/start")
    second.get(address)
    second.submit("/release")
    dpo.get(address)
    stopped = dpo.submit("/stop")
    assert "Nothing is printed any more" in stopped.text, stopped.problems
    assert _offers(stopped, "/posted") is False
    second.get(address)
    second.submit("/resume")
    assert _offers(dpo.get(address), "/stop")
    with lite.app.app_context():
        sessions, deps = sessionmaker(db.engine, expire_on_commit=False), lite.app.extensions["meldklok"]
        assert Printer(sessions, lambda _: lite.clock.now(), deps, threading.Event()).tick() == 1
    assert dpo.client.get(f"{address}/letters-1.pdf").status_code == 200
    assert _offers(dpo.get(letter), "/returned") is False
    dpo.get(address)
    lite.clock.advance(minutes=1)
    at = lite.clock.now()
    moment = {"at-date": at.strftime("%Y-%m-%d"), "at-time": at.strftime("%H:%M"), "at-zone": "UTC"}
    posted = dpo.submit("/posted", **moment)
    assert "It is on record that these letters were posted." in posted.text, posted.problems
    assert _offers(posted, "/stop") is False
    dpo.get(letter)
    back = dpo.submit("/returned", reason="Moved")
    assert "It is written down that this letter came back." in back.text, back.problems
    assert (back.path, "Moved" in back.text, _offers(back, "/returned")) == (letter, True, False)
    people = dpo.get(f"{address}/people?state=bounced")
    assert ("Came back (1)" in people.text, "Ann Smit" in people.text, "Bo Ek" in people.text) == (True, True, False)
    assert b"Ann Smit" in dpo.client.get(f"{address}/people.csv?state=unreached").data
    notices = dpo.get(f"/incidents/{examples[0]}/notices")
    sides = [dpo.get(link).text for link in notices.links("/notices/")]
    assert any(re.search(r"came back: 1\s*People reached\s*1\b", side) for side in sides)


def _offers(page: Page, act: str) -> bool:
    return any((form.get("action") or "").endswith(act) for form in page.tree.iter("form"))


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (310 * 1024 * 1024))
    return target.getvalue()


def test_lists_that_cannot_be_read_are_refused_kindly(lite: Team, examples: list[str]) -> None:
    """Wrong letters, no columns, a bomb, nothing: one sentence at the field, and nothing is kept."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    approved_letters(dpo, second, examples[0])
    cases = {
        "letters.csv": (b"naam;email\nJos\x81;j@example.org", "UTF-8"),
        "other.csv": (b"first;second\n1;2\n", "columns"),
        "bomb.xlsx": (bomb(), "unpacks"),
        "broken.xlsx": (b"PK\x03\x04", "XLSX"),
        "nobody.csv": (b"naam;email\nCas;no\n", "No row"),
    }
    for name, (content, word) in cases.items():
        page = prepared(dpo, examples[0], content, name)
        assert len(page.problems) == 1, (name, page.problems)
        assert word in page.problems[0], (name, page.problems)
    assert "No mailing yet" in dpo.get(f"/incidents/{examples[0]}/mailings").text


def test_a_file_above_the_limit_is_refused_kindly(lite: Team, examples: list[str]) -> None:
    """52 MB: the page says what to do, or the server refuses it as too large; nobody sees a trace."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    approved_letters(dpo, second, examples[0])
    page = prepared(dpo, examples[0], b"naam;email\n" + b"x" * (52 * 1024 * 1024))
    assert page.status in (200, 413)
    assert page.problems or "too large" in page.text


@pytest.mark.slow
def test_twenty_thousand_people_in_one_list(lite: Team, examples: list[str], clock: FixedClock) -> None:
    """Checked, shown page by page, started and released."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)
    approved_letters(dpo, second, examples[0])
    rows = "".join(f"Persoon {n};p{n}@example.org\n" for n in range(20_000))
    page = prepared(dpo, examples[0], f"naam;email\n{rows}", per_minute="6000")
    assert "is being read" in page.text, page.problems
    assert clerk_of(lite, clock).read_lists() == 1
    last = dpo.get(f"{page.path}/people?page=400")
    assert "p19999@example.org" in last.text
    dpo.get(page.path)
    dpo.submit("/start")
    second.get(page.path)
    assert "Released." in second.submit("/release").text
    assert re.search(r"Still to send\s*20,000", dpo.get(page.path).text)
    assert clerk_of(lite, clock).make_messages() == 9
    assert re.search(r"Still to send\s*20,000", dpo.get(page.path).text)
