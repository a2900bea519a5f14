"""GDPR art. 33(3): the ways of answering that both forms share: a recorded text, a recorded choice, a profile entry."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Final

from incident.law.facts import BreachFacts
from incident.law.forms.answers import Origin
from incident.law.forms.case import NOTHING, Case, Draft, Filler
from incident.law.forms.filing import FilingKind
from incident.law.forms.notation import (
    capital,
    count,
    day_in_words,
    lines,
    listing,
    local_day,
    moment_in_words,
    names_day,
    on_police,
    still_investigated,
)
from incident.law.forms.timeline import back_after_end, data_away
from incident.law.groups import data_of, published, secrecy_doubted
from incident.law.vocabulary import (
    ConsequenceForSubjects,
    DataCategory,
    Nature,
    SecurityMeasure,
    Ternary,
    Unknown,
)


def written(text: str, *, note: str = "") -> Draft:
    """A text as the answer: derived when a note says why, missing when empty."""
    text = text.strip()
    if not text:
        return NOTHING
    return Draft(text=text, value=text, origin=Origin.DERIVED if note else Origin.RECORDED, note=note)


def description_note(facts: BreachFacts, *, composed: bool) -> str:
    """Whose words a description is in: those of a report were never meant for the authority, and may name people."""
    own = facts.description.strip()
    if not own:
        return "from_summary"
    if own == facts.summary.strip():
        return "from_report"
    return "composed" if composed else ""


def nameless(case: Case, draft: Draft) -> Draft:
    """A description, to be looked at where it speaks of another company and names none of those on record."""
    told, clients = draft.text.casefold(), {one.name for one in case.facts.affected_controllers}
    names = [one.name for one in case.facts.parties if one.name not in clients]
    spoken = re.search(_COMPANY, told) and names and not any(name.casefold() in told for name in names)
    if not spoken or draft.note:
        return draft
    return replace(draft, note="nameless", said={"names": listing(names, case.phrase("or"))})


_COMPANY: Final = re.compile(
    r"\b(?:leverancier|dienstverlener|(?:beveiligings|software|hosting|it-)bedrijf|supplier|vendor|provider|contractor|"
    r"security company|lieferant|dienstleister)"
)
"""How people speak in a description of somebody who works for them."""


def chosen(case: Case, members: Iterable[Enum | str], *, note: str = "") -> Draft:
    """The options these identifiers lead to; an identifier without an option leaves the question open."""
    names = [str(member.value) if isinstance(member, Enum) else member for member in members]
    options = case.question.members_of(names)
    if not options:
        return NOTHING
    open_option = case.question.open_option
    if open_option and options == (open_option.id,):
        return Draft(options=options, origin=Origin.UNKNOWN, note="stated_unknown")
    return Draft(options=options, origin=Origin.DERIVED if note else Origin.RECORDED, note=note)


def text_field(name: str) -> Filler:
    """The recorded text of one field."""
    return lambda case: written(getattr(case.facts, name))


def many(name: str) -> Filler:
    """The options for a field that holds several identifiers."""
    return lambda case: _open_if_unknown(case, getattr(case.facts, name))


def one(name: str) -> Filler:
    """The option for a field that holds one identifier."""
    return lambda case: _open_if_unknown(case, (getattr(case.facts, name),))


def _open_if_unknown(case: Case, members: tuple[Enum, ...]) -> Draft:
    """'Not known' on its own is an answer only where the form has an option for it or a person stated it."""
    known = tuple(member for member in members if member.value != "unknown")
    if known:
        return chosen(case, members)
    return _unknown(case, members)


def _unknown(case: Case, members: tuple[Enum, ...]) -> Draft:
    stated_in_a_list = bool(members) and isinstance(getattr(case.facts, case.question.fields[0]), tuple)
    if not (stated_in_a_list or case.stated_unknown):
        return NOTHING
    options = tuple(option.id for option in case.question.options if "unknown" in option.members)
    return Draft(options=options, origin=Origin.UNKNOWN, note="stated_unknown")


def follows(draft: Draft, note: str = "") -> Draft:
    """An answer that follows from the record by itself: the note says how, and there is nothing to be checked."""
    return replace(draft, origin=Origin.FOLLOWS, note=note) if draft.text or draft.options else draft


def profile_field(name: str) -> Filler:
    """The text of one entry of the profile, which the organisation has recorded as well."""
    return lambda case: written(getattr(case.organisation, name))


def voluntary(case: Case) -> str:
    """GDPR art. 33(1): that nobody has to notify, as a risk is unlikely; not where a notification is withdrawn."""
    told = case.context.voluntary and case.context.kind is not FilingKind.WITHDRAWAL
    return case.phrase("why_voluntary") if told else ""


def paid(case: Case) -> str:
    """That a new identity document is paid for, where copies of these are concerned; where such data are online, also
    who is advised to have one.
    """
    facts = case.facts
    copied = [one for one in facts.subject_groups if DataCategory.ID_DOCUMENT_COPY in data_of(facts, one)]
    if not copied or facts.document_paid is not Ternary.YES:
        return ""
    online = [case.named(one) for one in copied if one in published(facts)]
    return case.says("document_advised", groups=case.listed(online)) if online else case.phrase("document_paid")


def measures(case: Case, back: str = "", people: str = "") -> Draft:
    """What was done: as somebody wrote it, what the recipient confirmed, that all works again, what is paid for, what
    ``people`` were told since, and by when the outcome is known of what is still investigated.
    """
    facts = case.facts
    if not facts.measures_taken.strip():
        return written(paid(case), note="composed")
    seeks = still_investigated(facts.measures_taken)
    outcome = f"{case.awaited(case.phrase('outcome_open'))}." if seeks else ""
    more = lines(_answered(case), back, paid(case), people, outcome)
    note = "nothing_since" if nothing_since(case) else "composed" if more else ""
    return replace(written(lines(facts.measures_taken, more), note=note), awaited=seeks)


def _answered(case: Case) -> str:
    """That the recipient confirmed to have deleted the data, unless somebody wrote that."""
    told = re.search(r"bevestig|confirm|bestätig", case.facts.measures_taken, re.IGNORECASE)
    return case.phrase("deleted") if case.context.deleted and not told else ""


def police(case: Case) -> str:
    """That the police know, which no other question of the form asks: in the words of the record where it has any."""
    facts = case.facts
    if facts.reported_to_police is not Ternary.YES or "aangifte" in facts.measures_taken.casefold():
        return ""
    return on_police(facts.other_authorities_note) or case.phrase("police")


def recovery(case: Case) -> str:
    """Since when all works again, unless somebody wrote what happened on that day; until then whether there is a
    backup, unless somebody wrote of it, and by when it is known.
    """
    facts, at = case.facts, case.facts.recovered_at
    if data_away(facts):
        told = re.search(r"reservekopie|back-?up|sicherung", facts.measures_taken, re.IGNORECASE)
        backup = case.phrase("backup") if facts.backup_available is Ternary.YES and not told else ""
        return f"{backup} {still_away(case)}".strip()
    if Nature.AVAILABILITY not in facts.nature or not isinstance(at, datetime):
        return ""
    if names_day(facts.measures_taken, local_day(at)):
        return ""
    return case.says("recovered", at=moment_in_words(at, "nl"))


def still_away(case: Case) -> str:
    """GDPR art. 33(4): that the data are not back, and by when it is known when they will be."""
    known = case.says("away_by", day=case.expected) if case.expected else case.phrase("away_open")
    return f"{case.phrase('still_away')} {known}"


def nothing_since(case: Case) -> bool:
    """GDPR art. 33(4): whether a follow-up has news, and the measures that were notified before it."""
    facts, then = case.facts, case.context.then
    return bool(facts.told_news.strip()) and then is not None and then.measures.strip() == facts.measures_taken.strip()


def files(case: Case) -> str:
    """GDPR art. 33(4): the files on record, and behind these the ones of which the authority was told before."""
    named = case.context.attachments_named
    return lines(case.context.attachments_note, case.phrase("named_before") if named else "", named)


def prevention(case: Case, *, titled: bool) -> str:
    """What keeps it from happening again: what somebody wrote on it, else the chosen measures or those among the
    tasks; and by which day, unless that is written already. The title does not say whether it is there yet, as of
    several measures one may be.
    """
    facts, own = case.facts, case.facts.measures_prevent_note.strip()
    kinds = case.listed(case.named(one) for one in facts.measures_prevent if one is not SecurityMeasure.OTHER)
    own = own or ("" if kinds else lines(*case.context.planned))
    if not own and not kinds:
        return ""
    told = case.phrase("prevention") if titled else ""
    said = f"{own or capital(f'{told} {kinds}'.strip()) + '.'} {_in_place(case, own)}"
    return lines(told if own else "", said)


def _in_place(case: Case, own: str) -> str:
    """By which day the measures are there; empty where the words of the record name it."""
    by = case.facts.measures_prevent_by
    if isinstance(by, Unknown) or names_day(own, by):
        return ""
    said = case.phrase("in_place_since" if by <= local_day(case.context.now) else "in_place_by")
    return said % {"day": day_in_words(by, case.catalogue.language)}


def countries(case: Case) -> str:
    """AP question 2.1.1, EDPB template fields 117 and 122: each country by its name, with its number of people; that
    none of these is known is said once.
    """
    counts = [(entry.country, count(entry.subjects)) for entry in case.facts.countries]
    unknown = case.awaited(case.phrase("unknown_count"))
    if counts and all(number is None for _code, number in counts):
        return f"{', '.join(country(case, code) for code, _number in counts)}: {unknown}"
    told = ((code, unknown if number is None else case.figure(number)) for code, number in counts)
    return ", ".join(f"{country(case, code)} ({number})" for code, number in told)


def consequences(case: Case) -> Draft:
    """What people face; professional secrecy that is in doubt is among it once a person says that it applies."""
    facts = case.facts
    if not secrecy_doubted(facts) or facts.secrecy_applies is Ternary.YES:
        return many("consequences_subjects")(case)
    others = tuple(one for one in facts.consequences_subjects if one is not ConsequenceForSubjects.PROFESSIONAL_SECRECY)
    draft = many("consequences_subjects")(replace(case, facts=replace(facts, consequences_subjects=others)))
    return replace(draft, note="secrecy") if facts.secrecy_applies is Ternary.UNKNOWN else draft


def fraud_with(case: Case) -> list[str]:
    """How fraud may be committed with the data, as letters warn of it, unless somebody wrote of the consequences; where
    fraud is none of these, that whoever learns how to reach people may send them fake messages.
    """
    facts, found = case.facts, case.facts.consequences_subjects
    if facts.consequences_subjects_note.strip():
        return []
    if ConsequenceForSubjects.FRAUD not in found:
        reached = not {DataCategory.EMAIL, DataCategory.PHONE}.isdisjoint(facts.data_categories)
        spread = ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES in found
        return [case.phrase("fake_messages")] if reached and spread else []
    return [case.phrase(way) for category, way in _FRAUD_WITH.items() if category in facts.data_categories]


_FRAUD_WITH: Final = MappingProxyType({DataCategory.CREDENTIALS: "signing_in", DataCategory.BANK_ACCOUNT: "debits"})


def end_checked(case: Case, draft: Draft) -> Draft:
    """The end of the breach, to be looked at where all worked again only later, or does not yet, and where data are on
    the internet.
    """
    back, end = back_after_end(case.facts), case.facts.occurred_to
    if draft is NOTHING:
        return draft
    if data_away(case.facts) and isinstance(end, datetime):
        return replace(draft, note="end_while_away", said={"end": moment_in_words(end, case.catalogue.language)})
    if back is None:
        return replace(draft, note="end_while_online") if published(case.facts) else draft
    return replace(draft, note="end_before_recovery", said={"at": moment_in_words(back, case.catalogue.language)})


def still_going_on(case: Case, draft: Draft) -> Draft:
    """A breach that goes on, to be looked at where all works again and no data are on the internet."""
    over = isinstance(case.facts.recovered_at, datetime) and not published(case.facts)
    return replace(draft, note="goes_on_recovered") if over else draft


def without_option(case: Case, members: Iterable[StrEnum], parent: str) -> list[StrEnum]:
    """The identifiers for which the question has no option but 'other'."""
    question = case.catalogue.question(parent)
    others = {option.id for option in question.options if option.is_other}
    found = [member for member in members if set(question.members_of((member.value,))) <= others]
    return [member for member in found if member.value not in {"other", "unknown"}]


def system_of_others(case: Case, draft: Draft) -> Draft:
    """GDPR art. 33(2): that nobody else is involved, to be looked at beside systems that somebody else may run."""
    if case.facts.others_involved is not Ternary.NO or not case.facts.systems:
        return draft
    return replace(draft, note="system_of_others", said={"systems": case.listed(case.facts.systems)})


def of_all(case: Case, draft: Draft, key: str, told: str) -> Draft:
    """GDPR art. 33(1): an answer says itself where it may be about people of customers: the authority gets no notes.
    Nobody wrote that sentence, so the answer is derived then.
    """
    if key not in case.context.counting.of_all or not draft.text:
        return draft
    text = lines(draft.text, told)
    value = text if draft.value == draft.text else draft.value
    note = draft.note or ("" if case.question.key == key else "composed")
    return replace(draft, text=text, value=value, origin=Origin.DERIVED, note=note)


def some_countries(case: Case, draft: Draft) -> Draft:
    """Countries that are on record for all people together; by when that is known an answer says once."""
    names, doubt = case.context.counting.left_out, case.phrase("countries_open")
    told = case.says("countries_of_all", names=names, open=doubt if draft.awaited else case.awaited(doubt))
    doubted = of_all(case, draft, case.question.key, told)
    return doubted if doubted is draft else replace(doubted, awaited=True)


def some_uncounted(case: Case) -> bool:
    """Whether of a country the number of people is not known."""
    return any(count(entry.subjects) is None for entry in case.facts.countries)


def country(case: Case, code: str) -> str:
    """A country by its name in the language of the form."""
    return case.context.country_name(code, case.catalogue.language)
