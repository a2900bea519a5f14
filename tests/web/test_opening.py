"""The title of an incident is the opening of what was reported, and the page holds the rest."""

import pytest

from incident.domain.kernel.people import Role
from incident.web.filters import opening
from tests.web.conftest import Team

REPORT = (
    "Een stagiair zette een foto van het scherm met de afsprakenlijst online. Daarop staan ca. 15 patiënten met naam "
    "en geboortedatum. Een patiënt belde ons vanochtend om 8:10. De foto is om 8:30 "
    "verwijderd. Een arts vroeg daarna of iemand haar had doorgestuurd."
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Laptop gestolen", "Laptop gestolen"),
        ("Eén zin. En nog een.", "Eén zin. En nog een."),
        (REPORT, "Een stagiair zette een foto van het scherm met de afsprakenlijst online."),
        (
            "Bij ca. 15 klanten is " + "een " * 40,
            "Bij ca. 15 klanten is een een een een een een een een een een een een…",
        ),
        ("Regel een\n\nRegel twee", "Regel een Regel twee"),
    ],
)
def test_whole_sentences_as_far_as_they_fit(text: str, title: str) -> None:
    """Never a torn last sentence where a whole one fits before it."""
    assert opening(text, 72) == title


def test_a_title_that_leaves_words_out_has_them_on_its_page(lite: Team) -> None:
    """What was reported is whole on the overview, and beside the question whether it is a breach."""
    dpo = lite.visitor("Femke", Role.DPO)
    dpo.get("/report")
    reference = dpo.submit("/report", summary=REPORT).path.split("/")[2]
    for page in (f"/incidents/{reference}", f"/incidents/{reference}/triage"):
        assert "Een arts vroeg daarna of iemand haar had doorgestuurd." in dpo.get(page).text
