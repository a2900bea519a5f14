"""The lists of an organisation: systems, groups of people, measures and customers."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from flask_babel import gettext as _
from wtforms import Field, ValidationError

from incident.domain.kernel.text import LINE
from incident.domain.organisation import (
    Customer,
    Measure,
    OrganisationProfile,
    SubjectGroupProfile,
    System,
    short_name,
)
from incident.domain.typed import read_count
from incident.law.vocabulary import DataCategory, PartyRole, SecurityMeasure, SubjectGroup, Ternary
from incident.web.forms.base import Form
from incident.web.forms.rows import Column, RowsField
from incident.web.forms.validators import Validator, shorten
from incident.web.i18n import language_code
from incident.web.labels import NOTICE_LANGUAGES, law_choices

LONGEST_TERM = 24 * 90
OWN = "own"
One = TypeVar("One")


def lists_form(profile: OrganisationProfile) -> Form:
    """The form with a profile's lists, in the language of the page; each row keeps what the form does not ask."""
    body = {
        "systems": _systems(profile),
        "groups": _groups(),
        "measures": _measures(profile),
        "customers": _customers(),
    }
    form: Form = type("ListsForm", (Form,), body)(data={name: getattr(profile, name) for name in body})
    return form


def onto(form: Form, profile: OrganisationProfile) -> OrganisationProfile:
    """The profile with the form's lists."""
    return replace(
        profile,
        systems=tuple(form.systems.data),
        groups=tuple(form.groups.data),
        measures=tuple(form.measures.data),
        customers=tuple(form.customers.data),
    )


def _systems(profile: OrganisationProfile) -> RowsField:
    known = {system.id: system for system in profile.systems}
    groups = tuple((one.id, one.name_nl if language_code() == "nl" else one.name_en) for one in profile.groups)
    columns = (
        Column("name", _("Name")),
        Column("id", _("Short name")),
        Column("role", _("Role"), ((OWN, _("Our own system")), *law_choices(PartyRole))),
        Column("categories", _("Which personal data"), law_choices(DataCategory), many=True),
        Column("groups", _("Whose data"), groups, many=True),
        Column("contact", _("Contact")),
        Column("outside_eea", _("Outside the EEA?"), law_choices(Ternary), told=_("Outside the EEA?") + " {}"),
    )

    def build(row: dict[str, str]) -> System:
        name = _named(row["name"], _("Enter the name of the system."))
        key = row["id"] or short_name(name)
        before = known.get(key, System(key, name))
        return System(
            key,
            name,
            former=before.former if before.name == name else (*before.former, before.name),
            role=PartyRole.PROCESSOR if row["role"] in ("", OWN) else PartyRole(row["role"]),
            own=row["role"] == OWN,
            categories=tuple(DataCategory(one) for one in row["categories"].split(",") if one),
            groups=tuple(one for one in row["groups"].split(",") if one),
            contact=row["contact"],
            outside_eea=Ternary(row["outside_eea"] or Ternary.UNKNOWN),
        )

    def show(system: System) -> dict[str, str]:
        return _shown(columns)(system) | ({"role": OWN} if system.own else {})

    def lacks(row: dict[str, str]) -> str:
        return "" if row["role"] == OWN or row["contact"] else _("no contact yet")

    checks = [_once("id"), _once("name")]
    return RowsField(
        _("Systems and processors"), checks, columns=columns, build=_lines(columns, build), show=show, lacks=lacks
    )


def _groups() -> RowsField:
    columns = (
        Column("name_nl", _("Name in Dutch")),
        Column("name_en", _("Name in English")),
        Column("id", _("Short name")),
        Column("group", _("In the authority's list"), law_choices(SubjectGroup)),
    )

    def build(row: dict[str, str]) -> SubjectGroupProfile:
        name = _named(row["name_nl"] or row["name_en"], _("Enter the name of the group."))
        group = SubjectGroup(row["group"] or next(iter(SubjectGroup)))
        return SubjectGroupProfile(
            row["id"].replace(",", "_") or short_name(row["name_en"] or name),
            row["name_nl"] or name,
            row["name_en"] or name,
            group,
        )

    return RowsField(
        _("Groups of people"), [_once("id")], columns=columns, build=_lines(columns, build), show=_shown(columns)
    )


def _measures(profile: OrganisationProfile) -> RowsField:
    known = {measure.id: measure for measure in profile.measures}
    columns = (
        Column("name_nl", _("Name in Dutch")),
        Column("name_en", _("Name in English")),
        Column("id", _("Short name")),
        Column("kind", _("In the authority's list"), law_choices(SecurityMeasure), unsaid=SecurityMeasure.OTHER.value),
    )

    def build(row: dict[str, str]) -> Measure:
        name = _named(row["name_nl"] or row["name_en"], _("Enter the name of the measure."))
        key = row["id"] or short_name(row["name_en"] or name)
        kind = SecurityMeasure(row["kind"] or SecurityMeasure.OTHER)
        before = known.get(key)
        kinds = before.kinds if before and before.kinds[:1] == (kind,) else (kind,)
        return Measure(key, row["name_nl"] or name, row["name_en"] or name, kinds)

    def show(measure: Measure) -> dict[str, str]:
        kind = measure.kinds[0].value if measure.kinds else ""
        return {"name_nl": measure.name_nl, "name_en": measure.name_en, "id": measure.id, "kind": kind}

    return RowsField(_("Measures in place"), [_once("id")], columns=columns, build=_lines(columns, build), show=show)


def _customers() -> RowsField:
    columns = (
        Column("name", _("Customer")),
        Column("contact", _("Contact")),
        Column(
            "notice_hours",
            _("Contract term (hours)"),
            numeric=True,
            told=_("within %(hours)s hours", hours="{}"),
            without=_("no term in the contract"),
        ),
        Column("language", _("Language"), tuple((code, str(name)) for code, name in NOTICE_LANGUAGES.items())),
    )

    def build(row: dict[str, str]) -> Customer:
        name = _named(row["name"], _("Enter the name of the customer."))
        found = read_count(row["notice_hours"])
        hours = None if found is None else found.least
        if hours is not None and not 0 < hours <= LONGEST_TERM:
            raise ValueError(_("A contract term lies between 1 and %(most)s hours.", most=LONGEST_TERM))
        return Customer(name, row["contact"], hours, row["language"] or "nl")

    return RowsField(
        _("Customers for whom we are the processor"),
        [_once("name")],
        columns=columns,
        build=_lines(columns, build),
        show=_shown(columns),
    )


def _named(text: str, message: str) -> str:
    if not text:
        raise ValueError(message)
    return text


def _lines(columns: tuple[Column, ...], build: Callable[[dict[str, str]], One]) -> Callable[[dict[str, str]], One]:
    """Build of rows in which each text is a line."""

    def checked(row: dict[str, str]) -> One:
        over = max(len(row[column.name]) for column in columns if column.options is None) - LINE
        if over > 0:
            raise ValueError(shorten(over, LINE))
        return build(row)

    return checked


def _shown(columns: tuple[Column, ...]) -> Callable[[object], dict[str, str]]:
    def show(value: object) -> dict[str, str]:
        return {column.name: _cell(getattr(value, column.name)) for column in columns}

    return show


def _cell(part: object) -> str:
    if isinstance(part, tuple):
        return ",".join(_cell(one) for one in part)
    return "" if part is None else str(getattr(part, "value", part))


def _once(name: str) -> Validator:
    """No two rows of the same name."""

    def check(_form: Form, field: Field) -> None:
        names = [getattr(value, name).casefold() for value in field.data or ()]
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None:
            raise ValidationError(_("“%(name)s” is in the list twice.", name=twice))

    return check
