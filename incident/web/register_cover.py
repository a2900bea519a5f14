"""What the workbook of the register says of itself, in the language of the page: what it is, and how to read it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from incident.documents.register_workbook import Cover
from incident.documents.wording import Wording
from incident.usecases.register.columns import Column
from incident.web.i18n import language_code
from incident.web.register_columns import part_of, title
from incident.web.viewer import zone


def selection(*, narrowed: bool, withheld: int) -> str:
    """Which breaches a file holds; the authority must be able to rely on it that none is left out unsaid."""
    told = str(
        _("Only the breaches that fit the filter of the page.") if narrowed else _("All breaches that you may see.")
    )
    if not withheld:
        return told
    more = ngettext(
        "One more breach of the register is restricted to others and not in this file.",
        "%(num)s more breaches of the register are restricted to others and not in this file.",
        withheld,
    )
    return f"{told} {more}"


def cover(organisation: str, columns: Sequence[Column], breaches: int, *, chosen: str, at: datetime) -> Cover:
    """The explanation of a workbook with these columns, made at ``at`` in the reader's zone.

    ``chosen`` says which breaches it holds, as :func:`selection` does.
    """
    say = Wording(language_code(), zone())
    parts = [part_of(column) for column in columns]
    rows = [
        (
            _("What this is"),
            _("The register of personal data breaches (GDPR art. 33(5)), as it stood on %(day)s.", day=say.moment(at)),
        ),
        (_("Organisation"), organisation),
        (_("Breaches"), say.number(breaches)),
        (_("Selection"), chosen),
        (
            _("Reading"),
            _(
                "Each row is one breach. An empty cell was not recorded or not asked. "
                "Several answers in one cell are set apart by a semicolon."
            ),
        ),
        (_("Time zone"), zone().key),
        (
            _("Texts"),
            _("Every text is as it was recorded. The file calculates nothing: it has no formulas, links or macros."),
        ),
        (
            _("Printing"),
            _(
                "The table prints on A4 on its side; headings and reference stand on every page. "
                "For fewer pages choose fewer columns in the register, or take the PDF: a block for each breach."
            ),
        ),
        *_columns(columns, parts),
    ]
    return Cover(organisation, say.day(at.date()), _("About this file"), rows, parts)


def _columns(columns: Sequence[Column], parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each part of the record with the columns that come from it, in the order of the table."""
    for part in dict.fromkeys(parts):
        found = (title(column) for one, column in zip(parts, columns, strict=True) if one == part)
        yield _("Columns: %(part)s", part=part), ", ".join(found)
