"""Reading a submitted form: what a person chose, as typed values. Wrong input is refused at its field."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks import TIME_SUFFIX, values_of
from incident.domain.kernel.errors import Invalid


class Form:
    """The values of one submitted view."""

    def __init__(self, view: Mapping[str, Any], zone: ZoneInfo) -> None:
        self._values = values_of(view)
        self._zone = zone

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        """What was typed; empty when nothing was."""
        return str(self._values.get(name, {}).get("value") or "")

    def one(self, name: str) -> str | None:
        """The chosen option."""
        chosen = self._values.get(name, {}).get("selected_option")
        return str(chosen["value"]) if chosen else None

    def some(self, name: str) -> tuple[str, ...]:
        """The chosen options."""
        return tuple(str(option["value"]) for option in self._values.get(name, {}).get("selected_options") or ())

    def user(self, name: str) -> str | None:
        """The chosen Slack user."""
        return self._values.get(name, {}).get("selected_user")

    def number(self, name: str) -> int | None:
        """A whole number, however it was typed (``1.200``, ``1 200``); None when left open."""
        typed = self.text(name).strip()
        if not typed:
            return None
        digits = typed.replace(".", "").replace(",", "").replace(" ", "").replace("\u00a0", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
            raise Invalid("Enter a whole number, like 1200, or leave it open.", field=name)
        return int(digits)

    def day(self, name: str) -> date | None:
        """A date."""
        chosen = self._values.get(name, {}).get("selected_date")
        return date.fromisoformat(str(chosen)) if chosen else None

    def moment(self, name: str) -> datetime | None:
        """The instant of a date and a time in the person's zone; None when both are open.

        A date without a time is refused at the time and the other way round: half an instant would be a guess. An hour
        that the clocks skip is refused; of an hour they repeat, the earlier one is taken, because it is the stricter.
        """
        chosen, clock = self.day(name), self._values.get(name + TIME_SUFFIX, {}).get("selected_time")
        if chosen is None and not clock:
            return None
        if chosen is None:
            raise Invalid("Choose the date as well.", field=name)
        if not clock:
            raise Invalid("Choose the time as well; an estimate will do.", field=name + TIME_SUFFIX)
        local = datetime.combine(chosen, time.fromisoformat(str(clock)), self._zone)
        return self._existing(local, name + TIME_SUFFIX)

    def _existing(self, local: datetime, field: str) -> datetime:
        moment = local.astimezone(UTC)
        back = moment.astimezone(self._zone)
        if abs(back.replace(tzinfo=None) - local.replace(tzinfo=None)) > timedelta(0):
            raise Invalid("The clocks skipped this hour. Choose another time.", field=field)
        return moment
