"""Every page of a well-used installation in German, whose words are the longest; on a desk, by day.

English, whose words are the shortest, has room wherever German has; colours and axe are no matter of language.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pytest

from incident.domain.trades import trades
from incident.law.forms.catalogue import CATALOGUES, load_catalogue
from incident.law.texts import texts
from tests.browser.sweep import Eyes, Sweep
from tests.promises.scenario.installation import Installation
from tests.promises.scenario.places import addresses

EYES: Final = Eyes(width=1280, dark=False, language="de")
SAID: Final = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), around = walk.currentNode.parentElement;
    if (text && around.closest("[lang]").lang === "de" && !around.closest("script, textarea")) found.push(text);
  }
  return found;
}"""
"""Every text of the page that says to be German: a form of the authority says that it is Dutch."""


def _sentences() -> Iterator[Mapping[str, str]]:
    """What is not in the catalogue of the pages: the sentences of law and forms, and what is usual in a trade."""
    yield from texts().values()
    for name in CATALOGUES:
        yield from load_catalogue(name).notes.values()
    for name, trade in trades("de").items():
        others = [
            {one.id: one.name for one in trades(code)[name].systems} | trades(code)[name].words for code in ("nl", "en")
        ]
        for one, german in ({one.id: one.name for one in trade.systems} | trade.words).items():
            yield {"de": german, "nl": others[0][one], "en": others[1][one]}


def _not_german() -> set[str]:
    """Of more than one word: a single one may be the name that somebody gave to something."""
    every = list(_sentences())
    foreign = {words[code] for words in every for code in ("nl", "en")} - {words["de"] for words in every}
    return {text for text in foreign if " " in text}


@pytest.mark.slow
def test_every_page(sweep: Callable[[Eyes], Sweep], scene: tuple[Installation, str]) -> None:
    """Nothing is said in another language; at four widths and in both colours it is as in Dutch."""
    look, foreign = sweep(EYES), _not_german()
    look.sign_in("noor")
    for name, path in addresses(scene[0]).items():
        look.open(path, status=404 if name == "not-found" else 200)
        look.look(name, status=404 if name == "not-found" else 200)
        if found := foreign.intersection(look.page.evaluate(SAID)):
            look.note(name, f"is not German: {sorted(found)}")
    look.finish()
