"""The lists of an organisation: systems, groups of people, measures, customers, and how long data are kept."""

from collections.abc import Callable
from dataclasses import replace

from flask_babel import gettext as _
from wtforms import Field, TextAreaField, ValidationError

from incident.domain.organisation import (
    Customer,
    Measure,
    OrganisationProfile,
    Purpose,
    SubjectGroupProfile,
    System,
    short_name,
)
from incident.law.vocabulary import PartyRole, SecurityMeasure, SubjectGroup, Ternary
from incident.web.forms.base import Form
from incident.web.forms.organisation import lines_of
from incident.web.forms.rows import Column, RowsField, count_or_none
from incident.web.forms.validators import AtMost, Validator, shorten
from incident.web.labels import NOTICE_LANGUAGES, law_choices

LONGEST_TERM = 24 * 90
OWN = "own"
LINES = ("legal_bases", "rights")


def lists_form(profile: OrganisationProfile) -> Form:
    """The form with a profile's lists, in the language of the page; each row keeps what the form does not ask."""
    body = {
        "systems": _systems(profile),
        "groups": _groups(),
        "measures": _measures(profile),
        "customers": _customers(),
        "purposes": _purposes(),
        "legal_bases": TextAreaField(_("Legal bases, one per line"), [AtMost(2000)]),
        "rights": TextAreaField(_("Rights of people, one per line"), [AtMost(2000)]),
        "transfers": TextAreaField(_("Transfers outside the EEA"), [AtMost(20_000)]),
        "retention": TextAreaField(_("How long are personal data kept?"), [AtMost(4000)]),
    }
    lines = {name: "\n".join(getattr(profile, name)) for name in LINES}
    values = {name: getattr(profile, name) for name in body} | lines
    form: Form = type("ListsForm", (Form,), body)(data=values)
    return form


def onto(form: Form, profile: OrganisationProfile) -> OrganisationProfile:
    """The profile with the form's lists."""
    return replace(
        profile,
        systems=tuple(form.systems.data),
        groups=tuple(form.groups.data),
        measures=tuple(form.measures.data),
        customers=tuple(form.customers.data),
        retention=form.retention.data or "",
        transfers=form.transfers.data or "",
        purposes=tuple(form.purposes.data),
        legal_bases=lines_of(form.legal_bases.data),
        rights=lines_of(form.rights.data),
    )


def _systems(profile: OrganisationProfile) -> RowsField:
    known = {system.id: system for system in profile.systems}
    columns = (
        Column("name", _("Name")),
        Column("id", _("Short name")),
        Column("role", _("Role"), ((OWN, _("Our own system")), *law_choices(PartyRole))),
        Column("data", _("Which personal data")),
        Column("contact", _("Contact")),
        Column("outside_eea", _("Outside the EEA?"), law_choices(Ternary), told=_("Outside the EEA?") + " {}"),
    )

    def build(row: dict[str, str]) -> System:
        name = _named(row["name"], _("Enter the name of the system."))
        key = row["id"] or short_name(name)
        before = known.get(key, System(key, name))
        return replace(
            before,
            name=name,
            role=PartyRole.PROCESSOR if row["role"] in ("", OWN) else PartyRole(row["role"]),
            own=row["role"] == OWN,
            data=row["data"],
            contact=row["contact"],
            outside_eea=Ternary(row["outside_eea"] or Ternary.UNKNOWN),
        )

    def show(system: System) -> dict[str, str]:
        return _shown(columns)(system) | ({"role": OWN} if system.own else {})

    def lacks(row: dict[str, str]) -> str:
        return "" if row["role"] == OWN or row["contact"] else _("no contact yet")

    checks = [_once("id"), _once("name")]
    return RowsField(_("Systems and processors"), checks, columns=columns, build=build, show=show, lacks=lacks)


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
            row["id"] or short_name(row["name_en"] or name), row["name_nl"] or name, row["name_en"] or name, group
        )

    return RowsField(_("Groups of people"), [_once("id")], columns=columns, build=build, show=_shown(columns))


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

    return RowsField(_("Measures in place"), [_once("id")], columns=columns, build=build, show=show)


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
        hours = count_or_none(row["notice_hours"])
        if hours is not None and not 0 < hours <= LONGEST_TERM:
            raise ValueError(_("A contract term lies between 1 and %(most)s hours.", most=LONGEST_TERM))
        return Customer(name, row["contact"], hours, row["language"] or "nl")

    return RowsField(
        _("Customers for whom we are the processor"),
        [_once("name")],
        columns=columns,
        build=build,
        show=_shown(columns),
    )


def _purposes() -> RowsField:
    columns = (
        Column("name_nl", _("Name in Dutch")),
        Column("name_en", _("Name in English")),
        Column("bases", _("Legal basis (GDPR art. 6)")),
    )

    def build(row: dict[str, str]) -> Purpose:
        name = _named(row["name_nl"] or row["name_en"], _("Enter the name of the purpose."))
        bases = tuple(part.strip() for part in row["bases"].split(",") if part.strip())
        return Purpose(row["name_nl"] or name, row["name_en"] or name, bases)

    def show(purpose: Purpose) -> dict[str, str]:
        return {"name_nl": purpose.name_nl, "name_en": purpose.name_en, "bases": ", ".join(purpose.bases)}

    return RowsField(_("Purposes of the processing"), columns=columns, build=build, show=show)


def _named(text: str, message: str) -> str:
    if not text:
        raise ValueError(message)
    if len(text) > 255:
        raise ValueError(shorten(len(text) - 255, 255))
    return text


def _shown(columns: tuple[Column, ...]) -> Callable[[object], dict[str, str]]:
    def show(value: object) -> dict[str, str]:
        found = {column.name: getattr(value, column.name) for column in columns}
        return {name: "" if part is None else str(getattr(part, "value", part)) for name, part in found.items()}

    return show


def _once(name: str) -> Validator:
    """No two rows of the same name."""

    def check(_form: Form, field: Field) -> None:
        names = [getattr(value, name).casefold() for value in field.data or ()]
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None:
            raise ValidationError(_("“%(name)s” is in the list twice.", name=twice))

    return check
