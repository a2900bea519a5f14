"""HTML: an accessible page or e-mail, from the same blocks; every text is escaped, and all is cleaned once more.

A page carries one small style sheet and no script. An e-mail carries its styles in the elements, because mail readers
drop style sheets. Nothing is ever loaded from elsewhere.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

import nh3

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
    Run,
    Runs,
    Table,
)
from incident.documents.markdown import SAFE_SCHEMES
from incident.documents.model import NoticeDocument
from incident.documents.phrases import furniture, phrases

_TAGS: Final = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "blockquote",
    "pre",
    "code",
    "hr",
    "br",
    "strong",
    "em",
    "a",
    "div",
    "span",
    "header",
    "footer",
    "dl",
    "dt",
    "dd",
}
_CLASSES: Final = {"answer", "callout", "note", "warning", "plain", "origin", "number", "draft", "details", "meta"}
_STYLE: Final = (
    "body{font:16px/1.55 'Source Sans 3',system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1b1b;background:#fff}h1,h2,h3{color:#0b5c6b;line-height:1.25}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #d0d7d9}"
    "th{background:#eef4f5}.meta{color:#555;font-size:.9em}.callout{border-left:4px solid #0b5c6b;background:#eef4f5;"
    "padding:.5rem 1rem;margin:1rem 0}.warning,.draft{border-left:4px solid #8a4b00;background:#fdf3e3;"
    "padding:.5rem 1rem}"
    ".answer{margin:.8rem 0}.number{color:#0b5c6b;font-weight:600}.origin{color:#555;font-size:.85em}"
)
_MAIL_STYLES: Final = {
    "<h1>": '<h1 style="color:#0b5c6b;font-size:22px;line-height:1.25;margin:0 0 16px">',
    "<h2>": '<h2 style="color:#0b5c6b;font-size:18px;line-height:1.3;margin:24px 0 8px">',
    "<p>": '<p style="margin:0 0 12px">',
    "<ul>": '<ul style="margin:0 0 12px;padding-left:22px">',
    "<li>": '<li style="margin:0 0 6px">',
    "<table>": '<table style="border-collapse:collapse;width:100%;margin:0 0 12px">',
    '<th scope="col">': '<th scope="col" style="padding:5px 8px;border-bottom:1px solid #d0d7d9;text-align:left">',
    "<td>": '<td style="padding:5px 8px;border-bottom:1px solid #d0d7d9;vertical-align:top">',
}


def render_html(document: NoticeDocument) -> str:
    """``document`` as a whole accessible page: language, title, headings, tables with header cells."""
    body = "".join((_head(document), body_html(document.content()), _foot(document)))
    return (
        f'<!doctype html>\n<html lang="{escape(document.language)}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><main>{_clean(body)}</main></body>\n</html>\n"
    )


def render_email_html(document: NoticeDocument) -> str:
    """``document`` as the HTML part of an e-mail: one column, styles in the elements, nothing to load."""
    body = _clean(_mail_head(document) + body_html(document.content()))
    for tag, styled in _MAIL_STYLES.items():
        body = body.replace(tag, styled)
    return (
        f'<!doctype html>\n<html lang="{escape(document.language)}">\n<head><meta charset="utf-8">'
        f"<title>{escape(document.title)}</title></head>\n"
        '<body style="margin:0;padding:16px;font:16px/1.5 Calibri,Arial,sans-serif;color:#1b1b1b;background:#ffffff">'
        f'<div role="article" lang="{escape(document.language)}" style="max-width:640px;margin:0 auto">{body}</div>'
        "</body>\n</html>\n"
    )


def _mail_head(document: NoticeDocument) -> str:
    """Who writes, under which reference and when: what a reader looks for first."""
    colon = phrases(document.language)["words"]["colon"]
    name = f"<strong>{escape(document.letterhead.name)}</strong>" if document.letterhead else ""
    details = " · ".join(escape(f"{what}{colon} {value}") for what, value in document.details)
    told = "<br>".join(filter(None, (name, details)))
    return f"<p>{told}</p><hr>" if told else ""


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "th": {"scope"}, "ol": {"start"}},
        allowed_classes={tag: _CLASSES for tag in ("div", "span", "p", "dl", "header", "footer")},
        link_rel="noopener noreferrer",
        url_schemes=set(SAFE_SCHEMES),
    )


def _head(document: NoticeDocument) -> str:
    say = furniture(document.language)
    lines = [document.letterhead.name, *document.letterhead.lines] if document.letterhead else []
    sender = f'<p class="meta">{"<br>".join(map(escape, lines))}</p>' if lines else ""
    to = f"<p>{'<br>'.join(map(escape, document.recipient))}</p>" if document.recipient else ""
    pairs = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in document.details)
    details = f'<dl class="details">{pairs}</dl>' if pairs else ""
    draft = f'<p class="draft">{escape(say[document.mark])}</p>' if document.mark else ""
    return f"<header>{sender}{to}{details}{draft}</header>" if sender or to or details or draft else ""


def _foot(document: NoticeDocument) -> str:
    say, signature = furniture(document.language), document.signature
    names = (signature.closing, signature.name, signature.function) if signature else ()
    signed = f"<p>{'<br>'.join(escape(line) for line in names if line)}</p>" if names else ""
    audit = (
        f"{say['audit_head']}{phrases(document.language)['words']['colon']} {document.audit_head}"
        if document.audit_head
        else ""
    )
    small = [escape(part) for part in (document.footer, document.reference, audit) if part]
    return f'{signed}<footer><p class="meta">{" · ".join(small)}</p></footer>' if small else signed


def body_html(blocks: Iterable[Block]) -> str:
    """The elements of ``blocks``; texts are escaped."""
    return "\n".join(_element(block) for block in blocks)


def _element(block: Block) -> str:
    match block:
        case Paragraph(runs):
            return f"<p>{_inline(runs)}</p>"
        case Heading(level, runs):
            return f"<h{min(level, 6)}>{_inline(runs)}</h{min(level, 6)}>"
        case Listing(items, ordered, start):
            inner = "".join(f"<li>{_item(item)}</li>" for item in items)
            return f'<ol start="{start}">{inner}</ol>' if ordered else f"<ul>{inner}</ul>"
        case Table():
            return _table(block)
        case Answer():
            return _answer(block)
        case Quote(blocks):
            return f"<blockquote>{body_html(blocks)}</blockquote>"
        case Code(text):
            return f"<pre><code>{escape(text)}</code></pre>"
        case Callout(title, blocks, tone):
            return f'<div class="callout {tone}"><p><strong>{escape(title)}</strong></p>{body_html(blocks)}</div>'
        case Figure(_, alternative):
            return f"<p>{escape(alternative)}</p>"
        case Rule():
            return "<hr>"


def _item(blocks: tuple[Block, ...]) -> str:
    """A list item of one paragraph stands without a paragraph of its own."""
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return _inline(blocks[0].runs)
    return body_html(blocks)


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in table.header)
    rows = "".join(f"<tr>{_cells(row, table.row_headers)}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(row: tuple[Runs, ...], named: bool) -> str:
    first = f'<th scope="row">{_inline(row[0])}</th>' if named and row else ""
    return first + "".join(f"<td>{_inline(cell)}</td>" for cell in (row[1:] if named else row))


def _answer(answer: Answer) -> str:
    mark = {True: "☒", False: "☐"}
    options = "".join(f"<li>{mark[option.chosen]} {escape(option.text)}</li>" for option in answer.options)
    listed = f"<ul>{options}</ul>" if options else ""
    text = "".join(
        f"<p{_speaks(language)}>{_look(answer, escape(part).replace(chr(10), '<br>'))}</p>"
        for part, language in answer.paragraphs
    )
    origin = f'<p class="origin">{escape(answer.origin)}</p>' if answer.origin else ""
    number = f'<span class="number">{escape(answer.number)}</span> '
    return (
        f'<div class="answer {answer.tone}"><p>{number}<strong>{escape(answer.question)}</strong></p>'
        f"{listed}{text}{origin}</div>"
    )


def _look(answer: Answer, told: str) -> str:
    return f"<em>{told}</em>" if answer.empty else told


def _speaks(language: str) -> str:
    return f' lang="{language}"' if language else ""


def _inline(runs: Runs) -> str:
    return "".join(map(_span, runs))


def _span(run: Run) -> str:
    if run.text == "\n":
        return "<br>"
    html = escape(run.text)
    for wanted, tag in ((run.code, "code"), (run.italic, "em"), (run.bold, "strong")):
        html = f"<{tag}>{html}</{tag}>" if wanted else html
    return f'<a href="{escape(run.link)}">{html}</a>' if run.link else html
