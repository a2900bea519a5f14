"""Reads a page as strictly as no browser does: whatever a browser would have to put right is a failure."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder

from turbohtml import TokenType, parse, tokenize

TEXT, START, END = TokenType.TEXT, TokenType.START_TAG, TokenType.END_TAG
Part = tuple[TokenType, str, list[tuple[str, str]]]
VOID: Final = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
MISPLACED: Final = ", ".join(f"{part} > input" for part in ("table", "thead", "tbody", "tfoot", "tr"))


def read(html: str) -> Element:
    """The page as a tree; markup that is not valid HTML5 is a failure, and so is an element that nothing closes.

    The parser names what is wrong within a tag or a text. For a tag too many, too few or at a wrong place it makes a
    tree that reads otherwise than what stands there; but for a field in a table, which it leaves where it is.
    """
    document, lines = parse(html), html.splitlines()
    found = [(one.line, one.code, *lines[one.line - 1 : one.line]) for one in document.errors]
    assert not found, found
    assert html.lstrip()[:15].lower() == "<!doctype html>", html[:160]
    stands, built = list(_parts(html)), list(_parts(document.serialize()))
    assert _compared(stands) == _compared(built), _difference(stands, built)
    assert not document.select(MISPLACED), "a field stands in a table, but in no cell of it"
    assert "<?" not in html, "only XML has instructions"
    return _tree(built)


def _parts(html: str) -> Iterator[Part]:
    for token in tokenize(html):
        said = token.tag or token.name or token.data or ""
        yield token.type, said, token.attrs or []
        if token.type is START and (token.self_closing or said in VOID):
            yield END, said, []


def _compared(parts: list[Part]) -> list[tuple[TokenType, str]]:
    """Space at the edges of a text may go: it does before the head, behind the body and at the top of a text field."""
    return [(kind, said) for kind, text, _ in parts if (said := text.strip())]


def _difference(stands: list[Part], built: list[Part]) -> str:
    one, other = ([f"{kind.name} {said}" for kind, said in _compared(parts)] for parts in (stands, built))
    return "\n".join(unified_diff(one, other, "what stands there", "what a browser makes of it"))


def _tree(parts: list[Part]) -> Element:
    builder = TreeBuilder()
    for kind, said, attributes in parts:
        if kind is START:
            builder.start(said, dict(attributes))
        elif kind is END:
            builder.end(said)
        elif kind is TEXT:
            builder.data(said)
    return builder.close()


__all__ = ["read"]
