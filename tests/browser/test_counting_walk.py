"""How much of people's time the small breach takes: fields, clicks and pages, counted in a real browser and printed."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from incident.domain.kernel.people import Role
from incident.domain.organisation import load_profile
from incident.store.db import db
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from tests.browser.conftest import Site, Watched
from tests.factories import make_actor


@dataclass
class Count:
    """What all people together typed, pressed and saw; ``typed`` holds every text, to find what was typed twice."""

    typed: list[str] = field(default_factory=list)
    clicks: int = 0
    pages: int = 0

    @property
    def minutes(self) -> float:
        """Five seconds a field, four characters a second, three seconds a page, and a second a click."""
        letters = sum(len(text) for text in self.typed)
        return (5 * len(self.typed) + letters / 4 + 3 * self.pages + self.clicks) / 60

    def __str__(self) -> str:
        return f"fields {len(self.typed)}, clicks {self.clicks}, pages {self.pages}, minutes {self.minutes:.1f}"


@dataclass
class Hands:
    """One person at a browser; everything done is counted."""

    window: Watched
    count: Count

    @property
    def page(self) -> Page:
        """The page at hand."""
        return self.window.page

    def open(self, path: str) -> None:
        """Follow a link from a mail."""
        self.window.open(path)
        self.count.pages += 1

    def type(self, at: str, text: str) -> None:
        """Fill in a field."""
        self.page.fill(at, text)
        self.count.typed.append(text)

    def choose(self, at: str) -> None:
        """Tick a box or choose an option, on the same page."""
        self.page.locator(at).first.check()
        self.count.clicks += 1

    def press(self, what: Any) -> None:
        """Press what leads to another page."""
        what.click()
        self.page.wait_for_load_state("networkidle")
        self.count.clicks += 1
        self.count.pages += 1

    def button(self, name: str) -> None:
        """Press the button with this name."""
        self.press(self.page.get_by_role("button", name=name, exact=True).first)

    def link(self, name: str) -> None:
        """Follow the first link that begins so."""
        self.press(self.page.locator("main").get_by_role("link", name=name).first)


def _organisation(site: Site) -> None:
    with site.app.app_context():
        actor = make_actor(db.session(), "Ada", [Role.ADMIN], site.clock.now())
        save_organisation(SaveOrganisation(actor, load_profile()), session=db.session(), now=site.clock.now())
        db.session.commit()


def _risk(hands: Hands) -> None:
    """What only a person can know of a misaddressed e-mail: who has it, whether it was deleted, whom it was about."""
    hands.choose("[data-question=recipient] input[value=trusted]")
    hands.type("#recipients_number", "1")
    hands.choose("[data-question=recipient_response] input[value=deletion_confirmed]")
    hands.choose("[data-question=vulnerable] input[value=none_of_these]")
    expect(hands.page.locator("#risk-result .level")).to_have_text("Risk unlikely")
    hands.button("Record the assessment")


MOST_FIELDS, MOST_CLICKS, MOST_PAGES, MOST_MINUTES = 4, 14, 10, 2.0
"""What is reached, thinking left out. The aim is at most 12 fields, 20 clicks, 10 pages and 2 minutes."""


def test_a_misaddressed_mail_for_the_register_only(
    site: Site, watched: Callable[..., Watched], capsys: pytest.CaptureFixture[str]
) -> None:
    """Reporter, responder, DPO and second person, from the first word to the closed register."""
    _organisation(site)
    count = Count()
    people = {}
    for name, role in (
        ("Rik", Role.REPORTER),
        ("Bob", Role.RESPONDER),
        ("Femke", Role.DPO),
        ("Dora", Role.SECOND),
    ):
        window = watched()
        window.sign_in(site.account(name, role))
        people[name] = Hands(window, count)
    reporter, responder, dpo, second = people.values()
    reporter.open("/report")
    reporter.type("#summary", "E-mail met namen van 12 klanten naar verkeerde ontvanger, gisteren om 14:30")
    reporter.button("Send the report")
    incident = "/incidents/" + reporter.page.url.split("/")[4]

    responder.open(f"{incident}/triage")
    responder.choose("main input[value=yes]")
    responder.button("Record")
    responder.button("Accept what is ticked")
    expect(responder.page.get_by_text("answers recorded")).to_be_visible()

    dpo.open(f"{incident}/risk")
    _risk(dpo)
    dpo.choose("#authority-act-1")
    dpo.type("#authority-reason", "De ontvanger is een vaste relatie en heeft bevestigd dat alles is gewist.")
    dpo.choose("#subjects-act-1")
    expect(dpo.page.locator("#closing-cause")).to_have_value("internal_non_malicious")
    dpo.type("#closing-lessons", "Verzenden wordt vertraagd.")
    dpo.button("Decide")
    expect(dpo.page.get_by_text("A second person has been asked")).to_be_visible()
    second.open(f"{incident}/decisions")
    for decision in second.page.locator(".card-next").all():
        decision.get_by_label("I agree", exact=True).check()
        count.clicks += 1
    second.button("Record my answers")
    expect(second.page.get_by_text("The incident is closed.")).to_be_visible()

    with capsys.disabled():
        sys.stdout.write(f"\n{count}\n")
    assert len(count.typed) == len(set(count.typed)) <= MOST_FIELDS
    assert count.clicks <= MOST_CLICKS
    assert count.pages <= MOST_PAGES
    assert count.minutes <= MOST_MINUTES
