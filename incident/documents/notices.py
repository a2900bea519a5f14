"""Behind the ports of the use cases: write a notice from a template, and turn a version into a file."""

from collections.abc import Callable
from functools import partial
from typing import Final

from incident.documents.model import NoticeDocument
from incident.documents.pdf import render_pdf
from incident.domain.kernel.errors import Invalid
from incident.usecases.notices.authority_form import form_from
from incident.usecases.notices.ports import NoticeRequest, PrintableNotice, WrittenNotice


class TemplateWriter:
    """Writes notices from the templates that ship with the product or that the organisation made."""

    def write(self, request: NoticeRequest) -> WrittenNotice:
        """The draft in the language asked for; raises Invalid when there is no such template."""
        from incident.documents.writing import write_notice

        return write_notice(request)


class DocumentRenderer:
    """Turns one version into PDF, DOCX, HTML or plain text; the same version always gives the same bytes."""

    name: Final = "meldklok-documents/1"

    def render(self, notice: PrintableNotice, format: str) -> bytes:
        """The bytes. Raises Invalid for a format that there is not."""
        from incident.documents.docx import render_docx
        from incident.documents.html import render_html
        from incident.documents.printing import document_of
        from incident.documents.text import render_text

        letter = None if notice.form else notice.house.letter
        renderers: dict[str, Callable[[NoticeDocument], bytes | str]] = {
            "pdf": render_pdf,
            "docx": partial(render_docx, house_template=letter),
            "html": render_html,
            "txt": render_text,
        }
        if format not in renderers:
            raise Invalid("There is no such format. Choose PDF, DOCX, HTML or text.", field="format")
        previous = form_from(notice.previous) if notice.previous else None
        made = renderers[format](document_of(notice, logo=notice.house.logo, previous=previous))
        return made.encode() if isinstance(made, str) else made
