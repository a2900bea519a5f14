"""What the fact sheet already says about the questions of the risk assessment: a start, for a person to check."""

from typing import Any

from incident.law.facts import BreachFacts
from incident.law.vocabulary import SubjectGroup, Ternary

VULNERABLE = {SubjectGroup.MINORS: "minors", SubjectGroup.PATIENTS: "dependent", SubjectGroup.VULNERABLE: "other"}


def answers_from_facts(facts: BreachFacts) -> dict[str, Any]:
    """Answers as plain values; what the sheet leaves open is left out and counts as unknown."""
    found: dict[str, Any] = {
        "disclosure": facts.disclosure.value,
        "alteration": facts.alteration.value,
        "backup": facts.backup_available.value,
        "recipient": facts.recipient.value,
        "actor": facts.actor.value,
    }
    if facts.nature:
        found["nature"] = [item.value for item in facts.nature]
    if facts.data_categories:
        found["data"] = [{"category": item.value} for item in facts.data_categories]
    if len(facts.protection) == 1:
        found["protection"] = facts.protection[0].value
    if facts.protection_intact is not Ternary.UNKNOWN:
        found["key_safe"] = facts.protection_intact.value
    number = next((count for count in (facts.subjects_max, facts.subjects_min) if isinstance(count, int)), None)
    if number is not None:
        found["subjects_number"] = number
    groups = [VULNERABLE[group] for group in facts.subject_groups if group in VULNERABLE]
    return {**found, "vulnerable": groups} if groups else found
