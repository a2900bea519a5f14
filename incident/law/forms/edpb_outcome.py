"""GDPR art. 33(3)(c), 33(3)(d), 34: EDPB fields 79 to 126: consequences, risk, measures, communication, authorities."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from incident.law.forms.answers import Origin
from incident.law.forms.case import NOTHING, Case, Draft, Filler
from incident.law.forms.fillers import (
    chosen,
    consequences,
    countries,
    country,
    files,
    follows,
    many,
    measures,
    one,
    prevention,
    some_countries,
    some_uncounted,
    text_field,
    voluntary,
    written,
)
from incident.law.forms.notation import count, day, lines, local_day, names_day
from incident.law.forms.telling import (
    informed,
    others_decide,
    planned,
    telling_by,
    told_again,
    unobliged,
    untold_news,
    why_unobliged,
)
from incident.law.forms.whose import counted_too, exact_subjects, undivided
from incident.law.labels import label
from incident.law.vocabulary import Attachment, Informed, NotInformingGround, RiskLevel, Severity, Ternary, Unknown

NATIONAL_GROUNDS = frozenset({NotInformingGround.UAVG_41, NotInformingGround.UAVG_42})
"""Grounds of Dutch law, for which the European template has no option."""


def _consequences(case: Case) -> Draft:
    """The recorded consequences that this kind of breach has an option for; ``other`` fits each of them."""
    return chosen(case, case.facts.consequences_data)


def _severity(case: Case) -> Draft:
    """The level here, and beside it the one on record, which the form of the Dutch authority asks for; of two that fit,
    the one that fits the risk.
    """
    severity = case.facts.severity
    if severity is Severity.UNKNOWN:
        return NOTHING
    draft, levels = chosen(case, (severity,)), [one for one in case.question.options if not one.is_open]
    (at, here), *_more = [(at, one.text) for at, one in enumerate(levels, 1) if one.id in draft.options]
    level, step = f"{label(severity, 'nl')} ({label(severity, 'en').lower()})", [*Severity].index(severity) + 1
    said = {"level": level, "step": str(step), "here": here, "at": str(at), "below": levels[max(at - 2, 0)].text}
    note = "several_levels"
    if 1 < at < len(levels):
        note = "levels_between"
        if case.context.risk is RiskLevel.UNLIKELY:
            draft, note = replace(draft, options=(levels[at - 2].id,)), "level_by_risk"
    return replace(draft, origin=Origin.DERIVED, note=note, said=said)


def _risk(case: Case) -> Draft:
    risk = case.context.risk
    return chosen(case, (risk,)) if isinstance(risk, RiskLevel) else NOTHING


def _risk_explained(case: Case) -> Draft:
    explanation = _explanation(case)
    if case.context.kind.is_provisional and not isinstance(case.context.risk, RiskLevel):
        more = case.catalogue.question("89").option("c2").text
        origin = Origin.MISSING if explanation.origin is Origin.MISSING else Origin.DERIVED
        text = lines(more, explanation.text)
        return Draft(text=text, value=text, origin=origin, note="open")
    return explanation


def _explanation(case: Case) -> Draft:
    """That nobody had to notify or to tell people, and what somebody wrote of the severity; what the assessment rests
    on, which may be about people of customers, and why people are not told, only where nobody did: beside such words
    it says the same again. When and why people are told stands last, for which field 97 has no room.
    """
    facts, own = case.facts, lines(case.facts.severity_note, case.context.risk_reason)
    untold = facts.not_informing_note.strip() if facts.informed is Informed.NOT_HIGH_RISK and not own else ""
    why = untold and f"{case.phrase('why_untold')}: {untold}"
    weighed = case.context.risk_explanation
    if not own and weighed and "89" in case.context.counting.of_all:
        weighed = lines(weighed, case.says("assessed_of_all", names=case.context.counting.left_out))
    text = lines(voluntary(case), own or weighed, why, _when_told(case))
    if own:
        return written(text, note="" if text == facts.severity_note.strip() else "composed")
    return written(text, note="from_assessment")


def _when_told(case: Case) -> str:
    """GDPR art. 34(1): that people are told although nobody has to, by when that day is known, and why no earlier; the
    day itself beside either.
    """
    facts = case.facts
    to_come = facts.informed in {Informed.PLANNED, Informed.PLANNED_ON_DATE}
    reason = facts.not_informing_note.strip() if to_come else ""
    dated = bool(reason or case.context.voluntary) and not counted_too(case)
    by = telling_by(case) if facts.informed is Informed.PLANNED else ""
    return lines((planned(case) if dated else "") or unobliged(case), by, reason or why_unobliged(case))


def _measures(case: Case) -> Draft:
    """In the interchange form also the permanent measures, for which it has a date only: else they would be lost there,
    and so would it be that nobody set that date. On paper these are in field 95.
    """
    draft, more = measures(case), prevention(case, titled=True)
    if draft is NOTHING:
        draft = written(more, note="composed")
    undated = more and isinstance(case.facts.measures_prevent_by, Unknown)
    return replace(
        draft,
        value=lines(draft.text, "" if draft.text == more else more, case.phrase("undated") if undated else "") or None,
    )


def _prevention_described(case: Case) -> Draft:
    told, by = prevention(case, titled=False), case.facts.measures_prevent_by
    if not told:
        return NOTHING
    if isinstance(by, Unknown):
        on = local_day(case.context.now)
        return Draft(told, on.isoformat(), origin=Origin.DERIVED, note="date_of_description", said={"day": day(on)})
    own = told.startswith(case.facts.measures_prevent_note.strip() or "\n")
    origin = Origin.FOLLOWS if own else Origin.DERIVED
    return Draft(told, by.isoformat(), origin=origin, note="date_of_measures", said={"day": day(by)})


def _informed(case: Case) -> Draft:
    facts = case.facts
    if facts.informed is Informed.EXCEPTION and facts.not_informing_ground in NATIONAL_GROUNDS:
        return chosen(case, (facts.informed,), note="national_ground")
    if facts.informed is Informed.INVESTIGATING:
        return Draft(options=("c",))
    return informed(case, "own_day")


def _date_field(name: str) -> Filler:
    def fill(case: Case) -> Draft:
        value = getattr(case.facts, name)
        return Draft(day(value), value.isoformat()) if isinstance(value, date) else NOTHING

    return fill


def _exception(case: Case) -> Draft:
    ground = case.facts.not_informing_ground
    national = ground in NATIONAL_GROUNDS
    return Draft(origin=Origin.MISSING, note="national_ground") if national else chosen(case, (ground,))


def _exception_explained(case: Case) -> Draft:
    ground = case.facts.not_informing_ground
    named = label(ground, "en") if isinstance(ground, NotInformingGround) and ground in NATIONAL_GROUNDS else ""
    return written(lines(named, case.facts.not_informing_note))


def _all_informed(case: Case) -> Draft:
    facts = case.facts
    if facts.informed_not_all_note.strip():
        return Draft(options=("b",), origin=Origin.DERIVED, note="from_informed_count")
    told, least, most = count(facts.informed_count), count(facts.subjects_min), count(facts.subjects_max)
    bounds = [number for number in (least, most) if number is not None]
    if told is None or not bounds:
        return NOTHING
    draft = Draft(options=("a" if told >= max(bounds) else "b",), origin=Origin.DERIVED, note="from_informed_numbers")
    numbers = {"told": case.figure(told), "of": case.figure(max(bounds))}
    again = told_again(case)
    return replace(draft, note="from_first_message" if again else draft.note, said=numbers | {"again": again})


def _content(case: Case) -> Draft:
    """What people were told, and when they were told more, unless the words of the record name that day: else they are
    about the first message.
    """
    told, again = text_field("informed_content")(case), case.context.told_again_at
    if untold_news(case):
        return replace(told, note="news_untold")
    if again is None or not told.text:
        return told
    more = told_again(case, dated=names_day(told.text, local_day(again)))
    return written(lines(told.text, more), note="composed") if more else told


def _told_on(case: Case) -> Draft:
    """The day of the first message, and in words that of a later one, for which the interchange form has no room."""
    draft, again = _date_field("informed_on")(case), case.context.told_again_at
    if again is None or not draft.text:
        return draft
    return replace(draft, text=case.says("told_twice", first=draft.text, again=day(again)), note="first_day")


def _other_authorities(case: Case) -> Draft:
    stated, reported = case.facts.other_authorities_told, case.context.other_notifications
    if stated is Ternary.YES or (stated is Ternary.NO and not reported):
        return chosen(case, (stated,))
    told = case.facts.other_authorities or reported
    return Draft(options=("a",), origin=Origin.DERIVED, note="from_authorities") if told else NOTHING


def _authorities_named(case: Case) -> Draft:
    facts = case.facts
    names = case.listed(label(one, "en") for one in facts.other_authorities)
    others, note = case.listed(case.context.other_notifications), facts.other_authorities_note.strip()
    police = case.phrase("police") if facts.reported_to_police is Ternary.YES and not note else ""
    told = lines(police, names, note, others)
    if told in {note, police}:
        return replace(written(told), note="police_only" if police else "")
    return written(told, note="from_authorities")


def _not_all(case: Case) -> Draft:
    """Why not all were told: also because people of customers hear it from these."""
    reason, others = case.facts.informed_not_all_note, others_decide(case)
    return written(lines(reason, others), note="composed" if others else "")


def _countries(case: Case) -> Draft:
    told = written(case.listed(country(case, entry.country) for entry in case.facts.countries))
    return some_countries(case, told)


def _people_by_country(case: Case) -> Draft:
    """The numbers country by country; the interchange form has room for one whole number, which is their sum."""
    known = [number for entry in case.facts.countries if (number := count(entry.subjects)) is not None]
    if not known and not (case.context.counting.apart and exact_subjects(case.facts)):
        return NOTHING
    total = sum(known) or exact_subjects(case.facts) or 0
    draft = undivided(case, follows(Draft(countries(case), total), "sum_of_countries"))
    return replace(draft, said={**draft.said, "total": case.figure(total)}, awaited=some_uncounted(case))


def _authorities(case: Case) -> Draft:
    named = lines(case.organisation.lead_authority, case.facts.privacy_authorities_told)
    note = "own_authority" if case.facts.cross_border is Ternary.NO else "this_authority"
    return follows(Draft(named, options=("a",)), note)


def _lead_authority(case: Case) -> Draft:
    """GDPR art. 56(1): the form asks it of everybody, also where nothing crosses a border."""
    note = "no_lead_authority" if case.facts.cross_border is Ternary.NO else ""
    return written(case.organisation.lead_authority, note=note)


def _attachments(case: Case) -> Draft:
    """The chosen kinds, and files on record of which nobody chose a kind."""
    kinds, named = case.context.attachments, files(case)
    return chosen(case, kinds or ((Attachment.OTHER,) if named else ()))


FILLERS: Mapping[str, Filler] = MappingProxyType(
    {
        "79": _consequences,
        "80": text_field("consequences_data_note"),
        "81": _consequences,
        "82": text_field("consequences_data_note"),
        "83": _consequences,
        "84": text_field("consequences_data_note"),
        "85": consequences,
        "86": text_field("consequences_subjects_note"),
        "87": _severity,
        "89": _risk,
        "90": _risk_explained,
        "92": _measures,
        "94": many("measures_prevent"),
        "95": _prevention_described,
        "97": _informed,
        "98": _told_on,
        "99": _date_field("informed_on"),
        "100": _exception,
        "101": _exception_explained,
        "102": _all_informed,
        "103": _not_all,
        "104": many("informed_channels"),
        "105": text_field("informed_channels_note"),
        "106": _content,
        "109": one("reported_to_police"),
        "110": _other_authorities,
        "111": _authorities_named,
        "113": one("cross_border"),
        "114": _lead_authority,
        "115": lambda case: written(case.listed(country(case, one) for one in case.organisation.establishments)),
        "116": _countries,
        "117": _people_by_country,
        "118": _authorities,
        "120": lambda case: Draft(options=("a",)),
        "121": _countries,
        "122": _people_by_country,
        "123": _authorities,
        "125": _attachments,
        "126": lambda case: written(files(case)),
    }
)
"""One filler per field from the consequences on."""
