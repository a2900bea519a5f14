"""Every stated fact in words, with where it comes from: the facts of the case report (GDPR art. 33(5))."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum

from incident.documents.wording import Wording
from incident.domain.languages import country_name
from incident.domain.organisation import OrganisationProfile
from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, Chapter, CountryCount
from incident.law.labels import field_label, label
from incident.law.vocabulary import UNKNOWN, Ternary, Unknown

_DEFAULTS = BreachFacts()


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """The facts of one breach; ``origins`` says in words who recorded which answer."""

    facts: BreachFacts
    organisation: OrganisationProfile
    wording: Wording
    origins: Mapping[str, str]

    def rows(self, chapter: Chapter) -> Iterator[tuple[str, str, str]]:
        """Label, value and origin of each stated fact of one chapter."""
        for field in fields(self.facts):
            if field.metadata["chapter"] is not chapter or field.name == "stated_unknown":
                continue
            told = self._told(field.name)
            if told:
                yield field_label(field.name, self.wording.language).label, told, self.origins.get(field.name, "")

    def _told(self, name: str) -> str:
        value = getattr(self.facts, name)
        if value != getattr(_DEFAULTS, name):
            return self._shown(name, value)
        return self.wording.words["unknown"] if name in self.facts.stated_unknown else ""

    def _shown(self, name: str, value: object) -> str:
        if isinstance(value, tuple):
            return "\n".join(self._shown(name, item) for item in value)
        if name == "systems":
            found = self.organisation.system(str(value))
            return found.name if found else str(value)
        return self._single(value)

    def _single(self, value: object) -> str:
        match value:
            case bool():
                return label(Ternary.YES if value else Ternary.NO, self.wording.language)
            case Enum():
                return label(value, self.wording.language)
            case datetime():
                return self.wording.moment(value)
            case date():
                return self.wording.day(value)
            case int():
                return self.wording.number(value)
            case CountryCount(country, subjects):
                known = "" if isinstance(subjects, Unknown) else self.wording.number(subjects)
                return ": ".join(filter(None, (country_name(country, self.wording.language), known)))
            case AffectedGroup():
                return self._group(value)
            case AffectedController():
                return self._customer(value)
            case _ if is_dataclass(value) and not isinstance(value, type):
                parts = (getattr(value, field.name) for field in fields(value))
                return ", ".join(self._single(part) for part in parts if part not in ("", None, UNKNOWN, ()))
            case tuple():
                return " + ".join(map(self._single, value))
            case _:
                return str(value)

    def _customer(self, row: AffectedController) -> str:
        """A customer in a sentence: who, how many people and records, and how soon the contract wants the notice."""
        numbers = (("people", row.subjects), ("records", row.records), ("within", row.notice_hours))
        told = (
            self.wording.words[name].format(number=self.wording.number(number))
            for name, number in numbers
            if number is not None and not isinstance(number, Unknown)
        )
        notified = {Ternary.YES: "notified_for", Ternary.NO: "not_notified_for"}.get(row.on_behalf)
        also = [self.wording.words[notified]] if notified else []
        return ", ".join(filter(None, (row.name, row.contact, *told, *map(self._single, row.groups), *also)))

    def _group(self, row: AffectedGroup) -> str:
        """One group of people in a sentence: who and how many, what they lost, what that can mean, what is said."""
        many = "" if isinstance(row.subjects, Unknown) else f" ({self.wording.number(row.subjects)})"
        lists = (
            self.wording.listing([self._single(one) for one in part])
            for part in (row.data_categories, row.consequences)
        )
        told = "; ".join(filter(None, (*lists, row.note, row.advice)))
        return f"{self._single(row.group)}{many}" + (f": {told}" if told else "")
