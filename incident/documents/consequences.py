"""GDPR art. 33(3)(c), 34(2): what may follow for the people, as each reader is told of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from incident.documents.advice import advice_keys, names_again, steps_of
from incident.documents.further import settled
from incident.documents.happening import TRACED, effects, group_names, plain_effects, told_effects
from incident.documents.notice_case import NoticeCase
from incident.documents.readers import beside_staff, staff_affected
from incident.documents.teller import Markdown, Part, Teller, Value, by_group
from incident.documents.wording import Wording
from incident.domain.kinds import Addressee
from incident.law.facts import BreachFacts
from incident.law.groups import facts_of_group, facts_of_groups, groups_differ, published, their_groups
from incident.law.vocabulary import (
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    SubjectGroup,
)

_NAMED_AGAIN: Final = frozenset(ConsequenceForSubjects) - {ConsequenceForSubjects.OTHER}
"""What has a name by which readers know what they read of it just before."""


def consequences(case: NoticeCase, told: Teller) -> Value:
    """What may follow, in a text to everybody under the groups of people whom it may befall."""
    lines = _effects_of(case, told)
    if case.to_each or not groups_differ(told.facts):
        return told.items("consequences", "consequences_subjects", lines(told.facts))
    return by_group(told, Part(lines)) or told.items("consequences", "consequences_subjects", ())


def _effects_of(case: NoticeCase, told: Teller) -> Callable[[BreachFacts], tuple[str, ...]]:
    return lambda facts: may_follow(facts, told.wording, settled=settled(facts, case, told.wording) is not None)


def for_each_group(home: str, case: NoticeCase, told: Teller, *both: Value) -> Markdown:
    """What may follow and what to do, group by group, for all who read of other groups too: nothing as long as one of
    ``both`` is missing or each is one list for all."""
    apart = case.reader == Addressee.PUBLIC and all(both) and any(isinstance(one, Markdown) for one in both)
    words, say = told.wording.phrases, told.wording.words
    online = words["consequences_online"][ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES.value]
    address = {words["advice"]["address"]: words["advice"]["address_some"]}
    follows = Part(_effects_on_all(case, told), once={online: online})
    return Markdown(by_group(told, follows, Part(steps_of(home, case, told), say["to_do"], address)) if apart else "")


def _effects_on_all(case: NoticeCase, told: Teller) -> Callable[[BreachFacts], tuple[str, ...]]:
    """The lines for each group, so that the same is said to all: where data of some groups are online, what is told of
    these tells also that those of others may still be spread. Side by side each seemed to repeat the other."""
    lines, words = _effects_of(case, told), told.wording.phrases
    spread = ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES.value
    online, plain = (words[one][spread] for one in ("consequences_online", "consequences"))
    each = [lines(facts_of_group(told.facts, one)) for one in told.facts.subject_groups]
    if not all({online, plain} & set(one) for one in each) or not any(online in one for one in each):
        return lines
    return lambda facts: tuple(online if one == plain else one for one in lines(facts))


def consequence_names(case: NoticeCase, told: Teller) -> Value:
    """What may follow in a few words; to one customer in those of the law, by group where these lost different data; to
    our staff for the others only, as their own stands ahead of it."""
    if case.reader == Addressee.STAFF and staff_effects(case, told):
        return _effects_on_others(case, told)
    facts = told.facts
    lines = (
        told.label("consequence_names", told_effects(facts))
        if case.recipient
        else named_effects(told, settled=settled(facts, case, told.wording) is not None)
    )
    if case.recipient and groups_differ(facts):
        if case.to_each:
            return told.gap("consequence_names")
        lines = told.naming(tuple(_named_effects(group, told) for group in facts.subject_groups))
    return told.items("consequence_names", "consequences_subjects", lines)


def staff_effects(case: NoticeCase, told: Teller) -> tuple[str, ...]:
    """What may follow for those of our staff whose data are among them, told to each as a letter tells it."""
    if not staff_affected(told.facts):
        return ()
    own, known = facts_of_group(told.facts, SubjectGroup.EMPLOYEES), settled(told.facts, case, told.wording) is not None
    return may_follow(own, replace(told.wording, to_colleague=True), settled=known)


def _effects_on_others(case: NoticeCase, told: Teller) -> Value:
    """What may follow for others than our staff: by name what staff read of themselves, and in full what is added."""
    others, wording = beside_staff(told.facts), told.wording
    if not others:
        return ""
    theirs = replace(told, facts=facts_of_groups(told.facts, others))
    own, words = facts_of_group(told.facts, SubjectGroup.EMPLOYEES), wording.phrases["consequences_theirs"]
    lines = named_effects(theirs, settled=settled(told.facts, case, wording) is not None)
    alike = [one for one in told_effects(own) if one in _NAMED_AGAIN and words[one.value] in lines]
    again = wording.words["effects_again"].format(names=wording.listing(told.label("consequence_names", alike)))
    rest = tuple(line for line in lines if line not in {words[one.value] for one in alike})
    return theirs.items("consequence_names", "consequences_subjects", (again, *rest) if alike else rest)


def _named_effects(group: SubjectGroup, told: Teller) -> str:
    """What may follow for one group, behind its name: a long one was told in full beside the data, just before."""
    found = told.label("consequence_names", told_effects(facts_of_group(told.facts, group)))
    names = {**group_names(told.facts, told.wording, formal=True), **told.wording.phrases["groups_brief"]}
    return f"{names[group.value]}{told.wording.words['colon']} {told.wording.listing(found)}"


def may_follow(facts: BreachFacts, wording: Wording, *, settled: bool) -> tuple[str, ...]:
    """What may follow, and last what the steps are about: readers asked why to change a password or mistrust a message.

    Beside what somebody weighed only: it fills no gap.
    """
    told, reasons = effects(facts, wording, settled=settled), _reasons(facts)
    words, rest = wording.phrases["consequences_steps"], wording.phrases["consequences_settled"]
    seen = rest[ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES.value]
    if settled and "phishing" in reasons and seen in told:
        told = tuple(f"{one} {rest['phishing']}" if one == seen else one for one in told)
        reasons = tuple(name for name in reasons if name != "phishing")
    return (*told, *(words[name] for name in reasons)) if told else ()


def named_effects(told: Teller, *, settled: bool) -> tuple[str, ...]:
    """What may follow as others read it, with what the people themselves read beside it: colleagues are asked.

    What is not for all stands in one line behind the names of those whom it may befall: "them" was somebody else in
    each line, and nobody knew of which data one spoke.
    """
    facts, words = told.facts, told.wording.words
    names = {**names_again(told), **_called_theirs(told)}
    shared: list[str] = []
    apart: dict[str, list[str]] = {}
    for line, hit in _plain_lines(told, settled=settled):
        if set(hit) >= set(facts.subject_groups):
            shared.append(line)
        else:
            apart.setdefault(told.wording.listing([names[one] for one in hit], "and_also"), []).append(line)
    lines = (
        f"{groups}{words['colon']} {' '.join((told.wording.behind_colon(first, ()), *rest))}"
        for groups, (first, *rest) in apart.items()
    )
    return told.naming((*shared, *lines))


def _called_theirs(told: Teller) -> dict[str, str]:
    called = told.wording.phrases["groups_theirs"]
    return {one.value: called[one.value] for one in their_groups(told.facts) if one.value in called}


def _plain_lines(told: Teller, *, settled: bool) -> Iterator[tuple[str, tuple[SubjectGroup, ...]]]:
    """Each line with the groups that it is about. Of fake messages people read behind that somebody else may have seen
    the data: on a line of its own it had lost that condition."""
    facts, wording, spread = told.facts, told.wording, ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES
    everybody, feared = facts.subject_groups, told_effects(facts)
    each = {one: facts_of_group(facts, one) for one in everybody}
    rest, online = wording.phrases["consequences_theirs_settled"], bool(published(facts))
    warned = {name for one in each.values() or (facts,) for name in _reasons(one)}
    joined = settled and "phishing" in warned and spread in feared
    for effect in feared:
        hit = tuple(one for one in everybody if effect in each[one].consequences_subjects) or everybody
        hit = everybody if online and effect is spread else hit
        those = facts if hit == everybody else facts_of_groups(facts, hit)
        line = plain_effects(those, wording, settled=settled, online=online)[effect.value]
        yield f"{line} {rest['phishing']}" if joined and effect is spread else line, hit
    for name, line in wording.phrases["consequences_theirs_steps"].items():
        if feared and name in warned and not (joined and name == "phishing"):
            yield line, tuple(one for one in everybody if name in _reasons(each[one]))


def _reasons(facts: BreachFacts) -> tuple[str, ...]:
    """What the steps are about, as far as nobody weighed it as a consequence; of passwords that nothing protects, that
    they can be read."""
    feared, lost, traced = facts.consequences_subjects, facts.data_categories, facts.recipient in TRACED
    if Nature.CONFIDENTIALITY not in facts.nature or facts.disclosure is Disclosure.RULED_OUT:
        return ()
    steps = advice_keys(facts)
    readable = Protection.NONE in facts.protection
    found = {
        "credentials_open" if readable else "credentials": "credentials" in steps,
        "bank_account": "bank_account" in steps and not traced and ConsequenceForSubjects.FINANCIAL_LOSS not in feared,
        "communication_content": DataCategory.COMMUNICATION_CONTENT in lost
        and not traced
        and ConsequenceForSubjects.PROFESSIONAL_SECRECY not in feared,
        "phishing": "phishing" in steps and traced and ConsequenceForSubjects.FRAUD not in feared,
    }
    return tuple(name for name, is_one in found.items() if is_one)
