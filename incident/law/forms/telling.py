"""GDPR art. 34(1): whether and when the people are told, and by whom: each controller decides about its own people."""

from dataclasses import replace
from datetime import date

from incident.law.facts import BreachFacts
from incident.law.forms.answers import Origin
from incident.law.forms.case import Case, Draft
from incident.law.forms.filing import FilingKind
from incident.law.forms.fillers import one
from incident.law.forms.notation import count, day_in_words, local_day
from incident.law.forms.whose import called, counted_too, numbers_apart
from incident.law.vocabulary import Informed, NoticeChannel, RiskLevel, SubjectGroup, Unknown


def informed(case: Case, whose_day: str = "") -> Draft:
    """Whether the people have been told; with a high risk and no date somebody has to set one, what was planned for a
    day that has come may have happened, and where people of customers are counted, the day is not theirs: so says
    ``whose_day``, the note of a form that has no room for it beside this answer.
    """
    draft, on = one("informed")(case), _planned_day(case.facts)
    if on is not None:
        come, apart = on <= local_day(case.context.now), bool(counted_too(case))
        note = ("own_day_is_here" if come else whose_day) if apart else "day_is_here" if come else _day_to_come(case)
        own, others = map(_in_brackets, numbers_apart(case))
        names = case.listed(one.name for one in counted_too(case))
        return replace(
            draft,
            note=note,
            said={"day": day_in_words(on, case.catalogue.language), "own": own, "others": others, "names": names},
        )
    if case.facts.informed is not Informed.PLANNED:
        return draft
    if case.context.risk is RiskLevel.HIGH:
        return replace(draft, origin=Origin.DERIVED, note="without_delay", awaited=True)
    return replace(draft, note="no_day", awaited=True)


def _day_to_come(case: Case) -> str:
    """GDPR art. 34(1): a later day than this one is told with the reason where the risk is high."""
    if case.context.voluntary:
        return "day_to_come_unobliged"
    reason = case.facts.not_informing_note.strip()
    return "later_day" if case.context.risk is RiskLevel.HIGH and not reason else "day_to_come"


def unobliged(case: Case) -> str:
    """GDPR art. 34(1): that people are told although a risk is unlikely, as a person has decided, unless that is said
    with the day.
    """
    informed = case.facts.informed
    told = {Informed.INFORMED, Informed.PLANNED} | ({Informed.PLANNED_ON_DATE} if counted_too(case) else set())
    if not case.context.voluntary or informed not in told:
        return ""
    return case.phrase("why_told" if informed is Informed.INFORMED else "why_telling")


def telling_by(case: Case) -> str:
    """GDPR art. 34(1): by when it is known on which day people are told; empty where no such day is to come."""
    return case.says("telling_by", day=case.expected) if case.expected else ""


def untold_news(case: Case) -> bool:
    """GDPR art. 33(4), 34(1): whether there is news, and on record no message to the people after their first one."""
    facts, context = case.facts, case.context
    told = facts.informed is Informed.INFORMED and context.told_again_at is None
    return told and bool(facts.told_news.strip()) and context.kind in _LATER


def told_again(case: Case, *, dated: bool = False) -> str:
    """GDPR art. 34(1): on which day people got the newest further message: the same number as got the first, or how
    many of which groups; and on which they got the first. Beside words that are ``dated`` already, only which groups.
    """
    facts, context = case.facts, case.context
    if context.told_again_at is None:
        return ""
    on = day_in_words(context.told_again_at, case.catalogue.language)
    first = "" if isinstance(facts.informed_on, Unknown) else day_in_words(facts.informed_on, case.catalogue.language)
    same = count(facts.informed_count)
    if same and first and same == sum(number for _group, number in context.told_again):
        return "" if dated else case.says("told_again_all", day=on, first=first, number=case.figure(same))
    groups = [*facts.subject_groups]
    reached = sorted(context.told_again, key=lambda one: groups.index(one[0]) if one[0] in groups else len(groups))
    who = case.listed(filter(None, (_reached(case, group, number) for group, number in reached)))
    if dated:
        return case.says("told_again_whom", day=on, who=who) if who else ""
    said = {"day": on, "who": f": {who}" if who else ""}
    return case.says("told_twice_in_words", **said, first=first) if first else case.says("told_again", **said)


def told_publicly(case: Case) -> str:
    """GDPR art. 34(3)(c): on which day everybody could read it, and where."""
    at, phrase = case.context.told_publicly_at, "told_publicly"
    if NoticeChannel.WEBSITE in case.facts.informed_channels:
        phrase = "told_on_website"
    return "" if at is None else case.says(phrase, day=day_in_words(at, case.catalogue.language))


def why_unobliged(case: Case) -> str:
    """GDPR art. 34(1): the reason of whoever decided that people are told although nobody has to."""
    told = case.facts.informed in {Informed.INFORMED, Informed.PLANNED, Informed.PLANNED_ON_DATE}
    return case.context.telling_reason if told and case.context.voluntary else ""


def _reached(case: Case, group: SubjectGroup | None, number: int) -> str:
    if group is None:
        return case.says("people_number", number=case.figure(number)) if number else ""
    return f"{called(case, group)}{_in_brackets(case.figure(number) if number else '')}"


_LATER = {FilingKind.FOLLOW_UP, FilingKind.FOLLOW_UP_PROVISIONAL}


def planned(case: Case) -> str:
    """On which day the people are told, and which of them where people of customers are counted, too."""
    on = _planned_day(case.facts)
    if on is None:
        return ""
    said = {"day": day_in_words(on, case.catalogue.language)}
    if not counted_too(case):
        return case.says("planned_unobliged" if case.context.voluntary else "planned_on", **said)
    return case.says("planned_own", **said, number=_in_brackets(numbers_apart(case)[0]))


def others_decide(case: Case) -> str:
    """That customers decide whether and when their people hear it; empty where none of these are counted."""
    if not counted_too(case):
        return ""
    names = case.listed(one.name for one in counted_too(case))
    return case.says("others_decide", names=names, number=_in_brackets(numbers_apart(case)[1]))


def _planned_day(facts: BreachFacts) -> date | None:
    on = facts.informed_on
    return on if facts.informed is Informed.PLANNED_ON_DATE and isinstance(on, date) else None


def _in_brackets(number: str) -> str:
    return f" ({number})" if number else ""
