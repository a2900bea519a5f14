"""The documents that one command makes for whoever reads them are all there, and nothing in them is missing."""

import io

import pytest
from pypdf import PdfReader

from incident.domain.languages import gaps
from incident.platform.settings import Settings
from tests.documents.specimens.heavy import OURS
from tests.documents.specimens.make import make

LETTERS = (
    "small-letter-customers",
    *(f"heavy-{kind}-letter-{group.value}" for kind in ("initial", "follow_up") for group in OURS),
)
NOTICES = (
    "small-staff",
    *(f"heavy-initial-{reader}" for reader in ("customer", "staff", "police", "insurer")),
    *(f"heavy-follow_up-{reader}" for reader in ("customer", "public", "press")),
)
FORMS = ("heavy-1-draft", "heavy-2-approved", "heavy-3-follow-up", "small-told", "small-not-told")


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_all_documents_of_both_cases_are_made_in_a_language(settings: Settings) -> None:
    """Every letter, notice and form as a PDF and as text; what is approved lacks nothing."""
    made = make(settings, "nl")
    named = {f"nl/{name}.{format}" for name in (*LETTERS, *NOTICES) for format in ("txt", "pdf")}
    named |= {f"nl/{name}{part}" for name in LETTERS for part in ("-mail.txt", "-mail.html")}
    named |= {f"forms/ap-{name}.{format}" for name in FORMS for format in ("txt", "pdf")}
    assert set(made) == named | {"nl/letters-print.pdf", "forms/register.pdf", "forms/yearly-report.pdf"}
    assert all(len(PdfReader(io.BytesIO(content)).pages) for name, content in made.items() if name.endswith(".pdf"))
    texts = {name: made[name].decode() for name in named if name.startswith("nl/") and name.endswith(".txt")}
    assert {name: gaps(text) for name, text in texts.items() if gaps(text)} == {}
    _forms_tell(made)
    _register_tells(_words(made["forms/register.pdf"]))
    _report_tells(_words(made["forms/yearly-report.pdf"]))


def _forms_tell(made: dict[str, bytes]) -> None:
    """The worst news first; nothing that an approval settled is still asked; and why nobody had to be told but was."""
    later, told = (
        " ".join(made[f"forms/ap-{name}.txt"].decode().split()) for name in ("heavy-3-follow-up", "small-told")
    )
    draft = " ".join(made["forms/ap-heavy-1-draft.txt"].decode().split())
    assert "10.2 (wanneer de gegevens weer beschikbaar zijn en de uitkomst van het onderzoek)" in draft
    assert (
        "5.3 Beschrijving / samenvatting van het incident Nieuw sinds 18 november 2026: De criminelen hebben" in later
    )
    assert later.count("Op 24 november 2026 hebben wij een openbare mededeling op onze website gedaan.") == 2, (
        "in the list of changes, too"
    )
    assert "Bij de goedkeuring bevestigd: het eerste signaal is de ontdekking." in told
    assert "Was de ontdekking later?" not in told
    assert "hoewel dat niet verplicht is (AVG art. 34, lid 1). Wij vinden dat onze klanten dit" in told


def _words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def _register_tells(text: str) -> None:
    """GDPR art. 33(5): the facts with the publication and the end, the effects, and whose people wait for whom."""
    assert "nog niet geïnformeerd" not in text, "those of other controllers are not ours to tell"
    assert "Als verwerkingsverantwoordelijke: 12.930 Als verwerker: 2.310" in text
    assert "Rijwielhuis Veen (1.290): geïnformeerd op 18-11-2026 en 24-11-2026" in text
    assert "gegevens buitgemaakt; gijzelsoftware (ransomware)" in text
    assert "Datalek DL-2026-0003-5 Status Gemeld bij de AP Vervolgmelding nog niet verstuurd Binnengekomen 17" in text
    assert "Eerstvolgende termijn Nu versturen: de vervolgmelding die op 24-11-2026 13:30 door Sanne Bakker is" in text
    assert "(AVG art. 33, lid 4); onze eigen termijn loopt tot 02-12-2026 11:00. De toezicht" in text
    assert text.count("De eerste melding moest uiterlijk op") == 1, "who notifies voluntarily has no term"
    assert "De eerste melding moest uiterlijk op 20-11-2026 09:30 zijn gedaan (AVG art. 33, lid 1): op tijd." in text
    assert text.count("Noor de Wit, functionaris gegevensbescherming; Sanne Bakker, hoofd juridische zaken") == 1
    assert "Toen nog niet bekend: wanneer het datalek eindigt; de uitkomst van het onderzoek." in text
    assert "Nog niet gereed: “Inloggen met een extra code voor alle leveranciers” (Jelle Postma)." in text
    assert text.count("Nog niet gereed") == 1, "what is done is ready"
    assert "19-11-2026, klanten, oud-klanten en andere contacten; huidige en vroegere medewerkers; sollicit" in text
    assert "Risico Hoog risico, 17-11-2026 16:40, Noor de Wit Met wat toen bekend was; een latere" in text
    assert text.count("Risico onwaarschijnlijk, 05-11-2026 10:00, Noor de Wit Met wat toen bekend was; een") == 2
    assert text.count("De ontvanger heeft bevestigd dat de gegevens zijn gewist.") == 2
    assert "Klanten van drie andere fietsenzaken (1.290 van Rijwielhuis Veen, 930 van" in text
    assert "Rijwielhuis Veen (verwerkingsverantwoordelijke; wij zijn verwerker)" in text
    assert "Hun betrokkenen tellen in onze melding niet mee." in text
    assert text.count("hoewel dat niet verplicht was (AVG art. 34, lid 1).") == 1
    assert "Het gaat om hoogstens 10.850 mensen" in text
    assert "gaan wij daarom uit van alle gegevens van klanten, oud-klanten en andere contacten" in text
    assert "Als verwerkingsverantwoordelijke: Nederland (12.810), Duitsland (120) Als verwerker: nog niet" in text
    assert "Einde van de inbreuk Duurt nog voort: er staan gegevens op internet; wanneer" in text
    assert "Bewijsstukken ransom-note.txt: Bericht met de losgeldeis, zoals het op het scherm stond login.log" in text
    assert "Klanten (huidig en potentieel)" in text
    assert "Oplichting (zoals phishing); verspreiding van de gegevens onder derden; identiteitsdiefstal of" in text
    assert "reputatieschade; misbruik van inloggegevens; afschrijvingen van een bankrekening" in text
    assert "BSN’s. Meldingen" in text
    assert "Hersteld 22-11-2026 18:00" in text
    assert "Politie en anderen Aangifte bij de politie op 17 november 2026, nummer PL-2026-000042." in text
    assert "er ontbreekt niets." in text, "all works again, the effects say so as well"
    assert "Ons rekeningnummer is niet veranderd. Op internet staan" in text, "no advice to whoever got a letter"
    assert text.count("een deel van de gestolen gegevens op internet gezet") == 1
    assert "Datalekregister" in text
    assert "Kenmerk Binnengekomen Wat er gebeurde" in text
    assert "Vervolgmelding goedgekeurd op 24-11-2026 13:30 door Sanne Bakker en nog niet verstuurd." in text, (
        "more comes on 1 December"
    )
    assert text.count("Gemeld bij de AP Vervolgmelding nog niet verstuurd") == 2, "in the list and in the entry"
    messages = [f"{day}-11-2026, per e-mail (betrokkenen: 12.930)" for day in (19, 24)]
    assert " ".join((*messages, "Openbare mededeling: 24-11-2026, op de website")) in text
    assert "Waarom niet eerder, zoals toen" in text
    assert "Eerste melding, nog niet volledig: 18-11-2026 11:00 (binnen 26 uur na kennisname)" in text
    assert "Kassa en Code B.V. (verwerker)" in text
    assert text.count("Vrijwillig: een risico is onwaarschijnlijk bevonden") == 2
    assert "06-11-2026, betrokkenen: “Belangrijk: datalek met uw gegevens”" in text
    assert "24-11-2026, het publiek: “Belangrijk: gestolen gegevens van Fietshuis Noord B.V. staan op" in text
    assert text.index("Beschrijving") < text.index("Melden bij de toezichthouder?")
    assert not {"Pagina's", "Anderen;", "Anders", "Gebruikers"} & {*text.split(), *text.split("; ")}
    assert "Mensen: minimaal" not in text
    assert "Binnengekomen 17-11-2026 07:25, Ruben Vos, Formulier in Meldklok" in text


def _report_tells(text: str) -> None:
    """What is open first, then the breaches; what came twice is said to have come twice."""
    assert "Het gaat om 15.240 mensen: voor onszelf verwerken wij de gegevens van 12.930, voor andere" in text
    assert "(Rijwielhuis Veen, Fahrrad Emsland GmbH en De Trapper). De gevoeligste gegevens" in text
    told = "Er waren 3 datalekken. Eén heeft een hoog risico: Servers op slot na inbraak; bestanden gekopieerd"
    todo = "Nu te doen: de goedgekeurde vervolgmelding versturen (DL-2026-0003-5, behandeld door Noor de Wit)."
    assert f"{told} (DL-2026-0003-5). {todo} De toezichthouder weet van ons nog niet" in text
    assert text.count("weet van ons nog niet") == 1
    assert "en afschrijvingen van een bankrekening. Wij schatten de ernst in als zeer groot." in text
    assert "om die te verwijderen. Wij hebben daarop nog geen antwoord. Toegezegd: wij betalen nieuwe" in text
    assert "identiteitsbewijzen voor huidige en vroegere medewerkers (210)." in text
    assert text.count("behandeld door Noor de Wit") == 1, "beside what is to be done now"
    assert "Pagina 2 van 2" in text
    assert "Het begon op 16-11-2026 21:41 en is ontdekt op 17-11-2026 07:20." in text
    assert "Er is aangifte gedaan bij de politie. De ene verplichte eerste melding was op tijd" in text
    assert "Vrijwillig waren 2 meldingen; daarvoor geldt geen termijn." in text
    assert "Nog niet gereed: “Inloggen met een extra code voor alle leveranciers” (Jelle Postma)." in text
    assert "Eerstvolgende termijn" not in text, "it is the term of what is to be sent now"
    assert text.index("DL-2026-0003-5") < text.index("In cijfers")
    assert "gijzelsoftware (ransomware) Gegevens op internet: 23 november 2026" in text
    assert "Betrokkenen: 19-11-2026 en 24-11-2026 Openbare mededeling: 24-11-2026 Organisaties voor wie" in text
    assert "verwerker zijn: 18-11-2026 en 24-11-2026" in text, "customers of a shop are data subjects"
    assert "De gevoeligste gegevens zijn die van huidige en vroegere medewerkers (210)" in text
    assert "Onze webwinkel was dicht tot 22 november 2026. Sinds 22-11-2026 18:00 werkt" in text
    assert "Waarvan vrijwillig (een risico was onwaarschijnlijk) 2" in text
    assert "Betrokkenen (wie in twee datalekken zit, telt twee keer) 15.336" in text
    assert "kennisname), vrijwillig Betrokkenen: 06-11-2026, vrijwillig" in text
    assert "Betrokkenen: niet geïnformeerd, een hoog risico is niet waarschijnlijk" in text
    assert "Eén soort kwam 2 keer voor: E-mail aan verkeerde ontvanger." in text, "no table of one row"
    assert "twaalf maanden" not in text, "the month goes on"
    assert text.index(todo) < text.index("Het begon op") < text.index("De ene verplichte eerste melding")
    assert "DL-2026-0003-5 Nu versturen: de vervolgmelding die op 24-11-2026 13:30 door Sanne Bakker is" in text
    assert "Op internet staan gegevens van mensen uit deze groepen: klanten, oud" in text
    assert "Het gaat om hoogstens 10.850 mensen" in text
    assert "De werkplaats haalt de lijst voortaan zelf uit ons systeem. Gereed op 5" in text
    assert "Toezichthouder: 18-11-2026 (binnen 26 uur na kennisname)" in text
    assert "Besluit om te melden: binnen 24 uur na kennisname Toezichthouder: 18" in text
    assert text.count("Besluit om te melden: binnen 19 uur na kennisname") == 2
    unknown = "welke gegevens van hoeveel mensen op internet staan, en de uitkomst van het onderzoek"
    assert f"Nog niet bekend: wanneer het datalek eindigt, {unknown}. Verwacht uiterlijk op 1 december 2026." in text
    assert "organisaties voor wie wij verwerker zijn 2.310" in text
    assert "te laat" not in text
    assert "latere interne melding" not in text
