"""One chapter of the fact sheet as a form, made from the fields of the law's own dataclass."""

import typing
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField

from incident.domain.fact_sheet import fields_of
from incident.law.facts import AffectedController, BreachFacts, Chapter, CountryCount, Party
from incident.law.labels import field_label
from incident.law.vocabulary import UNKNOWN, PartyRole, Unknown
from incident.usecases.response.record_facts import SET_BY_OTHER_ACTS
from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, ChoiceField, CountField, DayField, InstantField, choices_of
from incident.web.forms.rows import Column, RowsField, count_or_none
from incident.web.forms.validators import AtMost
from incident.web.i18n import language_code
from incident.web.labels import NOTICE_LANGUAGES, law_choices

LINE = 255
SHORT_TEXTS: Final = ("_name", "_function", "_email", "_phone", "_person")
NOT_ASKED: Final = SET_BY_OTHER_ACTS | {"stated_unknown"}
OPEN: Final = "open"
"""The name of the boxes that say 'asked, and not known yet'."""


@cache
def _hints() -> Mapping[str, Any]:
    return typing.get_type_hints(BreachFacts)


class FactsForm(Form):
    """What every chapter has: from which version it was opened, and a reason for a correction."""

    base_version = HiddenField()
    reason = TextAreaField(validators=[AtMost()])
    open = CheckboxesField()


def asked(chapter: Chapter) -> tuple[str, ...]:
    """The fields of a chapter that people answer on the fact sheet."""
    return tuple(name for name in fields_of(chapter) if name not in NOT_ASKED)


def chapter_form(
    chapter: Chapter, facts: BreachFacts, version: int, typed: Mapping[str, list[str]] | None = None
) -> FactsForm:
    """The form of a chapter with the recorded answers, or with what somebody left typed."""
    names = asked(chapter)
    kind = type("ChapterForm", (FactsForm,), {name: _field(name, _hints()[name]) for name in names})
    values = {name: _shown(getattr(facts, name)) for name in names}
    values |= {"base_version": str(version), OPEN: [name for name in facts.stated_unknown if name in names]}
    form: FactsForm = kind(MultiDict(typed), data=values, meta={"csrf": True}) if typed else kind(data=values)
    form.open.choices = choices_of((name, name) for name in names)
    return form


def values_of(form: FactsForm, chapter: Chapter, facts: BreachFacts) -> dict[str, Any]:
    """The typed answers as values of the facts' fields; boxes of other chapters stay as they are."""
    names = asked(chapter)
    values = {name: _value(_hints()[name], form[name].data) for name in names}
    ticked = {name for name in form.open.data or () if name in names and _is_open(values[name])}
    elsewhere = [name for name in facts.stated_unknown if name not in names]
    values["stated_unknown"] = tuple(sorted({*elsewhere, *ticked}))
    if set(values["stated_unknown"]) == set(facts.stated_unknown):
        values["stated_unknown"] = facts.stated_unknown
    return values


def _is_open(value: Any) -> bool:
    return value in ("", (), UNKNOWN) or (isinstance(value, Enum) and value.value == "unknown")


def may_be_open(name: str) -> bool:
    """Whether the sheet offers 'not known yet' beside the question: lists with their own 'unknown' need no box."""
    hint = _hints()[name]
    item = _item(hint)
    own = item is not None and _is_enum(item) and any(member.value == "unknown" for member in item)
    return hint is not bool and not _is_enum(hint) and not own


def _is_enum(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Enum)


def _parts(hint: Any) -> tuple[Any, ...]:
    return tuple(part for part in typing.get_args(hint) if part not in (Unknown, type(None)))


def _item(hint: Any) -> Any:
    return typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None


def _field(name: str, hint: Any) -> Field:
    words = field_label(name, language_code()).label
    if (item := _item(hint)) is not None:
        return _many(words, item)
    if _is_enum(hint):
        return ChoiceField(words, options=law_choices(hint))
    if hint is bool:
        return BooleanField(words)
    if hint is str:
        short = name.endswith(SHORT_TEXTS)
        return StringField(words, [AtMost(LINE)]) if short else TextAreaField(words, [AtMost()])
    (inner,) = _parts(hint)
    if _is_enum(inner):
        return ChoiceField(words, options=law_choices(inner))
    return {datetime: InstantField, date: DayField, int: CountField}[inner](words)


def _many(words: str, item: Any) -> Field:
    if item is str:
        return TextAreaField(words, [AtMost()])
    if item in ROWS:
        return ROWS[item](words)
    return CheckboxesField(words, options=law_choices(item))


def _shown(value: Any) -> Any:
    """A fact as the form's fields want it."""
    if value is UNKNOWN:
        return None
    if isinstance(value, tuple):
        if all(isinstance(item, Enum) for item in value):
            return [str(item.value) for item in value]
        return "\n".join(value) if all(isinstance(item, str) for item in value) else value
    return str(value.value) if isinstance(value, Enum) else value


def _value(hint: Any, data: Any) -> Any:
    """What the form gave as a fact."""
    if (item := _item(hint)) is not None:
        if item is str:
            return tuple(line.strip() for line in (data or "").splitlines() if line.strip())
        return tuple(data or ()) if item in ROWS else tuple(item(value) for value in data or ())
    if _is_enum(hint):
        return hint(data) if data else next(member for member in hint if member.value == "unknown")
    if hint is bool:
        return bool(data)
    if hint is str:
        return data or ""
    (inner,) = _parts(hint)
    if data in (None, ""):
        return UNKNOWN
    return inner(data) if _is_enum(inner) else data


def _parties(words: str) -> RowsField:
    columns = (
        Column("name", _("Name")),
        Column("role", _("Role"), law_choices(PartyRole)),
        Column("contact", _("Contact")),
    )
    return RowsField(words, columns=columns, build=_party, show=_texts)


def _party(row: dict[str, str]) -> Party:
    if not row["name"]:
        raise ValueError(_("Enter the name of the organisation."))
    return Party(
        row["name"], PartyRole(row["role"]) if row["role"] in set(PartyRole) else PartyRole.OTHER, row["contact"]
    )


def _controllers(words: str) -> RowsField:
    columns = (
        Column("name", _("Customer")),
        Column("contact", _("Contact")),
        Column("notice_hours", _("Contract term (hours)"), numeric=True),
        Column("language", _("Language"), tuple(NOTICE_LANGUAGES.items())),
        Column("subjects", _("People"), numeric=True),
        Column("records", _("Records"), numeric=True),
    )
    return RowsField(words, columns=columns, build=_controller, show=_texts)


def _controller(row: dict[str, str]) -> AffectedController:
    if not row["name"]:
        raise ValueError(_("Enter the name of the customer."))
    subjects, records = count_or_none(row["subjects"]), count_or_none(row["records"])
    language = row["language"] if row["language"] in NOTICE_LANGUAGES else "nl"
    return AffectedController(
        row["name"],
        row["contact"],
        count_or_none(row["notice_hours"]),
        language,
        UNKNOWN if subjects is None else subjects,
        UNKNOWN if records is None else records,
    )


def _countries(words: str) -> RowsField:
    columns = (Column("country", _("Country code")), Column("subjects", _("People"), numeric=True))
    return RowsField(words, columns=columns, build=_country, show=_texts)


def _country(row: dict[str, str]) -> CountryCount:
    code = row["country"].upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise ValueError(_("Enter a country as two letters, like NL or SE."))
    subjects = count_or_none(row["subjects"])
    return CountryCount(code, UNKNOWN if subjects is None else subjects)


def _texts(value: Any) -> dict[str, str]:
    found = {}
    for field in fields(value):
        part = getattr(value, field.name)
        found[field.name] = "" if part in (None, UNKNOWN) else str(part.value if isinstance(part, Enum) else part)
    return found


ROWS: Final[dict[Any, Callable[[str], RowsField]]] = {
    Party: _parties,
    AffectedController: _controllers,
    CountryCount: _countries,
}
