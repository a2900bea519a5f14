"""The register entry of one breach: all stated facts, the clock, the timeline, and nothing that was not stated."""

from dataclasses import fields, replace

import pytest

from incident.documents.blocks import Heading, Table, plain
from incident.documents.pdf import render_pdf
from incident.documents.sheets import RegisterEntry, Section, TimelineRow, fact_sheet_blocks, register_document
from incident.documents.text import render_text
from incident.law.facts import BreachFacts, CountryCount, Party
from incident.law.labels import field_label
from incident.law.vocabulary import PartyRole
from tests.documents.cases import FACTS, NOW, ORGANISATION
from tests.documents.test_pdf import SVG

TOLD = replace(
    FACTS,
    parties=(Party("HubSpot", PartyRole.PROCESSOR, "dpo@hubspot.example"),),
    countries=(CountryCount("SE", 12), CountryCount("DE")),
    occurrence_estimated=True,
    stated_unknown=("protection",),
)
ENTRY = RegisterEntry(
    "DL-2026-0042",
    TOLD,
    ORGANISATION,
    NOW,
    (Section("Besluiten", (("Melden aan de AP", "Ja"),)),),
    (TimelineRow(NOW, "Gemeld", "F. van ’t Hek"),),
    "3fa9c1e2b7",
    SVG,
    "Nog 12 uur",
)


@pytest.mark.parametrize("language", ["nl", "en", "sv"])
def test_every_stated_fact_has_its_row(language: str) -> None:
    """No stated fact is lost, no other is invented; labels are those of the pages."""
    spoken = language if language in {"nl", "en"} else "en"
    rows = [
        plain(row[0])
        for block in fact_sheet_blocks(TOLD, ORGANISATION, language)
        if isinstance(block, Table)
        for row in block.rows
    ]
    bare = BreachFacts()
    stated = {field.name for field in fields(TOLD) if getattr(TOLD, field.name) != getattr(bare, field.name)}
    wanted = (stated | set(TOLD.stated_unknown)) - {"stated_unknown"}
    assert sorted(rows) == sorted(field_label(name, spoken).label for name in wanted)


def test_values_are_words() -> None:
    """Identifiers become labels, instants times, systems names; nothing looks like a program."""
    text = render_text(register_document(ENTRY, "nl"))
    for part in (
        "HubSpot",
        "dpo@hubspot.example",
        "SE 12",
        "4.000",
        "om 08:40 uur",
        "Nog 12 uur",
        "Melden aan de AP: Ja",
    ):
        assert part in text
    for raw in ("confidentiality", "Unknown.", "hubspot,", "True", "datetime", "()"):
        assert raw not in text


def test_an_empty_sheet_has_no_tables() -> None:
    """Nothing stated, nothing shown."""
    assert fact_sheet_blocks(BreachFacts(), ORGANISATION, "nl") == ()


def test_the_document_opens_with_its_title_and_prints() -> None:
    """Title first, then the clock; the PDF is made."""
    document = register_document(ENTRY, "nl")
    first = document.content()[0]
    assert isinstance(first, Heading)
    assert plain(first.runs) == "Datalekregister: één inbreuk DL-2026-0042"
    assert render_pdf(document).startswith(b"%PDF")
