"""GDPR art. 33(4): what a follow-up tells that was not known before, and of whom data were put online."""

from datetime import date

from incident.law.facts import BreachFacts
from incident.law.forms.case import Case
from incident.law.forms.notation import day_in_words, lines, local_day, names_day, tells_number, without_advice
from incident.law.forms.whose import called
from incident.law.groups import number_in, published
from incident.law.vocabulary import SubjectGroup, Unknown


def news(case: Case) -> str:
    """What goes before the description of the incident: in a follow-up what somebody wrote of what is new, and in every
    notification of whom data are on the internet, or were. Where the notification before is on record, its day parts
    what is new from what was told then.
    """
    facts, then = case.facts, case.context.then
    told = "" if case.context.kind.is_first else without_advice(facts.told_news)
    published_now = online(case, facts.told_news)
    if not told or then is None:
        return lines(told, published_now)
    on = day_in_words(local_day(then.at), case.catalogue.language)
    same = then.description.strip() == told_before(case)
    old = case.says("told_then", day=on) if same else case.phrase("told_otherwise")
    return lines(case.says("new_since", day=on), _added(case), told, published_now, old)


def told_before(case: Case) -> str:
    """The description of the incident without what stands among the news."""
    own = (case.facts.description or case.facts.summary).strip()
    return case.context.then.description.strip() if case.context.then and _added(case) else own


def _added(case: Case) -> str:
    """What somebody wrote before or behind the whole description of the notification before."""
    then = case.context.then.description.strip() if case.context.then else ""
    if case.context.kind.is_first or not case.facts.told_news.strip() or not then.endswith((".", "!", "?")):
        return ""
    before, same, behind = case.facts.description.partition(then)
    whole = not before.strip() or before.strip().endswith((".", "!", "?"))
    return lines(before, behind) if same and whole else ""


def number_online_open(facts: BreachFacts) -> bool:
    """GDPR art. 33(4): whether data of people of this form are online, and nobody told of how many."""
    return bool(published(facts)) and not tells_number(facts.told_news)


def online(case: Case, beside: str = "") -> str:
    """Whose data are online, of how many of them where that is open, and of whom none are as far as is on record; since
    when, unless the words ``beside`` it name that day.
    """
    groups = published(case.facts)
    if not groups:
        return ""
    named, on = case.together(called(case, one) for one in groups), case.facts.published_on
    told = case.says("online", groups=named)
    if isinstance(on, date) and not names_day(beside, on):
        told = case.says("online_since", groups=named, day=day_in_words(on, case.catalogue.language))
    most = number_in(case.facts, [*groups])[1]
    known = "" if isinstance(most, Unknown) else case.says("online_at_most", number=case.figure(most))
    many = f"{known} {case.awaited(case.phrase('online_open'))}.".strip() if number_online_open(case.facts) else ""
    others = [one for one in case.facts.subject_groups if one not in groups]
    if not others or SubjectGroup.UNKNOWN in {*others, *case.facts.published_groups}:
        return f"{told} {many}".strip()
    offline = case.says("others_offline", groups=case.listed(called(case, one) for one in others))
    return lines(f"{told} {many}".strip(), offline)
