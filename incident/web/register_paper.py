"""The register on paper: of each breach where it stands and its facts, then what may come of it, what was done and what
was decided.

Each row names the columns it tells. Whoever chose columns gets the rows of these.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from incident.documents.register_export import PaperBreach, PaperPart
from incident.documents.wording import Wording
from incident.domain.fact_sheet import from_json
from incident.domain.kernel.people import Role
from incident.domain.languages import country_name
from incident.domain.risk_document import result_from
from incident.law.forms.filing import FilingContext, FilingKind
from incident.law.forms.in_words import case_in_words
from incident.law.risk.answers import RecipientResponse
from incident.law.risk.telling import tell_factors
from incident.law.vocabulary import UNKNOWN
from incident.store.queries.attached import files_of
from incident.store.queries.register import RegisterLine
from incident.store.queries.register_assessed import Assessed, assessed_of, clocks_of, functions_of, unready_of
from incident.store.queries.register_notices import also_at, notices_of
from incident.usecases.common.access import visible
from incident.usecases.common.settings import organisation_profile
from incident.usecases.register.columns import ALL, Column
from incident.web import register_acts as acts
from incident.web import register_entry as tell
from incident.web.clock import now
from incident.web.i18n import language_code
from incident.web.labels import ROLES, cause_word
from incident.web.register_columns import SOURCES, title
from incident.web.register_entry import Entry, joined, listed
from incident.web.viewer import viewer

Text = Callable[[Entry], str]


class Row(NamedTuple):
    """A row of an entry: its name (else that of its first column), the columns it tells, and its text."""

    columns: tuple[str, ...]
    text: Text
    name: LazyString | None = None


def _moment(name: str) -> Row:
    return Row((name,), lambda entry: entry.instant(getattr(entry.facts, name)))


def _fact(name: str) -> Row:
    return Row((name,), lambda entry: getattr(entry.facts, name))


def _answer(name: str, remark: str = "") -> Row:
    columns = (name, remark) if remark in ALL else (name,)
    return Row(columns, lambda one: tell.answer(getattr(one.facts, name), getattr(one.facts, remark) if remark else ""))


def _listed(name: str, remark: str = "") -> Row:
    columns = (name, remark) if remark in ALL else (name,)
    return Row(columns, lambda one: listed(getattr(one.facts, name), getattr(one.facts, remark) if remark else ""))


def _untold(entry: Entry) -> str:
    many = ALL["subjects_untold"].value(entry.line)
    return entry.say.number(many) if isinstance(many, int) else ""


def _received(entry: Entry) -> str:
    """When it came in, from whom and how, and, where that is another minute, when it was recorded."""
    incident = entry.line.incident
    came, logged = (entry.instant(at) for at in (incident.reported_at, entry.facts.logged_at))
    told = ", ".join(filter(None, (came, incident.reporter_name, str(SOURCES[incident.source]))))
    return joined(told, logged if logged != came else "")


def _ground(entry: Entry) -> str:
    value = ALL["inform_ground"].value(entry.line)
    return joined(tell.word_of(value), entry.facts.not_informing_note) if value else ""


BREACH: Final = (
    Row(("status",), acts.status),
    Row(("reported_at", "logged_at", "reporter", "source"), _received),
    Row(("assignee",), lambda one: one.line.assignee),
    Row(("due_at",), acts.next_due, _l("Next deadline")),
    Row(("closed_at",), lambda one: one.instant(one.line.incident.closed_at)),
    Row(("kind", "kinds"), tell.kinds),
    _fact("description"),
    Row(("told_news", "published_on"), tell.latest, _l("What became known later or was published")),
    Row(("systems", "systems_note"), tell.systems),
    Row(("role",), tell.role),
    Row(("parties",), tell.organisations),
    Row(("description",), lambda one: joined(*one.files), _l("Files kept as evidence")),
)
COURSE: Final = (
    Row(("occurred_from",), tell.began),
    Row(("occurred_to", "ongoing"), tell.ended),
    _moment("first_signal_at"),
    _answer("discovered_by", "discovery"),
    Row(("nature",), tell.nature),
    _answer("actor"),
    Row(("cause",), lambda one: cause_word(one.line.incident.cause)),
    Row(("recipient",), tell.recipient, _l("Who got the data")),
)
CONCERNED: Final = (
    Row(
        ("data_categories", "data_note", "subject_groups", "subjects_note"),
        tell.data_by_group,
        _l("Data of each group"),
    ),
    Row(("data_categories", "data_note"), tell.data),
    Row(("records_min", "records_max"), tell.records, _l("Number of records")),
    Row(("subjects", "subjects_min", "subjects_max"), tell.people, _l("Number of data subjects")),
    Row(("subject_groups", "subjects_note"), tell.groups, _l("Groups of data subjects")),
    Row(("countries",), tell.countries, _l("Countries")),
    _listed("protection", "protection_note"),
    _listed("measures_before", "measures_before_note"),
)
EFFECTS: Final = (
    Row(("risk",), acts.risk),
    Row(
        ("consequences_data", "consequences_data_note"),
        tell.effects_on_data,
        _l("Possible consequences for the data"),
    ),
    Row(
        ("consequences_subjects", "consequences_subjects_note"),
        tell.effects,
        _l("Possible consequences for the data subjects"),
    ),
    _answer("severity", "severity_note"),
)
MEASURES: Final = (
    Row(("measures_taken",), tell.taken),
    Row(("contained_at",), lambda one: one.instant(one.facts.contained_at), _l("Contained")),
    Row(("recovered_at",), lambda one: one.instant(one.facts.recovered_at), _l("Recovered")),
    Row(("reported_to_police", "other_authorities", "other_authorities_note"), tell.police, _l("Police and others")),
    Row(("measures_prevent", "measures_prevent_note", "measures_prevent_by"), tell.prevention),
    Row(("lessons",), lambda one: one.line.incident.lessons),
)
AUTHORITY: Final = (
    Row(("aware_at",), lambda one: one.instant(one.line.incident.aware_at)),
    _fact("aware_person"),
    _fact("aware_ground"),
    Row(("notify", "notify_by", "notify_at"), lambda one: acts.decision(one, "authority")),
    Row(("notify_reason",), lambda one: acts.reason(one, "authority"), _l("Reason")),
    Row(("notified_at", "phases"), acts.filings, _l("Notifications")),
    Row(("authority_number",), acts.number),
    _fact("delay_reason"),
)
SUBJECTS: Final = (
    Row(("inform", "inform_by", "inform_at"), lambda one: acts.decision(one, "subjects")),
    Row(("inform_reason",), lambda one: acts.reason(one, "subjects"), _l("Reason")),
    Row(("inform_ground",), _ground),
    Row(
        ("informed", "informed_on", "informed_count", "informed_channels", "subjects_told_at"),
        acts.told,
        _l("Data subjects informed"),
    ),
    Row(("informed",), acts.why_later, _l("Why not sooner, as recorded at the time")),
    Row(("informed_content",), acts.content),
    Row(("informed_content",), acts.letters, _l("Messages sent (text in the dossier)")),
    Row(("subjects_untold",), _untold),
    Row(("affected_controllers", "customer_told_at"), acts.customers, _l("Organisations for which we are processor")),
)
PARTS: Final = (
    (_l("Breach"), BREACH),
    (_l("Course"), COURSE),
    (_l("Data and data subjects"), CONCERNED),
    (_l("Consequences"), EFFECTS),
    (_l("Measures"), MEASURES),
    (_l("Notifying the authority"), AUTHORITY),
    (_l("Informing the data subjects"), SUBJECTS),
)
LISTED: Final = {
    "reported_at": Row(("reported_at",), lambda one: one.short_day(one.line.incident.reported_at)),
    "summary": Row(("summary",), lambda one: one.line.incident.summary),
    "subjects": Row(("subjects",), tell.people_in_short, _l("Data subjects")),
    "risk": Row(("risk",), acts.risk_in_short),
    "status": Row(("status",), acts.status),
}
"""What the list at the head tells of each breach beside its reference."""
_WIDTHS: Final = {"reported_at": 0.92, "summary": 1.6, "subjects": 1.2, "risk": 0.98, "status": 1.2}
"""The longest word of each column stands on one line."""


def entries(session: Session, lines: Iterable[RegisterLine]) -> Iterator[Entry]:
    """The lines with all that an entry tells; they were read with facts and acts."""
    found = list(lines)
    ids = [line.incident.id for line in found]
    notices, files, organisation = notices_of(session, ids), files_of(session, ids), organisation_profile(session)
    numbers = also_at(session, (one.number for rows in notices.values() for one in rows), visible(viewer()))
    assessed, clocks, unready = assessed_of(session, ids), clocks_of(session, ids), unready_of(session, ids)
    say = Wording(language_code())
    for line in found:
        own = notices.get(line.incident.id, ())
        twins = dict.fromkeys(other for one in own if one.number for other in numbers.get(one.number, ()))
        others = tuple(other for other in twins if other != line.incident.reference)
        rows, times = assessed.get(line.incident.id, ()), clocks.get(line.incident.id, ())
        case = case_in_words(from_json(line.facts), organisation, _context(line, rows, say.language), say.language)
        yield Entry(
            line,
            case,
            own,
            say,
            others,
            files.get(line.incident.id, ()),
            rows,
            times,
            unready.get(line.incident.id, ()),
        )


def _context(line: RegisterLine, assessed: Sequence[Assessed], language: str) -> FilingContext:
    """What the notification knows beside the facts, as far as its words are told here."""
    context = FilingContext(FilingKind.FOLLOW_UP_PROVISIONAL, now(), country_name=country_name)
    if not assessed:
        return replace(context, risk=line.incident.risk or UNKNOWN)
    newest = assessed[-1]
    return replace(
        context,
        risk=line.incident.risk or UNKNOWN,
        risk_reason=newest.reason,
        risk_explanation=tell_factors(result_from(newest.result), language),
        deleted=newest.recipient == RecipientResponse.DELETION_CONFIRMED,
    )


def breaches(found: Iterable[Entry], columns: Sequence[Column]) -> list[PaperBreach]:
    """Each breach in the parts of its entry, with the rows of these columns."""
    names = {column.name for column in columns}
    return [
        PaperBreach(
            entry.line.incident.reference,
            entry.line.incident.summary if "summary" in names else "",
            tuple(LISTED[name].text(entry) for name in listed_of(columns)),
            tuple(_parts(entry, names)),
        )
        for entry in found
    ]


def functions_named(session: Session, found: Sequence[PaperBreach]) -> str:
    """What those are whom the paper names, as far as it is on record: once, for all of its breaches."""
    organisation, functions = organisation_profile(session), functions_of(session)
    if organisation.dpo_name and organisation.dpo_name not in functions:
        functions = {**functions, organisation.dpo_name: str(ROLES[Role.DPO])}
    if not functions:
        return ""
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, functions))})\b")
    texts = (text for one in found for part in one.parts for _name, text in part.rows)
    told = dict.fromkeys(name for text in texts for name in named.findall(text))
    each = "; ".join(f"{name}, {Wording(language_code()).behind_colon(functions[name], ())}" for name in told)
    return str(_("Who is named here, with the function on record now: %(each)s.", each=each)) if told else ""


def listed_of(columns: Sequence[Column]) -> list[str]:
    """The columns of the list at the head, as far as they were chosen."""
    return [name for name in LISTED if ALL[name] in columns]


def heads(columns: Sequence[Column]) -> list[tuple[str, float]]:
    """The headings of that list, and how wide what stands below them is."""
    return [(title(ALL["reference"]), 0.95), *((_name(LISTED[name]), _WIDTHS[name]) for name in listed_of(columns))]


def _parts(entry: Entry, names: set[str]) -> Iterator[PaperPart]:
    for part, rows in PARTS:
        told = ((_name(row), row.text(entry)) for row in rows if names.intersection(row.columns))
        filled = tuple((name, text) for name, text in told if text)
        if filled:
            yield PaperPart(str(part), filled)


def _name(row: Row) -> str:
    return str(row.name) if row.name is not None else title(ALL[row.columns[0]])
