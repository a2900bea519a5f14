"""The public table of cases in docs/law/cases.md; write it anew with `python -m tests.law.risk.case_table`.

Every situation with what an authority held or expects, what the product proposes, and two baselines beside it: always
notify and always inform, and ENISA's score alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from incident.law.risk import assess
from incident.law.risk.enisa import points_to
from incident.law.vocabulary import RiskLevel
from tests.law.risk.support import RULES, Situation, situations

PAGE = Path(__file__).resolve().parents[3] / "docs" / "law" / "cases.md"
LEVELS = tuple(RiskLevel)
GROUPS = (
    ("edpb-01-2021.yaml", "Worked cases of EDPB Guidelines 01/2021", "EDPB Guidelines 01/2021 v2.0"),
    ("decisions.yaml", "Decisions of authorities", ""),
    ("practice.yaml", "Own situations, of the kind in Annex B of EDPB Guidelines 9/2022", "own judgement"),
)
HEAD = """# The cases by which the rules are tried

Facts in own words. Outcome: **D** document, **SA** notify the authority, **DS** inform the data subjects.
Certainty: P the text was read, S a summary of it was read, K own knowledge; see `method.en.md`.

What this table is not, yet. The aim is sixty decisions of at least seven authorities, translated into answers by
somebody who has not seen the rules. There are twelve decisions, all of one authority that is known to be strict
(Poland), taken from summaries; they were translated by somebody who knew the rules. None of them was used to choose a
weight: they were scored once, after the rules stood. The own situations were written together with the rules and prove
nothing about them; they guard against changes. The EDPB's worked cases were used to choose the weights.
"""
MISSES = """## Misses and doubts

- *Attachment with several hundred people mailed to one stranger*: the authority held that it had to be notified, and
  did not say that the people had to be told. The summary does not say which data there were, and unknown data count as
  the worst.
- *Letter about a loan to another client*: the summary does not say what the other client did with it, and that counts
  as a refusal. With a confirmed return the product proposes what the authority held.
- *Papers of a bank's clients sent to another bank*: it comes out as the authority held because the summary leaves
  answers open, the number of clients among them. Of few clients, with everything else answered calmly and the return
  confirmed, the product would propose the register only: EDPB Guidelines 9/2022 let a trusted recipient take away the
  severity. This decision does not follow them. A lawyer should say which of the two the product is to follow; until
  then the page asks for the proof of the answer on which the outcome rests, and shows that ENISA's score says high.
"""


def expected(case: Situation) -> RiskLevel:
    """The level that goes with an outcome."""
    return RiskLevel.HIGH if "DS" in case.expected else RiskLevel.RISK if "SA" in case.expected else RiskLevel.UNLIKELY


def proposed(case: Situation) -> RiskLevel:
    """What the product proposes."""
    return assess(case.read(), RULES).risk


def enisa_alone(case: Situation) -> RiskLevel:
    """What the score alone would propose."""
    return points_to(assess(case.read(), RULES).enisa.level)


def always(_case: Situation) -> RiskLevel:
    """Whoever tells everybody of everything is never too mild."""
    return RiskLevel.HIGH


METHODS: tuple[tuple[str, Callable[[Situation], RiskLevel]], ...] = (
    ("product", proposed),
    ("always tell everybody", always),
    ("ENISA alone", enisa_alone),
)


def told(level: RiskLevel) -> str:
    """A level as an outcome."""
    return {RiskLevel.UNLIKELY: "D", RiskLevel.RISK: "D SA", RiskLevel.HIGH: "D SA DS"}[level]


def verdict(case: Situation) -> str:
    """How the proposal stands to the outcome."""
    difference = LEVELS.index(proposed(case)) - LEVELS.index(expected(case))
    return "same" if difference == 0 else "stricter" if difference > 0 else "**milder**"


def page() -> str:
    """The whole page."""
    parts = [HEAD, *confusion(), MISSES]
    for name, title, source in GROUPS:
        cases = situations(name)
        parts.append(f"## {title}\n\n{table(cases, source)}\n")
    return "\n".join(parts)


def confusion() -> Iterator[str]:
    """Per group and method: how many come out the same, stricter, milder, and as "do not tell" against an authority."""
    yield "## How they come out\n"
    lines = ["| Cases | Method | Same | Stricter | Milder | Not notified though it had to be |", "|" + " --- |" * 6]
    for name, title, _source in GROUPS:
        cases = situations(name)
        for method, judge in METHODS:
            found = Counter(_sign(LEVELS.index(judge(case)) - LEVELS.index(expected(case))) for case in cases)
            silent = sum(
                judge(case) is RiskLevel.UNLIKELY and expected(case) is not RiskLevel.UNLIKELY for case in cases
            )
            lines.append(f"| {title} ({len(cases)}) | {method} | {found[0]} | {found[1]} | {found[-1]} | {silent} |")
    yield "\n".join(lines) + "\n"


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def table(cases: Iterable[Situation], source: str) -> str:
    """One row a case."""
    lines = ["| Case | Facts | Outcome | Proposed | | Source | Certainty |", "|" + " --- |" * 7]
    for case in cases:
        facts = " ".join(case.facts.split())
        cells = (case.title, facts, " ".join(case.expected), told(proposed(case)), verdict(case))
        lines.append(f"| {' | '.join(cells)} | {case.source or source} | {case.certainty} |")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
