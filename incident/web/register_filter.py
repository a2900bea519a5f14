"""The register's filter, columns and sorting as they stand in an address; and the address they stand in."""

from datetime import UTC, datetime, time, timedelta
from enum import Enum
from typing import Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from incident.domain.kernel.events import Status
from incident.domain.typed import or_none, read_day
from incident.law.vocabulary import IncidentKind, RiskLevel
from incident.store.queries.register import RegisterFilter
from incident.usecases.register.columns import Column, chosen
from incident.web.viewer import viewer, zone

NAMES: Final = ("q", "status", "risk", "kind", "system", "notified", "whose", "from", "to")
LONGEST: Final = 200
E = TypeVar("E", bound=Enum)


def filter_of(args: MultiDict[str, str]) -> RegisterFilter:
    """What the address asks for; what cannot be read does not narrow."""
    wanted = args.getlist("status")
    return RegisterFilter(
        text=args.get("q", "").strip()[:LONGEST],
        statuses=_members(Status, wanted),
        still_open={"open": True, "ended": False}.get(wanted[0] if wanted else ""),
        risks=_members(RiskLevel, args.getlist("risk")),
        kind=args.get("kind", "") if args.get("kind") in set(IncidentKind) else "",
        system=args.get("system", "").strip()[:LONGEST],
        notified={"yes": True, "no": False}.get(args.get("notified", "")),
        whose=_whose(args.get("whose", "")),
        reported_from=_midnight(args.get("from", "")),
        reported_to=_midnight(args.get("to", ""), timedelta(days=1)),
    )


def _members(kind: type[E], texts: list[str]) -> tuple[E, ...]:
    known = {member.value: member for member in kind}
    return tuple(known[text] for text in texts if text in known)


def _whose(text: str) -> UUID | str | None:
    if text in ("", "nobody"):
        return text or None
    if text == "me":
        return viewer().id
    try:
        return UUID(text)
    except ValueError:
        return None


def _midnight(text: str, later: timedelta = timedelta(0)) -> datetime | None:
    day = or_none(read_day, text)
    if day is None or not 1970 < day.year < 9000:
        return None
    return datetime.combine(day + later, time(0), tzinfo=zone()).astimezone(UTC)


def columns_of(args: MultiDict[str, str]) -> tuple[Column, ...]:
    """The columns in the address, else the usual ones."""
    return chosen(args.getlist("col"))


def page_of(args: MultiDict[str, str]) -> int:
    """The page number in the address; anything else is the first."""
    text = args.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def kept(*without: str) -> dict[str, list[str]]:
    """The filter and the columns of this address, for the links on the page."""
    names, args = [name for name in (*NAMES, "col") if name not in without], request.args
    return {name: values for name in names if (values := [text for text in args.getlist(name) if text])}


def query_string() -> str:
    """The same as one text, for a saved view."""
    return urlencode(kept(), doseq=True)
