"""Every finding of every situation, as a text that a lawyer can read and a reviewer can compare.

After a deliberate change of a rule, write the new text with
`python -m tests.law.risk.test_snapshot` and read the difference.
"""

from incident.law.explain import explain
from incident.law.risk import assess
from incident.law.risk.findings import Finding
from incident.law.trace import Param
from tests.law.risk.support import HERE, RULES, Situation, situations

SNAPSHOT = HERE / "snapshots" / "findings.txt"


def line(found: Finding) -> str:
    params = " ".join(f"{name}={_shown(value)}" for name, value in found.reason.params)
    return f"  {found.rule} {found.effect.value} [{found.citation}] {found.reason.text_id} {params}".rstrip()


def _shown(value: Param) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def told(situation: Situation) -> str:
    result = assess(situation.read(), RULES)
    head = f"{situation.title}: {result.risk.value}"
    return "\n".join([head, *(line(found) for found in result.findings)])


def snapshot() -> str:
    named = ("edpb-01-2021.yaml", "practice.yaml", "nothing-known.yaml")
    return "\n\n".join(told(each) for name in named for each in situations(name)) + "\n"


def test_the_findings_are_as_reviewed() -> None:
    assert SNAPSHOT.read_text("utf-8") == snapshot()


def test_an_assessment_is_told_with_its_level_first_and_its_rule_set_last() -> None:
    result = assess(situations("nothing-known.yaml")[0].read(), RULES)
    sentences = explain(result, "en").splitlines()
    assert sentences[0] == "Proposal: high risk."
    assert RULES.version in sentences[-1]
    assert len(sentences) == 2 + len(result.findings) + len(result.unknowns)


if __name__ == "__main__":
    SNAPSHOT.write_text(snapshot(), "utf-8")
