"""GDPR art. 33(3): the ways of answering that both forms share: a recorded text, a recorded choice, a profile entry."""

from collections.abc import Iterable
from enum import Enum

from incident.law.forms.answers import Origin
from incident.law.forms.filling import NOTHING, Case, Draft, Filler
from incident.law.forms.notation import count, lines
from incident.law.groups import our_groups
from incident.law.labels import labels


def written(text: str, *, note: str = "") -> Draft:
    """A text as the answer: derived when a note says why, missing when empty."""
    text = text.strip()
    if not text:
        return NOTHING
    return Draft(text=text, value=text, origin=Origin.DERIVED if note else Origin.RECORDED, note=note)


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


def from_profile(text: str) -> Draft:
    """An entry of the organisation's profile."""
    return written(text, note="from_profile")


def profile_field(name: str) -> Filler:
    """The text of one entry of the profile."""
    return lambda case: from_profile(getattr(case.organisation, name))


def described(note_field: str, members_field: str, other_field: str = "") -> Filler:
    """The recorded description, or else the chosen identifiers in words, which is derived; what "other" is called in
    the words of the record, where a field holds them."""

    def fill(case: Case) -> Draft:
        note: str = getattr(case.facts, note_field)
        if note.strip():
            return written(note)
        members = getattr(case.facts, members_field)
        known = tuple(member for member in members if member.value not in {"unknown", "other"})
        called = getattr(case.facts, other_field) if other_field and "other" in members else ""
        return written(lines(labels(known, case.catalogue.language), called), note="from_choices")

    return fill


def customers_counted(case: Case) -> str:
    """GDPR art. 33(1): the note where people whose data are processed for customers are among those counted.

    Each controller notifies for its own people, so that a person looks at the number before it is filed.
    """
    return "customers_counted" if set(our_groups(case.facts)) != set(case.facts.subject_groups) else ""


def countries(case: Case) -> str:
    """AP question 2.1.1, EDPB template fields 116 and 121: each country by its name, with its number of people."""
    say, language, unknown = case.context.country_name, case.catalogue.language, case.phrase("unknown_count")
    counts = ((entry.country, count(entry.subjects)) for entry in case.facts.countries)
    return ", ".join(f"{say(code, language)} ({unknown if number is None else number})" for code, number in counts)
