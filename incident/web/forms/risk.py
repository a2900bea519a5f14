"""The questions of the risk assessment, made from the law's own list of answers."""

import typing
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, TextAreaField

from incident.domain.kernel.json import JsonObject
from incident.law.risk.answers import DataItem, RiskAnswers
from incident.law.risk.questions import labels, question
from incident.law.vocabulary import DataCategory, RiskLevel
from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, ChoiceField, CountField, choices_of
from incident.web.forms.validators import AtMost
from incident.web.i18n import language_code
from incident.web.labels import RISKS, law_choices, law_label

NUMBERS: Final = frozenset({"recipients_number", "subjects_number"})
LISTS: Final = frozenset({"nature", "vulnerable", "consequences_seen"})
NONE_OF_THESE: Final = "none_of_these"
GROUPS: Final = (
    (_l("What was breached"), ("nature", "disclosure", "alteration", "restoration", "backup", "service_effect")),
    (_l("Which data"), ("data", "credentials_open", "extent", "identification", "permanence")),
    (_l("How they were protected"), ("protection", "protection_strength", "key_safe")),
    (_l("Who has them"), ("recipient", "recipients_number", "recipient_response", "actor", "intent")),
    (_l("Whose data"), ("subjects_number", "vulnerable", "controller_field", "consequences_seen")),
    (_l("Exceptions"), ("not_informing_ground",)),
)


class RiskForm(Form):
    """What stands beside the answers: the level that is adopted."""

    risk = ChoiceField(_l("The level you adopt"))
    deviation_reason = TextAreaField(_l("Why do you judge otherwise than the proposal?"), [AtMost()])


def risk_form(answers: JsonObject) -> RiskForm:
    """The form with these answers."""
    names = [field.name for field in fields(RiskAnswers)]
    made = {name: _field(name) for name in names}
    made |= {f"{part}_{category.value}": _item(part) for category in DataCategory for part in ("insight", "protected")}
    kind = type("FullRiskForm", (RiskForm,), made)
    form: RiskForm = kind(data=_shown(answers))
    levels = [("", _("As proposed")), *((level.value, str(RISKS[level][0])) for level in RiskLevel)]
    form.risk.choices = choices_of(levels)
    form.risk.data = form.risk.data or ""
    return form


@cache
def _hints() -> dict[str, object]:
    return typing.get_type_hints(RiskAnswers)


@cache
def _item_hints() -> dict[str, object]:
    return typing.get_type_hints(DataItem)


def _enum_of(hint: object) -> type[Enum]:
    parts = [hint, *typing.get_args(hint)]
    inner = [part for outer in parts for part in (outer, *typing.get_args(outer))]
    return next(
        part for part in inner if isinstance(part, type) and issubclass(part, Enum) and part.__name__ != "Unknown"
    )


def _words(name: str, kind: type[Enum], group: str = "answers") -> list[tuple[str, str]]:
    """The answers in the words of the questions; where these have none, in the words of the vocabulary."""
    told = labels(name, language_code(), group)
    known = {member.value: member for member in kind}
    if told:
        return [(value, text) for value, text in told if value in known]
    return [(value, law_label(member)) for value, member in known.items()]


def _field(name: str) -> Field:
    asked = question(name, language_code())
    if name in NUMBERS:
        return CountField(asked)
    if name == "data":
        return CheckboxesField(asked, options=law_choices(DataCategory))
    kind = _enum_of(_hints()[name])
    if name == "vulnerable":
        return CheckboxesField(asked, options=[*_words(name, kind), (NONE_OF_THESE, _("None of these"))])
    if name in LISTS:
        return CheckboxesField(asked, options=_words(name, kind))
    if name == "not_informing_ground":
        return ChoiceField(asked, options=[("", _("None of these")), *_words(name, kind)])
    return ChoiceField(asked, options=_words(name, kind))


def _item(part: str) -> Field:
    kind = _enum_of(_item_hints()[part])
    return ChoiceField(question(part, language_code(), "item"), options=_words(part, kind, "item"))


def _shown(answers: JsonObject) -> JsonObject:
    values = {**answers}
    items = answers.get("data")
    if isinstance(items, list):
        values["data"] = [item["category"] for item in items]
        values |= {f"{part}_{item['category']}": item.get(part) for item in items for part in ("insight", "protected")}
    else:
        values["data"] = []
    if answers.get("vulnerable") == []:
        values["vulnerable"] = [NONE_OF_THESE]
    lists = {name: [] if values.get(name) in (None, "unknown") else values[name] for name in LISTS}
    numbers = {name: None if values.get(name) == "unknown" else values.get(name) for name in NUMBERS}
    return {**values, **lists, **numbers, "not_informing_ground": values.get("not_informing_ground") or ""}


def answers_of(form: RiskForm) -> JsonObject:
    """The answers as plain values, for the assessors."""
    found: JsonObject = {}
    for name in (field.name for field in fields(RiskAnswers)):
        value = form[name].data
        if value in (None, "", []):
            continue
        found[name] = value
    if "data" in found:
        found["data"] = [_item_of(form, value) for value in found["data"] if f"insight_{value}" in form]
    if "vulnerable" in found:
        found["vulnerable"] = [value for value in found["vulnerable"] if value != NONE_OF_THESE]
    return found


def _item_of(form: RiskForm, category: str) -> dict[str, str]:
    parts = {part: form[f"{part}_{category}"].data for part in ("insight", "protected")}
    return {"category": category, **{part: value for part, value in parts.items() if value}}
