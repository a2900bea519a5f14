"""One person's copy of a notice: the approved text with that person's placeholders filled in."""

from collections.abc import Iterable
from dataclasses import replace

from incident.documents.drafting import for_recipient, on_envelope
from incident.documents.html import render_email_html
from incident.documents.model import NoticeDocument
from incident.documents.pdf import render_letters
from incident.documents.printing import document_of
from incident.documents.text import render_text
from incident.documents.typesetter import typeset_apart
from incident.domain.recipients import Addressed
from incident.usecases.notices.ports import PrintableNotice


def personal_document(notice: PrintableNotice, person: Addressed) -> NoticeDocument:
    """The notice as this person gets it."""
    body = for_recipient(notice.body, notice.language, name=person.name, reference=person.reference)
    address = (
        on_envelope(person.name, notice.language),
        person.street,
        f"{person.postcode}{' ' if person.country else '  '}{person.city}".strip(),
        person.country,
    )
    document = document_of(replace(notice, body=body), logo=notice.house.logo)
    return replace(document, recipient=tuple(line for line in address if line))


def personal_texts(notice: PrintableNotice, person: Addressed) -> tuple[str, str]:
    """The plain text and the HTML of the e-mail to this person."""
    document = personal_document(notice, person)
    return render_text(document), render_email_html(document)


def print_file(notices: Iterable[tuple[PrintableNotice, Addressed]]) -> bytes:
    """All letters as one file to print, tagged like a single one, each beginning on the front side of a sheet.

    Made by a child process. Raises CannotTypeset when that fails.
    """
    return render_letters([personal_document(notice, person) for notice, person in notices], typeset_apart)
