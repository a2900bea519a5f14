"""Rows of the register for a spreadsheet, in which nothing a person typed can become a formula."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask_babel import lazy_gettext as _l

from incident.web.labels import RISKS, STATUSES, cause_word
from incident.web.viewer import zone

if TYPE_CHECKING:
    from incident.store.models import Incident

COLUMNS: Final = (
    _l("Reference"), _l("Summary"), _l("Status"), _l("Reported"), _l("Aware since"), _l("Deadline"), _l("Notified"),
    _l("Risk"), _l("Systems"), _l("People"), _l("Reported by"), _l("Cause"), _l("Lessons"), _l("Closed"),
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The text with a quote before whatever a spreadsheet would run."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA[:4]) else text


def cells(row: "Incident") -> list[str]:
    """One incident as cells; instants in the viewer's zone with its name."""
    return [
        row.reference,
        harmless(row.summary),
        str(STATUSES[row.status][0]),
        instant(row.reported_at),
        instant(row.aware_at),
        instant(row.due_at),
        instant(row.notified_at),
        str(RISKS[row.risk][0]) if row.risk else "",
        harmless(row.systems),
        "" if row.subjects is None else str(row.subjects),
        harmless(row.reporter_name),
        cause_word(row.cause),
        harmless(row.lessons),
        instant(row.closed_at),
    ]


def instant(at: datetime | None) -> str:
    """Date, time and zone as a spreadsheet sorts them."""
    if at is None:
        return ""
    local = at.astimezone(zone())
    return f"{local:%Y-%m-%d %H:%M %Z}"
