"""GDPR art. 5(2), 12(1): an assessment as sentences with citations."""

from incident.law.explain import sentences
from incident.law.risk.assessment import Assessment
from incident.law.risk.findings import Basis, Finding
from incident.law.risk.questions import question
from incident.law.risk.sensitivity import OpenAnswer
from incident.law.texts import DEFAULT_ZONE, Verbatim, cited, sentence


@sentences.register
def _of_finding(result: Finding, language: str, zone: str = DEFAULT_ZONE) -> tuple[str, ...]:
    return (_told(result, language, zone, sentence(f"risk.basis.{result.basis.value}", (), language)),)


def _told(finding: Finding, language: str, zone: str, basis: str) -> str:
    text = sentence(finding.reason.text_id, finding.reason.params, language, zone)
    source = "; ".join(filter(None, (cited(finding.citation, language), basis)))
    return sentence("explain.cited", (("text", Verbatim(text)), ("citation", Verbatim(source))), language, zone)


@sentences.register
def _of_assessment(result: Assessment, language: str, zone: str = DEFAULT_ZONE) -> tuple[str, ...]:
    """Of a factor of the guidelines the sentence about the method says whose weight it has; each finding need not."""
    level = sentence("risk.proposal", (("level", f"@risk.level.{result.risk.value}"),), language)
    told = (
        _told(one, language, zone, "") if one.basis is Basis.FACTOR else sentences(one, language, zone)[0]
        for one in result.findings
    )
    ruleset = sentence("risk.ruleset", (("ruleset", result.ruleset),), language)
    method = sentence("risk.method", (), language)
    return (level, method, *told, *(tell_open_question(path, language) for path in result.unknowns), ruleset)


def tell_open_question(path: str, language: str) -> str:
    """GDPR art. 12(1): an entry of ``Assessment.unknowns`` as the question that is still open."""
    return sentence("risk.open", (("path", path), ("question", asked(path, language))), language)


def tell_rests_on(name: str, language: str) -> str:
    """GDPR art. 12(1): an entry of ``rests_on`` as a sentence that asks for the proof."""
    return sentence("risk.rests_on", (("question", question(name, language)),), language)


def asked(path: str, language: str) -> str:
    """GDPR art. 12(1): the question behind a path such as ``backup`` or ``data.name.insight``, nothing else."""
    parent, _, name = path.rpartition(".")
    return question(name, language, "item" if parent else "answers")


@sentences.register
def _of_open_answer(result: OpenAnswer, language: str, zone: str = DEFAULT_ZONE) -> tuple[str, ...]:
    changes = sentence(f"risk.changes.{result.changes.value}", (), language)
    return (f"{tell_open_question(result.question, language)} {changes}",)


def tell_factors(result: Assessment, language: str) -> str:
    """GDPR art. 33(3)(c): what the level rests on, for an authority: the reckoning and its sources stay in the record.

    Where no factor of the guidelines counted, what the law and our own weighing say of it. That the data are with
    somebody who means harm says already that misuse is to be expected.
    """
    factors = [one for one in result.findings if one.basis is Basis.FACTOR]
    told = factors or [one for one in result.findings if one.basis is not Basis.METHOD]
    if any(one.reason.text_id == "risk.edpb.recipient.malicious" for one in told):
        told = [one for one in told if one.rule != "edpb.intent"]
    return "\n".join(sentence(one.reason.text_id, one.reason.params, language) for one in told)
