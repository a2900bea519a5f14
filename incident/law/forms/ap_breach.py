"""GDPR art. 33(3)(a), (c), (d), 34: AP chapters 5 to 10: incident, data, people, protection, consequences, actions."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from incident.law.facts import BreachFacts
from incident.law.forms.answers import Origin
from incident.law.forms.case import NOTHING, Case, Draft, Filler
from incident.law.forms.customers import answered
from incident.law.forms.fillers import (
    chosen,
    consequences,
    description_note,
    files,
    follows,
    fraud_with,
    many,
    measures,
    nameless,
    of_all,
    one,
    police,
    prevention,
    recovery,
    text_field,
    voluntary,
    without_option,
    written,
)
from incident.law.forms.news import news, number_online_open, told_before
from incident.law.forms.notation import capital, count, day, lines
from incident.law.forms.telling import (
    informed,
    others_decide,
    planned,
    telling_by,
    told_again,
    told_publicly,
    unobliged,
    untold_news,
    why_unobliged,
)
from incident.law.forms.timeline import data_away
from incident.law.forms.whose import (
    as_people_unsaid,
    counted,
    exact_subjects,
    lost_by_group,
    people,
    records_of_customers,
)
from incident.law.labels import label
from incident.law.vocabulary import (
    SPECIAL_CATEGORIES,
    AvailabilityLoss,
    DataCategory,
    IncidentKind,
    Informed,
    Nature,
    NotInformingGround,
    Protection,
    Severity,
    SubjectGroup,
    Ternary,
    Unknown,
)


def _nature(case: Case) -> Draft:
    """The form has no option for a loss of availability by itself, only for what kind of loss it was."""
    facts = case.facts
    if Nature.AVAILABILITY not in facts.nature:
        return chosen(case, facts.nature)
    if facts.availability_loss is AvailabilityLoss.UNKNOWN:
        options = case.question.members_of(nature.value for nature in facts.nature)
        return Draft(options=options, origin=Origin.MISSING, note="availability_open")
    return follows(chosen(case, (*facts.nature, facts.availability_loss)))


def _kind(case: Case) -> Draft:
    """The form takes one kind: the first recorded one that it has an option for."""
    if {kind.value for kind in case.facts.kinds} == {"unknown"}:
        return Draft(options=("12",), origin=Origin.UNKNOWN, note="stated_unknown")
    first, others = _kinds(case)
    if not others:
        return chosen(case, first)
    return replace(chosen(case, first, note="one_of_several"), said={"others": case.listed(others)})


def _kinds(case: Case) -> tuple[list[IncidentKind], list[str]]:
    """The kind that question 5.2 is answered with, and the names of the others, which its option does not stand for."""
    kinds, asked = case.facts.kinds, case.catalogue.question("5.2")
    option = {kind: asked.members_of((kind.value,)) for kind in kinds}
    first = ([kind for kind in kinds if option[kind] != ("12",)] or [*kinds])[:1]
    others = (kind for kind in kinds if option[kind] != option[first[0]] and kind is not IncidentKind.OTHER)
    return first, [*map(case.named, others)]


def _other(note_field: str, members_field: str, parent: str) -> Filler:
    """'Anders (namelijk)': the recorded note, and the identifiers the form has no option of its own for."""

    def fill(case: Case) -> Draft:
        note: str = getattr(case.facts, note_field)
        if note.strip():
            return written(note)
        named = without_option(case, getattr(case.facts, members_field), parent)
        return follows(written(case.listed(map(case.named, named))), "from_choices")

    return fill


def _other_consequences(case: Case) -> Draft:
    """Also how fraud may be committed with the data, as letters warn people of it."""
    if own := case.facts.consequences_subjects_note.strip():
        return written(own)
    named = without_option(case, case.facts.consequences_subjects, "9.2")
    return follows(written(case.listed([*map(case.named, named), *fraud_with(case)])), "from_choices")


def _other_people(case: Case) -> Draft:
    """Whom the form has no option for: by name, and "other" people as the record calls them, or else what it says of
    all, which question 7.2 tells.
    """
    facts, other = case.facts, SubjectGroup.OTHER in case.facts.subject_groups
    called = facts.other_people.strip() if other else ""
    named = [case.named(group) for group in without_option(case, facts.subject_groups, "7.1")]
    told = lines(case.listed(filter(None, (*named, called))), facts.subjects_note if other and not called else "")
    return follows(written(told), "from_choices") if named else written(told)


def _other_data(case: Case) -> Draft:
    """Which other data: by name, apart by a semicolon, as a name may hold an "and"; the remark on all the data answers
    it only where "other" was chosen, also among the financial data, for which the form has an option that asks which.

    Special categories are answered by question 6.2.
    """
    facts = case.facts
    general = [category for category in facts.data_categories if category not in SPECIAL_CATEGORIES]
    named = "; ".join(map(case.named, without_option(case, general, "6.1")))
    told = written(lines(named, facts.data_note if _unnamed(facts) else ""))
    return follows(told, "from_choices") if named else told


def _unnamed(facts: BreachFacts) -> bool:
    return not {DataCategory.OTHER, DataCategory.OTHER_FINANCIAL}.isdisjoint(facts.data_categories)


_TOLD = MappingProxyType(
    {
        IncidentKind.EXFILTRATION: (
            *("stole", "gestolen", "kopieer", "buitgemaakt", "gedownload"),
            *("copied", "copies of", "downloaded", "theft"),
        ),
        IncidentKind.UNAUTHORISED_ACCESS: ("ingelogd", "binnengedrongen", "signed in", "logged in"),
    }
)
"""How people tell in a description that data were taken, and that somebody came in."""


def _description(case: Case) -> Draft:
    """As somebody wrote it, after the news of a follow-up, and with the kinds of incident that question 5.2 has no room
    for and the words do not name.
    """
    own, short = case.facts.description.strip(), case.facts.summary.strip()
    said = {case.named(kind) for kind, told in _TOLD.items() if any(word in own.casefold() for word in told)}
    unsaid = [kind for kind in _kinds(case)[1] if kind not in said and kind.casefold() not in own.casefold()]
    more = case.says("other_kinds", kinds=case.listed(unsaid)) if unsaid and (own or short) else ""
    latest = news(case)
    note = description_note(case.facts, composed=bool(more or latest))
    draft = nameless(case, written(lines(latest, told_before(case), more), note=note))
    return replace(draft, awaited=number_online_open(case.facts))


def _attachments(case: Case) -> Draft:
    named = capital(case.listed(map(case.named, case.context.attachments)))
    return written(lines(named, files(case)))


def _general_data(case: Case) -> Draft:
    categories = case.facts.data_categories
    general = tuple(category for category in categories if category not in SPECIAL_CATEGORIES)
    if categories and not general:
        return Draft(case.phrase("none"), origin=Origin.DERIVED, note="only_special")
    return chosen(case, general)


def _special_data(case: Case) -> Draft:
    categories = case.facts.data_categories
    special = tuple(category for category in categories if category in SPECIAL_CATEGORIES)
    if special or not categories:
        return chosen(case, special)
    if DataCategory.UNKNOWN in categories:
        return Draft(origin=Origin.UNKNOWN, note="stated_unknown")
    return Draft(case.phrase("none"), origin=Origin.DERIVED, note="no_special")


def _records(case: Case) -> Draft:
    if bounds := _bounds(case.facts):
        least, most = bounds
        draft = _counted(most, note="upper_bound" if least != most else "")
        if as_people_unsaid(case):
            return replace(draft, origin=Origin.DERIVED, note="as_people_unsaid")
        return counted(case, draft) if case.context.counting.left_out else draft
    if case.stated_unknown:
        return Draft("1", value=1, origin=Origin.UNKNOWN, note="one_when_unknown")
    return Draft("1", value=1, origin=Origin.MISSING, note="one_when_unknown") if _may_follow(case) else NOTHING


def _may_follow(case: Case) -> bool:
    return case.context.kind.is_provisional


def _counted(value: int, *, note: str = "") -> Draft:
    return Draft(str(value), value=value, origin=Origin.DERIVED if note else Origin.RECORDED, note=note)


def _bounds(facts: BreachFacts) -> tuple[int, int] | None:
    """Least and most records; one recorded bound stands for both."""
    known = [bound for bound in (count(facts.records_min), count(facts.records_max)) if bound is not None]
    return (min(known), max(known)) if known else None


def _records_explained(case: Case) -> Draft:
    bounds = _bounds(case.facts)
    if bounds is None:
        return written(lines(case.facts.records_note, case.phrase("records_unknown")), note="one_when_unknown")
    least, most = bounds
    between = case.phrase("records_between") % {"least": case.figure(least), "most": case.figure(most)}
    between, theirs = between if least != most else "", records_of_customers(case)
    return written(lines(between, case.facts.records_note, theirs), note="composed" if between or theirs else "")


def _people_told(case: Case) -> Draft:
    """The recorded number, else that of a mailing which still runs: it grows, so that a person looks before filing."""
    recorded, so_far = count(case.facts.informed_count), case.context.told_so_far
    if recorded is not None:
        again = case.context.told_again_at is not None
        return replace(_counted(recorded), note="first_message" if again else "")
    return _counted(so_far, note="mailing_runs") if so_far else NOTHING


def _people(case: Case) -> Draft:
    """Who they are, and which data of whom, for which the form has no question of its own, with a remark on them; where
    people of customers are left out also without these, as whoever approves confirms it for one's own.
    """
    lost = lost_by_group(case)
    draft = people(case, listed=bool(lost))
    told = not _unnamed(case.facts) and bool(lost or answered(case.facts, Ternary.NO))
    remark = case.facts.data_note if told else ""
    if not lost and not remark.strip():
        return draft
    text = lines(lost, remark, draft.text) if lost else lines(draft.text, remark)
    return replace(written(text, note=draft.note or "composed"), said=draft.said)


def _exact(case: Case) -> Draft:
    exact = exact_subjects(case.facts)
    return NOTHING if exact is None else counted(case, _counted(exact))


def _at_the(end: str) -> Filler:
    """The least or the most data subjects."""

    def fill(case: Case) -> Draft:
        value = count(getattr(case.facts, end))
        return NOTHING if value is None else counted(case, _counted(value))

    return fill


def _channels(case: Case) -> Draft:
    """How people were told; before it is done, how they are going to be."""
    told = many("informed_channels")(case)
    if case.facts.informed not in {Informed.PLANNED_ON_DATE, Informed.PLANNED} or not told.options:
        return told
    ways = (case.question.option(one).text for one in told.options)
    text = case.says("planned_channels", ways=case.listed(f"{way[:1].lower()}{way[1:]}" for way in ways))
    return replace(told, text=text, note="channels_planned")


def _informed(case: Case) -> Draft:
    """Also when they were told, for which the form has no known question, and whether they know the news."""
    draft, on, again = informed(case), case.facts.informed_on, case.context.told_again_at
    if untold_news(case):
        return replace(draft, note="news_untold")
    if case.facts.informed is not Informed.INFORMED or isinstance(on, Unknown):
        return draft
    said = {"day": day(on)} | ({} if again is None else {"again": day(again)})
    return replace(draft, note="informed_on" if again is None else "informed_again", said=said)


def _informed_reason(case: Case) -> Draft:
    """Why not, or when, and that nobody has to; people of customers hear it from these, if at all."""
    facts, ground, told, note = case.facts, case.facts.not_informing_ground, planned(case), "composed"
    own = facts.not_informing_note.strip()
    if facts.informed is Informed.EXCEPTION and isinstance(ground, NotInformingGround):
        told = label(ground, "nl")
    if not told and not own:
        if facts.informed in {Informed.EXCEPTION, Informed.PLANNED_ON_DATE}:
            return NOTHING
        told, note = case.phrase(f"informed_{facts.informed.value}"), "from_informed"
        if facts.informed is Informed.PLANNED:
            told, note = telling_by(case) or told, informed(case).note
    if own and facts.informed is Informed.NOT_HIGH_RISK:
        told = case.phrase("informed_not_high_risk")
    text = lines("" if own else unobliged(case), told, own or why_unobliged(case), others_decide(case))
    draft = written(text, note="" if text == own else note)
    origin = Origin.FOLLOWS if note == "no_day" else draft.origin
    return replace(draft, origin=origin, awaited=note in {"no_day", "without_delay"})


def _severity_explained(case: Case) -> Draft:
    """9.3: the recorded remark, else what the assessment behind the recorded severity rests on, which may be about
    people of customers; before either, that nobody has to notify where a risk is unlikely.
    """
    facts, first = case.facts, voluntary(case)
    own, assessed = facts.severity_note.strip(), "" if facts.severity is Severity.UNKNOWN else case.context.assessed
    if own:
        return written(lines(first, own), note="composed" if first else "")
    draft = written(lines(first, assessed) if assessed else "", note="from_assessment")
    return of_all(case, draft, "9.3", case.says("assessed_of_all", names=case.context.counting.left_out))


def _measures(case: Case) -> Draft:
    """Also that people got a further message, for which no other answer has room, and what is to prevent it."""
    if not case.facts.measures_taken.strip():
        return NOTHING
    away, on_police = data_away(case.facts), police(case)
    draft = measures(case, lines(recovery(case), on_police), lines(told_again(case), told_publicly(case)))
    draft = replace(draft, awaited=draft.awaited or away)
    if on_police == case.phrase("police") and draft.note == "composed":
        draft = replace(draft, note="police_only")
    more = prevention(case, titled=True)
    if not more:
        return draft
    text = lines(draft.text, more)
    return replace(draft, text=text, value=text, origin=Origin.DERIVED, note=draft.note or "composed")


def _protection(case: Case) -> Draft:
    """Pseudonymised data are readable: beside real protection they are left to the explanation, alone they are "no"."""
    found = case.facts.protection
    shielded = tuple(one for one in found if one is not Protection.PSEUDONYMISED)
    if shielded == found or set(shielded) - {Protection.UNKNOWN}:
        return many("protection")(replace(case, facts=replace(case.facts, protection=shielded)))
    return chosen(case, (Protection.PSEUDONYMISED,), note="pseudonymised")


def _protection_explained(case: Case) -> Draft:
    facts = case.facts
    if facts.protection_note.strip():
        return written(facts.protection_note)
    named = capital(case.listed(map(case.named, _technique(facts))))
    kept = {Ternary.YES: "intact", Ternary.NO: "not_intact", Ternary.UNKNOWN: ""}[facts.protection_intact]
    pseudonymised = case.phrase("pseudonymised") if Protection.PSEUDONYMISED in facts.protection else ""
    return written(lines(named, pseudonymised, case.phrase(kept) if kept else ""), note="from_protection")


def _technique(facts: BreachFacts) -> tuple[Protection, ...]:
    """What the form's own options leave unsaid is said by the recorded protection, but only if there is any."""
    silent = {Protection.NONE, Protection.UNKNOWN, Protection.PSEUDONYMISED}
    return tuple(one for one in facts.protection if one not in silent)


FILLERS: Mapping[str, Filler] = MappingProxyType(
    {
        "5.1": _nature,
        "5.2": _kind,
        "5.2.other": _other("kind_note", "kinds", "5.2"),
        "5.3": _description,
        "5.4": _attachments,
        "6.1": _general_data,
        "6.1.other": _other_data,
        "6.2": _special_data,
        "6.3.1.number": _records,
        "6.3.1.explanation": _records_explained,
        "7.1": many("subject_groups"),
        "7.1.other": _other_people,
        "7.2": _people,
        "7.3.exact": _exact,
        "7.3.min": _at_the("subjects_min"),
        "7.3.max": _at_the("subjects_max"),
        "8.1": _protection,
        "8.1.explanation": _protection_explained,
        "9.1": many("consequences_data"),
        "9.1.other": _other("consequences_data_note", "consequences_data", "9.1"),
        "9.2": consequences,
        "9.2.other": _other_consequences,
        "9.3": one("severity"),
        "9.3.explanation": _severity_explained,
        "10.1.1": _informed,
        "10.1.1.reason": _informed_reason,
        "10.1.3": _people_told,
        "10.1.7": _channels,
        "10.1.7.other": text_field("informed_channels_note"),
        "10.2": _measures,
    }
)
"""One filler per input of chapters 5 to 10."""
