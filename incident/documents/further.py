"""GDPR art. 34(2), 33(4): what a second text to the same reader knows of the first, and what it changes for them."""

from incident.documents.advice import advice_keys
from incident.documents.happening import TRACED, away
from incident.documents.notice_case import NoticeCase
from incident.documents.wording import Wording
from incident.law.facts import AffectedController, BreachFacts
from incident.law.groups import data_of, published
from incident.law.risk.answers import SETTLED
from incident.law.vocabulary import Ternary


def advice_now(facts: BreachFacts, before: BreachFacts | None, wording: Wording) -> str:
    """Whether a reader has to do anything that the text ``before`` did not advise; empty where nobody knows that one.

    Five readers looked for the difference between two letters, word by word. That we pay for a new document since
    is news of its own: in the midst of the steps four readers nearly missed it.
    """
    words = wording.phrases["further"]
    more = set(_advised(facts)) - set(_advised(before)) if before else set()
    paid = (words["paid"],) if before and "document" in advice_keys(facts) and Ternary.YES.value in more else ()
    if published(facts) and not (before and published(before)) and more <= {Ternary.YES.value}:
        return " ".join((words["advice_urgent"], *paid))
    return " ".join((words["advice_changed" if more else "advice_same"], *paid)) if before else ""


def _advised(facts: BreachFacts) -> tuple[str, ...]:
    keys = advice_keys(facts)
    paid = (facts.document_paid.value,) if "document" in keys else ()
    possible = ("now",) if "credentials" in keys and not away(facts) else ()
    return (*keys, *paid, *possible, *filter(None, (facts.advice_to_subjects.strip(),)))


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
