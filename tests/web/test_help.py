"""Help: each page has its paragraph, in each language, and one press leads there."""

import re

import pytest
from flask import Flask

from incident.domain.kernel.people import Role
from incident.law.book import book
from incident.law.texts import LANGUAGES
from incident.translations import catalogues
from incident.web.access import ACCESS, Audience
from incident.web.help_topics import topic_of, topics
from tests.web.client import Visitor, text_of
from tests.web.conftest import Team

WITHOUT_A_FRAME = {"", "api", "door", "openapi", "preferences", "setup", "slack"}
"""Groups of addresses that show no page to somebody who is signed in."""
BROADER = {"incident", "beside", "settings", "imports"}
"""Topics of several pages, so that their heading is no page's."""


def groups() -> set[str]:
    return {endpoint for endpoint in ACCESS if endpoint.rpartition(".")[0] not in WITHOUT_A_FRAME}


def test_every_page_has_its_topic_and_every_topic_a_page() -> None:
    """In each language, in the same order, and none is empty."""
    english = topics("en")
    assert {topic_of(endpoint) for endpoint in groups()} == {one.name for one in english}
    for language in LANGUAGES:
        assert [one.name for one in topics(language)] == [one.name for one in english]
        assert all("<p>" in one.text for one in topics(language))


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_topic_is_called_as_its_page_is(language: str) -> None:
    """What is over the page is over its paragraph too."""
    words = {message.id: message.string for message in catalogues.stored(language)}
    told = {one.name: one.title for one in topics(language)}
    for one in topics("en"):
        if one.name not in BROADER:
            assert words[one.title] == told[one.name]


def test_one_press_leads_from_a_page_to_its_paragraph(lite: Team) -> None:
    """Whoever may do nothing but report finds help as well."""
    visitor = lite.visitor("Ruben", Role.REPORTER)
    (link,) = (one for one in visitor.get("/report").tree.iter("a") if one.get("class") == "help")
    place, _, topic = str(link.get("href")).partition("#")
    section = visitor.get(place).tree.find(f".//section[@id='{topic}']")
    assert section is not None
    assert text_of(section).startswith(topics("en")[1].title)


def test_each_reads_of_the_pages_that_open_for_them(lite: Team) -> None:
    """A reporter reads nothing of the register; who decides and runs the installation reads all of it."""

    def told(visitor: Visitor) -> set[str]:
        return {str(node.get("id")) for node in visitor.get("/help").tree.iter("section") if node.get("id")}

    reporter = told(lite.visitor("Ruben", Role.REPORTER))
    assert {"report", "incident", "account"} <= reporter
    assert not {"register", "decisions", "people", "risk"} & reporter
    assert told(lite.visitor("Ada", Role.ADMIN, Role.DPO)) == {one.name for one in topics("en")}


def test_nobody_outside_reads_it(lite_app: Flask) -> None:
    """It tells nothing secret, but the door to it is the same as to everything else."""
    assert ACCESS["help.index"] is Audience.SIGNED_IN
    assert Visitor(lite_app).get("/help").title.startswith(("Sign in", "Inloggen"))


def test_a_board_reads_and_prints_by_what_is_judged(lite: Team) -> None:
    """The book of rules as it is in docs/law, with what is open and room to sign; one press away from a proposal."""
    visitor = lite.visitor("Dana", Role.DPO)
    page = visitor.get("/help/method")
    assert page.title.startswith("What Meldklok judges by")
    article = page.tree.find(".//article")
    assert article is not None
    heads = [text_of(head) for head in article.iter("h2")]
    assert heads == re.findall("^## (.+)$", book("en"), re.MULTILINE)
    assert heads[-1] == "Read and approved"
    assert list(article.iter("code")) == [], "the names that the program uses say nothing to a board"
    folded = list(article.iter("details"))
    assert len(folded) == len(re.findall("^##+ ", book("en"), re.MULTILINE))
    rows = [row for row in book("en").splitlines() if row.startswith("| ") and "---" not in row]
    assert len(list(article.iter("tr"))) == len(rows)
