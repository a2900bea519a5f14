"""Plain text, for e-mail readers without HTML and for copying: the same blocks, nothing but characters."""

import textwrap
from collections.abc import Iterable, Iterator

from incident.documents.blocks import (
    Answer,
    Block,
    Callout,
    Code,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Quote,
    Rule,
    Runs,
    Table,
    plain,
)
from incident.documents.model import NoticeDocument
from incident.documents.phrases import furniture, phrases

WIDTH = 78


def render_text(document: NoticeDocument) -> str:
    """``document`` as plain text, lines of at most 78 characters except where one word is longer."""
    say, colon = furniture(document.language), phrases(document.language)["words"]["colon"]
    parts = [
        *([document.letterhead.name, *document.letterhead.lines] if document.letterhead else []),
        *(["", *document.recipient] if document.recipient else []),
        *([""] if document.details else []),
        *(f"{name}{colon} {value}" for name, value in document.details),
        *(["", f"*** {say[document.mark]} ***"] if document.mark else []),
        "",
        *text_of(document.content(), colon),
        *_signature(document),
        *([f"{say['audit_head']}{colon} {document.audit_head}"] if document.audit_head else []),
    ]
    return "\n".join(parts).strip("\n") + "\n"


def _signature(document: NoticeDocument) -> list[str]:
    signature = document.signature
    if signature is None:
        return []
    return [signature.closing, "", *(line for line in (signature.name, signature.function) if line), ""]


def text_of(blocks: Iterable[Block], colon: str = ":") -> Iterator[str]:
    """The lines of ``blocks``, with an empty line after each; ``colon`` as the language writes it after a name."""
    for block in blocks:
        yield from _table(block, colon) if isinstance(block, Table) else _lines(block)
        yield ""


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(runs):
            return _wrapped(_flat(runs))
        case Heading(level, runs):
            return _heading(level, plain(runs))
        case Listing():
            return _listing(block)
        case Table():
            return _table(block, ":")
        case Answer():
            return _answer(block)
        case Callout(title, blocks, _):
            return iter([title.upper(), *_indented(text_of(blocks), "  ")])
        case Quote(blocks):
            return _indented(text_of(blocks), "> ")
        case Code(text):
            return iter(text.splitlines())
        case Figure(_, alternative):
            return _wrapped(alternative)
        case Rule():
            return iter(["-" * WIDTH])


def _flat(runs: Runs) -> str:
    """The words, and behind a link its address where the words do not show it."""
    return "".join(f"{run.text} ({run.link})" if run.link and run.text not in run.link else run.text for run in runs)


def _wrapped(text: str, indent: str = "", first: str | None = None) -> Iterator[str]:
    start = indent if first is None else first
    for line in text.split("\n"):
        yield from textwrap.wrap(
            line,
            WIDTH,
            initial_indent=start,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        start = indent


def _heading(level: int, text: str) -> Iterator[str]:
    yield text.upper() if level == 1 else text
    if level <= 2:
        yield ("=" if level == 1 else "-") * min(len(text), WIDTH)


def _listing(block: Listing) -> Iterator[str]:
    for number, item in enumerate(block.items, start=block.start):
        mark = f"{number}. " if block.ordered else "- "
        indent = " " * len(mark)
        lines = [line for part in item for line in _item_lines(part, indent) if line.strip()]
        yield from (mark + line[len(mark) :] if at == 0 else line for at, line in enumerate(lines))


def _item_lines(part: Block, indent: str) -> Iterator[str]:
    """A part of a list item, wrapped once, to the width that its indent leaves."""
    return _wrapped(_flat(part.runs), indent) if isinstance(part, Paragraph) else _indented(_lines(part), indent)


def _table(block: Table, colon: str) -> Iterator[str]:
    """Row by row as "column: value", which reads well at any width and aloud; a short row in one line."""
    names = [plain(cell) for cell in block.header]
    if len(names) == 2 or block.small:
        for row in block.rows:
            yield from _wrapped(f"{_before(plain(row[0]), colon)}{' — '.join(map(_flat, row[1:]))}", "  ", "")
        return
    for row in block.rows:
        for name, cell in zip(names, row, strict=False):
            yield from _wrapped(f"{name}{colon} {_flat(cell)}", "    ", "  ")
        yield ""


def _before(name: str, colon: str) -> str:
    """What goes before a value: a question has its mark already."""
    return f"{name}\n" if name.endswith("?") else f"{name}{colon} "


def _answer(block: Answer) -> Iterator[str]:
    yield from _wrapped(f"{block.number}  {block.question}".strip(), "  ", "")
    for option in block.options:
        yield from _wrapped(option.text, "      ", f"  [{'x' if option.chosen else ' '}] ")
    for line in block.text.split("\n"):
        yield from _wrapped(line, "  ")
    if block.origin:
        yield f"  ({block.origin})"


def _indented(lines: Iterable[str], mark: str) -> Iterator[str]:
    return (f"{mark}{line}".rstrip() for line in lines)
