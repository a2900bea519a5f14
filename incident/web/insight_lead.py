"""How the report for the board begins: how many breaches, what has to be done now, and the gravest of them."""

from collections import Counter
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from incident.domain.kinds import Addressee
from incident.domain.register.insight import FEW
from incident.law.facts import AffectedGroup
from incident.law.forms.fillers import fraud_with
from incident.law.forms.news import online
from incident.law.forms.notation import capital, without_advice
from incident.law.forms.whose import called, lost_by_group, lost_of
from incident.law.groups import data_of, our_groups
from incident.law.vocabulary import SPECIAL_CATEGORIES, ConsequenceForSubjects, DataCategory, Severity, Ternary
from incident.usecases.clock.deadlines import AUTHORITY
from incident.web import register_acts as acts
from incident.web import register_entry as tell
from incident.web.labels import deadline_name, law_label
from incident.web.register_entry import Entry

_NEWS: Final = 3
"""So many lines of what became known later a board reads."""
_SENSITIVE: Final = frozenset(SPECIAL_CATEGORIES) | {
    DataCategory.BSN,
    DataCategory.ID_DOCUMENT_COPY,
    DataCategory.BANK_ACCOUNT,
    DataCategory.CREDENTIALS,
}


def counted(worst: Entry, sums: Counter[str]) -> str:
    """How many breaches there were, of how many nobody has judged yet whether they are one, and which has a high risk:
    the gravest by its name.
    """
    many, unjudged, high = sums["breaches"], sums["unjudged"], sums["high"]
    told = [ngettext("There was one breach.", "There were %(num)s breaches.", many)]
    if unjudged:
        told.append(
            ngettext(
                "Of one report nobody has judged yet whether it is a breach; it is counted.",
                "Of %(num)s reports nobody has judged yet whether they are breaches; they are counted.",
                unjudged,
            )
        )
    if not high:
        return " ".join((*told, str(_("No high risk was found."))))
    named = {"what": worst.line.incident.summary, "reference": worst.line.incident.reference}
    grave = ngettext(
        "One has a high risk: %(what)s (%(reference)s).",
        "%(num)s have a high risk. The gravest: %(what)s (%(reference)s).",
        high,
        **named,
    )
    return " ".join((*told, grave if many > 1 else str(_("It has a high risk: %(what)s (%(reference)s).", **named))))


def to_do(entry: Entry) -> str:
    """What has to be done now, and who has the breach: what is approved and not sent, else a first notification and
    what is overdue.
    """
    who = _("handled by %(name)s", name=entry.line.assignee) if entry.line.assignee else ""
    named = {"of": ", ".join(filter(None, (entry.line.incident.reference, str(who))))}
    ready = entry.say.listing([*dict.fromkeys(acts.filing_called(entry, one) for one in acts.unsent(entry))])
    if ready:
        told = _("To do now: send the approved %(kind)s (%(of)s).", kind=ready, **named)
        return f"{told} {acts.unreported(entry)}".strip()
    clock = next((one for one in entry.clocks if one.open and one.due_at == entry.line.incident.due_at), None)
    if clock is None:
        return ""
    named |= {"what": deadline_name(clock.obligation), "at": entry.instant(clock.due_at)}
    if clock.due_at < entry.case.context.now:
        return str(_("To do now: %(what)s; this is overdue since %(at)s (%(of)s).", **named))
    first = clock.obligation == AUTHORITY
    return str(_("To do now: %(what)s, by %(at)s at the latest (%(of)s).", **named)) if first else ""


def gravest(entry: Entry) -> tuple[str, ...]:
    """What a board must know before any number, a paragraph each: when the gravest breach began, and how it came about;
    whose people, which data and what may come of it; and how it stands: what goes on, what is back, and the police.
    """
    how = entry.facts.description.strip().partition("\n")[0]
    still = entry.facts.consequences_data_note.strip().partition("\n")[0]
    notes = (f"{capital(with_number(entry, one))}: {one.note}" for one in entry.facts.affected_groups if one.note)
    news = without_advice(entry.facts.told_news).split("\n")[:_NEWS]
    return tuple(
        " ".join(filter(None, part))
        for part in (
            (_dated(entry), how),
            (_people(entry), _worst(entry), *notes, _effects(entry)),
            (*news, _online(entry), still, _restored(entry), _our_people(entry), _police(entry)),
        )
        if any(part)
    )


def with_number(entry: Entry, one: AffectedGroup) -> str:
    """A group of people with its number, where that is known."""
    named = called(entry.case, one.group)
    return f"{named} ({entry.say.number(one.subjects)})" if isinstance(one.subjects, int) else named


def _online(entry: Entry) -> str:
    """Whose data are online; what is not known of it stands among what is open."""
    told = online(entry.case, entry.facts.told_news).partition("\n")[0]
    return told.removesuffix(f" {entry.case.awaited(entry.case.phrase('online_open'))}.")


def _dated(entry: Entry) -> str:
    """When it began and when it was found, as far as that is on record."""
    began, found = entry.facts.occurred_from, entry.facts.first_signal_at
    if isinstance(began, datetime) and isinstance(found, datetime):
        return str(
            _("It began on %(at)s and was discovered on %(found)s.", at=tell.began(entry), found=entry.instant(found))
        )
    if isinstance(began, datetime):
        return str(_("It began on %(at)s.", at=tell.began(entry)))
    return str(_("It was discovered on %(at)s.", at=entry.instant(found))) if isinstance(found, datetime) else ""


def _restored(entry: Entry) -> str:
    back = entry.facts.recovered_at
    return str(_("Everything has worked again since %(at)s.", at=entry.instant(back))) if tell.is_back(entry) else ""


def _our_people(entry: Entry) -> str:
    """On which days our own people were told, and the organisations whose people these are not."""
    ours, theirs = days(entry, Addressee.SUBJECTS), days(entry, Addressee.CONTROLLER)
    own = _("Those whose data we process for ourselves were informed on %(days)s.", days=ours) if ours else ""
    others = _("The organisations for which we are processor were informed on %(days)s.", days=theirs) if theirs else ""
    return f"{own} {others}".strip()


def _police(entry: Entry) -> str:
    return str(_("It was reported to the police.")) if entry.facts.reported_to_police is Ternary.YES else ""


def _worst(entry: Entry) -> str:
    """Which data of our group that lost the most sensitive ones, where the groups did not lose the same."""
    facts = entry.facts
    grave = {group: len(_SENSITIVE.intersection(data_of(facts, group))) for group in our_groups(facts)}
    group = max(grave, key=lambda one: grave[one], default=None)
    if group is None or not grave[group] or not lost_by_group(entry.case):
        return ""
    return str(_("The most sensitive data are those of %(lost)s", lost=lost_of(entry.case, group)))


def _effects(entry: Entry) -> str:
    """What people may face, and how grave that is, as far as it is on record."""
    facts = entry.facts
    named = (entry.case.named(one) for one in facts.consequences_subjects if one is not ConsequenceForSubjects.OTHER)
    what = entry.case.listed((*named, *fraud_with(entry.case)))
    told = [str(_("Possible consequences for the people concerned: %(what)s.", what=what))] if what else []
    told += [facts.consequences_subjects_note.strip().partition("\n")[0]]
    if facts.severity is not Severity.UNKNOWN:
        gravity = law_label(facts.severity)
        told.append(str(_("We rate the gravity as %(gravity)s.", gravity=acts.within(gravity))))
    return " ".join(filter(None, told))


def _people(entry: Entry) -> str:
    """Of how many people we are the controller, and of how many a processor."""
    shares = entry.people
    if not shares.theirs:
        number = tell.people(entry)
        one, many = _("It concerns one person."), _("It concerns %(number)s people.", number=number)
        return (one if shares.most == 1 else many) if number else ""
    own, theirs = entry.count(shares.least, shares.most), entry.say.number(shares.theirs)
    names = [one.name for one in entry.facts.affected_controllers]
    whose = f"{theirs}: {entry.say.listing(names)}" if 0 < len(names) <= FEW else theirs
    if not shares.most or not own:
        return str(_("It concerns people whose data we process for other organisations: %(theirs)s.", theirs=whose))
    if isinstance(shares.most, int) and shares.least == shares.most:
        known = {"together": entry.say.number(shares.most + shares.theirs), "own": own, "theirs": theirs}
        told = _(
            "It concerns %(together)s people: for ourselves we process the data of %(own)s, for other organisations of "
            "%(theirs)s%(names)s.",
            **known,
            names=f" ({entry.say.listing(names)})" if whose != theirs else "",
        )
        return str(told)
    told = _(
        "It concerns people whose data we process for ourselves (%(own)s), and people whose data we process for other "
        "organisations (%(theirs)s).",
        own=own,
        theirs=whose,
    )
    return str(told)


def days(entry: Entry, who: Addressee) -> str:
    """On which days something left for them."""
    return entry.say.listing([*dict.fromkeys(entry.short_day(one.sent_at) for one in entry.sent(who))])
