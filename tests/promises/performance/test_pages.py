"""Every GET of the URL map: few statements, as many for few rows as for many, and no page that nobody can wait for."""

import gzip
from pathlib import Path

import pytest

from incident import web
from tests.promises.performance.conftest import RELEASE, Installation
from tests.promises.performance.counting import Cost

MOST_STATEMENTS, MOST_BYTES, MOST_ASSETS = 10, 150_000, 300_000
MORE_STATEMENTS = {
    "incident.show": 16,
    "closing.form": 11,
    "decisions.index": 12,
    "facts.index": 12,
    "facts.edit missing": 12,
    "notices.edpb": 11,
    "notices.show": 11,
    "notices.person": 11,
    "notices.mailing": 14,
    "record.show": 34,
    "exercises.show": 24,
    "portals.beside": 12,
    "security.verify": 11,
}
"""The overview, the facts, what is missing of them, the EDPB template and the copy for other portals draft a form.

The overview also asks whose turn it is; a letter stands among all notices of its incident; a mailing counts its people
by what became of them; the record reads every table of the incident once, to compare it with the log; the report
of an exercise asks the record for each thing that it tells; a proof of oneself may be each of those that somebody has.
"""
FEW, MANY = 3, 30
ANSWERS = {200, 302, 403, 404, 503}
"""403, 404 and 503 are right where a walk opens what is not there: a form's page of a letter, a silent worker."""
LOOKUPS = [
    f"/register?{query}"
    for query in (
        "page=30",
        "status=open",
        "status=ended",
        "status=closed",
        "status=reported",
        "risk=high",
        "kind=phishing",
        "notified=yes",
        "notified=no",
        "whose=me",
        "whose=nobody",
        "from=2025-01-01&to=2025-03-31",
        "system=crm",
        "q=customer",
        "q=customer&page=20",
        "q=d",
        "q=zzz",
        "q=wrong+customer&kind=phishing",
        "q=laptop&status=open",
        "q=laptop&system=files&whose=nobody",
        "q=DL-2025-0042",
        "col=description&col=notify&col=phases",
    )
] + ["/?show=mine", "/?show=late", "/?show=unowned", "/insight?year=2025"]
"""What somebody looks for in lists."""
STATIC = Path(web.__file__).parent / "static"
PACKED = {".woff2", ".png", ".jpg", ".ico"}


def pages(found: dict[str, Cost]) -> dict[str, Cost]:
    """Only what a person reads in a browser."""
    return {name: cost for name, cost in found.items() if cost.is_page}


def most_of(name: str) -> int:
    """How many statements a page may ask; its name holds its endpoint."""
    return next((most for endpoint, most in MORE_STATEMENTS.items() if f" {endpoint} " in f"{name} "), MOST_STATEMENTS)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_every_page_asks_little_and_no_more_for_thirty_rows_than_for_three(installation: Installation) -> None:
    """Timeline, tasks, evidence, notices, versions, mailings, people, keys and open incidents all grow tenfold.

    How many statements a page asks is written in the code, so one database is enough; what each makes of them, the next
    test asks of both.
    """
    installation.grow(FEW)
    few = installation.walk()
    installation.grow(MANY - FEW)
    many = installation.walk()
    assert {cost.status for cost in many.values()} <= ANSWERS
    assert few.keys() == many.keys()
    assert len(pages(many)) > 60, sorted(pages(many))
    over = {name: cost.statements for name, cost in pages(many).items() if len(cost.statements) > most_of(name)}
    assert not over, {name: len(found) for name, found in over.items()}
    grown = {
        name: (len(few[name].statements), len(cost.statements))
        for name, cost in many.items()
        if len(cost.statements) != len(few[name].statements)
    }
    assert not grown
    heavy = {name: cost.size for name, cost in pages(many).items() if cost.size > MOST_BYTES}
    assert not heavy, sorted(heavy.items())


def test_every_page_asks_the_same_of_a_long_register(installation: Installation) -> None:
    """Ten incidents or two thousand, two hundred of them open: the same statements, and no page grows past its size.

    No statement of any page, filter or search reads a table that grows from end to end: each has an index for its rows,
    or walks one until a page is full. The plans are asked without statistics, as on a fresh installation; whether
    PostgreSQL takes the index of a big table is its own choice, so it is asked whether there is one.
    """
    installation.grow(1)
    installation.seed(10, 5)
    few = installation.walk()
    installation.seed(2_000, 200)
    many = installation.walk()
    grown = {
        name: (len(few[name].statements), len(cost.statements))
        for name, cost in pages(many).items()
        if len(cost.statements) != len(few[name].statements)
    }
    assert not grown
    heavy = {name: cost.size for name, cost in pages(many).items() if cost.size > MOST_BYTES}
    assert not heavy, sorted(heavy.items())
    wanted = {path: installation.cost(path) for path in LOOKUPS}
    over = {path: len(cost.statements) for path, cost in wanted.items() if len(cost.statements) > MOST_STATEMENTS}
    assert not over, {name: len(found) for name, found in over.items()}
    whole = installation.read_whole({**many, **wanted})
    assert not whole, "\n".join(f"{page}: {plan}\n    {statement}" for statement, (page, plan) in whole.items())


def test_all_assets_together_are_light() -> None:
    """Whatever a browser may ever load from us, as it travels: fonts and pictures as they are, the rest packed."""
    sizes = {
        path: len(content) if path.suffix in PACKED else len(gzip.compress(content, 6))
        for path in STATIC.rglob("*")
        if path.is_file() and (content := path.read_bytes())
    }
    assert sizes
    assert sum(sizes.values()) <= MOST_ASSETS, sorted(sizes.items(), key=lambda item: -item[1])[:10]


def test_a_walk_that_misses_something_is_noticed(installation: Installation) -> None:
    """The counting itself: a page that is left out, or a statement that is not seen, would make the rest worthless."""
    installation.grow(1)
    found = installation.walk_of("incident.show")
    assert len(found) == 2
    cost = found[f"/incidents/<reference> incident.show  {RELEASE}"]
    assert any("FROM incident" in statement for statement in cost.statements)
    assert cost.size > 5_000
