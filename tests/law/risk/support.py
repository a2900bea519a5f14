"""Reading the situations: YAML in which yes and no are words, as in the answers themselves."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from incident.law.risk import RiskAnswers
from incident.law.risk.schema import read_answers
from incident.law.rulesets import RuleSet

HERE = Path(__file__).parent
RULES = RuleSet.at(datetime(2026, 11, 22, 12, tzinfo=UTC))


class Words(yaml.CSafeLoader):
    """YAML without its habit of reading yes and no as truth values."""


Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Situation:
    """One breach in words, its answers, and what an authority expects: D, SA, DS.

    A decision says it for each duty apart, in ``authority`` (GDPR art. 33) and ``people`` (art. 34): it may be silent
    on one of them.
    """

    title: str
    facts: str
    answers: dict[str, Any]
    expected: list[str] = field(default_factory=list)
    source: str = ""
    certainty: str = "K"
    address: str = ""
    stated: str = ""
    authority: str = ""
    people: str = ""
    why: str = ""
    argued: str = ""

    def read(self) -> RiskAnswers:
        return read_answers(json.dumps(self.answers))


def situations(name: str) -> list[Situation]:
    text = (HERE / "situations" / name).read_text("utf-8")
    return [Situation(**entry) for entry in yaml.load(text, Words)]
