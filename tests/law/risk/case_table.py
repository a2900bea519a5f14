"""The public table of cases in docs/law/cases.md; write it anew with `python -m tests.law.risk.case_table`.

Every situation with what was held on each duty, what the product proposes, and baselines beside it: always tell
everybody, ENISA's score alone, and the product itself with what nobody told answered calmly.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from incident.law.risk import assess
from incident.law.risk.enisa import points_to
from incident.law.risk.schema import read_answers
from incident.law.vocabulary import RiskLevel
from tests.law.risk.support import RULES, Situation, situations

PAGE = Path(__file__).resolve().parents[3] / "docs" / "law" / "cases.md"
BLIND: Final = "decisions-blind.yaml"
GROUPS = (
    ("edpb-01-2021.yaml", "Worked cases of EDPB Guidelines 01/2021", "EDPB Guidelines 01/2021 v2.0"),
    (BLIND, "Decisions of authorities, translated without the rules", ""),
    ("decisions.yaml", "Earlier decisions, translated by somebody who knew the rules", ""),
    ("practice.yaml", "Own situations, of the kind in Annex B of EDPB Guidelines 9/2022", "own judgement"),
)
DUTIES: Final = {"authority": RiskLevel.RISK, "people": RiskLevel.HIGH}
"""From which level on each of the two is told (GDPR art. 33(1), 34(1))."""
CALM: Final[dict[str, Any]] = {
    "disclosure": "confirmed",
    "alteration": "misuse_reversible",
    "restoration": "within_days",
    "backup": "yes",
    "service_effect": "minor",
    "data": [{"category": "name"}, {"category": "address"}],
    "credentials_open": "simple",
    "extent": "few_items",
    "identification": "maximum",
    "permanence": "lasting",
    "protection": "none",
    "recipient": "unknown_persons",
    "recipients_number": 1,
    "recipient_response": "none",
    "actor": "internal_non_malicious",
    "intent": "accident",
    "subjects_number": 10,
    "vulnerable": [],
    "controller_field": "ordinary",
}
"""What a calm reader would put where a source says nothing."""
COLUMNS: Final = (
    "| Cases | Method | Told, as held | **Silent** | Silent, as held | Told needlessly | Told, nothing held |"
)

HEAD = """# The cases by which the rules are tried

{count} cases: what an authority or a guideline held (in the last group: what we expect), what this product proposes
for the same answers, and where the two differ. The facts are told in own words. **A**: the authority has to be
notified (GDPR art. 33); **P**: the people have to be told (art. 34); – means need not, a question mark that nothing
was said about it. Certainty: P the authority's own text was read, S a summary of it was read, K own knowledge; see
`method.en.md`.

How the decisions were gathered. Public pages were searched: authorities' own pages, GDPRhub with its translations,
the enforcement tracker of CMS, the list of Privacy Affairs, law firms. What had no facts, or did not say clearly
what was held, was left out. The {blind} of the second group were translated into answers by somebody who had the
questions and had not read the rules, but had seen an earlier version of this page with its remarks on three cases.
They were committed before anything was scored, then scored once; no answer and no rule was changed afterwards. What
a source does not say is left open and counts as the worst.

**Nederlands.** De zaken staan in het Engels, omdat zij uit vele talen in één taal zijn naverteld; de regels,
waarden en open vragen die een jurist ondertekent, staan in `method.nl.md`. Zo leest u de tabellen. *Held*: wat de
toezichthouder of de richtsnoeren vonden; *Proposed*: wat Meldklok voorstelt. **A**: melden bij de toezichthouder
(art. 33 AVG), **P**: betrokkenen informeren (art. 34 AVG), –: hoeft niet, **?**: niets over gezegd. *same*: gelijk,
*stricter*: Meldklok is strenger, *milder*: Meldklok is milder. *Told, as held*: terecht gemeld; *Silent*: ten onrechte
gezwegen; *Silent, as held*: terecht gezwegen; *Told needlessly*: onnodig gemeld; *Told, nothing held*: gemeld waar
niets over is gezegd. De methoden: *product* is Meldklok, *always tell everybody* meldt alles aan iedereen, *ENISA
alone* rekent met die score alleen, en *what is open answered calmly* vult in wat de bron openlaat. Van de {count} zaken
zijn er {blind} besluiten die vertaald zijn door iemand die de regels niet had gelezen.

What this table proves, and what it does not.

- Authorities publish what they punish. Nearly every case is one in which somebody had to be told, so whoever always
  tells everybody does as well here as this product. Whether the product keeps quiet rightly shows only in the
  EDPB's cases and in the few decisions that say "need not".
- Where an authority says nothing about the people, nothing follows: it may not have had to decide it.
- Told too late counts as required. Most were read in summaries, and a decision may have been changed in court.
- The last method answers calmly what the sources do not tell. It shows how much rests on "unknown counts as the
  worst".
- The EDPB's cases were used to choose the weights. The own situations were written with the rules and only guard
  against changes.
"""


def held(case: Situation) -> dict[str, str]:
    """What was held on each duty; guidelines and own situations always say both."""
    if case.authority:
        return {"authority": case.authority, "people": case.people}
    said = {"authority": "SA" in case.expected, "people": "DS" in case.expected}
    return {duty: "required" if due else "not_required" for duty, due in said.items()}


def proposed(case: Situation) -> RiskLevel:
    """What the product proposes."""
    return assess(case.read(), RULES).risk


def enisa_alone(case: Situation) -> RiskLevel:
    """What the score alone would propose."""
    return points_to(assess(case.read(), RULES).enisa.level)


def always(_case: Situation) -> RiskLevel:
    """Whoever tells everybody of everything is never too mild."""
    return RiskLevel.HIGH


def calm(case: Situation) -> RiskLevel:
    """What the product proposes when every answer that the source leaves open is a calm one."""
    answers = CALM | case.answers
    known = [item for item in answers["data"] if item["category"] != "unknown"]
    return assess(read_answers(json.dumps(answers | {"data": known or CALM["data"]})), RULES).risk


METHODS: tuple[tuple[str, Callable[[Situation], RiskLevel]], ...] = (
    ("product", proposed),
    ("always tell everybody", always),
    ("ENISA alone", enisa_alone),
    ("product, what is open answered calmly", calm),
)


def tells(level: RiskLevel, duty: str) -> bool:
    """Whether a level means that this one is told."""
    order = list(RiskLevel)
    return order.index(level) >= order.index(DUTIES[duty])


def misses(case: Situation) -> list[str]:
    """The duties on which the proposal differs from what was held."""
    level = proposed(case)
    right = {"required": True, "not_required": False}
    return [duty for duty, said in held(case).items() if said in right and tells(level, duty) is not right[said]]


def page() -> str:
    """The whole page."""
    groups = {name: situations(name) for name, *_ in GROUPS}
    head = HEAD.format(count=sum(map(len, groups.values())), blind=len(groups[BLIND]))
    parts = [head, *confusion(groups), *arguments(groups)]
    parts += [f"## {title}\n\n{table(groups[name], source)}\n" for name, title, source in GROUPS]
    return "\n".join(parts)


def confusion(groups: dict[str, list[Situation]]) -> Iterator[str]:
    """Per duty, group and method: told and not told, against what was held."""
    for duty, heading in (("authority", "The authority, article 33"), ("people", "The people, article 34")):
        lines = [COLUMNS, "|" + " --- |" * 7]
        for name, title, _source in GROUPS:
            for method, judge in METHODS:
                counts = [str(number) for number in _counts(groups[name], duty, judge)]
                lines.append(f"| {title} | {method} | {' | '.join(counts)} |")
        yield f"## {heading}\n\n" + "\n".join(lines) + "\n"


def _counts(cases: Iterable[Situation], duty: str, judge: Callable[[Situation], RiskLevel]) -> tuple[int | str, ...]:
    found = [(held(case)[duty], tells(judge(case), duty)) for case in cases]
    silent = [told for said, told in found if said == "not_stated"]
    shares = f"{sum(silent)} of {len(silent)}" if silent else "–"
    wanted = (("required", True), ("required", False), ("not_required", False), ("not_required", True))
    return (*(found.count(each) for each in wanted), shares)


def arguments(groups: dict[str, list[Situation]]) -> Iterator[str]:
    """Every difference, and every case that rests on an open answer, with what there is to say about it."""
    cases = [case for each in groups.values() for case in each]
    yield "## Where the product differs\n"
    yield "\n".join(f"- *{case.title}*: {_line(case.argued)}" for case in cases if case.argued) + "\n"
    yield DOUBTS
    for duty in DUTIES:
        due = [each for each in cases if held(each)[duty] == "required" and tells(proposed(each), duty)]
        silent = [each for each in due if not tells(calm(each), duty)]
        yield OPEN[duty] + "".join(f"\n- *{case.title}* ({case.source})" for case in silent) + "\n"


DOUBTS = """## What rests on an open answer

These were to be told and are, but only because the source leaves an answer open. In a real case somebody fills it
in, and then the product is milder than the authority was. A lawyer should say which of the two it is to follow; the
EDPB's cases 9, 13, 15 and 16, with few people and a known or trusted recipient, stand on the other side. Until then
the page asks for the proof of the answer on which the outcome rests.
"""
OPEN: Final = {
    "authority": "Answered calmly, the product would propose the register only:\n",
    "people": "Answered calmly, it would propose not to tell the people:\n",
}


def _line(text: str) -> str:
    return " ".join(text.split())


def table(cases: Iterable[Situation], source: str) -> str:
    """One row a case."""
    lines = ["| Case | Facts, and why | Held | Proposed | | Source | Certainty |", "|" + " --- |" * 7]
    for case in cases:
        level = proposed(case)
        said = " ".join(_sign(duty, value) for duty, value in held(case).items())
        ours = " ".join(_sign(duty, "required" if tells(level, duty) else "not_required") for duty in DUTIES)
        cells = (case.title, _line(f"{case.facts} {_why(case)}"), said, ours, _verdict(case))
        lines.append(f"| {' | '.join(cells)} | {_source(case) or source} | {case.certainty} |")
    return "\n".join(lines)


def _why(case: Situation) -> str:
    return f"*{_line(case.why)}*" if case.why else ""


def _sign(duty: str, value: str) -> str:
    letter = {"authority": "A", "people": "P"}[duty]
    return {"required": letter, "not_required": "–", "not_stated": f"{letter}?"}[value]


def _verdict(case: Situation) -> str:
    level = proposed(case)
    ways = {"stricter" if tells(level, duty) else "**milder**" for duty in misses(case)}
    return ", ".join(sorted(ways)) or "same"


def _source(case: Situation) -> str:
    dated = ", ".join(part for part in (case.source, case.stated) if part and part != "not told")
    return f"[{dated}](<{case.address}>)" if case.address else dated


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
