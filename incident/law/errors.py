"""GDPR art. 33 and Regulation 1182/71: the questions this package refuses to answer, each with its reason.

The law layer stands below the domain layer, so it has errors of its own. Each carries a ``Reason``:
``explain(error.reason, language)`` gives the sentence for a person, ``str(error)`` the same in English.
"""

from incident.law.texts import sentence
from incident.law.trace import Reason


class LawError(ValueError):
    """GDPR art. 33: a question that has no lawful or no single answer; ``reason`` says why, in each page language."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return sentence(self.reason.text_id, self.reason.params, "en")


class NoRuleInForce(LawError):
    """GDPR art. 99(2): no version of the rule was in force at that instant."""


class NotAnInstant(LawError):
    """Regulation 1182/71 art. 3(1): the text is not one moment: not a time, skipped, or struck twice by the clock."""
