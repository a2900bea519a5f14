"""The customers for whom we are the processor: each with its own notice, its own clock, its own acknowledgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from incident.domain.kinds import Addressee, DeadlineState
from incident.law.facts import AffectedController
from incident.store.queries.case import NoticeFile
from incident.usecases.notices.customer_receipt import Replies
from incident.web.case import Case

if TYPE_CHECKING:
    from incident.store.models import Deadline, Submission, TimelineEntry


@dataclass(frozen=True, slots=True)
class Customer:
    """One affected controller (GDPR art. 33(2)) and how far telling it has come."""

    party: AffectedController
    deadline: "Deadline | None"
    file: NoticeFile | None
    receipt: "TimelineEntry | None"
    returned: "TimelineEntry | None"

    @property
    def due_at(self) -> datetime | None:
        """Until when it has to be told; None without a clock."""
        return self.deadline.due_at if self.deadline else None

    @property
    def sent(self) -> "Submission | None":
        """The submission that told it, or None; what did not arrive told nobody."""
        return self.file.submissions[-1] if self.file and self.file.submissions and not self.returned else None


def customers_of(case: Case, files: Sequence[NoticeFile], replies: Replies) -> tuple[Customer, ...]:
    """Every affected controller of the fact sheet: who still has to be told comes first, the soonest due before all."""
    clocks = {
        row.obligation: row for row in case.head.deadlines if row.state in (DeadlineState.OPEN, DeadlineState.MET)
    }
    to_customers = (file for file in files if file.notice.addressee is Addressee.CONTROLLER)
    arrived_last = sorted(to_customers, key=lambda file: file.notice.id not in replies.returns)
    newest = {file.notice.recipient: file for file in arrived_last}
    found = []
    for party in case.facts.affected_controllers:
        file = newest.get(party.name)
        back = (replies.receipts.get(file.notice.id), replies.returns.get(file.notice.id)) if file else (None, None)
        found.append(Customer(party, clocks.get(f"gdpr_33_2:{party.name}"), file, *back))
    return tuple(sorted(found, key=lambda one: (one.sent is not None, one.due_at or datetime.max.replace(tzinfo=UTC))))


def without_notice(
    case: Case, files: Sequence[NoticeFile], kind: str, returned: Mapping[UUID, "TimelineEntry"]
) -> tuple[str, ...]:
    """The customers for whom there is no notice of this kind yet, or none but what did not arrive."""
    have = {
        file.notice.recipient
        for file in files
        if file.notice.addressee is Addressee.CONTROLLER and file.notice.kind == kind and file.notice.id not in returned
    }
    return tuple(dict.fromkeys(party.name for party in case.facts.affected_controllers if party.name not in have))
