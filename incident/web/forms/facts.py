"""One chapter of the fact sheet as a form, made from the fields of the law's own dataclass."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from enum import Enum
from types import MappingProxyType
from typing import Final

from flask_babel import gettext as _
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField, ValidationError

from incident.domain.kernel.text import LINE
from incident.domain.languages import is_country
from incident.law.facts import (
    AffectedController,
    AffectedGroup,
    BreachFacts,
    Chapter,
    CountryCount,
    FactValue,
    FactValues,
    Party,
)
from incident.law.labels import field_label
from incident.law.questions import Kind, Question, asked_in, is_known, question, questions
from incident.law.vocabulary import UNKNOWN, ConsequenceForSubjects, DataCategory, PartyRole, SubjectGroup, Ternary
from incident.web.forms.base import Form
from incident.web.forms.fields import (
    CheckboxesField,
    ChoiceField,
    CountField,
    DayField,
    FormData,
    InstantField,
    choices_of,
)
from incident.web.forms.rows import Column, RowsField, count_or_none
from incident.web.forms.validators import AtMost
from incident.web.i18n import language_code
from incident.web.labels import NOTICE_LANGUAGES, law_choices

OPEN: Final = "open"
"""The name of the boxes that say 'asked, and not known yet'."""


OTHERWISE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kind_note": "kinds",
        "informed_channels_note": "informed_channels",
        "consequences_data_note": "consequences_data",
        "consequences_subjects_note": "consequences_subjects",
    }
)
"""Notes that are wanted only where "other" is ticked in their list."""

END: Final[Mapping[str, str]] = MappingProxyType({"occurred_to": "ended", "last_event_at": "going-on"})
"""Of these two moments the page asks one: which, the answer beside them says whether it is still going on."""


class FactsForm(Form):
    """What every chapter has: from which version it was opened, and a reason for a correction."""

    base_version = HiddenField()
    reason = TextAreaField(validators=[AtMost()])
    open = CheckboxesField()


def asked(chapter: Chapter, facts: BreachFacts) -> tuple[str, ...]:
    """The questions of a chapter that can matter in this breach, whatever is answered beside them."""
    either = [asked_in(chapter, replace(facts, ongoing=answer)) for answer in (Ternary.YES, Ternary.NO)]
    names = {one.name for found in either for one in found}
    return tuple(name for name in questions() if name in names)


def chapter_form(
    names: tuple[str, ...],
    facts: BreachFacts,
    version: int,
    typed: dict[str, list[str]] | None = None,
    *,
    renew: bool = False,
) -> FactsForm:
    """A form of questions with the recorded answers, or with what somebody typed; ``renew`` looks at neither draft
    nor request."""
    kind = type("ChapterForm", (FactsForm,), {name: _field(question(name)) for name in names})
    values = {name: _shown(getattr(facts, name)) for name in names if not _silent(name, facts)}
    values |= {"base_version": str(version), OPEN: [name for name in facts.stated_unknown if name in names]}
    given: dict[str, object] = {"formdata": None} if renew else {}
    if typed:
        given = {"formdata": FormData(typed), "meta": {"csrf": True}}
    form: FactsForm = kind(data=values, **given)
    form.open.choices = choices_of((name, name) for name in names)
    return form


def values_of(form: FactsForm, names: tuple[str, ...], facts: BreachFacts, *, rest: bool = False) -> FactValues:
    """The typed answers as values of the facts' fields; "not known yet" of other questions stays as it is.

    With ``rest`` everything that is left open is answered "not known yet".
    """
    values = {name: _value(question(name), form[name].data) for name in names}
    if rest:
        values |= {name: (question(name).members("unknown"),) for name in names if _unticked(name, values[name])}
    empty = {name for name in names if _may_be_stated(name) and not is_known(values[name])}
    chosen = {name for name in empty if form[name].data == "unknown"}
    asked_now = {name for name in empty if question(name).applies(replace(facts, **values))}
    ticked = asked_now if rest else empty & {*(form.open.data or ()), *chosen}
    elsewhere = [name for name in facts.stated_unknown if name not in names]
    values["stated_unknown"] = tuple(sorted({*elsewhere, *ticked}))
    if set(values["stated_unknown"]) == set(facts.stated_unknown):
        values["stated_unknown"] = facts.stated_unknown
    return values


def may_be_open(name: str) -> bool:
    """Whether the sheet offers 'not known yet' beside the question: lists with their own 'unknown' need no box."""
    asked = question(name)
    return asked.kind is not Kind.FLAG and not asked.lists_unknown and not asked.optional


def shown_when(name: str, names: Collection[str]) -> str:
    """The class of a question that shows under one answer beside it alone; empty for every other question."""
    if name in END and "ongoing" in names:
        return END[name]
    return f"other-{OTHERWISE[name]}" if name in OTHERWISE else ""


def heads() -> dict[str, dict[str, str]]:
    """Headings within long lists: before which answer each stands."""
    special = _("Special kinds of data and data on offences (GDPR art. 9 and 10)")
    return {"data_categories": {DataCategory.CRIMINAL: special, DataCategory.OTHER: _("Something else")}}


def _may_be_stated(name: str) -> bool:
    """Whether "not known yet" is stated by name: everything but a list in which it can be ticked."""
    return may_be_open(name) or question(name).kind is Kind.ONE


def _unticked(name: str, value: FactValue) -> bool:
    """Whether nothing was ticked in a list that has its own "not known yet"."""
    return value == () and question(name).lists_unknown


def _silent(name: str, facts: BreachFacts) -> bool:
    """Whether nobody said anything yet, not even "not known yet": then nothing is chosen beforehand."""
    return question(name).kind is Kind.ONE and question(name).open(facts)


def _field(asked: Question) -> Field:
    words = field_label(asked.name, language_code()).label
    match asked.kind:
        case Kind.ROWS:
            return ROWS[asked.record](words)
        case Kind.SOME:
            return CheckboxesField(words, options=law_choices(asked.members))
        case Kind.ONE:
            return ChoiceField(words, options=law_choices(asked.members))
        case Kind.LINE:
            return StringField(words, [AtMost(LINE)])
        case Kind.COUNT:
            return CountField(words, least=asked.name.endswith("_min"))
        case _:
            return _PLAIN[asked.kind](words)


_PLAIN: Final[Mapping[Kind, Callable[[str], Field]]] = MappingProxyType(
    {
        Kind.TEXT: lambda words: TextAreaField(words, [AtMost()]),
        Kind.LINES: lambda words: TextAreaField(words, [AtMost()]),
        Kind.FLAG: BooleanField,
        Kind.INSTANT: InstantField,
        Kind.DAY: DayField,
    }
)


def _shown(value: FactValue) -> object:
    """A fact as the form's fields want it."""
    if value is UNKNOWN:
        return None
    if isinstance(value, tuple):
        if all(isinstance(item, Enum) for item in value):
            return [str(item.value) for item in value]
        return "\n".join(value) if all(isinstance(item, str) for item in value) else value
    return str(value.value) if isinstance(value, Enum) else value


def _value(asked: Question, data: FactValue) -> FactValue:
    """What the form gave as a fact."""
    match asked.kind:
        case Kind.LINES:
            return tuple(line.strip() for line in (data or "").splitlines() if line.strip())
        case Kind.SOME:
            return tuple(asked.members(value) for value in data or ())
        case Kind.ROWS:
            return tuple(data or ())
        case Kind.ONE:
            return asked.member(data)
        case _:
            return asked.nothing if data in (None, "") else data


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
    return Party(row["name"], PartyRole(row["role"] or PartyRole.OTHER), row["contact"])


def _controllers(words: str) -> RowsField:
    columns = (
        Column("name", _("Customer")),
        Column("contact", _("Contact")),
        Column("notice_hours", _("Contract term (hours)"), numeric=True),
        Column("language", _("Language"), _languages()),
        Column("subjects", _("People"), numeric=True),
        Column("records", _("Records"), numeric=True),
        Column("groups", _("Groups of people"), law_choices(SubjectGroup), many=True),
        Column("on_behalf", _("Also notify for this customer"), _as_for_all()),
    )
    return RowsField(words, columns=columns, build=_controller, show=_texts)


def _languages() -> list[tuple[str, str]]:
    """The languages of a notice, behind that of the list of customers."""
    return [("", _("As on the list of customers")), *((code, str(name)) for code, name in NOTICE_LANGUAGES.items())]


def _as_for_all() -> list[tuple[str, str]]:
    """The answers about one customer; without one of its own the answer for all holds."""
    known = ((value, name) for value, name in law_choices(Ternary) if value != Ternary.UNKNOWN.value)
    return [(Ternary.UNKNOWN.value, _("As answered for all")), *known]


def _controller(row: dict[str, str]) -> AffectedController:
    if not row["name"]:
        raise ValueError(_("Enter the name of the customer."))
    subjects, records = count_or_none(row["subjects"]), count_or_none(row["records"])
    return AffectedController(
        row["name"],
        row["contact"],
        count_or_none(row["notice_hours"]),
        row["language"],
        UNKNOWN if subjects is None else subjects,
        UNKNOWN if records is None else records,
        tuple(one for one in SubjectGroup if one.value in row["groups"].split(",")),
        Ternary(row["on_behalf"] or Ternary.UNKNOWN),
    )


def _groups(words: str) -> RowsField:
    columns = (
        Column("group", _("Group of people"), (("", "–"), *law_choices(SubjectGroup))),
        Column("data_categories", _("Which data"), law_choices(DataCategory), many=True),
        Column("consequences", _("Consequences"), law_choices(ConsequenceForSubjects), many=True),
        Column("subjects", _("People"), numeric=True),
        Column("note", _("Note on the data")),
        Column("advice", _("Advice")),
    )
    return RowsField(words, [_each_once], columns=columns, build=_group, show=_texts)


def _group(row: dict[str, str]) -> AffectedGroup:
    if not row["group"]:
        raise ValueError(_("Choose the group of people."))
    subjects = count_or_none(row["subjects"])
    return AffectedGroup(
        SubjectGroup(row["group"]),
        tuple(one for one in DataCategory if one.value in row["data_categories"].split(",")),
        tuple(one for one in ConsequenceForSubjects if one.value in row["consequences"].split(",")),
        UNKNOWN if subjects is None else subjects,
        row["note"],
        row["advice"],
    )


def _each_once(_form: Form, field: Field) -> None:
    groups = [row.group for row in field.data or ()]
    if len(groups) > len(set(groups)):
        raise ValidationError(_("A group stands in the list twice."))


def _countries(words: str) -> RowsField:
    columns = (Column("country", _("Country code")), Column("subjects", _("People"), numeric=True))
    return RowsField(words, columns=columns, build=_country, show=_texts)


def _country(row: dict[str, str]) -> CountryCount:
    code = row["country"].upper()
    if not is_country(code):
        raise ValueError(_("Enter a country as two letters, like NL or SE."))
    subjects = count_or_none(row["subjects"])
    return CountryCount(code, UNKNOWN if subjects is None else subjects)


def _texts(value: Party | AffectedController | AffectedGroup | CountryCount) -> dict[str, str]:
    found = {}
    for field in fields(value):
        part = getattr(value, field.name)
        found[field.name] = _text(part)
    return found


def _text(part: object) -> str:
    if isinstance(part, tuple):
        return ",".join(map(_text, part))
    return "" if part in (None, UNKNOWN) else str(part.value if isinstance(part, Enum) else part)


ROWS: Final[Mapping[type | None, Callable[[str], RowsField]]] = {
    Party: _parties,
    AffectedController: _controllers,
    CountryCount: _countries,
    AffectedGroup: _groups,
}
