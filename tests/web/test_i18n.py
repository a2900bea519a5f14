"""Languages: complete placeholders, a start that refuses broken catalogues, and pages that are really Dutch."""

import ast
import re
from pathlib import Path

import pytest
from flask import session

from incident.domain.kernel.people import Role
from incident.platform.settings import SettingsError
from incident.translations import catalogues
from incident.web.i18n import CHOICE, LANGUAGES, check_catalogue, choose_anew, language_code
from tests.web.client import Visitor
from tests.web.conftest import Team

EXPECTED = ("Invalid", "NotFound", "NotAllowed", "IllegalMove", "Conflict", "DomainError")
MARKS = ("_", "_l", "gettext", "lazy_gettext", "ngettext", "N_")
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_translation_keeps_the_placeholders_of_its_sentence(language: str) -> None:
    """A missing one would break the page at the moment it is needed."""
    for message in catalogues.stored(language):
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple | list) else [message.id]
        words = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = {name for source in sources for name in PLACEHOLDER.findall(source)} - {"%(num)s"}
        for text in filter(None, words):
            assert set(PLACEHOLDER.findall(text)) - {"%(num)s"} == wanted, message.id


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_the_compiled_catalogue_says_what_the_text_says(language: str) -> None:
    """Both files are committed, and one follows from the other."""
    _po, mo = catalogues.texts(catalogues.stored(language))
    assert catalogues.file_of(language).with_suffix(".mo").read_bytes() == mo


def test_whoever_translates_has_a_page_language() -> None:
    """A catalogue without pages would be read by nobody, and pages without a catalogue would stay English."""
    assert {*catalogues.LANGUAGES, "en"} == set(LANGUAGES)


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
    page = visitor.submit("/report", noticed_at__date="", noticed_at__time="10:00")
    assert page.problems == ["Vul een datum in, zoals 23-11-2026."]
    receipt = visitor.submit("/report", noticed_at__date="", noticed_at__time="")
    assert "do 5 mrt 2026 10:00 CET" in receipt.text.replace("mrt.", "mrt")


def test_the_sign_in_librarys_sentences_are_dutch_too(lite: Team) -> None:
    """Its own Dutch is incomplete and filed under another name of the language, so ours stands in."""
    lite.account("Femke", Role.DPO)
    page = Visitor(lite.app, language="nl").sign_in("femke@example.org", "wrong password!")
    assert page.problems == ["Inloggen mislukt: het e-mailadres of het wachtwoord klopt niet."]


def test_every_sentence_of_an_error_is_in_the_catalogue() -> None:
    """Wherever it is raised: a person who reads Dutch never meets an English refusal."""
    known = {message.id for message in catalogues.stored("nl") if message.string}
    raised = [found for path in sorted((catalogues.ROOT / "incident").rglob("*.py")) for found in _raised(path)]
    assert len(raised) > 200
    assert [place for place, sentence in raised if sentence not in known] == []


@pytest.mark.parametrize("constant", ['SAID = "This was refused."', 'SAID: Final = "This was refused."'])
def test_a_sentence_that_a_constant_holds_is_collected(constant: str) -> None:
    """With a type beside it or without: an error that names the constant says it."""
    assert [words for _line, words in catalogues._sentences(ast.parse(constant))] == ["This was refused."]


def test_every_marked_sentence_is_in_the_catalogue() -> None:
    """Also one inside a formatted string, which the collector cannot see."""
    known = {part for message in catalogues.stored("nl") for part in _parts(message.id)}
    marked = [found for path in sorted((catalogues.ROOT / "incident" / "web").rglob("*.py")) for found in _marked(path)]
    assert len(marked) > 500
    assert [place for place, sentence in marked if sentence not in known] == []


def _parts(key: str | tuple[str, ...]) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else tuple(key)


def _marked(path: Path) -> list[tuple[str, str]]:
    """The sentence of each call that marks one."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    marks = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in MARKS and call.args)
    return [
        (f"{path}:{call.lineno}", one.value)
        for call in marks
        if isinstance(one := call.args[0], ast.Constant) and isinstance(one.value, str)
    ]


def _raised(path: Path) -> list[tuple[str, str]]:
    """Each text that stands first in an expected error, also where one of two is chosen."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    errors = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in EXPECTED and call.args)
    texts = (node for call in errors for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant))
    return [
        (f"{path}:{node.lineno}", node.value) for node in texts if isinstance(node.value, str) and " " in node.value
    ]


def test_a_language_that_was_just_chosen_is_spoken_at_once(lite: Team) -> None:
    """Also where the page asked for its language before the choice."""
    with lite.app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert language_code() == "en"
        session[CHOICE] = "nl"
        choose_anew()
        assert language_code() == "nl"


def test_who_mistypes_the_password_reads_plain_words(lite: Team) -> None:
    """The library's own English speaks of authentication, identity and passcodes."""
    visitor = Visitor(lite.app)
    visitor.get("/login")
    refused = visitor.submit("/login", email=lite.account("Femke", Role.DPO), password="not this one")
    assert refused.problems == ["Signing in failed: the e-mail address or the password is not right."]
