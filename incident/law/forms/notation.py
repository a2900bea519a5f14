"""GDPR art. 33(3): how the forms write dates, times and numbers: Dutch notation, in the authority's time zone."""

from datetime import UTC, date, datetime

from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import Unknown


def day(instant: datetime | date) -> str:
    """``dd-mm-yyyy``; an instant gives the day in the authority's zone."""
    return _local(instant).strftime("%d-%m-%Y") if isinstance(instant, datetime) else instant.strftime("%d-%m-%Y")


def time_of_day(instant: datetime) -> str:
    """``HH:MM`` in the authority's zone; within the repeated hour of October the offset is added."""
    local = _local(instant)
    offset = f" (UTC{local:%z})" if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset() else ""
    return f"{local:%H:%M}{offset}"


def moment(instant: datetime) -> str:
    """``dd-mm-yyyy HH:MM`` in the authority's zone."""
    return f"{day(instant)} {time_of_day(instant)}"


def utc_iso(instant: datetime) -> str:
    """``yyyy-mm-ddThh:mm:ssZ``, the interchange form of an instant."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def same_day(first: datetime, second: datetime) -> bool:
    """Whether two instants fall on one day of the authority's calendar."""
    return _local(first).date() == _local(second).date()


def local_day(instant: datetime) -> date:
    """The day of an instant in the authority's zone."""
    return _local(instant).date()


def number(value: int) -> str:
    """``12.500``: thousands parted by points, for running text."""
    return f"{value:,}".replace(",", ".")


def count(value: int | Unknown) -> int | None:
    """A recorded number of people or records, or None; a negative one cannot be a count and is no answer."""
    return value if isinstance(value, int) and value >= 0 else None


def lines(*texts: str) -> str:
    """The texts that are not empty, one a line."""
    return "\n".join(text.strip() for text in texts if text.strip())


def _local(instant: datetime) -> datetime:
    return instant.astimezone(AUTHORITY_ZONE)
