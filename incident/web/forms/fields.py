"""Fields for what a breach is described in: instants in the reader's zone, closed lists, counts that may be unknown."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms import Field, RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from incident.web.viewer import zone

_TIME = re.compile(r"^([01]?\d|2[0-3])[:.h]?([0-5]\d)$")
_DATES = (
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})$"),
    re.compile(r"^(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})$"),
)

Options = Iterable[tuple[str, str]]


def choices_of(options: Options) -> list[SelectChoice]:
    """Pairs of value and label as the form library wants them."""
    return [SelectChoice(value, label) for value, label in options]


class InstantField(Field):  # type: ignore[misc]
    """A date and a time of day in the viewer's zone; gives an aware UTC instant, or None when left empty.

    An hour that the clocks repeat in autumn is taken as the first of the two, because the earlier instant gives the
    earlier deadline; an hour that they skip in spring is refused.
    """

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.typed: tuple[str, str] | None = None

    @property
    def input_ids(self) -> tuple[str, str]:
        """The ids, and names, of its two inputs."""
        return f"{self.name}-date", f"{self.name}-time"

    @property
    def shown(self) -> tuple[str, str]:
        """What stands in the two inputs: what was typed, else the value."""
        if self.typed is not None:
            return self.typed
        if not isinstance(self.data, datetime):
            return "", ""
        local = self.data.astimezone(self.zone)
        return f"{local:%Y-%m-%d}", f"{local:%H:%M}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which it is typed."""
        return zone()

    def process(self, formdata: Any, data: Any = ..., extra_filters: Any = None) -> None:
        """Read both inputs; an unreadable pair becomes an error that says how to write it."""
        self.process_errors: list[str] = []
        self.errors = ()
        initial = self.default() if callable(self.default) else self.default
        self.data = initial if data is ... or not isinstance(data, datetime) else data
        if formdata is None or not any(name in formdata for name in self.input_ids):
            return
        day, moment = (str(formdata.get(name, "")).strip() for name in self.input_ids)
        self.typed = day, moment
        kept = self.data
        try:
            self.data = parse_instant(day, moment, self.zone)
        except ValueError as problem:
            self.data = None
            self.process_errors = [str(problem)]
        if kept is not None and self.data == kept.replace(second=0, microsecond=0):
            # What comes back as it was shown, in whole minutes, is no correction of its seconds.
            self.data = kept

    def populate_obj(self, obj: Any, name: str) -> None:
        """Set the value on an object."""
        setattr(obj, name, self.data)


def parse_instant(day: str, moment: str, local: ZoneInfo) -> datetime | None:
    """The instant that a typed date and time mean; None where both are empty, ValueError where they cannot be read."""
    if not day and not moment:
        return None
    on, at = parse_date(day), parse_time(moment)
    if on is None:
        raise ValueError(_("Enter a date, like 23-11-2026."))
    if at is None:
        raise ValueError(_("Enter a time, like 14:30."))
    try:
        instant = datetime.combine(on, at, tzinfo=local).astimezone(UTC)
    except (OverflowError, ValueError) as problem:
        raise ValueError(_("Enter a date, like 23-11-2026.")) from problem
    if instant.astimezone(local).replace(tzinfo=None) != datetime.combine(on, at):
        raise ValueError(_("This hour did not exist: the clocks were put forward. Enter another time."))
    return instant


def parse_date(text: str) -> date | None:
    """A date as a browser sends it or as a person writes it, or None."""
    for pattern in _DATES:
        if found := pattern.match(text.strip()):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


def parse_time(text: str) -> time | None:
    """A time of day such as 14:30, 14.30 or 1430, or None."""
    found = _TIME.match(text.strip().removesuffix(":00") if text.count(":") == 2 else text.strip())
    return time(int(found[1]), int(found[2])) if found else None


class DayField(StringField):  # type: ignore[misc]
    """A calendar day, or None when left empty."""

    def _value(self) -> str:
        if self.raw_data and self.raw_data[0]:
            return str(self.raw_data[0])
        return self.data.isoformat() if isinstance(self.data, date) else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day; what cannot be read becomes an error."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = parse_date(text)
        if text and self.data is None:
            raise ValueError(_("Enter a date, like 23-11-2026."))


class CountField(StringField):  # type: ignore[misc]
    """A whole number from 0, with or without thousands marks; None when left empty."""

    most = 10_000_000_000

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number; what cannot be read becomes an error."""
        text = re.sub(r"[\s.,'’_]", "", valuelist[0]) if valuelist else ""
        self.data = None
        if not text:
            return
        if not text.isascii() or not text.isdigit() or int(text[:12]) > self.most or len(text) > 12:
            raise ValueError(_("Enter a whole number, like 250."))
        self.data = int(text)


class ChoiceField(RadioField):  # type: ignore[misc]
    """One of a closed list as radio buttons; an empty choice gives the empty text."""

    def __init__(
        self, label: str = "", validators: Any = None, *, options: Options | None = None, **kwargs: Any
    ) -> None:
        chosen = choices_of(options) if options is not None else None
        super().__init__(label, validators, choices=chosen, validate_choice=False, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that is not in the list; leaving it open is for other validators to judge."""
        if self.data and self.data not in {choice.value for choice in self.choices or ()}:
            raise ValidationError(_("Choose one of the answers."))


class CheckboxesField(SelectMultipleField):  # type: ignore[misc]
    """Any number of a closed list as checkboxes."""

    def __init__(
        self, label: str = "", validators: Any = None, *, options: Options | None = None, **kwargs: Any
    ) -> None:
        chosen = choices_of(options) if options is not None else None
        super().__init__(label, validators, choices=chosen, validate_choice=False, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse values that are not in the list."""
        if set(self.data or ()) - {choice.value for choice in self.choices or ()}:
            raise ValidationError(_("Choose from the answers in the list."))


Filter = Callable[[Any], Any]
