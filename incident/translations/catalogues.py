"""The translators' tool: collect every sentence, bring each catalogue up to date, compile it, and check it.

Run ``python -m incident.translations.catalogues update`` after a change of words; fill in what it names; run it again.
``check`` fails when a sentence has no translation or the compiled file is older than the text.
"""

import ast
import io
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from incident.translations.say import SOURCE

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
DOMAIN: Final = "messages"
SIGN_IN: Final = "flask_security"
"""What the library for signing in says: its languages are incomplete or filed under other names, its English hard."""
LANGUAGES: Final = tuple(sorted(file.parts[-3] for file in HERE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))
"""The languages besides the English of the source: whoever has a catalogue."""
MAILS: Final = ROOT / "templates" / "email" / "messages.toml"
KEYWORDS: Final = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext", "N_")),
    "P_": ((1, "c"), 2),
    "ngettext": (1, 2),
    "counted": (2, 3),
}
REFUSALS: Final = (
    "incident/domain",
    "incident/usecases",
    "incident/store",
    "incident/doctor",
    "bot/doctor.py",
)
RAISED_IN: Final = ("incident/documents", "incident/web", "incident/delivery", "incident/demo", "incident/platform")
"""Where only what an expected error says is collected: the other sentences there are for documents or for logs."""
ERRORS: Final = frozenset({"Invalid", "NotFound", "NotAllowed", "IllegalMove", "Conflict", "TooMany", "DomainError"})
SHORTEST_SENTENCE: Final = 12
UNDATED: Final = datetime(2026, 1, 1, tzinfo=UTC)


Found = tuple[str, int, str | tuple[str, ...], str | None]
"""A sentence with the file and the line where it stands, and the context in which it has words of its own."""


def page_words() -> Iterator[Found]:
    """What pages and the messages in Slack say: marked strings in code and templates."""
    for layer in ("domain", "slack", "web"):
        for path in sorted((ROOT / "incident" / layer).rglob("*.py")):
            yield from _extracted("python", path, {})
    for folder in ("web", "macros"):
        for path in sorted((ROOT / "templates" / folder).rglob("*.html")):
            yield from _extracted("jinja2", path, {"silent": "false", "trimmed": "true"})


def _extracted(method: str, path: Path, options: dict[str, str]) -> Iterator[Found]:
    where = str(path.relative_to(ROOT))
    for line, words, _comments, context in extract_from_file(method, str(path), KEYWORDS, options=options):
        yield where, line, words, context


def mail_words() -> Iterator[Found]:
    """What mails and the other messages say: every text of their file, in a context of its own."""
    yield from ((str(MAILS.relative_to(ROOT)), 1, text, "mail") for text in _texts(tomllib.loads(MAILS.read_text())))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def refusal_words() -> Iterator[Found]:
    """What expected errors say: the sentences that reach ``DomainError`` in the layers without gettext.

    Those layers hold plain English sentences, as arguments of an error or of a check, or as constants, so every text
    that reads as a sentence in a call or an assignment there is collected.
    """
    for folder in REFUSALS:
        for path in sorted((ROOT / folder).rglob("*.py")) or [ROOT / folder]:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for line, words in sorted(set(_sentences(tree))):
                yield str(path.relative_to(ROOT)), line, words, None


def raised_words() -> Iterator[Found]:
    """What expected errors say in the skins: raised without gettext, and translated when they are shown."""
    for folder in RAISED_IN:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for line, words in sorted(set(_raised(ast.parse(path.read_text(encoding="utf-8"))))):
                yield str(path.relative_to(ROOT)), line, words, None


def _raised(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The first argument of each error: a sentence, or one of two."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS and node.args:
            for value in ast.walk(node.args[0]):
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and " " in value.value:
                    yield value.lineno, value.value


def _sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") not in KEYWORDS:
            candidates: list[ast.expr] = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            candidates = list(ast.walk(node.value))  # type: ignore[arg-type]
        else:
            continue
        for value in candidates:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and _is_sentence(value.value):
                yield value.lineno, value.value


def _is_sentence(text: str) -> bool:
    ends = text.endswith((".", "?")) and " " in text and "\n" not in text
    return (ends and len(text) >= SHORTEST_SENTENCE and text[0].isupper()) or (text.startswith("%(") and ends)


def collected() -> Catalog:
    """Every sentence, with where it stands."""
    catalogue = Catalog(domain=DOMAIN, project="Meldklok", charset="utf-8", fuzzy=False)
    for where, line, words, context in (*page_words(), *mail_words(), *refusal_words(), *raised_words()):
        catalogue.add(words, locations=[(where, line)], context=context)
    return catalogue


def file_of(language: str, domain: str = DOMAIN) -> Path:
    """Where the text of a language stands; the compiled one lies beside it."""
    return HERE / language / "LC_MESSAGES" / f"{domain}.po"


def stored(language: str, domain: str = DOMAIN) -> Catalog:
    """The catalogue of a language as it stands in the file; an empty one for a new language."""
    if not file_of(language, domain).exists():
        return _empty(language)
    with file_of(language, domain).open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def merged(language: str, newest: Catalog) -> Catalog:
    """The stored translations on the newest sentences; what is no longer said is dropped."""
    before, after = stored(language), _empty(language)
    for message in newest:
        if not message.id:
            continue
        known = before.get(message.id, message.context)
        words = known.string if known else None
        after.add(message.id, words, locations=message.locations, flags=message.flags, context=message.context)
    return after


def _empty(language: str) -> Catalog:
    return Catalog(locale=language, domain=DOMAIN, project="Meldklok", charset="utf-8", fuzzy=False)


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences without a translation."""
    return [str(message.id) for message in catalogue if message.id and not _filled(message.string)]


def _filled(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def texts(catalogue: Catalog) -> tuple[bytes, bytes]:
    """The text file and the compiled file of a catalogue, without times, so that they only differ where words do."""
    po, mo = io.BytesIO(), io.BytesIO()
    catalogue.creation_date = catalogue.revision_date = UNDATED
    write_po(po, catalogue, sort_output=True, omit_header=False, include_lineno=False, width=120)
    write_mo(mo, catalogue)
    return po.getvalue(), mo.getvalue()


def main(arguments: list[str]) -> int:
    """``update`` writes both files of each language and names what lacks words; ``check`` only compares."""
    missing: list[str] = []
    newest = collected()
    catalogues = [(language, DOMAIN, merged(language, newest)) for language in LANGUAGES]
    catalogues += [(language, SIGN_IN, stored(language, SIGN_IN)) for language in (*LANGUAGES, SOURCE)]
    for language, domain, catalogue in catalogues:
        po, mo = texts(catalogue)
        missing += [f"{language}: {sentence}" for sentence in untranslated(catalogue)]
        file = file_of(language, domain)
        if arguments == ["update"]:
            file.write_bytes(po)
            file.with_suffix(".mo").write_bytes(mo)
        elif not file.with_suffix(".mo").exists() or file.with_suffix(".mo").read_bytes() != mo:
            missing.append(f"{language}: (the compiled {domain} is out of date)")
    sys.stdout.write("".join(f"{sentence}\n" for sentence in missing))
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
