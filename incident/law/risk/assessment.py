"""GDPR art. 33(1), 34(1): the proposal of both assessors on one breach. A named person decides."""

from dataclasses import dataclass
from typing import Final

from incident.law.risk.answers import RiskAnswers
from incident.law.risk.edpb import weigh_factors
from incident.law.risk.enisa import Enisa, points_to, score
from incident.law.risk.findings import Effect, Finding, finding
from incident.law.risk.grounds import judge_ground
from incident.law.risk.open_questions import open_questions
from incident.law.risk.parameters import risk_parameters
from incident.law.rulesets import RuleSet
from incident.law.vocabulary import RiskLevel

DUTY: Final = "GDPR art. 33(1), 33(5), 34(1)"
ENISA: Final = "ENISA 2013, SE"
DIFFER: Final = "assessors.differ"


@dataclass(frozen=True, slots=True)
class Assessment:
    """GDPR art. 33(1), 34(1): the proposed risk and duties, why, the score beside it, and what is still unknown.

    ``unknowns`` holds the paths of the questions that are open and bear on this breach; ``sensitivity`` tells which of
    them would change the outcome.
    """

    risk: RiskLevel
    notify_authority: bool
    inform_subjects: bool
    findings: tuple[Finding, ...]
    enisa: Enisa
    unknowns: tuple[str, ...]
    ruleset: str


def assess(answers: RiskAnswers, rules: RuleSet) -> Assessment:
    """GDPR art. 33(1), 34(1): notify the authority unless a risk is unlikely; inform people when it is likely high.

    The EDPB factors give the proposal; the ENISA score stands beside it, and a difference between the two is a
    finding of its own. What is unknown counts as the worse case.
    """
    parameters = risk_parameters(rules)
    risk, factors = weigh_factors(answers, parameters.edpb)
    enisa = score(answers, parameters.enisa)
    inform, about_ground = judge_ground(answers, risk)
    duties = finding("gdpr.duties", Effect.SETS, DUTY, text=risk.value)
    findings = (*_disagreement(enisa, risk), *factors, *_beside(enisa), duties, *about_ground)
    notify = risk is not RiskLevel.UNLIKELY
    return Assessment(risk, notify, inform, findings, enisa, open_questions(answers), rules.version)


def _disagreement(enisa: Enisa, risk: RiskLevel) -> tuple[Finding, ...]:
    """EDPB 9/2022 IV.B; ENISA 2013: first of all, that the two assessors point to different outcomes."""
    if points_to(enisa.level) is risk:
        return ()
    level = f"@risk.enisa.level.{enisa.level.value}"
    return (finding(DIFFER, Effect.NOTES, "EDPB 9/2022 IV.B; ENISA 2013", level=level),)


def _beside(enisa: Enisa) -> tuple[Finding, ...]:
    """ENISA 2013: the score and its flags as findings."""
    level = f"@risk.enisa.level.{enisa.level.value}"
    numbers = finding(
        "enisa.score", Effect.NOTES, ENISA, level=level, dpc=enisa.dpc, ei=enisa.ei, cb=enisa.cb, se=enisa.se
    )
    found = [numbers]
    found += [finding("enisa.flag", Effect.NOTES, "ENISA 2013, flags", text=flag.value) for flag in enisa.flags]
    return tuple(found)


def propose_risk(answers: RiskAnswers, rules: RuleSet) -> RiskLevel:
    """GDPR art. 33(1): the level alone, for the many "what if" questions of ``sensitivity``."""
    return weigh_factors(answers, risk_parameters(rules).edpb)[0]
