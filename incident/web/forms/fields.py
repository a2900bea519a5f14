"""Fields for what a breach is described in: instants in the reader's zone, closed lists, counts that may be unknown."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from incident.domain.kernel.errors import Invalid
from incident.domain.typed import Count, read_count, read_day, read_instant, read_number
from incident.web.forms.base import translated
from incident.web.forms.validators import Validator
from incident.web.viewer import zone

FormData = MultiDict[str, str]
"""What a browser sent: names of inputs with their values."""

Options = Iterable[tuple[str, str]]


def choices_of(options: Options) -> list[SelectChoice]:
    """Pairs of value and label as the form library wants them."""
    return [SelectChoice(value, label) for value, label in options]


class InstantField(Field):  # type: ignore[misc]
    """A date and a time of day in the viewer's zone; gives an aware UTC instant, or None when left empty.

    An hour that the clocks repeat in autumn is taken as the first of the two, because the earlier instant gives the
    earlier deadline; an hour that they skip in spring is refused.
    """

    def __init__(self, label: str = "", validators: Sequence[Validator] | None = None, **kwargs: object) -> None:
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

    def process(self, formdata: FormData | None, data: object = ..., extra_filters: object = None) -> None:
        """Read both inputs; an unreadable pair becomes an error that says how to write it."""
        self.process_errors: list[str] = []
        self.errors = ()
        initial = self.default() if callable(self.default) else self.default
        self.data = self.object_data = initial if data is ... or not isinstance(data, datetime) else data
        if formdata is None or not any(name in formdata for name in self.input_ids):
            return
        day, moment = (str(formdata.get(name, "")).strip() for name in self.input_ids)
        self.typed = day, moment
        kept = self.data
        try:
            self.data = read_instant(day, moment, self.zone)
        except Invalid as problem:
            self.data = None
            self.process_errors = [translated(problem)]
        if kept is not None and self.data == kept.replace(second=0, microsecond=0):
            # What comes back as it was shown, in whole minutes, is no correction of its seconds.
            self.data = kept

    def populate_obj(self, obj: object, name: str) -> None:
        """Set the value on an object."""
        setattr(obj, name, self.data)


class DayField(StringField):  # type: ignore[misc]
    """A calendar day, or None when left empty."""

    def _value(self) -> str:
        if self.raw_data and self.raw_data[0]:
            return str(self.raw_data[0])
        return self.data.isoformat() if isinstance(self.data, date) else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day; what cannot be read becomes an error."""
        try:
            self.data = read_day(valuelist[0] if valuelist else "")
        except Invalid as problem:
            self.data = None
            raise ValueError(translated(problem)) from problem


class NumberField(StringField):  # type: ignore[misc]
    """A whole number from 0, however it is typed. None when left empty."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number; what cannot be read becomes an error."""
        self.data = None
        try:
            self.data = self._read(valuelist[0] if valuelist else "")
        except Invalid as problem:
            raise ValueError(translated(problem)) from problem

    def _read(self, text: str) -> int | None:
        return read_number(text)


class CountField(NumberField):
    """A number of people or records, which may be from and to: of a range it is the most, or the ``least``."""

    def __init__(
        self, label: str = "", validators: Sequence[Validator] | None = None, *, least: bool = False, **kwargs: object
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.least = least
        self.count: Count | None = None

    def _read(self, text: str) -> int | None:
        self.count = read_count(text)
        return None if self.count is None else self.count.least if self.least else self.count.most


class _OfList(Field):  # type: ignore[misc]
    """A field over a closed list, which refuses a value from outside in words of its own."""

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Validator] | None = None,
        *,
        options: Options | None = None,
        **kwargs: object,
    ) -> None:
        chosen = choices_of(options) if options is not None else None
        super().__init__(label, validators, choices=chosen, validate_choice=False, **kwargs)


class ChoiceField(_OfList, RadioField):  # type: ignore[misc]
    """One of a closed list as radio buttons; an empty choice gives the empty text."""

    def pre_validate(self, form: Form) -> None:
        """Refuse a value that is not in the list; leaving it open is for other validators to judge."""
        if self.data and self.data not in {choice.value for choice in self.choices or ()}:
            raise ValidationError(_("Choose one of the answers."))


class CheckboxesField(_OfList, SelectMultipleField):  # type: ignore[misc]
    """Any number of a closed list as checkboxes."""

    def pre_validate(self, form: Form) -> None:
        """Refuse values that are not in the list."""
        if set(self.data or ()) - {choice.value for choice in self.choices or ()}:
            raise ValidationError(_("Choose from the answers in the list."))
