"""What the register on paper tells of the facts of a breach, in words (GDPR art. 33(5)): a function for each row.

An empty text is a row that is not printed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property

from flask_babel import gettext as _

from incident.documents.wording import Wording
from incident.domain.kinds import Addressee
from incident.law.facts import BreachFacts
from incident.law.forms import fillers
from incident.law.forms.case import Case
from incident.law.forms.customers import counted_up
from incident.law.forms.in_words import end_of_breach
from incident.law.forms.news import news
from incident.law.forms.notation import capital, names_day, on_police
from incident.law.forms.whose import lost_by_group, parties, role_of
from incident.law.groups import Shares, people_shares, record_shares, row_of, their_groups
from incident.law.vocabulary import (
    UNKNOWN,
    AvailabilityLoss,
    ConsequenceForData,
    DataCategory,
    IncidentKind,
    Nature,
    Role,
    SubjectGroup,
    Ternary,
    Unknown,
)
from incident.store.queries.register import RegisterLine
from incident.store.queries.register_assessed import Assessed, Clock
from incident.store.queries.register_notices import NoticeLine
from incident.web.i18n import language_code
from incident.web.labels import law_label


@dataclass(frozen=True)
class Entry:
    """One breach as it stands on paper: ``case`` is what its notification tells it from, ``files`` names the evidence,
    ``twins`` are other breaches with the same number of the authority, ``assessed`` is every assessment of the risk,
    and ``unready`` names the measures against repetition that are not ready yet, with who has them.
    """

    line: RegisterLine
    case: Case
    notices: Sequence[NoticeLine]
    say: Wording
    twins: Sequence[str] = ()
    files: Sequence[str] = ()
    assessed: Sequence[Assessed] = ()
    clocks: Sequence[Clock] = ()
    unready: Sequence[str] = ()

    @property
    def facts(self) -> BreachFacts:
        """What is on record."""
        return self.case.facts

    @property
    def today(self) -> date:
        """The day on which the paper is made."""
        return self.say.local(self.case.context.now).date()

    @cached_property
    def people(self) -> Shares:
        """How many are our own people, and how many those of our customers."""
        return people_shares(self.facts)

    def sent(self, addressee: Addressee) -> list[NoticeLine]:
        """What left the house for them, oldest first."""
        return [one for one in self.notices if one.addressee is addressee and one.sent_at is not None]

    def instant(self, at: datetime | Unknown | None) -> str:
        """A moment as a table writes it."""
        return self.say.short_moment(at) if isinstance(at, datetime) else ""

    def short_day(self, at: datetime | None) -> str:
        """The day of a moment, as a narrow column writes it."""
        return self.instant(at).rpartition(" ")[0]

    def short_date(self, day: date) -> str:
        """A day as a table writes it."""
        return self.say.table_day(day)

    def on(self, day: date | Unknown | None) -> str:
        """A day as people write it."""
        return self.say.day(day) if isinstance(day, date) else ""

    def count(self, low: int | Unknown, high: int | Unknown) -> str:
        """A number or what lies between; a register says "about" of none that was counted."""
        return self.say.count(low, high, exact=self.facts.subjects_exact)


def joined(*parts: str) -> str:
    """What is said, each on a line of its own."""
    return "\n".join(part for part in parts if part)


def listed(members: Iterable[Enum], remark: str = "") -> str:
    """The names of some members of a list, and the remark on a line below; "other" is what the remark says."""
    named = [one for one in members if not (remark and str(one.value) == "other")]
    return joined(series(map(law_label, named)), remark)


def series(names: Iterable[str]) -> str:
    """Several names behind each other, of which the first alone begins with a capital."""
    first, *others = [*filter(None, names)] or [""]
    say = Wording(language_code())
    return "; ".join((first, *(say.behind_colon(one, ()) for one in others)))


def answer(value: Enum, remark: str = "") -> str:
    """One answer with its remark; nothing where nobody answered."""
    return joined("" if str(value.value) == "unknown" else law_label(value), remark)


def word_of(value: object) -> str:
    """A member of a list in words; what is no member stands as it was written."""
    return law_label(value) if isinstance(value, Enum) else str(value)


def is_back(entry: Entry) -> bool:
    """Whether what was out of reach for a while is back."""
    back, passing = entry.facts.recovered_at, entry.facts.availability_loss is AvailabilityLoss.TEMPORARY
    return passing and isinstance(back, datetime) and back <= entry.case.context.now


def nature(entry: Entry) -> str:
    """In which ways the data were breached; what was copied and what is over are told as such."""
    words = {}
    if IncidentKind.EXFILTRATION in entry.facts.kinds:
        words[Nature.CONFIDENTIALITY] = _("Confidentiality: the data were copied by people who had no right to them")
    if is_back(entry):
        back = entry.instant(entry.facts.recovered_at)
        words[Nature.AVAILABILITY] = _("Availability: data were out of reach until %(at)s", at=back)
    return series(str(words[one]) if one in words else law_label(one) for one in entry.facts.nature)


def effects_on_data(entry: Entry) -> str:
    """What may come of it for the data; what is over is told as such."""
    facts, lost = entry.facts, ConsequenceForData.SERVICE_TEMPORARILY_LOST
    if lost not in facts.consequences_data or not is_back(entry):
        return listed(facts.consequences_data, facts.consequences_data_note)
    others = (law_label(one) for one in facts.consequences_data if one is not lost)
    over = str(_("A service could not be provided for a time"))
    return joined(series((*others, over)), facts.consequences_data_note)


def recipient(entry: Entry) -> str:
    """Who got the data, and that they confirmed to have them no more."""
    told = answer(entry.facts.recipient)
    gone = str(_("confirmed to have them no more"))
    return f"{told}; {gone}" if told and entry.case.context.deleted else told


def kinds(entry: Entry) -> str:
    """All that happened: the first alone would call a theft with ransomware "unauthorised access"."""
    first = entry.line.incident.kind
    own = [one for one in IncidentKind if one.value == first]
    return listed(entry.facts.kinds or own, entry.facts.kind_note) or first or ""


def role(entry: Entry) -> str:
    """GDPR art. 4(7), 4(8): one may be the controller of some people and a processor for others."""
    facts, shares = entry.facts, entry.people
    if facts.role is Role.PROCESSOR or not facts.affected_controllers:
        return answer(facts.role)
    own = law_label(Role.CONTROLLER if facts.role is Role.UNKNOWN else facts.role)
    if shares.theirs is None:
        return str(_("%(role)s; for our customers: processor", role=own))
    told = entry.count(shares.least, shares.most)
    theirs = entry.say.number(shares.theirs)
    return str(_("%(role)s (data subjects: %(own)s) and processor (%(theirs)s)", role=own, own=told, theirs=theirs))


def ended(entry: Entry) -> str:
    """Always said: an end that is missing reads as one that was forgotten."""
    facts, case = entry.facts, entry.case
    if is_over(facts):
        return entry.instant(facts.occurred_to) or str(_("Over; the moment is not recorded."))
    if facts.ongoing is Ternary.YES:
        return end_of_breach(case)
    return f"{case.awaited(case.phrase('to_be_determined'))}."


def is_over(facts: BreachFacts) -> bool:
    """Whether it ended, as far as the record says."""
    return facts.ongoing is Ternary.NO or (facts.ongoing is not Ternary.YES and facts.occurred_to is not UNKNOWN)


def began(entry: Entry) -> str:
    """When it began, and whether that is an estimate."""
    told = entry.instant(entry.facts.occurred_from)
    guess = _("estimated")
    return f"{told} ({guess})" if told and entry.facts.occurrence_estimated else told


def latest(entry: Entry) -> str:
    """GDPR art. 33(4): what became known later and what is online, as the notification tells it."""
    return news(entry.case)


def systems(entry: Entry) -> str:
    """Which were touched: their names where the words of the record do not say them."""
    named, note = entry.line.incident.systems, entry.facts.systems_note
    return note if all(one.strip() in note for one in named.split(",")) else joined(named, note)


def group(entry: Entry, one: SubjectGroup) -> str:
    """What a group of people is called: "others" by the words of the record, those of customers by whose they are."""
    if one is SubjectGroup.OTHER and entry.facts.other_people:
        return entry.facts.other_people
    if one in their_groups(entry.facts):
        names = [customer.name for customer in entry.facts.affected_controllers if one in customer.groups]
        if names:
            return str(_("people of %(names)s", names=entry.say.listing(names)))
    return law_label(one)


def groups(entry: Entry) -> str:
    """Each group with its number, where that is known; once, where the words of the record give each number as well."""
    facts = entry.facts
    if lost_by_group(entry.case):
        return ""
    numbers = [row_of(facts, one).subjects for one in facts.subject_groups]
    if numbers and all(isinstance(one, int) and entry.say.number(one) in facts.subjects_note for one in numbers):
        return facts.subjects_note
    told: list[str] = []
    for one in facts.subject_groups:
        number, name = row_of(facts, one).subjects, group(entry, one)
        name = entry.say.behind_colon(name, ()) if told and name == law_label(one) else name
        told.append(name + ("" if isinstance(number, Unknown) else f" ({entry.say.number(number)})"))
    return joined("; ".join(told), facts.subjects_note)


def people(entry: Entry) -> str:
    """How many, ours and those of our customers apart."""
    facts = entry.facts
    if entry.people.theirs is None or entry.people.most == 0:
        told = entry.count(facts.subjects_min, facts.subjects_max)
        subjects = entry.line.incident.subjects
        return told or ("" if subjects is None else entry.say.number(subjects))
    return parted(entry, entry.people)


def records(entry: Entry) -> str:
    """The same of the records."""
    facts, shares = entry.facts, record_shares(entry.facts)
    told = parted(entry, shares) if shares.theirs else entry.count(facts.records_min, facts.records_max)
    return joined(told, facts.records_note)


def people_in_short(entry: Entry) -> str:
    """The same for a narrow column: first our own."""
    if entry.people.theirs is None or entry.people.most == 0:
        return people(entry)
    theirs = _("as processor: %(number)s", number=entry.say.number(entry.people.theirs))
    return joined(entry.count(entry.people.least, entry.people.most), str(theirs))


def parted(entry: Entry, shares: Shares) -> str:
    """A number in two: ours, and that of others."""
    own, theirs = entry.count(shares.least, shares.most), entry.say.number(shares.theirs or 0)
    return joined(str(_("As controller: %(number)s", number=own)), str(_("As processor: %(number)s", number=theirs)))


def countries(entry: Entry) -> str:
    """Where the people live, with how many; whose they are, where the numbers are those of our own people."""
    found, own = entry.facts.countries, entry.people
    if not found:
        return ""
    told = fillers.countries(entry.case)
    counted = sum(one.subjects for one in found if isinstance(one.subjects, int))
    if not own.theirs or not own.least == own.most == counted:
        return told
    theirs = _("As processor: %(number)s", number=_("not recorded yet"))
    return joined(str(_("As controller: %(number)s", number=told)), str(theirs))


def data(entry: Entry) -> str:
    """The kinds of data; what "other" is, says the remark, and without a full stop it stands in its place."""
    categories, note = entry.facts.data_categories, entry.facts.data_note
    if lost_by_group(entry.case):
        return ""
    told = listed(categories, note)
    in_place = DataCategory.OTHER in categories and not note.endswith(".")
    return told.replace(f"\n{note}", f"; {note}") if note and in_place else told


def data_by_group(entry: Entry) -> str:
    """Which data of whom, where the groups did not lose the same, as the notification tells it; our customers' people
    are a group of their own.
    """
    facts, case = entry.facts, entry.case
    lost = lost_by_group(case)
    people = "" if counted_up(facts, case.phrase("and")) else facts.subjects_note
    return joined(lost, facts.data_note, people) if lost else ""


def effects(entry: Entry) -> str:
    """What people face, and how fraud may be committed with the data."""
    facts = entry.facts
    if fraud := fillers.fraud_with(entry.case):
        return series((*map(law_label, facts.consequences_subjects), *map(capital, fraud)))
    return listed(facts.consequences_subjects, facts.consequences_subjects_note)


def organisations(entry: Entry) -> str:
    """Who else had a part in it, and which; also for whom we process."""
    return joined(*(f"{one.name} ({role_of(entry.case, one)})" for one in parties(entry.facts)))


def taken(entry: Entry) -> str:
    """What was done, and what is still investigated, as the notification tells it."""
    return fillers.measures(entry.case).text


def police(entry: Entry) -> str:
    """Whether it was reported to the police or to other authorities; once, where the words of the record say it."""
    facts = entry.facts
    told = {Ternary.YES: _("Reported to the police."), Ternary.NO: _("Not reported to the police.")}
    said = facts.reported_to_police is Ternary.YES and on_police(facts.other_authorities_note)
    others = [listed(facts.other_authorities), facts.other_authorities_note, facts.privacy_authorities_told]
    if facts.other_authorities_told is facts.other_privacy_authorities_told is Ternary.NO:
        others.append(str(_("Other supervisory authorities: not notified.")))
    return joined("" if said else str(told.get(facts.reported_to_police, "")), *others)


def prevention(entry: Entry, *, briefly: bool = False) -> str:
    """What is to keep it from coming back, and by when; ``briefly`` without the kinds of what is told in words."""
    facts = entry.facts
    told = listed(facts.measures_prevent, facts.measures_prevent_note)
    if briefly and facts.measures_prevent_note:
        told = facts.measures_prevent_note
    return joined(told, _ready(entry))


def _ready(entry: Entry) -> str:
    """Since when it is there; else what is not, by the tasks or by the day for which it is planned."""
    by, what = entry.facts.measures_prevent_by, entry.say.listing(entry.unready, "and_also")
    if not isinstance(by, date) or (what and names_day(entry.facts.measures_prevent_note, by)):
        return str(_("Not ready yet: %(what)s.", what=what)) if what else ""
    day = entry.on(by)
    if what:
        return str(_("Not ready yet: %(what)s; planned for %(day)s.", what=what, day=day))
    ready, planned = _("Ready on %(day)s.", day=day), _("Not ready yet: what is planned for %(day)s.", day=day)
    return str(ready if by <= entry.today else planned)
