"""What comes out of the API, as typed models from which the description is made.

Names of colleagues stand where the pages show them. Of the people whom a letter goes to there is nothing but how many.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, Self
from uuid import UUID

from pydantic import AliasChoices, BaseModel, Field, create_model

from incident.domain.kernel.events import Status
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import Source
from incident.domain.kinds import Addressee, DeadlineState, NoticeKind, TaskKind
from incident.domain.risk_document import result_from
from incident.law.explain import explain
from incident.law.risk.findings import Basis
from incident.law.vocabulary import RiskLevel
from incident.store.queries.case import NoticeFile
from incident.store.queries.register import RegisterLine
from incident.usecases.register.columns import ALL

if TYPE_CHECKING:
    from incident.store.models import Assessment

Next = Annotated[str | None, Field(description="The address of what follows; null at the end.")]


class Row(BaseModel):
    """What is read from a stored row."""

    @classmethod
    def of(cls, row: object) -> Self:
        """The model of a stored row."""
        return cls.model_validate(row, from_attributes=True)


class IncidentOut(Row):
    """One incident."""

    reference: str
    status: Status
    summary: str
    reported_at: datetime
    aware_at: datetime | None
    due_at: datetime | None = Field(description="The deadline that runs out first, strictly counted.")
    risk: RiskLevel | None
    notified_at: datetime | None
    closed_at: datetime | None
    systems: str
    is_example: bool = Field(description="A made-up case, by which people learn; no breach.")


class IncidentPage(BaseModel):
    """A part of the incidents, newest first, and how many there are in all: above 10,000 nobody goes on counting."""

    incidents: list[IncidentOut]
    total: int
    next: Next


class Reported(BaseModel):
    """What came of one report of several: the incident with 201, else why it was refused, with the status of that."""

    status: int
    incident: IncidentOut | None = None
    replayed: bool = False
    detail: str | None = None
    field: str | None = None


class BatchOut(BaseModel):
    """What came of each report, in the order in which they came."""

    results: list[Reported]


class DeadlineOut(Row):
    """One deadline with the reasons it came from."""

    obligation: str
    state: DeadlineState
    starts_at: datetime
    due_at: datetime
    provisional: bool
    met_at: datetime | None
    ruleset: str


class Deadlines(BaseModel):
    """All deadlines of an incident, superseded ones included."""

    deadlines: list[DeadlineOut]


class Facts(BaseModel):
    """What is known, as it was recorded last; ``facts`` holds what was stated and nothing else."""

    version: int = Field(description="How often facts were recorded; 0 before the first time.")
    recorded_at: datetime | None
    author: str
    facts: JsonObject
    origins: JsonObject = Field(description="Of each answer who stated it, when, how, and in which version.")


class FindingOut(BaseModel):
    """A rule that applied. ``basis`` is whose word it is; ``nl`` and ``en`` say it, with the place where it stands."""

    rule: str
    basis: Basis
    nl: str
    en: str


class AssessmentOut(BaseModel):
    """The newest assessment: what was proposed, what a person adopted and why, and every rule that applied."""

    number: int = Field(description="How often the risk was assessed; 0 before the first time.")
    recorded_at: datetime | None = None
    author: str = ""
    fact_version: int | None = None
    proposed_risk: RiskLevel | None = None
    risk: RiskLevel | None = None
    deviation_reason: str = ""
    ruleset: str = ""
    answers: JsonObject = {}
    findings: list[FindingOut] = []

    @classmethod
    def of(cls, row: "Assessment | None") -> "AssessmentOut":
        """From the row; empty before anybody assessed."""
        if row is None:
            return cls(number=0)
        found = [
            FindingOut(rule=one.rule, basis=one.basis, nl=explain(one, "nl"), en=explain(one, "en"))
            for one in result_from(row.result).findings
        ]
        return cls(
            number=row.number,
            recorded_at=row.recorded_at,
            author=row.author_name,
            fact_version=row.fact_version,
            proposed_risk=row.proposed_risk,
            risk=row.risk,
            deviation_reason=row.deviation_reason,
            ruleset=row.ruleset,
            answers=row.answers,
            findings=found,
        )


class EntryOut(BaseModel):
    """Something that happened, apart from when it was recorded; a correction names the entry that it corrects."""

    id: UUID
    happened_at: datetime
    recorded_at: datetime
    kind: str
    text: str
    author: str = Field(validation_alias=AliasChoices("author", "author_name"))
    source: Source
    corrects: UUID | None = Field(validation_alias=AliasChoices("corrects", "corrects_id"))
    permalink: str | None


class Timeline(BaseModel):
    """A part of the timeline, in the order in which things happened."""

    entries: list[EntryOut]
    next: Next


class TaskOut(BaseModel):
    """A task, or a measure that keeps it from happening again."""

    id: UUID
    kind: TaskKind
    title: str
    owner: str = Field(validation_alias=AliasChoices("owner", "owner_name"))
    due_at: datetime | None
    done_at: datetime | None
    recorded_at: datetime


class Tasks(BaseModel):
    """A part of the tasks and measures, in the order in which they were written down."""

    tasks: list[TaskOut]
    next: Next


class SubmissionOut(BaseModel):
    """How and when a version left the house, and to how many people."""

    submitted_at: datetime
    channel: str
    reference: str
    by: str = Field(validation_alias=AliasChoices("by", "by_name"))
    recipients: int | None
    late: bool
    delay_reason: str
    body_sha256: str


class NoticeOut(BaseModel):
    """A notice, its newest version, and what left the house. ``recipient`` is an organisation, never a person."""

    id: UUID
    addressee: Addressee
    kind: NoticeKind
    language: str
    recipient: str
    group: str
    created_at: datetime
    supersedes: UUID | None
    version: int
    title: str
    author: str
    recorded_at: datetime
    body_sha256: str
    approved: bool
    approved_by: str
    submissions: list[SubmissionOut]

    @classmethod
    def of(cls, file: NoticeFile) -> Self:
        """The model of a notice with its versions."""
        notice, latest, approval = file.notice, file.latest, file.approval
        return cls(
            id=notice.id,
            addressee=notice.addressee,
            kind=notice.kind,
            language=notice.language,
            recipient=notice.recipient if notice.addressee is Addressee.CONTROLLER else "",
            group=notice.group,
            created_at=notice.created_at,
            supersedes=notice.supersedes,
            version=latest.number,
            title=latest.title,
            author=latest.author_name,
            recorded_at=latest.recorded_at,
            body_sha256=latest.body_sha256,
            approved=approval is not None,
            approved_by=approval.author_name if approval is not None else "",
            submissions=[SubmissionOut.model_validate(row, from_attributes=True) for row in file.submissions],
        )


class Notices(BaseModel):
    """A part of the notices, oldest first."""

    notices: list[NoticeOut]
    next: Next


Cell = bool | int | str | list[bool | int | str] | None

RegisterLineOut: Final = create_model(
    "RegisterLineOut",
    __doc__="One breach as the register of GDPR art. 33(5) has it; the columns are those of the page and the exports.",
    **{name: (str, ...) if name == "reference" else (Cell, ...) for name in ALL},  # type: ignore[call-overload]
)


class Register(BaseModel):
    """A part of the register, newest first; made-up examples are no breaches and stand in none."""

    lines: list[RegisterLineOut]  # type: ignore[valid-type]
    next: Next


def register_lines(lines: Iterable[RegisterLine]) -> list[BaseModel]:
    """The lines with every column."""
    return [RegisterLineOut(**{name: _cell(column.value(line)) for name, column in ALL.items()}) for line in lines]


def _cell(value: Any) -> Cell:
    match value:
        case tuple():
            return [_cell(one) for one in value]  # type: ignore[misc]
        case Enum():
            return str(value.value)
        case date():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return value  # type: ignore[no-any-return]


class Added(BaseModel):
    """The id of what was added."""

    id: str


class Problem(BaseModel):
    """Why a request was refused (RFC 9457): ``detail`` says what to do, ``field`` names the input it is about."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    reference: str | None = None
