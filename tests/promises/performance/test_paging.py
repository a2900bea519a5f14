"""Long lists of one incident come a page at a time, and every entry is on one of the pages."""

import pytest

from tests.promises.performance.conftest import LAPTOP, Installation
from tests.web.client import Visitor, text_of

ONE_DATABASE = pytest.mark.parametrize("dialect", ["sqlite"])
"""For what is decided in the code: how many statements are asked, and how a list is cut and drawn."""


def test_chain_and_facts_are_shown_page_by_page(installation: Installation) -> None:
    """Of a long chain and a long history each entry is on exactly one page, and the chain is verified whole."""
    installation.grow(25, LAPTOP)
    visitor, incident = installation.visitor, f"/incidents/{installation.references[LAPTOP]}"
    _the_chain(visitor, f"{incident}/record?all=y")
    _the_facts(visitor, f"{incident}/facts-history")


def _the_chain(visitor: Visitor, path: str) -> None:
    """Every number once, the newest first, all of them counted as verified; the same act in a row is one line."""
    page = visitor.get(path)
    numbers: list[int] = []
    while True:
        tables = [table for table in page.tree.iter("table")]
        for row in tables[-1].find("tbody") or ():
            first, _, last = text_of(row[0]).partition("–")
            numbers += range(int(last or first), int(first) - 1, -1)
        older = [link for link in page.tree.iter("a") if link.get("rel") == "next"]
        if not older:
            break
        page = visitor.get(older[0].get("href", ""))
    assert numbers == list(range(len(numbers), 0, -1))
    assert len(numbers) > 200
    assert f"intact: {len(numbers)} entries" in page.text


def _the_facts(visitor: Visitor, path: str) -> None:
    """A page that does not exist is the last one."""
    seen = [visitor.get(f"{path}?page={number}") for number in (1, 2)]
    versions = [node.get("id") for page in seen for node in page.tree.iter("section") if node.get("id")]
    assert len(versions) == len(set(versions)) > 20
    assert versions[-1] == "version-1"
    assert visitor.get(f"{path}?page=99").text == seen[1].text


@ONE_DATABASE
def test_the_board_draws_what_runs_out_first_and_leads_to_the_rest(installation: Installation) -> None:
    """A hundred open incidents: seventy-five rulers, the most urgent on top, and the way to all of them."""
    installation.seed(100, 100)
    page = installation.visitor.get("/")
    rows = [node for node in page.tree.iter("li") if "board-row" in (node.get("class") or "")]
    assert len(rows) == 75
    assert "late" in (rows[0].get("class") or "")
    (rest,) = page.links("/register?status=open")
    assert "104" in installation.visitor.get(rest).text
    for show, number in (("mine", 0), ("unowned", 75)):
        page = installation.visitor.get(f"/?show={show}")
        assert len([node for node in page.tree.iter("li") if "board-row" in (node.get("class") or "")]) == number


@ONE_DATABASE
def test_a_dossier_asks_as_much_however_much_it_holds(installation: Installation) -> None:
    """Downloads may grow with what they hold; the whole dossier does not: every table once to read, once to prove."""
    path, counted = f"/incidents/{installation.references[LAPTOP]}/dossier.zip", []
    for _round in range(2):
        installation.grow(2, LAPTOP)
        found = installation.cost(path)
        assert found.kind == "application/zip"
        counted.append(len(found.statements))
    assert counted[0] == counted[1] <= 60, counted
