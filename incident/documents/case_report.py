"""GDPR art. 33(5): one breach told from beginning to end, for somebody who reads the dossier without our program.

What happened, the clock, the timeline, the facts with where they come from, the risk and the decisions with reasons
and people, every text that left the house, and the evidence. Words only: what each file of the dossier holds in full
is named, not repeated.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import groupby

from incident.documents.blocks import Block, Code, Heading, Paragraph, paragraphs, words
from incident.documents.case_facts import StatedFacts
from incident.documents.case_notices import CaseWords, SentNotice, group_word, notice_blocks
from incident.documents.model import NoticeDocument
from incident.documents.printing import letterhead_of
from incident.documents.wording import Wording
from incident.domain.kernel.json import Json
from incident.domain.kinds import DeadlineState, DecisionState
from incident.domain.languages import FALLBACK
from incident.domain.organisation import OrganisationProfile
from incident.domain.risk_document import result_from
from incident.law.explain import explain, title
from incident.law.facts import BreachFacts, Chapter
from incident.law.labels import chapter_title, label
from incident.law.vocabulary import Unknown
from incident.store.models import Assessment, Deadline, Decision, Evidence, Task
from incident.store.models import TimelineEntry as Entry
from incident.store.queries.case import CaseFile
from incident.usecases.clock.deadlines import RUNS_ON


@dataclass(frozen=True, slots=True)
class CaseReport:
    """Everything the report tells; ``drafts`` names the texts that have not left the house, and ``erased`` is how many
    rows of the record are gone because their time was over, or on request."""

    case: CaseFile
    facts: BreachFacts
    organisation: OrganisationProfile
    at: datetime
    audit_head: str
    sent: tuple[SentNotice, ...] = ()
    drafts: tuple[str, ...] = ()
    erased: int = 0

    @property
    def language(self) -> str:
        """The language of the house where the report can be told in it, else English."""
        spoken = next(iter(self.organisation.languages), "")
        return spoken if spoken in _texts() else FALLBACK


def case_document(report: CaseReport) -> NoticeDocument:
    """The report as a document."""
    say = CaseWords(_texts()[report.language], Wording(report.language))
    incident = report.case.incident
    return NoticeDocument(
        title=say("title", reference=incident.reference),
        language=report.language,
        reference=incident.reference,
        written_on=report.at.astimezone(say.wording.zone).date(),
        blocks=tuple(_blocks(report, say)),
        letterhead=letterhead_of(report.organisation),
        details=(
            (say("reference"), incident.reference),
            (say("made"), say.moment(report.at)),
            (say("status"), _state(report, say)),
        ),
        footer=report.organisation.name,
        audit_head=report.audit_head,
        heading=True,
    )


def _state(report: CaseReport, say: CaseWords) -> str:
    closed = report.case.incident.closed_at
    return say("status_closed", at=say.moment(closed)) if closed else say("status_open")


def _blocks(report: CaseReport, say: CaseWords) -> Iterator[Block]:
    case = report.case
    yield Paragraph(words(say("purpose")))
    if report.erased:
        yield Paragraph(words(say("erased", count=report.erased)))
    yield from _happened(report, say)
    yield from _clock(report, say)
    yield from _timeline(case.timeline, say)
    yield from _facts(report, say)
    yield from _risk(case.assessments, say)
    yield from _decisions(case.decisions, say)
    yield from notice_blocks(report.sent, report.drafts, say)
    yield from _tasks(case.tasks, say)
    yield from _evidence(case.evidence, say)
    yield Heading(2, words(say("proof")))
    yield Paragraph(words(say("proof_text")))
    yield Code(report.audit_head or say("none"))


def _happened(report: CaseReport, say: CaseWords) -> Iterator[Block]:
    facts = report.facts
    yield Heading(2, words(say("happened")))
    told = [text for text in (facts.summary, facts.description) if text.strip()]
    for text in dict.fromkeys(told or [say("nothing_described")]):
        yield from paragraphs(text)
    count = say.wording.count(facts.subjects_min, facts.subjects_max, exact=facts.subjects_exact)
    if count:
        yield Paragraph(words(say("people", count=count)))


def _clock(report: CaseReport, say: CaseWords) -> Iterator[Block]:
    facts = report.facts
    yield Heading(2, words(say("clock")))
    if isinstance(facts.aware_at, Unknown):
        yield Paragraph(words(say("not_aware")))
    else:
        told = [say("aware", at=say.moment(facts.aware_at))]
        told += [say("aware_person", name=facts.aware_person)] if facts.aware_person else []
        told += [say("aware_ground", text=facts.aware_ground)] if facts.aware_ground else []
        yield Paragraph(words("\n".join(told)))
    deadlines = report.case.deadlines
    if not deadlines:
        yield Paragraph(words(say("no_clocks")))
        return
    head = ("duty", "began", "due", "outcome")
    yield say.table(head, [_deadline(row, say, report.at) for row in deadlines])


def _deadline(row: Deadline, say: CaseWords, at: datetime) -> tuple[str, ...]:
    return (
        str(title(row.obligation, say.wording.language)),
        say.short(row.starts_at),
        say.short(row.due_at),
        _outcome(row, say, at),
    )


def _outcome(row: Deadline, say: CaseWords, at: datetime) -> str:
    if row.state is DeadlineState.OPEN and row.due_at < at:
        return say("open_late")
    if row.state is DeadlineState.MET and row.met_at is not None:
        late = row.met_at > row.due_at
        told = say("met_late" if late else "met", at=say.moment(row.met_at))
        return "\n".join(filter(None, (told, say("delay", text=row.delay_reason) if row.delay_reason else "")))
    if row.settled_because.startswith(RUNS_ON):
        return say("went_over", there=row.settled_because.removeprefix(RUNS_ON))
    return say(row.state.value)


def _timeline(rows: Sequence[Entry], say: CaseWords) -> Iterator[Block]:
    yield Heading(2, words(say("timeline")))
    told = []
    for (when, kind, who), group in groupby(rows, key=lambda row: _happening(row, say)):
        texts = Counter(_event_text(row, say) for row in group)
        counted = [say("times", what=text, count=n) if n > 1 else text for text, n in texts.items()]
        told.append((when, "\n".join(filter(None, (kind, *_joined(counted)))), who))
    yield say.table(("when", "what", "who"), told)


def _joined(texts: Sequence[str]) -> Sequence[str]:
    """What one person did to several at the same moment stands on one line."""
    return [", ".join(texts)] if len(texts) > 1 else texts


def _happening(row: Entry, say: CaseWords) -> tuple[str, str, str]:
    when = say.short(row.happened_at)
    if abs((row.recorded_at - row.happened_at).total_seconds()) >= 60:
        when += "\n" + say("recorded_later", at=say.short(row.recorded_at))
    return when, say.name("events", row.kind), row.author_name or say("system")


def _event_text(row: Entry, say: CaseWords) -> str:
    if row.kind in ("drafted", "approved", "notified"):
        addressee, colon, whose = row.text.partition(": ")
        return f"{say.name('addressees', addressee)}{colon}{group_word(whose, say)}"
    if row.kind == "decided":
        subject, _colon, act = row.text.partition(":")
        return f"{say.name('subjects', subject)} {say('yes' if act == 'True' else 'no')}"
    if row.kind in ("reported_elsewhere", "answered"):
        duty, colon, number = row.text.partition(": ")
        return f"{title(duty, say.wording.language)}{colon}{number}"
    if row.kind == "mailing":
        return say("mailed_to", count=say.wording.number(int(row.text)))
    return "" if row.kind == "assessed" else row.text


def _facts(report: CaseReport, say: CaseWords) -> Iterator[Block]:
    sheet = report.case.sheet
    yield Heading(2, words(say("facts")))
    yield Paragraph(words(say("facts_intro", version=report.case.incident.fact_version)))
    origins: Mapping[str, Json] = sheet.origins if sheet is not None else {}
    if origins:
        yield say.table(("version", "who", "when"), _versions(origins.values(), say))
    told = {name: str(mark["version"]) for name, mark in origins.items()}
    stated = StatedFacts(report.facts, report.organisation, say.wording, told)
    for chapter in Chapter:
        rows = list(stated.rows(chapter))
        if rows:
            yield Heading(3, words(chapter_title(chapter, report.language)))
            yield say.table(("subject", "answer", "version"), rows)


def _versions(marks: Iterable[Mapping[str, Json]], say: CaseWords) -> list[tuple[str, str, str]]:
    """Who recorded each version that an answer comes from, and when: said once, not beside each answer."""
    found = {mark["version"]: mark for mark in marks}
    return [
        (str(number), mark["by"] or say("system"), say.short(datetime.fromisoformat(mark["at"])))
        for number, mark in sorted(found.items())
    ]


def _risk(rows: Sequence[Assessment], say: CaseWords) -> Iterator[Block]:
    yield Heading(2, words(say("risk")))
    if not rows:
        yield Paragraph(words(say("no_risk")))
    for row in rows:
        risk = label(row.risk, say.wording.language)
        line = say("risk_line", number=row.number, risk=risk, name=row.author_name, at=say.moment(row.recorded_at))
        yield Heading(3, words(line))
        if row.deviation_reason:
            proposed = label(row.proposed_risk, say.wording.language)
            yield Paragraph(words(say("deviates", risk=proposed, reason=row.deviation_reason)))
    if rows:
        lines = explain(result_from(rows[-1].result), say.wording.language, say.wording.zone.key).split("\n")
        yield replace(
            say.table(("finding", "source"), [_finding(line) for line in lines if line.strip()]), row_headers=False
        )


def _finding(line: str) -> tuple[str, str]:
    """A finding, and the place it rests on, which stands behind it in square brackets."""
    told, opened, source = line.rpartition(" [")
    return (told, source.removesuffix("]")) if opened and source.endswith("]") else (line, "")


def _decisions(rows: Sequence[Decision], say: CaseWords) -> Iterator[Block]:
    yield Heading(2, words(say("decisions")))
    if not rows:
        yield Paragraph(words(say("no_decisions")))
        return
    yield say.table(("question", "reason", "people_column"), [_decision(row, say) for row in rows])


def _decision(row: Decision, say: CaseWords) -> tuple[str, ...]:
    what = f"{say.name('subjects', row.subject.value)} {say('yes' if row.act else 'no')}"
    people = [f"{row.author_name}, {say.short(row.recorded_at)}"]
    if row.second_at is not None:
        agreed = "self_reviewed" if row.self_reviewed else "second"
        word = "refused" if row.state is DecisionState.REFUSED else agreed
        people.append(say(word, name=row.second_name, at=say.short(row.second_at)))
    people += [say("proposed")] if row.state is DecisionState.PROPOSED else []
    people += [say("replaced")] if row.state is DecisionState.SUPERSEDED else []
    reasons = filter(None, (row.reason, row.second_reason))
    return what, "\n".join(reasons), "\n".join(people)


def _tasks(rows: Sequence[Task], say: CaseWords) -> Iterator[Block]:
    yield Heading(2, words(say("measures")))
    if not rows:
        yield Paragraph(words(say("no_tasks")))
        return
    cells = [
        (
            row.title,
            row.owner_name or say("nobody"),
            say.short(row.done_at) if row.done_at else _planned(row, say),
        )
        for row in rows
    ]
    yield say.table(("task", "owner", "ready"), cells)


def _planned(row: Task, say: CaseWords) -> str:
    return say("still_due", at=say.short(row.due_at)) if row.due_at else say("not_ready")


def _evidence(rows: Sequence[Evidence], say: CaseWords) -> Iterator[Block]:
    yield Heading(2, words(say("custody")))
    if not rows:
        yield Paragraph(words(say("no_evidence")))
        return
    for number, row in enumerate(rows, start=1):
        yield Heading(3, words(f"{number:03d}-{row.filename}"))
        told = (
            (say("evidence_about"), row.description),
            (say("evidence_hash"), row.blob_sha256),
            (say("evidence_harmful"), row.harmful_sha256 or ""),
            (say("evidence_by"), f"{row.author_name}, {say.moment(row.recorded_at)}"),
        )
        yield say.table(("subject", "answer"), [cells for cells in told if cells[1]])


@cache
def _texts() -> Mapping[str, Mapping[str, Json]]:
    return tomllib.loads(files("incident.documents").joinpath("case_report.toml").read_text(encoding="utf-8"))
