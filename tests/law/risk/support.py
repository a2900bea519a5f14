"""Reading the situations: YAML in which yes and no are words, as in the answers themselves."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from incident.law.risk import RiskAnswers
from incident.law.risk.schema import read_answers
from incident.law.rulesets import RuleSet

HERE = Path(__file__).parent
RULES = RuleSet.at(datetime(2026, 11, 22, 12, tzinfo=UTC))


class Words(yaml.SafeLoader):
    """YAML without its habit of reading yes and no as truth values."""


Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Situation:
    """One breach in words, its answers, and what an authority expects: D, SA, DS."""

    title: str
    facts: str
    expected: list[str]
    answers: dict[str, Any]
    source: str = ""
    certainty: str = "K"

    def read(self) -> RiskAnswers:
        return read_answers(json.dumps(self.answers))


def situations(name: str) -> list[Situation]:
    text = (HERE / "situations" / name).read_text("utf-8")
    return [Situation(**entry) for entry in yaml.load(text, Words)]
