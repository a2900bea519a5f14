"""Every finding of every situation, as a text that a lawyer can read and a reviewer can compare.

After a deliberate change of a rule, write the new text with
`python -m tests.law.risk.test_snapshot` and read the difference.
"""

from dataclasses import replace

from incident.law.explain import explain
from incident.law.risk import RiskAnswers, assess, rests_on, tell_rests_on
from incident.law.risk.findings import Finding
from incident.law.trace import Param
from incident.law.vocabulary import NotInformingGround
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
    assert "no authority has adopted" in sentences[1]
    assert len(sentences) == 3 + len(result.findings) + len(result.unknowns)


def test_every_finding_says_whose_word_it_is() -> None:
    """Text of the law, a factor that we weighed, a method, or our own weighing: never our weight in another's name."""
    told = {found.basis.value: explain(found, "en") for each in SITUATIONS for found in assess(each, RULES).findings}
    assert set(told) == {"law", "factor", "method", "house"}
    for basis, text in told.items():
        own = "Meldklok's own" in text
        assert own is (basis in ("factor", "house")), text
    bank = replace(SITUATIONS[0], not_informing_ground=NotInformingGround.UAVG_42)
    assert assess(bank, RULES).findings[-1].basis == "law_unread"


def test_the_level_that_factors_add_up_to_is_our_own_weighing() -> None:
    """No guideline says what they make together, nor what to think of two methods that disagree."""
    found = [one for each in SITUATIONS for one in assess(each, RULES).findings]
    levels = {one.rule for one in found if "level" in dict(one.reason.params) and not one.rule.startswith("enisa.")}
    assert levels == {one.rule for one in found if one.basis == "house"}
    assert {rule.partition(".")[2] for rule in levels} == {"confidentiality", "integrity", "availability", "differ"}


def test_a_disagreement_of_the_two_methods_comes_first() -> None:
    """ENISA says high where the factors say unlikely: that stands at the proposal, not in the middle of a list."""
    for answers in SITUATIONS:
        rules = [found.rule for found in assess(answers, RULES).findings]
        assert "assessors.differ" not in rules[1:]


def test_an_answer_that_carries_the_outcome_asks_for_its_proof() -> None:
    """One word often decides: that he deleted it, that the key is safe, that nothing left."""
    invoice = next(each.read() for each in situations("practice.yaml") if each.title == "Invoice to the wrong customer")
    assert rests_on(invoice, RULES) == ("recipient", "recipient_response")
    assert rests_on(RiskAnswers(), RULES) == ()
    assert "Keep the proof" in tell_rests_on("recipient_response", "en")
    assert "Bewaar het bewijs" in tell_rests_on("recipient_response", "nl")


SITUATIONS = tuple(each.read() for name in ("edpb-01-2021.yaml", "practice.yaml") for each in situations(name))


if __name__ == "__main__":
    SNAPSHOT.write_text(snapshot(), "utf-8")
