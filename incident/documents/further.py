"""GDPR art. 34(2), 33(4): what a second text to the same reader knows of the first, and what it changes for them."""

from typing import Final

from incident.documents.advice import advice_keys
from incident.documents.happening import TRACED, away
from incident.documents.notice_case import NoticeCase
from incident.documents.wording import Wording
from incident.law.facts import AffectedController, BreachFacts
from incident.law.groups import data_of, published
from incident.law.risk.answers import SETTLED
from incident.law.vocabulary import Ternary

_NAMED: Final = {"password": "credentials", "document_online": "document", Ternary.YES.value: "document"}
"""The news for which there is a word of their own, each with the step that it is about; of one step the last is told,
as its advice says the rest: that there is new advice hid from readers that we pay for it."""


def advice_now(facts: BreachFacts, before: BreachFacts | None, wording: Wording) -> str:
    """What a reader is advised that the text ``before`` did not; empty where nobody knows that one, and of the same
    advice where data are online since.

    Five readers looked for the difference between two letters, word by word; that "our advice has changed" sent the
    next ones to compare them all the same.
    """
    if before is None:
        return ""
    words, more = wording.phrases["further"], _advised(facts) - _advised(before)
    named = {step: name for name, step in _NAMED.items() if name in more}
    said = [words[f"new_{name}"] for name in named.values()]
    if more - _NAMED.keys() - named.keys():
        said.append(words["advice_more"])
    same = not said and bool(published(facts)) == bool(published(before))
    return words["advice_same"] if same else " ".join(said)


def _advised(facts: BreachFacts) -> frozenset[str]:
    keys = advice_keys(facts)
    document = (facts.document_paid.value, *(("document_online",) if published(facts) else ()))
    return frozenset(
        (
            *keys,
            *(document if "document" in keys else ()),
            *(("password",) if "credentials" in keys and not away(facts) else ()),
            *filter(None, (facts.advice_to_subjects.strip(),)),
        )
    )


def numbers_now(facts: BreachFacts, before: BreachFacts | None, name: str, wording: Wording) -> str:
    """GDPR art. 33(4): whether a customer finds other numbers, groups or data here than in the notice ``before``."""
    if before is None:
        return ""
    same = _counted(facts, name) == _counted(before, name)
    return wording.phrases["further"]["numbers_same" if same else "numbers_changed"]


def _counted(facts: BreachFacts, name: str) -> tuple[object, ...]:
    (customer,) = [one for one in facts.affected_controllers if one.name == name] or [AffectedController(name)]
    lost = frozenset((group, frozenset(data_of(facts, group))) for group in facts.subject_groups)
    return customer.subjects, customer.records, lost


def settled(facts: BreachFacts, case: NoticeCase, wording: Wording) -> str | None:
    """What leads to what may follow once a recipient whom we know has confirmed what became of the data.

    It takes no consequence away (GDPR art. 34(2) with 33(3)(c)); it says that they are less likely now. A later text
    opens with that as its news: told again, all readers counted how often. Nothing where nobody confirmed anything.
    """
    told = case.response in SETTLED and facts.recipient in TRACED and not published(facts)
    if not told:
        return None
    return "" if case.further and facts.told_news.strip() else wording.phrases["further"][case.response]
