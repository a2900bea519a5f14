"""What every page of an incident shares: its head, its ruler, its sections, and the one next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from incident.domain.exercises import CLOCK, on_its_clock
from incident.domain.fact_sheet import from_json
from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kernel.reference import number_of, parse_reference
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import DeadlineState, DecisionState, Subject
from incident.domain.next_steps import Act, Step, steps
from incident.domain.progress import Progress
from incident.domain.ruler.ruler import Pin, PinKind, Ruler, Size
from incident.domain.step_words import path, what, why
from incident.domain.turns import Team, may_take
from incident.law.consistency import contradictions
from incident.law.facts import BreachFacts
from incident.law.obligations import ObligationKind
from incident.law.regimes import law_of
from incident.law.vocabulary import Role
from incident.store.db import db
from incident.store.queries.exercises import running_one
from incident.store.queries.head import CaseHead, find_head
from incident.store.queries.progress import progress_of_one
from incident.usecases.clock.deadlines import RUNS_ON
from incident.usecases.common.access import MISSING, note_read, openable
from incident.usecases.common.directory import Directory
from incident.usecases.common.family import survivor
from incident.usecases.exercise.play import BECAUSE as WITH_EXERCISE
from incident.usecases.response.further_duties import further_clocks
from incident.usecases.response.state_trigger import triggers_of
from incident.web.clock import now
from incident.web.i18n import language_code
from incident.web.labels import deadline_name
from incident.web.rulers import brief_pins, exercise_ruler, ruler_of
from incident.web.scope import application, asked
from incident.web.viewer import allowed, viewer

if TYPE_CHECKING:
    from incident.store.models import Deadline, Decision, Incident


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, where, whose turn it is (``mine``: the viewer's), and whether the viewer ``can`` do it."""

    words: str
    why: str
    href: str
    about_law: bool = False
    """Whether only the reason names the law that it is due under."""
    mine: bool = False
    can: bool = False
    late: bool = False
    """Whether a deadline of the incident has passed."""
    waits_for: tuple[str, ...] = ()
    nobody: bool = False
    """Whether it takes a person and no account may take it: somebody has to be given the role first."""

    @property
    def turn(self) -> tuple[bool, bool, tuple[str, ...], bool]:
        """Whose turn it is, the same for many steps."""
        return self.mine, self.can, self.waits_for, self.nobody


@dataclass(frozen=True, slots=True)
class Case:
    """An incident as its pages show it."""

    head: CaseHead
    facts: BreachFacts
    about: str = ""
    """The duty that the page is about: its running clock is named beside the one that matters most."""

    @property
    def incident(self) -> "Incident":
        """The incident's row."""
        return self.head.incident

    @property
    def reference(self) -> str:
        """Its reference."""
        return str(self.head.incident.reference)

    @property
    def exercise(self) -> int | None:
        """The number of the exercise that it is played in."""
        return number_of(self.reference) if self.incident.is_exercise else None

    @property
    def may_submit(self) -> bool:
        """Whether the viewer may let something of it leave the house; nothing of an exercise does."""
        return allowed(Permission.SUBMIT) and not self.incident.is_exercise

    @property
    def exercise_left(self) -> timedelta | None:
        """What is left on the clock of the exercise; None where none is running."""
        running = running_one(db.session(), self.exercise) if self.exercise is not None else None
        if running is None:
            return None
        return max(CLOCK - on_its_clock(now() - running.started_at, running.pace), timedelta(0))

    @property
    def is_open(self) -> bool:
        """Whether anything may still be done."""
        return self.incident.status in OPEN_STATUSES

    @property
    def goes_on(self) -> "Incident | None":
        """The incident of which it is another report; None where it is none."""
        return survivor(db.session(), self.incident) if self.incident.duplicate_of_id else None

    def waived(self, clock: "Deadline") -> str:
        """How a clock ended that was not met: it runs on elsewhere, ended with an exercise, or is not needed."""
        if clock.settled_because == WITH_EXERCISE:
            return str(_("ended with the exercise"))
        there = self.goes_on if clock.settled_because.startswith(RUNS_ON) else None
        return str(_("runs on in %(reference)s", reference=there.reference) if there else _("no longer required"))

    @property
    def untold(self) -> bool:
        """Whether nobody has said yet whether it is a breach, nor proposed that it is none."""
        proposed = any(row.subject is Subject.BREACH for row in self.head.waiting)
        return self.incident.status is Status.REPORTED and self.denied is None and not proposed

    @property
    def denied(self) -> "Decision | None":
        """The final decision that it was no breach, also while clocks of other law run on."""
        return self.head.final(Subject.BREACH)

    @property
    def not_notified(self) -> "Decision | None":
        """The final decision for which the authority is not told: that it was no breach, or to keep it in the register
        only."""
        kept = self.head.final(Subject.AUTHORITY)
        return self.denied or (kept if kept is not None and not kept.act else None)

    @property
    def clock(self) -> "Deadline | None":
        """The clock that matters most; the same on every page, so that none hides behind a calmer one.

        Only the page of one customer leads with the clock of that customer, also once it was met.
        """
        return self._of_customer or self.head.clock

    @property
    def beside(self) -> "Deadline | None":
        """The running clock that is named beside it: what the page is about, or what matters more."""
        running = [row for row in self.head.deadlines if row.state is DeadlineState.OPEN]
        own = next((row for row in running if row.obligation == self.about), None)
        wanted = self.head.clock if self._of_customer else own
        return wanted if wanted in running and wanted is not self.clock else None

    @property
    def counts_from_event(self) -> bool:
        """Whether the clock that matters most counts from the event of another law, not from our awareness."""
        return self.clock is not None and bool(triggers_of(law_of(self.clock.obligation)))

    @property
    def told_remarks(self) -> tuple[str, ...]:
        """GDPR art. 34: what does not fit between the number of people told and that of the people concerned."""
        found = (one for one in contradictions(self.facts) if "informed_count" in one.fields)
        return tuple(one.words(language_code()) for one in found)

    @property
    def _of_customer(self) -> "Deadline | None":
        if not self.about.startswith(f"{ObligationKind.NOTIFY_CONTROLLER}:"):
            return None
        own = (row for row in self.head.deadlines if row.obligation == self.about)
        return next((row for row in own if row.state in (DeadlineState.OPEN, DeadlineState.MET)), None)

    @property
    def left_to_customers(self) -> bool:
        """Whether the customers of a processor decide what is notified, so that the authority's form is not its own."""
        decided = (self.head.live(subject) for subject in (Subject.AUTHORITY, Subject.SUBJECTS))
        return self.facts.role is Role.PROCESSOR and not any(decided)

    @property
    def ruler(self) -> Ruler | None:
        """The ruler of the clock that matters most."""
        return self._drawn(Size.PAGE)

    @property
    def slim_ruler(self) -> Ruler | None:
        """The same in one line, for the pages below the overview."""
        return self._drawn(Size.LIST)

    def _drawn(self, size: Size) -> Ruler | None:
        clock = self.clock
        if clock is None:
            return None
        left = self.exercise_left
        if left is not None:
            return exercise_ruler(clock.starts_at, left, deadline_name(clock.obligation), size)
        return ruler_of(clock, self.pins, self.head.reminders.get(clock.id, ()), size)

    @property
    def has_further_duties(self) -> bool:
        """Whether anything was decided about the authority, which may answer, or other law has or had a clock."""
        return self.head.live(Subject.AUTHORITY) is not None or bool(further_clocks(list(self.head.deadlines)))

    @property
    def left(self) -> timedelta | None:
        """What is left of the running clock; negative once it has run out, None when none runs."""
        clock = self.clock
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
        return application().url_for(endpoint, reference=self.reference, **values)

    @property
    def sections(self) -> list[tuple[str, str, bool]]:
        """The tabs: address, words, whether we are there."""
        if not allowed(Permission.VIEW_ALL):
            return []
        names = (
            (
                "incident.show",
                _("Overview"),
                ("incident", "triage", "closing", "duties", "portals", "restriction", "reporter", "shared"),
            ),
            ("facts.index", _("Facts"), ("facts", "presets")),
            ("risk.show", _("Risk"), ("risk",)),
            ("decisions.index", _("Decisions"), ("decisions",)),
            ("notices.index", _("Notices"), ("notices",)),
            ("timeline.index", _("Timeline"), ("timeline",)),
            ("tasks.index", _("Tasks"), ("tasks",)),
            ("evidence.index", _("Evidence"), ("evidence",)),
            ("record.show", _("The record"), ("record",)),
        )
        return [(self.url(endpoint), words, request.blueprint in places) for endpoint, words, places in names]

    def next_step(self, directory: Directory) -> NextStep | None:
        """The step that comes first, and whose turn it is; None once the incident is closed."""
        return next(iter(self.next_steps(directory)), None)

    def next_steps(self, directory: Directory) -> Sequence[NextStep]:
        """The same, and behind it a second look that waits for the viewer beside it: one page shows all of these."""
        progress, team = progress_of_one(db.session(), self.head.incident, self.head.state), directory.team(now())
        found = steps(progress)
        looks = (step for step in found[1:] if step.act is Act.SECOND and step.ready)
        shown = [next_step(step, self.reference, progress, team) for step in (*found[:1], *looks)]
        return [*shown[:1], *[step for step in shown[1:] if step.mine][:1]]


def next_step(step: Step, reference: str, progress: Progress | None = None, team: Team | None = None) -> NextStep:
    """A step as pages show it; without a team nothing is said of people."""
    language, me = language_code(), viewer()
    at = now() if team is None else team.at
    late = progress is not None and any(clock.due_at < at for clock in progress.clocks)
    team = team.within(progress.circle) if team is not None and progress is not None else None
    waits = team.waited_for(step, progress.assignee) if team is not None and progress is not None else ()
    return NextStep(
        words=what(step.code, language),
        why=why(step, language, late=late),
        about_law=step.act in (Act.REPORT, Act.ANSWER),
        late=late,
        href=asked().script_root + path(reference, step),
        mine=any(person.id == me.id for person in waits),
        can=team is not None and may_take(step, me, team),
        waits_for=tuple(person.name for person in waits),
        nobody=team is not None and not waits and not step.by_machine,
    )


def open_case(reference: str) -> Case:
    """The incident of an address. Raises NotFound where there is none, or none for this viewer."""
    case = shown_case(db.session(), parse_reference(reference) or "", *openable(viewer()))
    note_read(db.session(), case.incident, viewer())
    return case


def shown_case(session: Session, reference: str, *conditions: ColumnElement[bool]) -> Case:
    """The incident with this reference, whoever looks. Raises NotFound where none fulfils the conditions."""
    head = find_head(session, reference, conditions)
    if head is None:
        raise NotFound(MISSING)
    return Case(head, from_json(head.sheet.facts) if head.sheet else BreachFacts())
