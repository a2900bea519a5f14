"""The roster as a form: for each person the place in the duty order, other parts, absences; and shifts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import BooleanField, Field

from incident.domain.kernel.errors import Invalid
from incident.domain.reminders.roster import Roster, Shift
from incident.domain.typed import read_day, read_instant
from incident.web.filters import day
from incident.web.forms.base import Form
from incident.web.forms.fields import DayField, NumberField
from incident.web.forms.rows import Column, RowsField
from incident.web.viewer import zone

if TYPE_CHECKING:
    from incident.store.models import Person


def roster_form(people: Sequence["Person"], roster: Roster, everyone: Sequence["Person"]) -> Form:
    """The form with the roster as it is, in the language of the page; ``people`` are those on this page."""
    body: dict[str, Field] = {"shifts": _shifts(everyone)}
    values: dict[str, object] = {"shifts": roster.shifts}
    for person in people:
        name, key = person.name or person.email, person.id.hex
        fields = {
            "order": (NumberField(_("Place in the duty order of %(name)s", name=name)), person.duty_order),
            "deputy": (BooleanField(_("%(name)s is deputy", name=name)), person.id in roster.deputies),
            "management": (BooleanField(_("%(name)s is management", name=name)), person.id in roster.management),
            "from": (DayField(_("%(name)s is away from", name=name)), _day(person.away_from)),
            "to": (DayField(_("%(name)s is away until", name=name)), _day(person.away_to, last=True)),
        }
        body |= {f"{part}_{key}": field for part, (field, _value) in fields.items()}
        values |= {f"{part}_{key}": value for part, (_field, value) in fields.items()}
    form: Form = type("RosterForm", (Form,), body)(data=values)
    return form


def _day(at: datetime | None, last: bool = False) -> date | None:
    return None if at is None else (at.astimezone(zone()) - timedelta(minutes=1 if last else 0)).date()


def _shifts(people: Sequence["Person"]) -> RowsField:
    local = zone()
    names = tuple((str(person.id), person.name or person.email) for person in people)
    columns = (
        Column("person", _("Person"), names),
        Column("begins_day", _("Begins on"), kind="date"),
        Column("begins_time", _("Begins at"), kind="time"),
        Column("ends_day", _("Ends on"), kind="date"),
        Column("ends_time", _("Ends at"), kind="time"),
    )

    def build(row: dict[str, str]) -> Shift:
        begins = read_instant(row["begins_day"], row["begins_time"], local)
        ends = read_instant(row["ends_day"], row["ends_time"], local)
        if begins is None or ends is None:
            raise ValueError(_("Enter when the shift begins and when it ends."))
        if ends <= begins:
            raise ValueError(_("A shift must end after it begins."))
        return Shift(UUID(row["person"]), begins, ends)

    return RowsField(_("Shifts"), columns=columns, build=build, show=lambda shift: _shown(shift, local), tell=_told)


def _told(row: dict[str, str]) -> str:
    begins, ends = (f"{_day_told(row[f'{side}_day'])} {row[f'{side}_time']}" for side in ("begins", "ends"))
    return str(_("%(begins)s until %(ends)s", begins=begins, ends=ends))


def _day_told(typed: str) -> str:
    """A day as the other pages write it; what is none stays as it was typed."""
    try:
        return Markup(day(read_day(typed))).striptags()
    except Invalid:
        return typed


def _shown(shift: Shift, local: ZoneInfo) -> dict[str, str]:
    begins, ends = shift.begins_at.astimezone(local), shift.ends_at.astimezone(local)
    return {
        "person": str(shift.person),
        "begins_day": f"{begins:%Y-%m-%d}",
        "begins_time": f"{begins:%H:%M}",
        "ends_day": f"{ends:%Y-%m-%d}",
        "ends_time": f"{ends:%H:%M}",
    }


def roster_of(form: Form, everyone: Sequence["Person"], before: Roster) -> Roster:
    """The roster in the form; who is not on this page keeps their part."""
    return Roster(
        tuple(form.shifts.data or ()),
        _chosen(form, "deputy", everyone, before.deputies),
        _chosen(form, "management", everyone, before.management),
    )


def _chosen(form: Form, part: str, everyone: Sequence["Person"], before: Sequence[UUID]) -> tuple[UUID, ...]:
    def is_chosen(person: "Person") -> bool:
        name = f"{part}_{person.id.hex}"
        return bool(form[name].data) if name in form else person.id in before

    return tuple(person.id for person in everyone if is_chosen(person))


def order_of(form: Form, everyone: Sequence["Person"]) -> tuple[UUID, ...]:
    """Those with a place in the duty order, the first one first; who is not on this page keeps their place."""

    def place(person: "Person") -> int | None:
        name = f"order_{person.id.hex}"
        return form[name].data if name in form else person.duty_order

    placed = [(found, person.email, person.id) for person in everyone if (found := place(person)) is not None]
    return tuple(key for _place, _email, key in sorted(placed))


def absence_of(form: Form, person: "Person") -> tuple[datetime | None, datetime | None]:
    """From the beginning of the first day to the end of the last one, in the viewer's zone."""
    first, last = form[f"from_{person.id.hex}"].data, form[f"to_{person.id.hex}"].data
    return (
        datetime.combine(first, time(0), tzinfo=zone()).astimezone(UTC) if first else None,
        datetime.combine(last + timedelta(days=1), time(0), tzinfo=zone()).astimezone(UTC) if last else None,
    )
