"""What every page of an incident shares: its head, its ruler, its sections, and the one next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _

from incident.domain.fact_sheet import from_json
from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.events import OPEN_STATUSES
from incident.domain.kernel.reference import parse_reference
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import DeadlineState, DecisionState, Subject
from incident.domain.ruler.ruler import Pin, PinKind, Ruler, Size
from incident.law.facts import BreachFacts
from incident.store.db import db
from incident.store.queries.head import CaseHead, find_head
from incident.usecases.clock.deadlines import FOLLOW_UP
from incident.usecases.common.access import MISSING, visible
from incident.usecases.response.further_duties import further_clocks
from incident.web.clock import now
from incident.web.labels import DUTIES
from incident.web.rulers import brief_pins, ruler_of
from incident.web.viewer import allowed, viewer

if TYPE_CHECKING:
    from incident.store.models import Decision

CUSTOMER = "gdpr_33_2:"
"""How the clocks of customers begin; the name of the customer follows."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do now, and where."""

    words: str
    why: str
    href: str


@dataclass(frozen=True, slots=True)
class Case:
    """An incident as its pages show it."""

    head: CaseHead
    facts: BreachFacts

    @property
    def incident(self) -> Any:
        """The incident's row."""
        return self.head.incident

    @property
    def reference(self) -> str:
        """Its reference."""
        return str(self.head.incident.reference)

    @property
    def is_open(self) -> bool:
        """Whether anything may still be done."""
        return self.incident.status in OPEN_STATUSES

    @property
    def ruler(self) -> Ruler | None:
        """The ruler of the clock that matters most."""
        return self._drawn(Size.PAGE)

    @property
    def slim_ruler(self) -> Ruler | None:
        """The same in one line, for the pages below the overview."""
        return self._drawn(Size.LIST)

    def _drawn(self, size: Size) -> Ruler | None:
        clock = self.head.clock
        if clock is None:
            return None
        return ruler_of(clock, self.pins, self.head.reminders.get(clock.id, ()), size)

    @property
    def has_further_duties(self) -> bool:
        """Whether the follow-up, or law beside the GDPR, has or had a clock in this incident."""
        return bool(further_clocks(list(self.head.deadlines)))

    @property
    def left(self) -> timedelta | None:
        """What is left of the running clock; negative once it has run out, None when none runs."""
        clock = self.head.clock
        return clock.due_at - now() if clock is not None and clock.state is DeadlineState.OPEN else None

    @property
    def pins(self) -> tuple[Pin, ...]:
        """What happened, for the ruler."""
        stones = self.head.milestones
        decided = self._decided_at()
        moments = {
            PinKind.ASSESSED: stones.assessed,
            PinKind.DECIDED: decided,
            PinKind.DRAFTED: stones.drafted,
            PinKind.APPROVED: stones.approved,
        }
        later = tuple(Pin(kind, at) for kind, at in moments.items() if at is not None)
        signal = self.facts.first_signal_at
        return (*brief_pins(self.head.incident, signal if isinstance(signal, datetime) else None), *later)

    def _decided_at(self) -> datetime | None:
        final = [
            row for row in self.head.decisions if row.subject is Subject.AUTHORITY and row.state is DecisionState.FINAL
        ]
        return final[-1].second_at or final[-1].recorded_at if final else None

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of one of its pages."""
        return url_for(endpoint, reference=self.reference, **values)

    @property
    def sections(self) -> list[tuple[str, str, bool, str]]:
        """The tabs: address, words, whether we are there, a mark."""
        if not allowed(Permission.VIEW_ALL):
            return []
        names = (
            ("incident.show", _("Overview"), ("incident", "triage", "closing", "duties")),
            ("facts.index", _("Facts"), ("facts", "presets")),
            ("risk.show", _("Risk"), ("risk",)),
            ("decisions.index", _("Decisions"), ("decisions",)),
            ("notices.index", _("Notices"), ("notices",)),
            ("timeline.index", _("Timeline"), ("timeline",)),
            ("tasks.index", _("Tasks"), ("tasks",)),
            ("evidence.index", _("Evidence"), ("evidence",)),
            ("record.show", _("The record"), ("record",)),
        )
        return [(self.url(endpoint), words, request.blueprint in places, "") for endpoint, words, places in names]

    @property
    def next_step(self) -> NextStep | None:
        """The first thing in the order of the law that is not done."""
        return next((step for step in self._steps() if step is not None), None)

    def _steps(self) -> Sequence[NextStep | None]:
        if not self.is_open:
            return ()
        return (
            self._second(),
            self._triage(),
            self._further_duty(urgent=True),
            self._customers(),
            self._assess(),
            self._decide(),
            self._authority(),
            self._subjects(),
            self._follow_up(),
            self._further_duty(),
            self._close(),
        )

    def _second(self) -> NextStep | None:
        waiting: list[Decision] = self.head.waiting
        if not waiting:
            return None
        mine = all(row.author_id == viewer().id for row in waiting)
        why = _("Until then nothing changes and the clock runs on.")
        words = _("Wait for the second person") if mine else _("Look at the decision that waits for a second person")
        return NextStep(words, why, self.url("decisions.index"))

    def _triage(self) -> NextStep | None:
        if self.incident.is_breach == "yes" and self.incident.awareness_stated:
            return None
        why = _("Until somebody states it, the clock runs from the earliest signal: the worst case.")
        return NextStep(_("Is it a personal-data breach, and since when are we aware?"), why, self.url("triage.form"))

    def _customers(self) -> NextStep | None:
        """A processor tells its customers before anything else: they decide what must be notified."""
        waiting = [row for row in self._running() if row.obligation.startswith(CUSTOMER)]
        if not waiting:
            return None
        why = _("First %(name)s, before its contract's term ends.", name=waiting[0].obligation.removeprefix(CUSTOMER))
        return NextStep(_("Tell the customers whose data are affected"), why, self.url("notices.index"))

    def _assess(self) -> NextStep | None:
        if self.head.milestones.assessed is not None:
            return None
        why = _("The risk decides whether the authority and the people concerned must be told.")
        return NextStep(_("Assess the risk"), why, self.url("risk.show"))

    def _decide(self) -> NextStep | None:
        if all(self._final(subject) for subject in ("authority", "subjects")):
            return None
        why = _("Meldklok proposes; a named person decides and writes why.")
        return NextStep(_("Decide on notification"), why, self.url("decisions.index"))

    def _final(self, subject: str) -> Any:
        found = [row for row in self.head.decisions if row.subject == subject and row.state is DecisionState.FINAL]
        return found[-1] if found else None

    def _authority(self) -> NextStep | None:
        stones, decision = self.head.milestones, self._final("authority")
        if decision is None or not decision.act or stones.told_authority is not None:
            return None
        words = _("Draft the dossier for the authority")
        if stones.drafted is not None:
            words = _("Complete the dossier and have it approved")
        if stones.approved is not None:
            words = _("Fill in the authority's form and record the submission")
        why = _("Only a person can file at the authority's portal; the dossier has every answer in its order.")
        return NextStep(words, why, self.url("notices.index"))

    def _subjects(self) -> NextStep | None:
        stones, decision = self.head.milestones, self._final("subjects")
        if decision is None or not decision.act or stones.told_subjects is not None:
            return None
        words = _("Finish the letter and tell the people concerned")
        if stones.drafted_subjects is None:
            words = _("Draft the letter to the people concerned")
        return NextStep(words, _("Without undue delay (GDPR art. 34)."), self.url("notices.index"))

    def _follow_up(self) -> NextStep | None:
        if not any(row.obligation == FOLLOW_UP for row in self._running()):
            return None
        why = _("What was filed was not complete. The authority expects the rest (GDPR art. 33(4)).")
        return NextStep(_("Complete the facts and file the follow-up"), why, self.url("notices.index"))

    def _further_duty(self, *, urgent: bool = False) -> NextStep | None:
        """Reports under other law come last, unless one is due before everything else that runs."""
        running = self._running()
        other = [clock for clock in further_clocks(running) if clock.duty != FOLLOW_UP]
        if not other or (urgent and other[0].deadline is not running[0]):
            return None
        why = _("Beside the GDPR: %(law)s.", law=DUTIES[other[0].duty])
        return NextStep(_("Report under other law, and record it"), why, self.url("duties.index"))

    def _running(self) -> list[Any]:
        """The clocks that run, the one that ends first in front."""
        return sorted(
            (row for row in self.head.deadlines if row.state is DeadlineState.OPEN), key=lambda row: row.due_at
        )

    def _close(self) -> NextStep:
        why = _("With cause, lessons and at least one measure with an owner and a date.")
        return NextStep(_("Add measures, then close"), why, self.url("closing.form"))


def open_case(reference: str) -> Case:
    """The incident of an address. Raises NotFound where there is none, or none for this viewer."""
    conditions = visible(viewer())
    head = find_head(db.session(), parse_reference(reference) or "", conditions)
    if head is None:
        raise NotFound(MISSING)
    return Case(head, from_json(head.sheet.facts) if head.sheet else BreachFacts())
