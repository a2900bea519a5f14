"""Reading a submitted form: what a person chose, as typed values. Wrong input is refused at its field."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.blocks import TIME_SUFFIX, values_of
from incident.domain.kernel.errors import Invalid
from incident.domain.typed import Count, existing, read_count, read_number
from incident.slack.shapes import Received


class Form:
    """The values of one submitted view."""

    def __init__(self, view: Received, zone: ZoneInfo) -> None:
        self._values = values_of(view)
        self._zone = zone

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        """What was typed; empty when nothing was."""
        return str(self._values.get(name, {}).get("value") or "")

    def texts(self) -> Iterator[tuple[str, str]]:
        """Everything that was typed, by the name of its field."""
        for name, state in self._values.items():
            if state.get("type") == "plain_text_input" and state.get("value"):
                yield name, str(state["value"])

    def files(self, name: str) -> list[str]:
        """The ids of the files that were handed over."""
        return [str(file["id"]) for file in self._values.get(name, {}).get("files") or ()]

    def one(self, name: str) -> str | None:
        """The chosen option."""
        chosen = self._values.get(name, {}).get("selected_option")
        return str(chosen["value"]) if chosen else None

    def some(self, name: str) -> tuple[str, ...]:
        """The chosen options."""
        return tuple(str(option["value"]) for option in self._values.get(name, {}).get("selected_options") or ())

    def count(self, name: str) -> Count | None:
        """A number of people or records, however it was typed (``1.200``, ``ca. 300``, ``10-20``)."""
        with at_field(name):
            return read_count(self.text(name))

    def number(self, name: str, *, least: bool = False) -> int | None:
        """One whole number; of a range the most, or the ``least``. None when left open."""
        found = self.count(name)
        return None if found is None else found.least if least else found.most

    def whole(self, name: str) -> int | None:
        """One whole number that is known, not from and to. None when left open."""
        with at_field(name):
            return read_number(self.text(name))

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
        with at_field(name + TIME_SUFFIX):
            return existing(datetime.combine(chosen, time.fromisoformat(str(clock)), self._zone))


@contextmanager
def at_field(name: str) -> Iterator[None]:
    """A refusal of what was typed belongs to this field of the form."""
    try:
        yield
    except Invalid as refusal:
        refusal.field = name
        raise
