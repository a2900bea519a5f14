"""GDPR art. 33(4): what a follow-up tells that was not known before, and of whom data were put online."""

from incident.law.forms.filling import Case
from incident.law.forms.notation import day_in_words, lines, local_day
from incident.law.forms.whose import with_number


def news(case: Case) -> str:
    """What goes before the description of the incident: in a follow-up what somebody wrote of what is new, and in every
    notification of whom data are on the internet, or were. Where the notification before is on record, its day parts
    what is new from what was told then.
    """
    facts, then = case.facts, case.context.then
    groups = [group for group in facts.subject_groups if group in facts.published_groups]
    told = "" if case.context.kind.is_first else facts.told_news.strip()
    online = case.says("online", groups=case.listed(with_number(case, one) for one in groups)) if groups else ""
    if not told or then is None:
        return lines(told, online)
    on = day_in_words(local_day(then.at), case.catalogue.language)
    same = then.description.strip() == (facts.description or facts.summary).strip()
    old = case.says("told_then", day=on) if same else case.phrase("told_otherwise")
    return lines(case.says("new_since", day=on), told, online, old)
