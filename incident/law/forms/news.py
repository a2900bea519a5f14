"""GDPR art. 33(4): what a follow-up tells that was not known before, and of whom data were put online."""

from incident.law.forms.filling import Case
from incident.law.forms.notation import lines
from incident.law.forms.whose import with_number


def news(case: Case) -> str:
    """What goes before the description of the incident: in a follow-up what somebody wrote of what is new, and in every
    notification of whom data are on the internet, or were.
    """
    facts = case.facts
    groups = [group for group in facts.subject_groups if group in facts.published_groups]
    told = "" if case.context.kind.is_first else facts.told_news
    online = case.says("online", groups=case.listed(with_number(case, one) for one in groups)) if groups else ""
    return lines(told, online)
