"""Languages: complete placeholders, a start that refuses broken catalogues, and pages that are really Dutch."""

import re
from pathlib import Path

import pytest

from incident.domain.kernel.people import Role
from incident.platform.settings import SettingsError
from incident.translations import catalogues
from incident.web.i18n import check_catalogue
from tests.web.client import Visitor
from tests.web.conftest import Team

PLACEHOLDER = re.compile(r"%\(\w+\)s")


def test_a_translation_keeps_the_placeholders_of_its_sentence() -> None:
    """A missing one would break the page at the moment it is needed."""
    for message in catalogues.stored():
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple | list) else [message.id]
        words = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = {name for source in sources for name in PLACEHOLDER.findall(source)} - {"%(num)s"}
        for text in filter(None, words):
            assert set(PLACEHOLDER.findall(text)) - {"%(num)s"} == wanted, message.id


def test_the_compiled_catalogue_says_what_the_text_says() -> None:
    """Both files are committed, and one follows from the other."""
    _po, mo = catalogues.texts(catalogues.stored())
    assert catalogues.PO.with_suffix(".mo").read_bytes() == mo


def test_a_missing_or_empty_catalogue_stops_the_start(tmp_path: Path) -> None:
    """Half a language is worse than a clear sentence at the start."""
    with pytest.raises(SettingsError, match="cannot be read"):
        check_catalogue(tmp_path, "nl")
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    empty = catalogues.Catalog(domain="messages")
    (folder / "messages.mo").write_bytes(catalogues.texts(empty)[1])
    with pytest.raises(SettingsError, match="are empty"):
        check_catalogue(tmp_path, "nl")


def test_pages_forms_and_refusals_are_dutch_for_a_dutch_browser(lite: Team) -> None:
    """The page, a message of the form, and a sentence that comes from the domain."""
    email = lite.account("Femke", Role.DPO)
    visitor = Visitor(lite.app, language="nl")
    visitor.get("/login")
    visitor.submit("/login", email=email, password="a sentence is easy to remember")
    visitor.submit("/language", button=("language", "nl"))
    page = visitor.get("/report")
    assert "Wat is er gebeurd?" in page.text
    page = visitor.submit("/report", summary="Brief kwijt", noticed_at__date="2027-01-01", noticed_at__time="10:00")
    assert page.problems == ["Dit moment ligt in de toekomst. Vul in wanneer het gebeurde, of laat het open."]
    receipt = visitor.submit("/report", noticed_at__date="", noticed_at__time="")
    assert "do 5 mrt 2026 10:00 CET" in receipt.text.replace("mrt.", "mrt")


def test_the_sign_in_librarys_sentences_are_dutch_too(lite: Team) -> None:
    """Its own Dutch is incomplete and filed under another name of the language, so ours stands in."""
    lite.account("Femke", Role.DPO)
    page = Visitor(lite.app, language="nl").sign_in("femke@example.org", "wrong password!")
    assert page.problems == ["Inloggen mislukt: het e-mailadres, wachtwoord of de code klopt niet."]
