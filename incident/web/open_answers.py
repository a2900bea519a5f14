"""What an incident still lacks, in words and with the place to answer it; and what now contradicts the assessment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from flask import url_for

from incident.domain.fact_sheet import chapter_of
from incident.domain.kinds import Subject
from incident.domain.presets import suggested
from incident.domain.risk_document import answers_from
from incident.law.facts import Chapter
from incident.law.facts_from_risk import updated
from incident.law.forms.answers import FilledAnswer
from incident.law.questions import first_asked, questions
from incident.law.risk import assess
from incident.law.vocabulary import RiskLevel
from incident.store.db import db
from incident.usecases.clock.deadlines import rules_for
from incident.usecases.notices.authority_form import missing_questions, progress_now
from incident.web.case import Case
from incident.web.clock import now
from incident.web.facts_shown import ShownNewer, tell_newer
from incident.web.i18n import language_code
from incident.web.labels import field_words

if TYPE_CHECKING:
    from incident.store.models import Assessment
    from incident.store.queries.case import NoticeFile


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """One missing answer: the number on the authority's form, our words for it, and where it is given."""

    number: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class OpenAnswers:
    """How many answers the authority's form has, what is missing, and about how many minutes that takes."""

    given: int
    asked: int
    minutes: int
    missing: tuple[OpenAnswer, ...]
    kind: str
    """The common breach of which the report speaks, in words; empty where it names none."""


def open_answers(case: Case) -> OpenAnswers:
    """The list that also blocks the approval of the dossier."""
    found = progress_now(db.session(), case.head.incident, case.facts, now())
    missing = _opened(case, found.missing)
    kind = next((one.title(language_code()) for one in suggested(case.facts)), "")
    return OpenAnswers(found.given, found.asked, found.minutes, missing, kind)


def _opened(case: Case, answers: Sequence[FilledAnswer]) -> tuple[OpenAnswer, ...]:
    chapters = {chapter_of(answer.fields[0]) for answer in answers if answer.fields}
    pages = {chapter: case.url("facts.edit", name=chapter.value) for chapter in chapters}
    return tuple(_open(pages, answer) for answer in answers)


def _open(pages: Mapping[Chapter, str], answer: FilledAnswer) -> OpenAnswer:
    if not answer.fields:
        return OpenAnswer(answer.number, answer.part_label or answer.question, url_for("settings.organisation"))
    name = answer.fields[0]
    return OpenAnswer(answer.number, field_words(name).label, f"{pages[chapter_of(name)]}#{name}-field")


@dataclass(frozen=True, slots=True)
class MissingNow:
    """What the authority's form lacks: questions of the fact sheet, and what is answered elsewhere."""

    questions: tuple[str, ...]
    elsewhere: tuple[OpenAnswer, ...]


def missing_now(case: Case) -> MissingNow:
    """What is asked now, and what is answered elsewhere, with its place."""
    found = missing_questions(db.session(), case.incident, case.facts, case.head.live(Subject.SUBJECTS), now())
    return MissingNow(found.questions, _opened(case, found.elsewhere))


ANSWERED_BY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "happened": "kinds",
        "data": "data_categories",
        "group_names": "subject_groups",
        "consequence_names": "consequences_subjects",
        **dict.fromkeys(("customer_contact", "customer_data"), "affected_controllers"),
    }
)
"""The question of the fact sheet behind what a letter says in words of its own."""


def lacking(case: Case, letters: "Iterable[NoticeFile]") -> tuple[str, ...]:
    """The questions that make these letters complete, as far as nobody has answered them since they were drafted."""
    return first_asked({ANSWERED_BY.get(name, name) for one in letters for name in one.latest.missing}, case.facts)


def place_of(case: Case, lack: str) -> str:
    """Where the fact sheet answers what a letter says it lacks; empty for what is put right in the letter itself."""
    name = ANSWERED_BY.get(lack, lack)
    return case.url("facts.edit", name=chapter_of(name)) + f"#{name}-field" if name in questions() else ""


@dataclass(frozen=True, slots=True)
class Differing:
    """Where the facts say otherwise than the newest assessment did, and what they would make of the proposal."""

    answers: list[ShownNewer]
    risk: RiskLevel
    moves: bool
    """Whether that is another level than was proposed."""


def differing(case: Case, last: "Assessment | None") -> Differing | None:
    """What differs; None where nothing does, or nothing was assessed."""
    if last is None:
        return None
    assessed = answers_from(last.answers)
    answers = tell_newer(case.facts, assessed)
    risk = assess(updated(assessed, case.facts), rules_for(case.facts, now())).risk
    return Differing(answers, risk, risk != last.proposed_risk) if answers else None
