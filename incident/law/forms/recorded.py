"""NIS2 art. 23(4), DORA art. 19(4), CRA art. 14: the forms of other portals, filled from the record by names.

A catalogue names, for each question, what of the record answers it, so that a further portal is a further file. A name
is a field of ``BreachFacts``, ``has.<field>`` (yes where it says something), or one of ``_BESIDE``. The first name that
is known answers; where it is not the first of the list, a person is asked to check.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Final

from incident.law.facts import BreachFacts, Party
from incident.law.forms.answers import FilledForm, Origin, QuestionKind
from incident.law.forms.case import NOTHING, Case, Draft
from incident.law.forms.catalogue import Catalogue, Report
from incident.law.forms.filing import FilingContext, FilingOrganisation
from incident.law.forms.fillers import chosen, countries, written
from incident.law.forms.filling import Filling
from incident.law.forms.notation import count, day, lines, moment, utc_iso
from incident.law.forms.people import contact_of, reporter_of
from incident.law.labels import field_label, label, labels
from incident.law.proposals import with_proposals
from incident.law.questions import Kind, is_known, question
from incident.law.regimes import all_regimes
from incident.law.triggers import trigger_of
from incident.law.vocabulary import Ternary, Unknown

MINUTES_OF_A_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Made:
    """NIS2 art. 23(4), DORA art. 19(4): the reports of this incident made so far: which, and the number given first."""

    reports: frozenset[str] = frozenset()
    number: str = ""


def fill_report(
    form: tuple[Catalogue, Report],
    facts: BreachFacts,
    organisation: FilingOrganisation,
    context: FilingContext,
    language: str,
    made: Made | None = None,
) -> FilledForm:
    """NIS2 art. 23(4), DORA art. 19(4), CRA art. 14: one report on its form; ``language`` is that of the notes."""
    catalogue, report = form
    answer = _Recorded(report, made or Made())
    fillers = dict.fromkeys((asked.key for asked in catalogue.questions), answer)
    facts = with_proposals(facts, context.proposed)
    return Filling(catalogue, fillers, facts, organisation, context, report.situation, language).form()


@dataclass(frozen=True, slots=True)
class _Found:
    """What one name gives: words, or members of closed lists for a question with options; ``note`` where derived."""

    text: str = ""
    members: tuple[str, ...] = ()
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.members)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """The one filler of all these questions."""

    report: Report
    made: Made = field(default_factory=Made)

    def __call__(self, case: Case) -> Draft:
        asked = case.question
        if asked.by_hand:
            return Draft(origin=Origin.MISSING, note="by_hand")
        found = [(name, one) for name in asked.answers if (one := self._found(case, name))]
        if asked.options:
            return self._choice(case, found)
        if not found:
            return NOTHING
        if asked.joined and len(found) > 1:
            told = (_with_label(case, name, one.text) for name, one in found)
            return Draft(text=lines(*told), value=lines(*told), origin=Origin.DERIVED, note=asked.note or "joined")
        name, first = found[0]
        return written(first.text, note=asked.note or first.note or _place(case, name))

    def _choice(self, case: Case, found: list[tuple[str, _Found]]) -> Draft:
        """The options of the first name that leads to any; of every name where several may be chosen."""
        named = [(name, one, case.question.members_of(one.members)) for name, one in found]
        led = [entry for entry in named if entry[2]]
        if not led:
            return NOTHING
        name, first, options = led[0]
        if case.question.kind is QuestionKind.MULTI:
            every = [member for _name, one, _options in led for member in one.members]
            return chosen(case, every, note=case.question.note or first.note)
        several = "one_of_several" if len(options) > 1 else ""
        note = case.question.note or first.note or several or _place(case, name)
        return Draft(options=options[:1], origin=Origin.DERIVED if note else Origin.RECORDED, note=note)

    def _found(self, case: Case, name: str) -> _Found:
        if name == "report.kind":
            return _Found(members=tuple(sorted(self.report.situation)), note="from_report")
        if name == "report.number":
            return _Found(self.made.number)
        if name.startswith("event."):
            return self._event(case, name.removeprefix("event."))
        if name == "incident.told":
            return _Found(members=_told(case.facts, self.made.reports), note="from_reports")
        if name in _BESIDE:
            return _BESIDE[name](case)
        return _yes_if_known(case, name) if name.startswith("has.") else _fact(case, name)

    def _event(self, case: Case, moment_name: str) -> _Found:
        """A moment of the event that the law of this report names."""
        kind = next((one.trigger for one in all_regimes() if one.id == self.report.id), None)
        at = getattr(trigger_of(case.facts, kind), moment_name) if kind else None
        return _Found(_moment(case, at)) if isinstance(at, datetime) else _Found()


def _place(case: Case, name: str) -> str:
    return "" if name == case.question.answers[0] else "in_its_place"


def _with_label(case: Case, name: str, text: str) -> str:
    """The answer with the name of the fact before it, so that several in one box stay apart."""
    head = field_label(name, case.catalogue.language).label if "." not in name else case.phrase(name)
    return f"{head}: {text}"


def _yes_if_known(case: Case, name: str) -> _Found:
    known = is_known(getattr(case.facts, name.removeprefix("has.")))
    return _Found(members=(Ternary.YES.value,), note="from_facts") if known else _Found()


def _fact(case: Case, name: str) -> _Found:
    value, kind = getattr(case.facts, name), question(name).kind
    if not is_known(value):
        return _Found()
    if kind in {Kind.ONE, Kind.SOME}:
        known = tuple(one for one in (value if isinstance(value, tuple) else (value,)) if is_known(one))
        return _Found(labels(known, case.catalogue.language), tuple(str(one.value) for one in known))
    return _Found(_ROWS[name](case) if kind is Kind.ROWS else _said(case, kind, value))


def _said(case: Case, kind: Kind, value: object) -> str:
    if isinstance(value, datetime):
        return _moment(case, value)
    if isinstance(value, date):
        return day(value)
    if kind is Kind.COUNT:
        number = count(value) if isinstance(value, int | Unknown) else None
        return "" if number is None else str(number)
    return ", ".join(value) if isinstance(value, tuple) else str(value).strip()


def _moment(case: Case, at: datetime) -> str:
    return utc_iso(at) if case.catalogue.in_utc else moment(at)


def _parties(case: Case) -> str:
    return lines(*(_party(case, party) for party in case.facts.parties))


def _party(case: Case, party: Party) -> str:
    return ", ".join(filter(None, (party.name, label(party.role, case.catalogue.language), party.contact)))


_ROWS: Final[Mapping[str, Callable[[Case], str]]] = MappingProxyType(
    {
        "parties": _parties,
        "countries": countries,
    }
)
"""The tables of the fact sheet that a report may ask for, in words."""


def _told(facts: BreachFacts, made: frozenset[str]) -> tuple[str, ...]:
    """Which authorities know: as recorded, by the reports made, and the authority by the first notification."""
    found = [
        "police" if facts.reported_to_police is Ternary.YES else "",
        "privacy_authority" if isinstance(facts.first_notified_at, datetime) else "",
        "csirt" if any(name.startswith(("cbw_", "cra_")) for name in made) else "",
        *(str(one.value) for one in facts.other_authorities),
    ]
    known = tuple(filter(None, found))
    return known or (("nobody",) if facts.other_authorities_told is Ternary.NO else ())


def _duration(case: Case) -> _Found:
    """Days, hours and minutes from the beginning until all worked again, or until it was contained."""
    facts = case.facts
    began = facts.occurred_from
    ended = next((at for at in (facts.recovered_at, facts.contained_at) if isinstance(at, datetime)), None)
    if not isinstance(began, datetime) or ended is None or ended < began:
        return _Found()
    minutes = int((ended - began).total_seconds()) // 60
    days, rest = divmod(minutes, MINUTES_OF_A_DAY)
    return _Found(f"{days:02d}:{rest // 60:02d}:{rest % 60:02d}", note="duration")


def _risk(case: Case) -> _Found:
    level = case.context.risk
    words = label(level, case.catalogue.language) if isinstance(level, Enum) and not isinstance(level, Unknown) else ""
    return _Found(lines(words, case.context.assessed if words else ""), note="from_assessment")


def _contact(name: str) -> Callable[[Case], _Found]:
    """One part of whom to call."""

    def find(case: Case) -> _Found:
        contact, note = contact_of(case)
        return _Found(str(getattr(contact, name)), note=note and "from_account")

    return find


def _reporter(name: str) -> Callable[[Case], _Found]:
    """One part of who reports, as a second person to call; nothing where that is whom the authority calls first."""

    def find(case: Case) -> _Found:
        reporter, (contact, _note) = reporter_of(case), contact_of(case)
        return _Found() if reporter.name == contact.name else _Found(str(getattr(reporter, name)))

    return find


def _profile(name: str) -> Callable[[Case], _Found]:
    return lambda case: _Found(str(getattr(case.organisation, name)), note="from_profile")


_PARTS: Final = ("name", "function", "email", "phone")
_OF_THE_PROFILE: Final = ("name", "street", "postcode", "city", "kvk", "sector", "policy_number")
_BESIDE: Final[Mapping[str, Callable[[Case], _Found]]] = MappingProxyType(
    {
        "incident.reference": lambda case: _Found(case.context.reference),
        "incident.duration": _duration,
        "incident.risk": _risk,
        "incident.plans": lambda case: _Found(lines(*case.context.planned), note="from_plans"),
        **{f"contact.{part}": _contact(part) for part in _PARTS},
        **{f"reporter.{part}": _reporter(part) for part in _PARTS},
        **{f"organisation.{name}": _profile(name) for name in _OF_THE_PROFILE},
    }
)
"""What answers a question from beside the facts: the incident, the people and the organisation's profile."""

NAMES: Final = frozenset({*_BESIDE, "report.kind", "report.number", "incident.told"})
"""DORA art. 19(4): the names without a field of the facts; those of an event are ``event.`` and its moment."""
