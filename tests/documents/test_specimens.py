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
