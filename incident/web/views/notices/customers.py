"""The customers for whom we are the processor: each with its own notice, its own clock, its own acknowledgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import UUID

from incident.domain.fact_sheet import chapter_of
from incident.domain.kinds import Addressee, DeadlineState
from incident.law.facts import AffectedController
from incident.law.questions import questions
from incident.store.db import db
from incident.store.queries.case import NoticeFile, notice_files
from incident.web.case import Case
from incident.web.labels import missing_word

if TYPE_CHECKING:
    from incident.store.models import Deadline, Submission, TimelineEntry


@dataclass(frozen=True, slots=True)
class Customer:
    """One affected controller (GDPR art. 33(2)) and how far telling it has come."""

    party: AffectedController
    deadline: "Deadline | None"
    file: NoticeFile | None
    receipt: "TimelineEntry | None"

    @property
    def due_at(self) -> datetime | None:
        """Until when it has to be told; None without a clock."""
        return self.deadline.due_at if self.deadline else None

    @property
    def sent(self) -> "Submission | None":
        """The submission that told it, or None."""
        return self.file.submissions[-1] if self.file and self.file.submissions else None


def customers_of(
    case: Case, files: Sequence[NoticeFile], receipts: Mapping[UUID, "TimelineEntry"]
) -> tuple[Customer, ...]:
    """Every affected controller of the fact sheet: who still has to be told comes first, the soonest due before all."""
    clocks = {
        row.obligation: row for row in case.head.deadlines if row.state in (DeadlineState.OPEN, DeadlineState.MET)
    }
    newest = {file.notice.recipient: file for file in files if file.notice.addressee is Addressee.CONTROLLER}
    found = []
    for party in case.facts.affected_controllers:
        file = newest.get(party.name)
        receipt = receipts.get(file.notice.id) if file else None
        found.append(Customer(party, clocks.get(f"gdpr_33_2:{party.name}"), file, receipt))
    return tuple(sorted(found, key=lambda one: (one.sent is not None, one.due_at or datetime.max.replace(tzinfo=UTC))))


def without_notice(case: Case, files: Sequence[NoticeFile], kind: str) -> tuple[str, ...]:
    """The customers for whom there is no notice of this kind yet."""
    have = {
        file.notice.recipient
        for file in files
        if file.notice.addressee is Addressee.CONTROLLER and file.notice.kind == kind
    }
    return tuple(dict.fromkeys(party.name for party in case.facts.affected_controllers if party.name not in have))


ANSWERED_BY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "happened": "kinds",
        "data": "data_categories",
        "group_names": "subject_groups",
        "consequence_names": "consequences_subjects",
    }
)
"""The question of the fact sheet behind what a notice says in words of its own."""


def awaited(case: Case) -> dict[str, str]:
    """What the unsent notices to customers lack, in words, each with the place where it is answered."""
    files = notice_files(db.session(), case.head.incident.id)
    waiting = [one for one in files if one.notice.addressee is Addressee.CONTROLLER and not one.sent]
    return {missing_word(name): _place(case, one, name) for one in waiting for name in one.latest.missing}


def _place(case: Case, file: NoticeFile, name: str) -> str:
    name = ANSWERED_BY.get(name, name)
    if name not in questions():
        return case.url("notices.show", notice_id=file.notice.id)
    return case.url("facts.edit", name=chapter_of(name)) + f"#{name}-field"
