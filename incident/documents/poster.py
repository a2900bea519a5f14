"""The poster of a door: one A4 with a question, the address as a QR code and in letters; nothing from third parties."""

import json
from datetime import date
from typing import Final

from incident.documents.glyphs import printable
from incident.documents.typesetter import typeset

_WORDS: Final = {
    "nl": {
        "question": "Datalek gezien?",
        "how": "Meld het in twee minuten. U heeft geen account nodig en het mag anoniem.",
        "examples": "Bijvoorbeeld: brief in de verkeerde envelop, mail aan de verkeerde persoon, telefoon of laptop "
        "kwijt, gegevens die iedereen kan zien.",
        "scan": "Scan de QR-code of ga naar",
        "alt": "QR-code met het adres van de meldpagina",
    },
    "en": {
        "question": "Seen a data breach?",
        "how": "Report it in two minutes. You do not need an account and you can stay anonymous.",
        "examples": "For example: a letter in the wrong envelope, an email to the wrong person, a lost phone or "
        "laptop, personal data left where anyone can see it.",
        "scan": "Scan the QR code or go to",
        "alt": "QR code with the address of the page to report on",
    },
    "de": {
        "question": "Datenleck bemerkt?",
        "how": "Melden Sie es in zwei Minuten. Sie brauchen kein Konto und können anonym bleiben.",
        "examples": "Zum Beispiel: ein Brief im falschen Umschlag, eine Mail an die falsche Person, ein verlorenes "
        "Gerät, Daten, die alle sehen können.",
        "scan": "Scannen Sie den QR-Code oder öffnen Sie",
        "alt": "QR-Code mit der Adresse der Meldeseite",
    },
    "sv": {
        "question": "Har du sett en dataläcka?",
        "how": "Anmäl den på två minuter. Du behöver inget konto och du får vara anonym.",
        "examples": "Ett brev i fel kuvert. Ett mejl till fel person. En telefon eller dator som är borta. "
        "Uppgifter som alla kan se.",
        "scan": "Skanna koden eller gå till",
        "alt": "QR-kod med adressen till sidan för anmälan",
    },
    "fr": {
        "question": "Vous avez vu une fuite de données\u202f?",
        "how": "Signalez-la en deux minutes. Aucun compte n’est nécessaire, et vous pouvez rester anonyme.",
        "examples": "Une lettre dans la mauvaise enveloppe. Un courriel envoyé à la mauvaise personne. Un téléphone "
        "ou un ordinateur perdu. Des données que tout le monde peut voir.",
        "scan": "Scannez le code ou rendez-vous sur",
        "alt": "Code QR avec l’adresse de la page de signalement",
    },
}


def poster(organisation: str, address: str, title: str, language: str, made_on: date) -> bytes:
    """The poster as an accessible, archivable PDF (PDF/A-2a, PDF/UA-1); ``language`` is one of the letters.

    ``title`` takes the place of the question, where the organisation has words of its own.
    """
    say = _WORDS[language]
    data = {
        **say,
        "question": printable(title or say["question"]),
        "organisation": printable(organisation),
        "address": printable(address),
        "lang": language,
        "date": [made_on.year, made_on.month, made_on.day],
        "qr": qr_svg(address),
    }
    return typeset(json.dumps(data, ensure_ascii=False), "poster.typ")


def qr_svg(text: str) -> str:
    """The text as a QR code that survives 15 % damage, with its quiet zone, as one SVG path."""
    from qrcode import QRCode  # type: ignore[import-untyped]
    from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]

    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = "".join(f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    )
