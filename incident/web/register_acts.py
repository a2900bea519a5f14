"""What the register on paper tells of what was decided on a breach, and of what left the house (GDPR art. 33(5)).

Each function gives the text of a row; an empty one is a row that is not printed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from math import ceil

from flask_babel import gettext as _

from incident.documents.wording import Wording
from incident.domain.kinds import Addressee, NoticeKind
from incident.domain.register.insight import HOUR
from incident.law.forms.answers import FilledAnswer
from incident.law.forms.customers import answered
from incident.law.forms.customers import customers as customers_of
from incident.law.forms.fill import open_answers
from incident.law.forms.notation import still_investigated
from incident.law.forms.telling import unobliged
from incident.law.forms.timeline import goes_on
from incident.law.forms.whose import called
from incident.law.vocabulary import UNKNOWN, Informed, Ternary
from incident.store.queries.register_notices import NoticeLine
from incident.usecases.clock.deadlines import AUTHORITY, FOLLOW_UP
from incident.usecases.notices.authority_form import form_from
from incident.web.i18n import language_code
from incident.web.labels import ADDRESSEES, NOTICE_KINDS, RISKS, STATUSES, channel_word, deadline_name, field_words
from incident.web.register_entry import Entry, answer, joined, listed


def decision(entry: Entry, subject: str) -> str:
    """What was decided, when and by whom."""
    act = entry.line.last(f"decision:{subject}")
    if act is None:
        return ""
    told = _("Yes, %(at)s, %(name)s") if act.act else _("No, %(at)s, %(name)s")
    free = unobliged(entry.case)
    if subject == "authority" and entry.case.context.voluntary:
        free = _("Voluntary: the risk was assessed as unlikely, so the law does not ask for it (GDPR art. 33(1)).")
    return joined(str(told) % {"at": entry.instant(act.at), "name": act.by}, str(free) if act.act else "")


def reason(entry: Entry, subject: str) -> str:
    """Why it was decided so."""
    act = entry.line.last(f"decision:{subject}")
    if act is None:
        return ""
    return joined(_unlikely(entry) if subject == "subjects" else "", act.reason)


def _unlikely(entry: Entry) -> str:
    """GDPR art. 34(1): that people are not informed as no high risk is likely, where that was decided."""
    act, informed = entry.line.last("decision:subjects"), entry.facts.informed
    not_high = act is not None and not act.act and informed is Informed.NOT_HIGH_RISK
    return entry.case.phrase("informed_not_high_risk") if not_high else ""


def status(entry: Entry) -> str:
    """How far the breach is, and what lies ready for the authority and has not left."""
    ready = (_("%(kind)s not sent yet", kind=_filing(entry, one)) for one in unsent(entry))
    return joined(str(STATUSES[entry.line.incident.status][0]), *ready)


def filings(entry: Entry) -> str:
    """GDPR art. 33(4): each notification with its day, and what is approved but has not left the house."""
    sent = [(_left(entry, one), _signed(entry, one)) for one in entry.sent(Addressee.AUTHORITY)]
    (first, signed), *later = sent or [(entry.instant(entry.line.incident.notified_at), "")]
    told = joined(f"{first}{after(entry)}" if first else "", signed, term(entry))
    return joined(told, *(part for one in later for part in one), *waiting(entry))


def _left(entry: Entry, one: NoticeLine) -> str:
    return f"{_filing(entry, one)}: {entry.instant(one.sent_at)}"


def _signed(entry: Entry, one: NoticeLine) -> str:
    """Who approved it and who sent it, as far as that is on record, and what it left open."""
    sent = _("Sent by %(name)s.", name=one.sent_by) if one.sent_by else ""
    lacked = _("Not known then: %(what)s.", what="; ".join(_lacked(one))) if one.form else ""
    if not one.approved_by:
        return joined(str(sent), str(lacked))
    approved = _("Approved on %(at)s by %(name)s.", at=entry.instant(one.approved_at), name=one.approved_by)
    return joined(f"{approved} {sent}".strip(), str(lacked))


def _lacked(one: NoticeLine) -> list[str]:
    """GDPR art. 33(4): what an incomplete notification said that it did not know, each question by its subject."""
    form, say = form_from(one.form), Wording(language_code())
    numbers, told = open_answers(form), []
    for asked in form.answers:
        if asked.number in numbers and asked.fields:
            told.append(_subject(asked))
    return [say.behind_colon(one, ()) for one in dict.fromkeys(told)]


def _subject(asked: FilledAnswer) -> str:
    if "occurred_to" in asked.fields:
        return str(_("when the breach ends"))
    if "measures_taken" in asked.fields and asked.awaited:
        found = still_investigated(asked.text)
        return str(_("the outcome of the investigation") if found else _("when the data can be used again"))
    return field_words(asked.fields[0]).label


def term(entry: Entry) -> str:
    """GDPR art. 33(1): by when the first of them had to be made, and whether it was; empty where none has to be."""
    notified = entry.line.incident.notified_at
    due = next((one.due_at for one in entry.clocks if one.obligation == AUTHORITY), None)
    if due is None or entry.case.context.voluntary:
        return ""
    told = _("The first notification had to be made by %(at)s (GDPR art. 33(1)): in time.")
    if notified is None:
        told = _("The first notification must be made by %(at)s (GDPR art. 33(1)).")
    elif notified > due:
        told = _("The first notification had to be made by %(at)s (GDPR art. 33(1)): too late.")
    return str(told) % {"at": entry.instant(due)}


def next_due(entry: Entry) -> str:
    """What can be done at once, and which period ends next."""
    return joined(*to_send(entry), unreported(entry), next_term(entry))


def next_term(entry: Entry) -> str:
    """Which period ends next, and when; the law names no day for a follow-up, and what is to be sent tells its own."""
    due, own = entry.line.incident.due_at, _own_term(entry)
    if due is not None and own == due and any(not one.kind.is_first for one in unsent(entry)):
        return ""
    open_now = next((one.obligation for one in entry.clocks if one.open and one.due_at == due), "")
    told = ", ".join(filter(None, (entry.instant(due), deadline_name(open_now) if open_now else "")))
    own_words = _("our own term; the law names no number of days")
    return f"{told} ({own_words})" if open_now == FOLLOW_UP else told


def _own_term(entry: Entry) -> datetime | None:
    return next((one.due_at for one in entry.clocks if one.open and one.obligation == FOLLOW_UP), None)


def to_send(entry: Entry) -> list[str]:
    """What is approved, as something to do; of a follow-up the law asks no day, and until when we give ourselves."""
    now, own = _("Send now: the %(kind)s that %(name)s approved on %(at)s."), _own_term(entry)
    told = [str(now) % _approved(entry, one, filing_called(entry, one)) for one in unsent(entry)]
    if own is None or all(one.kind.is_first for one in unsent(entry)):
        return told
    soon = _(
        "This is due without undue further delay (GDPR art. 33(4)); our own term ends on %(at)s.",
        at=entry.instant(own),
    )
    return [*told, str(soon)]


def unreported(entry: Entry) -> str:
    """That data were put online after the last notification left."""
    online, sent = entry.facts.published_on, [one.sent_at for one in entry.sent(Addressee.AUTHORITY) if one.sent_at]
    if not isinstance(online, date) or not sent or entry.say.local(max(sent)).date() >= online:
        return ""
    return str(_("The supervisory authority has not been told yet that data are on the internet."))


def risk(entry: Entry) -> str:
    """What the risk was assessed as, when and by whom, each time that it changed and the last; and what it rests on."""
    rows = entry.assessed
    shown = [one for at, one in enumerate(rows) if one is rows[-1] or not at or one.risk is not rows[at - 1].risk]
    told = [f"{RISKS[one.risk][0]}, {entry.instant(one.at)}, {one.by}" for one in shown]
    why = entry.case.context.assessed.replace("\n", " ")
    then = str(_("With what was known then; no later assessment is on record:")) if told and why else ""
    return joined(*(told or [risk_in_short(entry)]), f"{then} {why}".strip())


def risk_in_short(entry: Entry) -> str:
    """The risk as it stands."""
    return str(RISKS[level][0]) if (level := entry.line.incident.risk) is not None else ""


def _filing(entry: Entry, one: NoticeLine) -> str:
    """GDPR art. 33(4): what a notification is called; none is the final one of a breach of which more is to come."""
    more = goes_on(entry.facts) or entry.case.expected
    if one.kind is NoticeKind.FOLLOW_UP or (one.kind is NoticeKind.FINAL and more):
        return str(_("Follow-up notification"))
    if one.kind is NoticeKind.PROVISIONAL:
        return str(_("First notification, not complete yet"))
    return str(NOTICE_KINDS[one.kind.value])


def after(entry: Entry) -> str:
    """GDPR art. 33(1): how long the first of them took, which is what an auditor would count."""
    aware, notified = entry.line.incident.aware_at, entry.line.incident.notified_at
    if aware is None or notified is None or notified < aware:
        return ""
    told = _("within %(hours)s h of awareness", hours=ceil((notified - aware) / HOUR))
    return f" ({told})"


def waiting(entry: Entry) -> list[str]:
    """The notifications that are approved and have not left the house."""
    told = _("%(kind)s approved on %(at)s by %(name)s and not sent yet.")
    return [str(told) % _approved(entry, one, _filing(entry, one)) for one in unsent(entry)]


def _approved(entry: Entry, one: NoticeLine, kind: str) -> dict[str, str]:
    return {"kind": kind, "at": entry.instant(one.approved_at), "name": one.approved_by}


def filing_called(entry: Entry, one: NoticeLine) -> str:
    """What a notification is called within a sentence."""
    return entry.say.behind_colon(_filing(entry, one).partition(",")[0], ())


def unsent(entry: Entry) -> list[NoticeLine]:
    """The notifications to the authority that are approved and have not left the house."""
    return [one for one in entry.notices if one.addressee is Addressee.AUTHORITY and one.sent_at is None]


def number(entry: Entry) -> str:
    """The number the authority gave; on two breaches it is wrong on one of them."""
    numbers = list(dict.fromkeys(one.number for one in entry.sent(Addressee.AUTHORITY) if one.number))
    twins = _("Also recorded with %(references)s. Check which is right.", references=", ".join(entry.twins))
    return joined(", ".join(numbers), str(twins) if entry.twins else "")


def told(entry: Entry) -> str:
    """GDPR art. 34: each message to our own people, with its day, how and to how many; then to the public."""
    facts, messages = entry.facts, _messages(entry, Addressee.SUBJECTS)
    if not messages:
        messages = [str(_("No")) if _unlikely(entry) else answer(facts.informed), entry.on(facts.informed_on)]
        messages += [_people(entry, facts.informed_count)] if isinstance(facts.informed_count, int) else []
    public = [str(_("Public communication: %(days)s", days=one)) for one in _messages(entry, Addressee.PUBLIC)]
    used = {one.channel for who in (Addressee.SUBJECTS, Addressee.PUBLIC) for one in entry.sent(who)}
    others = [one for one in facts.informed_channels if one.value not in used]
    return joined(*messages, *public, listed(others, facts.informed_channels_note), facts.informed_not_all_note)


def _messages(entry: Entry, who: Addressee) -> list[str]:
    """What left for them on one day in one way, as a line."""
    found: dict[tuple[date, str], list[int | None]] = {}
    for one in entry.sent(who):
        assert one.sent_at is not None
        found.setdefault((entry.say.local(one.sent_at).date(), one.channel), []).append(one.people)
    return [
        f"{entry.short_date(day)}, {within(channel_word(how))}" + _number(entry, numbers)
        for (day, how), numbers in found.items()
    ]


def within(told: str) -> str:
    """What begins with no noun, in German either, within a sentence."""
    return told[:1].lower() + told[1:]


def _number(entry: Entry, numbers: Sequence[int | None]) -> str:
    known = [one for one in numbers if one is not None]
    return f" ({_people(entry, sum(known))})" if len(known) == len(numbers) and known else ""


def why_later(entry: Entry) -> str:
    """GDPR art. 34(1): why people who are informed were not informed sooner."""
    act = entry.line.last("decision:subjects")
    return entry.facts.not_informing_note if act is not None and act.act else ""


def _people(entry: Entry, many: int) -> str:
    return str(_("data subjects: %(number)s", number=entry.say.number(many)))


def content(entry: Entry) -> str:
    """GDPR art. 34(2): what they were told, as somebody put it."""
    return entry.facts.informed_content


def letters(entry: Entry) -> str:
    """Which letters say so: when to whom each went, groups in the order of the record, and what it is called."""
    found: dict[tuple[date, str, Addressee], list[str]] = {}
    place = {group.value: at for at, group in enumerate(entry.facts.subject_groups)}
    people = sorted(entry.sent(Addressee.SUBJECTS), key=lambda one: place.get(one.whom, len(place)))
    for one in (*people, *entry.sent(Addressee.PUBLIC), *entry.sent(Addressee.PRESS)):
        if one.title and one.sent_at is not None:
            key = entry.say.local(one.sent_at).date(), one.title, one.addressee
            found.setdefault(key, []).append(_readers(entry, one))
    told = [
        f"{entry.short_date(day)}, {entry.case.listed(dict.fromkeys(whom))}: “{title}”"
        for (day, title, _who), whom in sorted(found.items(), key=lambda one: one[0][0])
    ]
    return joined(*told)


def _readers(entry: Entry, one: NoticeLine) -> str:
    """For whom a letter was: a group of people by its name, else whom the record calls them."""
    group = next((known for known in entry.facts.subject_groups if known.value == one.whom), None)
    return within(str(ADDRESSEES[one.addressee.value])) if group is None else called(entry.case, group)


def customers(entry: Entry) -> str:
    """GDPR art. 33(2): for whom we process, how many people of theirs, and when each was told."""
    told = []
    for one in entry.facts.affected_controllers:
        letters = [sent.sent_at for sent in entry.sent(Addressee.CONTROLLER) if sent.whom == one.name]
        days = list(dict.fromkeys(entry.short_day(at) for at in letters))
        many = "" if one.subjects is UNKNOWN else f" ({entry.say.number(one.subjects)})"
        when = _("informed %(days)s", days=entry.say.listing(days)) if days else _("not informed yet")
        told.append(f"{one.name}{many}: {when}")
    decide = _("They decide themselves whether their people must be informed (GDPR art. 34).")
    if answered(entry.facts, Ternary.NO) == customers_of(entry.facts):
        decide = _(
            "Their people do not count in our notification. They decide themselves whether to notify and to inform "
            "(GDPR art. 33 and 34)."
        )
    return joined(*told, str(decide)) if told else ""
