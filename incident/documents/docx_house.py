"""The organisation's own Word letter: our values in its fields, our text where it says ``{{ body }}``.

A Word template that people upload is code as soon as it is filled, so it is only ever filled in a sandbox, with texts
and lists of texts, and checked when it is uploaded: :func:`check_house_template`.
"""

import io
from copy import deepcopy
from typing import Final

from docx.document import Document as DocxDocument
from docx.oxml.text.paragraph import CT_P
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from incident.documents.blocks import Paragraph, words
from incident.documents.docx_blocks import add_blocks, clean
from incident.documents.docx_package import check_package
from incident.documents.model import Letterhead, NoticeDocument
from incident.documents.phrases import furniture
from incident.documents.wording import Wording
from incident.domain.kernel.errors import Invalid

BODY: Final = "body"
HOUSE_FIELDS: Final = frozenset({"title", "reference", "date", "language", "sender", "sender_lines", "recipient", BODY})
"""What a house template may use; ``recipient`` and ``sender_lines`` are lists, ``body`` stands alone in a line."""

_MARK: Final = "\ue000meldklok-body\ue000"


def check_house_template(template: bytes) -> frozenset[str]:
    """The fields ``template`` uses. Raises ``Invalid`` when it is no Word file, is broken, or has no ``body``."""
    check_package(template)
    used = _used(template)
    if unknown := sorted(used - HOUSE_FIELDS):
        raise Invalid(
            "The template has the unknown field %(name)s. It can have: %(known)s.",
            field="file",
            name=unknown[0],
            known=", ".join(sorted(HOUSE_FIELDS)),
        )
    made = _filled(template, _values(_SAMPLE))
    if _body_place(made) is None:
        raise Invalid("The template has no line with {{ body }} alone: the text would have no place.", field="file")
    return used


def fill_house_template(template: bytes, document: NoticeDocument) -> DocxDocument:
    """``template`` with the values of ``document``, and a mark where the text goes."""
    check_package(template)
    return _filled(template, _values(document))


def place_body(made: DocxDocument, document: NoticeDocument) -> None:
    """Put the text of ``document`` where the template wants it."""
    place = _body_place(made)
    if place is None:
        raise Invalid("The template has no line with {{ body }} alone: the text would have no place.", field="file")
    body = made.element.body
    before = len(body)
    ending = body.sectPr
    mark = (Paragraph(words(furniture(document.language)[document.mark], bold=True)),) if document.mark else ()
    add_blocks(made, (*mark, *document.content(), *mark))
    for element in [element for element in list(body)[before - (ending is not None) :] if element is not ending]:
        place.addprevious(element)
    place.getparent().remove(place)


def _body_place(made: DocxDocument) -> CT_P | None:
    return next((part._p for part in made.paragraphs if part.text.strip() == _MARK), None)


def _used(template: bytes) -> frozenset[str]:
    try:
        found = DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables(_environment())
    except Exception as error:  # A broken template fails in Jinja, in lxml, in the ZIP or in docxtpl itself.
        raise _unusable(error) from error
    return frozenset(found)


def _filled(template: bytes, values: dict[str, object]) -> DocxDocument:
    made = DocxTemplate(io.BytesIO(template))
    try:
        made.render(values, jinja_env=_environment(), autoescape=True)
    except Exception as error:  # See above: whatever goes wrong, the person hears that the template is the cause.
        raise _unusable(error) from error
    document: DocxDocument = made.docx
    return document


def _unusable(error: Exception) -> Invalid:
    problem = str(error) if isinstance(error, TemplateError) else type(error).__name__
    return Invalid("This Word template cannot be filled: %(problem)s.", field="file", problem=problem[:200])


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _values(document: NoticeDocument) -> dict[str, object]:
    head = document.letterhead
    values: dict[str, object] = {
        "title": clean(document.title),
        "reference": clean(document.reference),
        "date": Wording(document.language).day(document.written_on),
        "language": document.language,
        "sender": clean(head.name) if head else "",
        "sender_lines": [clean(line) for line in head.lines] if head else [],
        "recipient": [clean(line) for line in document.recipient],
        BODY: _MARK,
    }
    return deepcopy(values)


def _sample() -> NoticeDocument:
    from datetime import date

    head = Letterhead("Alumio B.V.", ("Laan Corpus den Hoorn 200",))
    return NoticeDocument("Title", "en", "DL-1", date(2026, 1, 1), "Text", letterhead=head, recipient=("Name",))


_SAMPLE: Final = _sample()
