"""Markdown, the canonical form of every notice, read into blocks; and text made safe to be put into Markdown.

CommonMark with tables (the ``js-default`` rules of markdown-it): no raw HTML; links only to web, mail and telephone.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from incident.documents.blocks import Block, Code, Heading, Listing, Paragraph, Quote, Rule, Run, Runs, Table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_MAX_NESTING = 20


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("js-default", {"html": False, "linkify": False, "maxNesting": _MAX_NESTING})


def parse(text: str) -> tuple[Block, ...]:
    """``text`` (Markdown) as blocks. Raw HTML in it stays visible as text; unsafe links lose their address."""
    if not text.strip():
        return ()
    from markdown_it.tree import SyntaxTreeNode

    return _blocks(SyntaxTreeNode(_parser().parse(text)).children)


def _blocks(nodes: "Sequence[SyntaxTreeNode]") -> tuple[Block, ...]:
    return tuple(block for node in nodes for block in _block(node))


def _block(node: "SyntaxTreeNode") -> Iterator[Block]:
    match node.type:
        case "heading":
            yield Heading(int(node.tag[1:]), _inline(node))
        case "paragraph":
            yield Paragraph(_inline(node))
        case "bullet_list" | "ordered_list":
            yield _listing(node)
        case "blockquote":
            yield Quote(_blocks(node.children))
        case "table":
            yield _table(node)
        case "fence" | "code_block":
            yield Code(node.content.rstrip("\n"))
        case "hr":
            yield Rule()
        case _:
            yield from _unknown(node)


def _unknown(node: "SyntaxTreeNode") -> Iterator[Block]:
    """A node type that no rule of ours makes is kept as its plain text, never dropped silently."""
    if node.children:
        yield from _blocks(node.children)
    elif node.content.strip():
        yield Paragraph((Run(node.content),))


def _listing(node: "SyntaxTreeNode") -> Listing:
    ordered = node.type == "ordered_list"
    start = int(node.attrs.get("start", 1)) if ordered else 1
    return Listing(tuple(_blocks(item.children) for item in node.children), ordered, start)


def _table(node: "SyntaxTreeNode") -> Table:
    rows = [tuple(_inline(cell) for cell in row.children) for part in node.children for row in part.children]
    return Table(rows[0], tuple(rows[1:]))


def _inline(node: "SyntaxTreeNode") -> Runs:
    children = node.children[0].children if node.children else []
    return tuple(_merged(run for child in children for run in _runs(child, Run(""))))


def _merged(runs: Iterator[Run]) -> Iterator[Run]:
    """Neighbours of the same look become one run; a break stays alone."""
    last: Run | None = None
    for run in runs:
        if last is not None and "\n" not in (last.text, run.text) and _look(last) == _look(run):
            last = _like(last, last.text + run.text)
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _look(run: Run) -> tuple[bool, bool, bool, str]:
    return run.bold, run.italic, run.code, run.link


def _like(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.italic, run.code, run.link)


def _runs(node: "SyntaxTreeNode", look: Run) -> Iterator[Run]:
    match node.type:
        case "text" | "html_inline" | "text_special":
            yield _like(look, node.content)
        case "softbreak":
            yield _like(look, " ")
        case "hardbreak":
            yield _like(look, "\n")
        case "code_inline":
            yield Run(node.content, look.bold, look.italic, True, look.link)
        case "image":
            yield _like(look, node.content)
        case _:
            changed = _changed(node, look)
            for child in node.children:
                yield from _runs(child, changed)


def _changed(node: "SyntaxTreeNode", look: Run) -> Run:
    match node.type:
        case "strong":
            return Run("", True, look.italic, look.code, look.link)
        case "em":
            return Run("", look.bold, True, look.code, look.link)
        case "link":
            return Run("", look.bold, look.italic, look.code, safe_link(str(node.attrs.get("href", ""))))
    return look


def safe_link(address: str) -> str:
    """``address`` when it leads to the web, a mailbox or a telephone; otherwise an empty text."""
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return ""
    return address if scheme in SAFE_SCHEMES else ""


_INLINE = re.compile(r"[\\`*\[\]<>|~]|\((?=\()|(?<=\()\(|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\s*)(#|[-+](?=\s|$|[-=])|=|\d{1,9}(?=[.)](\s|$)))")


def escape(text: str) -> str:
    """``text`` so that Markdown shows it letter by letter, on one line; no more is escaped than must be."""
    flat = " ".join(text.split())
    return _escape_start(_INLINE.sub(lambda match: "\\" + match[0], flat))


def _escape_start(line: str) -> str:
    found = _LINE_START.match(line)
    if not found:
        return line
    at = found.end() if found[2].isdigit() else found.start(2)
    return line[:at] + "\\" + line[at:]


_BULLET = re.compile(r"^\s*[-*•]\s+(.*)$")


def prose(text: str) -> str:
    """Free text that a person typed, as Markdown: each line a paragraph, lines with a dash a list; no other markup."""
    result, in_list = "", False
    for line in filter(str.strip, text.replace("\r", "\n").split("\n")):
        bullet = _BULLET.match(line)
        entry = f"- {escape(bullet[1])}" if bullet else escape(line)
        result += ("\n" if in_list and bullet else "\n\n") + entry
        in_list = bullet is not None
    return result.lstrip("\n")
