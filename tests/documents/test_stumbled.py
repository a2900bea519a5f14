"""Words at which readers stumbled stay out of what people are sent, and measures are said as something that is done."""

import re

import pytest

from incident.documents.phrases import phrases
from incident.documents.templates import all_templates
from incident.domain.languages import LETTER_LANGUAGES

STUMBLED = {
    "nl": (
        "Beste De heer",
        "er wordt op gecontroleerd",
        "jullie vragen",
        "gijzelsoftware op slot",
        "Dat bewijst niets",
        "? Betaal niet",
        "de zorgen die dit u geeft",
        "Stand van nu",
        "die ermee te maken",
        "hoort bij de groep",
        "Tegen herhaling",
        "controleer of het klopt",
        "die de systemen gebruiken",
        "schade krijgen",
        "ook om die van u",
        "bij deze groep hoort",
        "Met alleen het nummer",
        "zodra u kunt inloggen",
        "leest u daar ook",
        "nog meer mensen hebben",
        "en overal waar u",
        "advies aan u:",
        "U bent een van hen",
        "Begint iemand die",
        "Met alleen uw rekeningnummer",
        "Staat hierboven bij uw groep",
        "onze eigen bestanden",
    ),
    "en": (
        "elow you read",
        "In this message you read",
        "with an insurance.",
        "malicious",
        "Let nobody in whom",
        "may ask for money",
        "privacy regulator",
        "this data now",
        "look up the number",
        "nor on social",
        "belong to the group",
        "For the future",
        "after you became aware",
        "We ourselves",
        "belong to this group",
        "know yet exactly",
        "details of your work",
        "With the number alone",
        "as soon as you can sign in.",
        "explained there",
        "more people having seen",
        "is about {{ people_online",
        "advice to you:",
        "You are one of them",
        "the account number alone",
        "listed for your group above",
        "insurance as soon as we can",
    ),
    "sv": (
        "hackning",
        "utan lov",
        "Det har hänt en personuppgiftsincident",
        "Frågas inte",
        "födelsedag?",
        "inte ännu",
        "upp numret och",
        "kan kräva pengar",
        "klaga hos",
        "intressenter",
        "hör till gruppen",
        "gör vi det igen",
        "hos er |",
        "får problem när",
        "även dina",
        "hör till den här gruppen",
        "bara numret",
        "kan vi säga först",
        "så snart du kan logga in.",
        "Där står också vad du",
        "fler har sett",
        "och överallt där du",
        "dig följande råd",
        "Du är en av dem",
        "Börjar någon som",
        "Med bara kontonumret",
        "Står adressen ovan",
        "Vi gör anmälan så snart",
    ),
    "de": (
        "Eine beschäftigte Person",
        "hat personenbezogene Daten betroffen",
        "zwischen {start}",
        "des/der",
        "Bankkontonummer",
        "Angaben über die Gesundheit",
        "beauftragte/r",
        "verlangen vielleicht Geld",
        "Widersprechen Sie beim",
        "Behörde Ihres Landes",
        "hören es auch",
        "Verletzung Ihrer Aufsicht",
        "Verletzung der Aufsicht",
        "teilen Ihnen mit, sobald",
        "zu dieser Gruppe",
        "welchen?",
        "kämen sie von",
        "einer Personengruppe",
        "Ihres Wohnlandes",
        "der Nummer allein",
        "sobald Sie sich anmelden",
        "steht ebenfalls dort",
        "weitere Personen haben",
        "und überall, wo",
        "Alle haben wir",
        "wir selbst Verantwortliche",
        "Auch Sie gehören dazu",
        "Kontonummer allein",
        "raten allen Betroffenen",
        "Ist oben für Ihre Gruppe",
    ),
    "fr": (
        "ous lirez",
        "entré de force",
        "ont été dites",
        "Quoi de neuf",
        "Lesquelles de vos",
        "emportées",
        "aux mains de",
        "demandent peut-être",
        "encore inaccessibles",
        "numéro de citoyen",
        "est fait de",
        "donnerons ici des nouvelles",
        "malfaiteurs",
        "Certaines de vos",
        "faites partie des",
        "connexions (connexion",
        "perte d’accès",
        "Pensez à",
        "soigné",
        "en deux étapes",
        "nous-mêmes n’a",
        "de ce groupe :",
        "avez été client,",
        "Le numéro seul",
        "là-bas",
        "Vous y trouverez aussi",
        "consultation de leurs données",
        "Vous êtes l’une de ces",
        "IBAN seul",
        "indiquée plus haut pour",
        "n’appartiennent à aucun",
    ),
}
STRAIGHT = re.compile(r"\w'\w")
DOING = {
    "nl": r"wij \w+en .*\.$",
    "en": r"we are \w+ing .*\.$",
    "sv": r"vi \w+r .*\.$",
    "de": r"wir \w+n .*\.$",
    "fr": r"nous \w+ons .*\.$",
}


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_what_a_reader_stumbled_over_stays_away(language: str) -> None:
    """Neither in the phrases nor in the templates; an apostrophe is the printer's, not the typewriter's."""
    texts = [text for section in phrases(language).values() for text in section.values()]
    texts += [f"{one.title}\n{one.body}" for one in all_templates() if one.language == language]
    letters = "\n".join(texts)
    assert [words for words in STUMBLED[language] if words in letters] == []
    own_words = "\n".join(
        text for name, section in phrases(language).items() if name != "words" for text in section.values()
    )
    assert language == "en" or not STRAIGHT.search(own_words)


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_measures_are_all_said_as_something_that_is_done(language: str) -> None:
    """Each is a sentence that says who does it: a list of bare verbs read as told to the reader."""
    words = phrases(language)["measures"].values()
    assert [text for text in words if not re.match(DOING[language], text)] == []
