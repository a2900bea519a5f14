"""Fact sheets for the tests of the forms: one full example, one random sheet per seed, and a hypothesis strategy."""

import random
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from incident.domain.organisation import OrganisationProfile, load_profile
from incident.law.facts import BreachFacts, CountryCount, Party
from incident.law.forms.answers import FilledForm, Origin
from incident.law.forms.catalogue import load_catalogue
from incident.law.forms.filing import FilingContext, FilingKind
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Attachment,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Informed,
    Nature,
    NoticeChannel,
    OrganisationSize,
    PartyRole,
    Protection,
    Recipient,
    RiskLevel,
    Role,
    SecurityMeasure,
    Severity,
    SubjectGroup,
    Ternary,
)

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
FIELD_NAMES = tuple(field.name for field in fields(BreachFacts))
BLANK = BreachFacts()

PROFILE = replace(
    load_profile(),
    email="info@example.nl",
    phone="050 123 4567",
    kvk="12345678",
    fg_number="FG000123",
    dpo_designated=True,
    dpo_name="Femke Gerritsen",
    dpo_email="fg@example.nl",
    dpo_phone="050 765 4321",
    sector="ICT",
    activity="62.10",
    size=OrganisationSize.SME,
)

FULL = BreachFacts(
    summary="A support agent was phished.",
    role=Role.CONTROLLER,
    is_breach=Ternary.YES,
    network_incident=Ternary.YES,
    other_authorities_told=Ternary.NO,
    reported_to_police=Ternary.YES,
    cross_border=Ternary.YES,
    countries=(CountryCount("NL", 900), CountryCount("DE", 300)),
    other_privacy_authorities_told=Ternary.NO,
    reporter_name="Ruben Smit",
    reporter_function="Security officer",
    reporter_email="r.smit@example.nl",
    reporter_phone="06 12345678",
    others_involved=Ternary.YES,
    parties=(Party("Freshdesk", PartyRole.PROCESSOR, "privacy@freshdesk.example"),),
    occurred_from=NOW - timedelta(days=3),
    occurred_to=NOW - timedelta(days=2),
    ongoing=Ternary.NO,
    first_signal_at=NOW - timedelta(days=2, hours=2),
    investigation_started_at=NOW - timedelta(days=2, hours=1),
    aware_at=NOW - timedelta(days=2),
    aware_person="Ruben Smit",
    aware_ground="The log shows the export",
    discovered_by=DiscoveredBy.CONTROLLER,
    discovery="An alert on an unusual export.",
    nature=(Nature.CONFIDENTIALITY,),
    disclosure=Disclosure.CONFIRMED,
    kinds=(IncidentKind.PHISHING,),
    actor=Actor.EXTERNAL_MALICIOUS,
    recipient=Recipient.MALICIOUS,
    description="Somebody logged in with a phished password and exported tickets.",
    systems=("Freshdesk",),
    data_categories=(DataCategory.NAME, DataCategory.EMAIL),
    data_note="Name and e-mail address of people who asked for support.",
    records_min=1200,
    records_max=1200,
    subject_groups=(SubjectGroup.CUSTOMERS,),
    subjects_note="Contact persons at customers.",
    subjects_min=1200,
    subjects_max=1200,
    subjects_exact=True,
    protection=(Protection.NONE,),
    measures_before=(SecurityMeasure.LOGICAL_ACCESS_CONTROL,),
    measures_before_note="MFA for administrators only.",
    consequences_data=(ConsequenceForData.SEEN_BY_UNAUTHORISED,),
    consequences_subjects=(ConsequenceForSubjects.FRAUD,),
    severity=Severity.LIMITED,
    severity_note="Contact data only.",
    measures_taken="Password changed, sessions ended.",
    measures_prevent=(SecurityMeasure.LOGICAL_ACCESS_CONTROL,),
    measures_prevent_note="MFA for everybody.",
    measures_prevent_by=date(2026, 12, 1),
    informed=Informed.INFORMED,
    informed_on=date(2026, 11, 21),
    informed_count=1200,
    informed_channels=(NoticeChannel.EMAIL,),
    informed_content="Dear customer, …",
)
"""A breach of which everything is known."""


def filing(kind: FilingKind = FilingKind.FIRST_COMPLETE, **changes: Any) -> FilingContext:
    """A filing at ``NOW`` with a decided risk."""
    base = FilingContext(kind, NOW, reference="DL-2026-0001", risk=RiskLevel.RISK, risk_explanation="EDPB factors.")
    return replace(base, **changes)


def with_(**changes: Any) -> BreachFacts:
    """The full example with changes."""
    return replace(FULL, **changes)


# --- one random sheet per seed -----------------------------------------------------------------------------------


def random_facts(seed: int) -> BreachFacts:
    """Any fact sheet at all; about a third of its fields is left as it starts."""
    dice = random.Random(seed)
    hints = get_type_hints(BreachFacts)
    chosen = {name: _random(hints[name], dice) for name in FIELD_NAMES if dice.random() > 0.3}
    unknown = tuple(dice.sample(FIELD_NAMES, dice.randrange(0, 12)))
    return replace(BLANK, **{**chosen, "stated_unknown": unknown})


def random_filing(seed: int, kind: FilingKind | None = None) -> FilingContext:
    """Any filing."""
    dice = random.Random(seed)
    return FilingContext(
        kind=kind or dice.choice(list(FilingKind)),
        now=NOW,
        reference="DL-2026-0001",
        earlier_number="M2026-1",
        withdrawal_reason="No personal data after all.",
        due_at=dice.choice([None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
        other_notifications=dice.choice([(), ("Bundesnetzagentur",)]),
        risk=dice.choice([UNKNOWN, *RiskLevel]),
        risk_explanation=dice.choice(["", "EDPB factors."]),
        attachments=dice.choice([(), tuple(Attachment)]),
        attachments_note=dice.choice(["", "A drawing."]),
    )


def random_profile(seed: int) -> OrganisationProfile:
    """The shipped profile, the complete one, or one without an officer, inside or outside the EEA."""
    dice = random.Random(seed)
    outside = replace(PROFILE, in_eea=False, representative_name="Rep", representative_contact="rep@example.eu")
    return dice.choice([load_profile(), PROFILE, replace(PROFILE, dpo_designated=False, dpo_name=""), outside])


def _random(kind: Any, dice: random.Random) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return _random(dice.choice(get_args(kind)), dice)
    if get_origin(kind) is tuple:
        return tuple(dict.fromkeys(_random(get_args(kind)[0], dice) for _ in range(dice.randrange(0, 4))))
    if is_dataclass(kind):
        return kind(**{name: _random(hint, dice) for name, hint in get_type_hints(kind).items()})  # type: ignore[operator]
    return _random_value(kind, dice)


def _random_value(kind: Any, dice: random.Random) -> Any:
    makers: dict[Any, Callable[[], Any]] = {
        str: lambda: dice.choice(["", " ", "Some text", "Ongeldig; én <b>vreemd</b>", "é" * 300, "line\nline"]),
        int: lambda: dice.choice([-1, 0, 1, 40, 12500]),
        bool: lambda: dice.random() > 0.5,
        datetime: lambda: NOW - timedelta(minutes=dice.randrange(0, 60 * 24 * 30)),
        date: lambda: (NOW - timedelta(days=dice.randrange(0, 30))).date(),
        type(None): lambda: None,
    }
    if isinstance(kind, type) and issubclass(kind, Enum):
        return dice.choice(list(kind))
    return makers[kind]()


# --- hypothesis ---------------------------------------------------------------------------------------------------

_TEXT = st.sampled_from(["", " ", "x"]) | st.text(max_size=20)
_COUNT = st.integers(min_value=-1, max_value=10**7)
_INSTANT = st.datetimes(datetime(2018, 5, 25), datetime(2030, 1, 1), timezones=st.just(UTC))
_DAY = st.dates(date(2018, 5, 25), date(2030, 1, 1))


def _strategy(kind: Any) -> st.SearchStrategy[Any]:
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of([_strategy(part) for part in get_args(kind)])
    if get_origin(kind) is tuple:
        return st.lists(_strategy(get_args(kind)[0]), max_size=3, unique=True).map(tuple)
    if is_dataclass(kind):
        make: Any = kind
        return st.builds(make, **{name: _strategy(hint) for name, hint in get_type_hints(kind).items()})
    plain = {str: _TEXT, int: _COUNT, bool: st.booleans(), datetime: _INSTANT, date: _DAY}
    return plain[kind] if kind in plain else st.from_type(kind)


def fact_sheets() -> st.SearchStrategy[BreachFacts]:
    """Any fact sheet, most fields left as they start, shrinking towards the blank one."""
    hints = get_type_hints(BreachFacts)
    changes = st.fixed_dictionaries({}, optional={name: _strategy(hints[name]) for name in FIELD_NAMES})
    return changes.map(lambda chosen: replace(BLANK, **chosen))


def hidden(form: FilledForm) -> set[str]:
    """The keys of the questions that are not asked."""
    return {question.key for question in form.hidden}


def assert_whole(form: FilledForm) -> None:
    """Every question once; what is visible and required has an answer or is missing; what is hidden says why."""
    keys = sorted([answer.key for answer in form.answers] + [question.key for question in form.hidden])
    assert sorted(question.key for question in load_catalogue(form.catalogue).questions) == keys
    assert all(question.reason for question in form.hidden)
    assert all(chapter.answers for chapter in form.chapters), "nothing stands under a heading"
    for answer in form.answers:
        assert answer.text or answer.origin in {Origin.MISSING, Origin.UNKNOWN}, answer.key
        assert answer.note or answer.origin is not Origin.DERIVED, answer.key
        assert answer.origin is not Origin.MISSING or not answer.required or answer in form.missing
