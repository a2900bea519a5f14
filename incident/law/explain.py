"""GDPR art. 5(2) and 12(1): every result as plain sentences with citations, in each language of the texts.

``sentences`` dispatches on the type of the result. A module with a result of its own registers its sentences with
``@sentences.register`` and is told like the rest.
"""

from collections.abc import Iterable
from functools import singledispatch

from incident.law.deadlines import Deadline
from incident.law.letters import answers_letter
from incident.law.obligations import Obligation
from incident.law.readings import Remark
from incident.law.regimes import all_regimes
from incident.law.texts import DEFAULT_ZONE, Verbatim, cited, sentence, texts
from incident.law.trace import Reason


def explain(result: object, language: str, zone: str = DEFAULT_ZONE) -> str:
    """GDPR art. 12(1): a result as text, one sentence a line, instants in ``zone``.

    Takes a ``Deadline``, ``Obligation``, ``Reason``, ``Remark``, a tuple of these, or any type registered
    with ``sentences``; raises ``TypeError`` for others and ``KeyError`` for a language without texts.
    """
    return "\n".join(sentences(result, language, zone))


@singledispatch
def sentences(result: object, language: str, zone: str = DEFAULT_ZONE) -> tuple[str, ...]:
    """GDPR art. 12(1): a result as single sentences; register a function per type of result."""
    raise TypeError(f"There are no sentences for {type(result).__name__}.")


@sentences.register
def _of_reason(result: Reason, language: str, zone: str = DEFAULT_ZONE) -> tuple[str, ...]:
    text = sentence(result.text_id, result.params, language, zone)
    return (_fill("explain.cited", language, zone, text=text, citation=cited(result.citation, language)),)


@sentences.register
def _of_remark(result: Remark, language: str, zone: str = DEFAULT_ZONE) -> tuple[str, ...]:
    text = remark_text(result, language, zone)
    law, _, article = result.id.partition("-")
    if f"law.{law}" not in texts():
        return (text,)
    citation = f"{sentence(f'law.{law}', (), language)} art. {article}"
    return (_fill("explain.cited", language, zone, text=text, citation=citation),)


def remark_text(remark: Remark, language: str, zone: str = DEFAULT_ZONE) -> str:
    """GDPR art. 12(1): the bare sentence of a remark, without its outcome and citation."""
    return sentence(remark.text_id, remark.params, language, zone)


@sentences.register(tuple)
def _of_tuple(result: tuple[object, ...], language: str, zone: str = DEFAULT_ZONE) -> tuple[str, ...]:
    return tuple(told for each in result for told in sentences(each, language, zone))


@sentences.register
def _of_deadline(result: Deadline, language: str, zone: str = DEFAULT_ZONE) -> tuple[str, ...]:
    first = _fill("explain.deadline", language, zone, title=title(result.obligation_id, language), due=result.due_at)
    because, remarks = sentences(result.because, language, zone), sentences(result.remarks, language, zone)
    return (first, *because, *remarks, _fill("explain.ruleset", language, zone, ruleset=result.ruleset))


@sentences.register
def _of_obligation(result: Obligation, language: str, zone: str = DEFAULT_ZONE) -> tuple[str, ...]:
    known = ":" not in result.id or answers_letter(result.id)
    params = {
        "title": f"@title.{result.kind}",
        "duty": f"@duty.state.{result.duty}",
        "recipient": sentence(result.recipient, (), language, zone)
        if known
        else Verbatim(result.recipient.removesuffix(".")),
    }
    return (_fill("explain.obligation", language, zone, **params), *sentences(result.reasons, language, zone))


def title(obligation_id: str, language: str) -> str:
    """GDPR art. 33 and 34: the name of a duty by the id of its obligation; that to a customer by the customer's name.

    The number of a letter of the authority stands in brackets.
    """
    kind, _, name = obligation_id.partition(":")
    if name and f"title_to.{kind}" in texts():
        return Verbatim(_fill(f"title_to.{kind}", language, DEFAULT_ZONE, name=Verbatim(name)))
    told = sentence(f"title.{kind}", (), language)
    return Verbatim(f"{told} ({name})" if name else told)


def authorities_told(obligations: Iterable[str], language: str) -> tuple[str, ...]:
    """AP question 1.3: who was told under other law, by the duties that were done; those for privacy are apart."""
    done = set(obligations)
    laws = (one for one in all_regimes() if one.id in done and one.setting and not one.needs_breach)
    return tuple(dict.fromkeys(sentence(one.recipient, (), language) for one in laws))


def duty_name(duty: str, language: str) -> str:
    """GDPR art. 33(5): what a decision is about: a law by the name of its setting, else a duty by its own id.

    Empty for what is neither.
    """
    if f"setting.{duty}" in texts():
        return sentence(f"setting.{duty}", (), language)
    return title(duty, language) if f"title.{duty.partition(':')[0]}" in texts() else ""


def _fill(text_id: str, language: str, zone: str, **params: object) -> str:
    return sentence(text_id, params.items(), language, zone)
