"""GDPR art. 34(2) with 33(3)(d): which advice a data subject needs, chosen by what was leaked."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from incident.documents.happening import TRACED, away, group_names, in_bad_hands
from incident.documents.helplines import fitting, named
from incident.documents.notice_case import NoticeCase
from incident.documents.teller import Markdown, Part, Teller, Value, by_group
from incident.documents.wording import capital
from incident.domain.kinds import Addressee
from incident.law.facts import BreachFacts
from incident.law.groups import data_of, facts_of_group, groups_differ, published
from incident.law.vocabulary import (
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Informed,
    Nature,
    SubjectGroup,
    Ternary,
)

MOST: Final = 5
"""Steps in a letter: with more of them people take none."""

_TO_JOURNALISTS: Final = 2
"""Steps in a text to the press, which says that people read more in the message to them."""
_NAMED: Final = frozenset({"credentials", "bank_account", "identity", "document"})
"""Steps that such a text tells whom they are for, as these cannot wait."""
_ADVICE: Final[tuple[tuple[str, frozenset[DataCategory]], ...]] = (
    ("credentials", frozenset({DataCategory.CREDENTIALS})),
    ("credit_card", frozenset({DataCategory.CREDIT_CARD})),
    ("bank_account", frozenset({DataCategory.BANK_ACCOUNT})),
    (
        "identity",
        frozenset({DataCategory.ID_DOCUMENT_COPY, DataCategory.IDENTIFICATION_NUMBER, DataCategory.BSN}),
    ),
    ("document", frozenset({DataCategory.ID_DOCUMENT_COPY})),
    ("location", frozenset({DataCategory.LOCATION})),
    (
        "sensitive",
        frozenset(
            {
                DataCategory.SEX_LIFE,
                DataCategory.CRIMINAL,
                DataCategory.RACE_ETHNICITY,
                DataCategory.RELIGION,
                DataCategory.POLITICAL,
                DataCategory.UNION_MEMBERSHIP,
            }
        ),
    ),
    ("health", frozenset({DataCategory.HEALTH, DataCategory.EMPLOYMENT_HEALTH, DataCategory.GENETIC})),
    ("biometric", frozenset({DataCategory.BIOMETRIC})),
    ("finances", frozenset({DataCategory.DEBTS, DataCategory.BENEFITS, DataCategory.OTHER_FINANCIAL})),
    (
        "phishing",
        frozenset(
            {
                DataCategory.EMAIL,
                DataCategory.PHONE,
                DataCategory.CREDENTIALS,
                DataCategory.ORDERS,
                DataCategory.COMMUNICATION_CONTENT,
            }
        ),
    ),
    ("address", frozenset({DataCategory.ADDRESS})),
    ("birth", frozenset({DataCategory.DATE_OF_BIRTH})),
    ("orders", frozenset({DataCategory.ORDERS})),
    ("work", frozenset({DataCategory.PROFESSIONAL, DataCategory.EDUCATION})),
    ("online", frozenset({DataCategory.ONLINE_IDENTIFIERS, DataCategory.BEHAVIOUR})),
)
"""Most urgent first. A name, a gender and what is called "other" call for no step of their own."""
_KNOWN: Final = frozenset(
    {
        DataCategory.NAME,
        DataCategory.GENDER,
        DataCategory.DATE_OF_BIRTH,
        DataCategory.BSN,
        DataCategory.IDENTIFICATION_NUMBER,
        DataCategory.ADDRESS,
        DataCategory.EMAIL,
        DataCategory.PHONE,
        DataCategory.BANK_ACCOUNT,
        DataCategory.CREDIT_CARD,
        DataCategory.ID_DOCUMENT_COPY,
    }
)
"""What people know of themselves or have at home: nobody needs it from us in a hurry."""
_GIVES_WAY: Final = frozenset({"health", "biometric", "finances"})
"""What is told to whoever is warned of fraud only where there is room beside how to meet it."""
_SAID: Final = {"identity": frozenset({"birth"})}
"""The steps that another one makes needless: whoever must look out for bills in their name reads it once."""


def advice_keys(facts: BreachFacts) -> tuple[str, ...]:
    """The names of the advice that fits, most urgent first, five at most; empty where nothing fits.

    Data that only disappeared or changed cannot be misused by others: then the advice is about setting them right.
    Whoever is warned of fraud is told how to meet it, also where fraudsters must find the address elsewhere. Where the
    record knows who has the data and fears no fraud, other steps are enough: readers asked which calls were meant.
    The step that late answers take leaves room for a sixth, as it stands beside our address.
    """
    exposed = Nature.CONFIDENTIALITY in facts.nature or not facts.nature
    leaked = frozenset(facts.data_categories) if exposed else frozenset()
    warned = {"phishing"} if exposed and ConsequenceForSubjects.FRAUD in facts.consequences_subjects else set()
    fitting = [name for name, categories in _ADVICE if leaked & categories or name in warned]
    if facts.recipient in TRACED and facts.consequences_subjects and not warned and len(fitting) > 1:
        fitting = [name for name in fitting if name != "phishing"]
    repair = [name for nature, name in _REPAIR if nature in facts.nature and not _needless(nature, facts, fitting)]
    guard: list[str] = []
    for name in fitting:
        if not any(name in _SAID.get(more, ()) for more in guard):
            guard.append(name)
    room = MOST - len(repair)
    if "phishing" in guard[room:] and warned and guard[room - 1] in _GIVES_WAY:
        beside = "availability" in repair and facts.availability_loss is not AvailabilityLoss.PERMANENT
        guard.insert(room if beside else room - 1, "phishing")
        room += beside
    return (*guard[:room], *repair)


def _needless(nature: Nature, facts: BreachFacts, steps: Collection[str]) -> bool:
    """Whether nobody has to ask us for the data: they are back, or people have them and read other ``steps``.

    Staff may have to all the same: they wait for their pay.
    """
    at_home = (
        bool(steps) and _KNOWN.issuperset(facts.data_categories) and SubjectGroup.EMPLOYEES not in facts.subject_groups
    )
    return nature is Nature.AVAILABILITY and (not away(facts) or at_home)


def answers_late(facts: BreachFacts) -> bool:
    """Whether a text says beside our address that an answer may take longer: no step against fraudsters led there."""
    return facts.availability_loss is not AvailabilityLoss.PERMANENT and {"availability"} < set(advice_keys(facts))


def told_steps(facts: BreachFacts, *, to_each: bool, late: bool) -> tuple[str, ...]:
    """The steps as a text lists them: but for that on ``late`` answers, and with the address in the warning of
    fraudsters to a single reader, where it was taken and its own step found no place; a text to everybody has it for
    other groups anyway."""
    names = advice_keys(facts)
    unsaid = "phishing" in names and "address" not in names and DataCategory.ADDRESS in facts.data_categories
    names = tuple(name for name in names if not (late and name == "availability"))
    if unsaid and not to_each:
        return (*names, "address")
    return tuple("phishing_visits" if unsaid and name == "phishing" else name for name in names)


def advice(home: str, case: NoticeCase, told: Teller) -> Value:
    """What people can do; where no step of ours fits somebody has to write one: nothing general stands in for it."""

    steps, apart = steps_of(home, case, told), not case.to_each and groups_differ(told.facts)
    if case.reader == Addressee.PRESS:
        found = _for_journalists(told, steps)
    else:
        found = by_group(told, Part(steps)) if apart else steps(told.facts)
    return found if found or told.facts.advice_to_subjects.strip() else told.gap("advice_own")


def steps_of(home: str, case: NoticeCase, told: Teller) -> Callable[[BreachFacts], tuple[str, ...]]:
    """What says the steps for a group of people, with whom they can call."""

    def steps(facts: BreachFacts) -> tuple[str, ...]:
        words, names = told.wording.phrases["advice"], told_steps(facts, to_each=case.to_each, late=late)
        lines = fitting(names, told.wording.language, home, (row.country for row in facts.countries))
        numbers = {name: named(found, home, told.wording) for name, found in lines.items()}
        lost = told.facts.data_categories if apart else ()
        return tuple(" ".join((step(name, facts, words, lost, again=again), *numbers.get(name, ()))) for name in names)

    again = case.further if case.to_each else told.facts.informed is Informed.INFORMED
    apart, late = not case.to_each and groups_differ(told.facts), answers_late(told.facts)
    return steps


def _for_journalists(told: Teller, steps: Callable[[BreachFacts], tuple[str, ...]]) -> tuple[str, ...] | Markdown:
    """What is for everybody, and what some must do at once; or else the first step of each group: a third of the text
    was advice."""
    each = [steps(facts_of_group(told.facts, one)) for one in told.facts.subject_groups] or [steps(told.facts)]
    shared = tuple(line for line in each[0] if all(line in lines for lines in each))
    if not shared:
        return by_group(told, Part(lambda facts: steps(facts)[:1]))
    return (*(told.naming(tuple(_for_some(told))) if groups_differ(told.facts) else ()), *shared[:_TO_JOURNALISTS])


def names_again(told: Teller) -> dict[str, str]:
    """What each group is called in a text that named it in full before: a long name came back with each line."""
    customers = SubjectGroup.CUSTOMERS.value
    return {**group_names(told.facts, told.wording), customers: told.wording.phrases["groups_brief"][customers]}


def _for_some(told: Teller) -> Iterator[str]:
    """The steps that do not wait for the message to those groups, behind the names of these: what the same groups
    should do is one line."""
    names, words = names_again(told), told.wording.phrases["advice"]
    lines: dict[str, list[str]] = {}
    for name, categories in _ADVICE:
        hit = [names[one] for one in told.facts.subject_groups if categories & set(data_of(told.facts, one))]
        if hit and name in _NAMED:
            which = {words["which"], words["which_later"]}
            paid = " ".join(one for one in _document(told.facts, words, again=False) if one not in which)
            said = f"{name}_some" if name != "credentials" or not away(told.facts) else "credentials_some_away"
            lines.setdefault(told.wording.listing(hit, "and_also"), []).append(words.get(said, paid))
    for groups, (first, *rest) in lines.items():
        yield f"{groups}{told.wording.words['colon']} {' '.join((first, *map(capital, rest)))}"


def step(
    name: str,
    facts: BreachFacts,
    words: Mapping[str, str],
    lost: Collection[DataCategory] = (),
    *,
    again: bool = False,
) -> str:
    """A step of :func:`advice_keys` in ``words``; ``lost`` is what all readers of the text lost, if it is for several.

    Whose e-mail address alone was taken is not warned of calls: readers asked whether their number was gone too.
    Data that are gone for good are not out of reach "at present". While our own systems stand still nobody can change a
    password with us at once.
    """
    if name == "credentials" and away(facts):
        return words["credentials_away"]
    if name == "availability" and facts.availability_loss is AvailabilityLoss.PERMANENT:
        return words["availability_lost"]
    if name.startswith("phishing") and _mail_alone(lost or facts.data_categories):
        return words[name.replace("phishing", "phishing_email")]
    return " ".join(_document(facts, words, again=again)) if name == "document" else words[name]


def _document(facts: BreachFacts, words: Mapping[str, str], *, again: bool) -> Iterator[str]:
    """Whether to replace a copied document, who pays, which one it is, and what of who did so when they were told.

    Whoever stands online is advised to replace the document that others may consider to replace. Which one it is we
    look up when asked, as soon as we can get at our own files: readers who cannot be told yet asked whether to wait.
    """
    waiting = away(facts)
    copy = words["copy_stolen" if in_bad_hands(facts) else "copy"]
    yield words["document_online" if published(facts) else "document"].format(copy=copy)
    if waiting and facts.availability_loss is not AvailabilityLoss.TEMPORARY:
        return
    yield words[f"paid_{facts.document_paid.value}"]
    yield words["which_later" if waiting else "which"]
    if again and facts.document_paid is not Ternary.NO:
        yield words["replaced"]


def _mail_alone(lost: Collection[DataCategory]) -> bool:
    """Whether fraudsters can write to them but have no number to call."""
    return set(lost) & {DataCategory.EMAIL, DataCategory.PHONE} == {DataCategory.EMAIL}


_REPAIR: Final = ((Nature.AVAILABILITY, "availability"), (Nature.INTEGRITY, "integrity"))
