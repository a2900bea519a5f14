"""Where things stand: a column of the register in one place, and the first thing to do near the top on a telephone."""

from collections import defaultdict
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.browser.sweep import Eyes, Sweep
from tests.promises.scenario.installation import Installation
from tests.promises.scenario.places import addresses

CELLS: Final = """() => [...document.querySelectorAll(".register tbody td:not(.none)")].map(cell => {
  const box = cell.getBoundingClientRect(), row = cell.parentElement.getBoundingClientRect();
  return [cell.dataset.label, Math.round(box.left - row.left)];
})"""
FURTHEST: Final = 320
"""How far down a telephone the sections of an incident may begin: there is room for what is done in the first view."""


@pytest.fixture
def window(sweep: Callable[[Eyes], Sweep]) -> Callable[[int], Sweep]:
    """A window of this width, for the data protection officer."""

    def opened(width: int) -> Sweep:
        look = sweep(Eyes(width, dark=False, language="nl"))
        look.page.set_viewport_size({"width": width, "height": 900})
        look.sign_in("noor")
        return look

    return opened


def places(page: Page) -> dict[str, set[int]]:
    """Where each column of the register begins in its rows."""
    found: dict[str, set[int]] = defaultdict(set)
    for label, left in page.evaluate(CELLS):
        found[label].add(left)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["register", "register-columns"])
def test_a_column_of_the_register_has_one_place(
    window: Callable[[int], Sweep], scene: tuple[Installation, str], name: str
) -> None:
    """On a tablet too, where its cells stand below what happened: a row without an answer does not move the others."""
    look = window(768)
    look.open(addresses(scene[0])[name])
    found = places(look.page)
    assert len(found) > 3
    assert {label: left for label, left in found.items() if len(left) > 1} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["facts", "notices", "record", "customers"])
def test_the_head_of_an_incident_leaves_a_telephone_its_room(
    window: Callable[[int], Sweep], scene: tuple[Installation, str], name: str
) -> None:
    """Reference, title, clock and sections, none of them left out."""
    look = window(390)
    look.open(addresses(scene[0])[name])
    tabs = look.page.locator("main .tabs").bounding_box()
    assert tabs is not None
    assert tabs["y"] + tabs["height"] < FURTHEST
    for part in (".crumbs", ".head .mono", ".head h1", ".slim .left-big", ".slim-due"):
        assert look.page.locator(part).first.is_visible(), part
