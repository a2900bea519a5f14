"""AP form, question 5.2: the words of a report name a kind of incident, unless they deny it."""

import pytest

from incident.law.vocabulary import IncidentKind
from incident.law.words import kinds_from_words, named_kinds

LONG = "en daarna is " + "met alle afdelingen en de leverancier " * 4


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("Ransomware on the file server", (IncidentKind.RANSOMWARE,)),
        ("A phishing mail, then ransomware", ()),
        ("Nothing is known yet", ()),
        ("Een lijst is naar het verkeerde e-mailadres gestuurd", (IncidentKind.EMAIL_WRONG_RECIPIENT,)),
        ("Namen en e-mailadressen in de verkeerde map gezet", ()),
    ],
)
def test_only_one_named_kind_is_proposed(words: str, kinds: tuple[IncidentKind, ...]) -> None:
    """Of two a person chooses."""
    assert kinds_from_words(words) == kinds


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (f"Er was geen ransomware {LONG}", False),
        (f"Er was ransomware {LONG}", True),
        (f"Het is niet bekend {LONG}maar er was ransomware", True),
        (f"{LONG}en er was geen ransomware", False),
    ],
)
def test_a_denial_is_heard_in_a_long_sentence(words: str, named: bool) -> None:
    """It reaches three words far, wherever in the sentence it stands."""
    assert (IncidentKind.RANSOMWARE in named_kinds(words)) is named


def test_a_denial_before_a_turn_does_not_reach_what_follows() -> None:
    """Also between the two words that name it together."""
    kind = IncidentKind.DEVICE_LOST_OR_STOLEN
    assert kind in named_kinds("De laptop is niet van ons, hij is gestolen")
    assert kind not in named_kinds("De laptop is van ons, hij is niet gestolen")


@pytest.mark.parametrize("between", [". ", "! ", "? ", "; ", "\n", "\n\n"])
def test_a_denial_ends_with_its_sentence_or_line(between: str) -> None:
    """People write a list, one thing a line."""
    assert IncidentKind.RANSOMWARE in named_kinds(
        f"Persoonsgegevens geraakt: weten we niet{between}Ransomware gevonden"
    )
