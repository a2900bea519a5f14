"""GDPR art. 33(1) and 34(1): the risk of a breach for people, judged by two assessors side by side.

``assess`` proposes: the factors of EDPB Guidelines 9/2022 (section IV.B) as rules, with the ENISA 2013 score beside
them. What is unknown counts as the worse case; ``sensitivity`` tells which open answer would change the outcome.
"""

from incident.law.risk.answers import DataItem, RiskAnswers
from incident.law.risk.assessment import Assessment, assess
from incident.law.risk.enisa import Enisa, EnisaLevel, proposed_severity
from incident.law.risk.findings import Effect, Finding
from incident.law.risk.sensitivity import OpenAnswer, rests_on, sensitivity
from incident.law.risk.telling import asked, tell_open_question, tell_rests_on

__all__ = [
    "Assessment",
    "DataItem",
    "Effect",
    "Enisa",
    "EnisaLevel",
    "Finding",
    "OpenAnswer",
    "RiskAnswers",
    "asked",
    "assess",
    "proposed_severity",
    "rests_on",
    "sensitivity",
    "tell_open_question",
    "tell_rests_on",
]
