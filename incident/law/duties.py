"""GDPR art. 33 and 34: whether a duty exists for one breach, and why or why not. One function per condition.

What is not known counts as the worse case: an authority is told unless it is established that it need not be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from incident.law.facts import AffectedController, BreachFacts, CountryCount, Trigger
from incident.law.grounds import grounds
from incident.law.regimes import Anchor, Bearer, Regime, Threshold
from incident.law.trace import Reason, reason
from incident.law.triggers import trigger_of
from incident.law.vocabulary import IncidentKind, NotInformingGround, RiskLevel, Role, Ternary, TriggerKind, Unknown


class Duty(StrEnum):
    """GDPR art. 33 and 34: whether the addressee must be told."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Ruling:
    """GDPR art. 5(2): the outcome of one condition and its reason."""

    duty: Duty
    because: Reason


class Asked(NamedTuple):
    """GDPR art. 33 and 34: all of a fact sheet that the conditions can see; the same answers are judged once."""

    is_breach: Ternary
    role: Role
    affected_controllers: tuple[AffectedController, ...]
    cross_border: Ternary
    countries: tuple[CountryCount, ...]
    network_incident: Ternary
    triggers: tuple[Trigger, ...]
    kinds: tuple[IncidentKind, ...]
    not_informing_ground: NotInformingGround | Unknown

    @classmethod
    def of(cls, facts: BreachFacts) -> "Asked":
        """GDPR art. 33 and 34: the answers of one fact sheet."""
        return cls(
            facts.is_breach,
            facts.role,
            facts.affected_controllers,
            facts.cross_border,
            facts.countries,
            facts.network_incident,
            facts.triggers,
            facts.kinds,
            facts.not_informing_ground,
        )


def rulings(facts: BreachFacts, regime: Regime, risk: RiskLevel | None) -> tuple[Ruling, ...]:
    """GDPR art. 33 and 34: every condition of one duty, judged. The duty is the weakest of them, see ``judged``."""
    return _rulings(Asked.of(facts), regime, risk)


def judged(facts: BreachFacts, regime: Regime, risk: RiskLevel | None) -> tuple[Duty, tuple[Reason, ...]]:
    """GDPR art. 33 and 34: one condition that fails ends the duty; one that is open leaves it open.

    Returns the duty with the reasons that carry it: of a duty that ended, only what ended it.
    """
    return _judged(Asked.of(facts), regime, risk)


@lru_cache(maxsize=1024)
def _judged(asked: Asked, regime: Regime, risk: RiskLevel | None) -> tuple[Duty, tuple[Reason, ...]]:
    found = _rulings(asked, regime, risk)
    ended = tuple(ruling.because for ruling in found if ruling.duty is Duty.NOT_REQUIRED)
    if ended:
        return Duty.NOT_REQUIRED, ended
    open_ones = any(ruling.duty is Duty.UNDECIDED for ruling in found)
    return Duty.UNDECIDED if open_ones else Duty.REQUIRED, tuple(ruling.because for ruling in found)


def _rulings(asked: Asked, regime: Regime, risk: RiskLevel | None) -> tuple[Ruling, ...]:
    return tuple([ruling for condition in _CONDITIONS for ruling in condition(asked, regime, risk)])


def _breach(asked: Asked, regime: Regime, _: RiskLevel | None) -> Iterator[Ruling]:
    """GDPR art. 4(12): the duty needs a breach of security that hit personal data; an open question counts as yes."""
    if not regime.needs_breach:
        return
    if asked.is_breach is Ternary.NO:
        yield Ruling(Duty.NOT_REQUIRED, reason("gdpr_4_12", "GDPR art. 4(12)", "duty.no_breach"))
    elif asked.is_breach is Ternary.UNKNOWN:
        yield Ruling(Duty.REQUIRED, reason("gdpr_4_12", "GDPR art. 4(12)", "duty.breach_open"))
    elif regime.threshold is Threshold.ANY_BREACH:
        yield Ruling(Duty.REQUIRED, reason(regime.id, regime.citation, "duty.any_breach"))


def _bearer(asked: Asked, regime: Regime, _: RiskLevel | None) -> Iterator[Ruling]:
    """GDPR art. 4(7), 4(8), 26: a controller's duty is not a processor's, and the other way round."""
    found = _BEARERS.get((regime.bearer, asked.role))
    if found is not None:
        duty, text_id, citation = found
        customers = regime.bearer is Bearer.PROCESSOR and bool(asked.affected_controllers)
        if customers:
            duty, text_id, citation = Duty.REQUIRED, "duty.customers_listed", "GDPR art. 33(2)"
        yield Ruling(duty, reason(f"bearer.{regime.bearer}", citation, text_id))


def _border(asked: Asked, regime: Regime, _: RiskLevel | None) -> Iterator[Ruling]:
    """GDPR art. 56(1): of processing across borders the authority of the main establishment is the one to tell."""
    if regime.lead and asked.cross_border is Ternary.YES:
        yield Ruling(Duty.REQUIRED, reason("gdpr_56", "GDPR art. 56(1)", "duty.across_borders"))


def _country(asked: Asked, regime: Regime, _: RiskLevel | None) -> Iterator[Ruling]:
    """GDPR art. 55: foreign law asks whether people there are hit; as long as no country is stated, that is open."""
    if not regime.country:
        return
    there = {count.country.upper() for count in asked.countries if count.subjects != 0}
    rule_id, citation = f"country.{regime.country}", regime.citation
    if regime.country in there:
        yield Ruling(Duty.REQUIRED, reason(rule_id, citation, "duty.people_there", country=regime.country))
    elif there:
        yield Ruling(Duty.NOT_REQUIRED, reason(rule_id, citation, "duty.nobody_there", country=regime.country))
    else:
        yield Ruling(Duty.UNDECIDED, reason(rule_id, citation, "duty.country_open", country=regime.country))


def _trigger(asked: Asked, regime: Regime, _: RiskLevel | None) -> Iterator[Ruling]:
    """NIS2 art. 23, DORA art. 19, CRA art. 14: other law needs an event of its own; an open question counts as yes."""
    if regime.trigger is None:
        return
    met = _met(asked, regime.trigger)
    duty = {Ternary.YES: Duty.REQUIRED, Ternary.NO: Duty.NOT_REQUIRED, Ternary.UNKNOWN: Duty.UNDECIDED}[met]
    text_id = f"duty.trigger.{regime.trigger}.{met}"
    yield Ruling(duty, reason(f"trigger.{regime.trigger}", regime.citation, text_id))


def _met(asked: Asked, kind: TriggerKind) -> Ternary:
    """NIS2 art. 23, CRA art. 14: what was stated of the event itself, else what other answers already say about it."""
    stated = trigger_of(asked, kind).met
    if stated is not Ternary.UNKNOWN:
        return stated
    if kind is TriggerKind.EXPLOITED_VULNERABILITY and IncidentKind.VULNERABILITY_EXPLOITED in asked.kinds:
        return Ternary.YES
    return Ternary.NO if kind in _NEEDS_A_NETWORK and asked.network_incident is Ternary.NO else Ternary.UNKNOWN


def _risk(asked: Asked, regime: Regime, risk: RiskLevel | None) -> Iterator[Ruling]:
    """GDPR art. 33(1) and 34(1): unlikely, a risk, or a high risk; not assessed counts as the worse case.

    Only the communication to the data subjects waits: it needs the high risk to be established.
    """
    needed = _LEVELS.get(regime.threshold)
    if needed is None:
        return
    waits = regime.anchor is Anchor.HIGH_RISK
    if risk is None:
        duty = Duty.UNDECIDED if waits else Duty.REQUIRED
        text_id = "duty.risk_open_waits" if waits else "duty.risk_open"
        yield Ruling(duty, reason(f"{regime.id}.risk", regime.citation, text_id))
    else:
        duty = Duty.REQUIRED if _ORDER.index(risk) >= _ORDER.index(needed) else Duty.NOT_REQUIRED
        text_id = f"duty.{needed}.{'met' if duty is Duty.REQUIRED else 'not_met'}"
        yield Ruling(duty, reason(f"{regime.id}.risk", regime.citation, text_id, level=f"@risk.level.{risk}"))


def _ground(asked: Asked, regime: Regime, risk: RiskLevel | None) -> Iterator[Ruling]:
    """GDPR art. 34(3), UAVG art. 41 and 42: the only grounds on which data subjects need not be told of a high risk."""
    ground = asked.not_informing_ground
    if regime.anchor is Anchor.HIGH_RISK and risk is RiskLevel.HIGH and isinstance(ground, NotInformingGround):
        yield Ruling(Duty.NOT_REQUIRED, reason(f"ground.{ground}", grounds()[ground].citation, f"ground.{ground}"))


_LEVELS: Final = {Threshold.RISK: RiskLevel.RISK, Threshold.HIGH_RISK: RiskLevel.HIGH}
_ORDER: Final = (RiskLevel.UNLIKELY, RiskLevel.RISK, RiskLevel.HIGH)


def _instead(asked: Asked, regime: Regime, _: RiskLevel | None) -> Iterator[Ruling]:
    """GDPR art. 34(3)(c): who tells nobody in person for this ground owes what the provision demands in its place."""
    if regime.instead_of is None:
        return
    invoked = asked.not_informing_ground is regime.instead_of
    duty, text_id = (Duty.REQUIRED, "duty.instead") if invoked else (Duty.NOT_REQUIRED, "duty.not_instead")
    yield Ruling(duty, reason(f"{regime.id}.ground", regime.citation, text_id))


_CONDITIONS: Final = (_breach, _bearer, _border, _country, _trigger, _risk, _ground, _instead)
_NEEDS_A_NETWORK: Final = frozenset({TriggerKind.SIGNIFICANT_INCIDENT, TriggerKind.MAJOR_ICT_INCIDENT})
"""Events in network or information systems by their definition."""
_BEARERS: Final = {
    (Bearer.CONTROLLER, Role.PROCESSOR): (Duty.NOT_REQUIRED, "duty.we_are_processor", "GDPR art. 4(8)"),
    (Bearer.CONTROLLER, Role.JOINT_CONTROLLER): (Duty.REQUIRED, "duty.joint_controllers", "GDPR art. 26(1)"),
    (Bearer.CONTROLLER, Role.UNKNOWN): (Duty.REQUIRED, "duty.role_open", "GDPR art. 4(7)"),
    (Bearer.PROCESSOR, Role.PROCESSOR): (Duty.REQUIRED, "duty.name_the_customers", "GDPR art. 33(2)"),
    (Bearer.PROCESSOR, Role.CONTROLLER): (Duty.NOT_REQUIRED, "duty.no_customers", "GDPR art. 4(7)"),
    (Bearer.PROCESSOR, Role.JOINT_CONTROLLER): (Duty.NOT_REQUIRED, "duty.no_customers", "GDPR art. 4(7)"),
    (Bearer.PROCESSOR, Role.UNKNOWN): (Duty.UNDECIDED, "duty.customers_open", "GDPR art. 33(2)"),
}
