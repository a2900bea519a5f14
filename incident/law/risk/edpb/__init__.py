"""EDPB Guidelines 9/2022, section IV.B: the factors of risk as rules, one function per factor.

Each rule looks at one factor and adds a floor, a step or a ceiling to the gravity of misuse or to its likelihood; the
three sides of security (confidentiality, availability, integrity) then have an outcome each, and the worst counts.
"""

from incident.law.risk.answers import RiskAnswers
from incident.law.risk.edpb.security import availability, confidentiality, integrity
from incident.law.risk.findings import Finding
from incident.law.risk.parameters import EdpbParameters
from incident.law.vocabulary import RiskLevel

LEVELS = tuple(RiskLevel)


def weigh_factors(answers: RiskAnswers, parameters: EdpbParameters) -> tuple[RiskLevel, tuple[Finding, ...]]:
    """EDPB 9/2022 IV.B: the worst outcome of the three sides of security, with every finding once."""
    sides = (side(answers, parameters) for side in (confidentiality, integrity, availability))
    judged = [judgement for judgement in sides if judgement]
    level = max((level for level, _ in judged), key=LEVELS.index)
    findings = dict.fromkeys(found for _, several in judged for found in several)
    return level, tuple(findings)
