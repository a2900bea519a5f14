"""What can happen to an incident: a closed list of tags, and the status as their fold."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Tag(StrEnum):
    """``subject:action`` in the past tense; an act without a tag cannot be recorded."""

    INCIDENT_REPORTED = "incident:reported"
    INCIDENT_ASSIGNED = "incident:assigned"
    INCIDENT_PART_GIVEN = "incident:part_given"
    INCIDENT_CLOSED = "incident:closed"
    INCIDENT_REOPENED = "incident:reopened"
    INCIDENT_RESTRICTED = "incident:restricted"
    INCIDENT_UNRESTRICTED = "incident:unrestricted"
    LET_IN_TRIED = "incident:let_in_tried"
    INCIDENT_LET_IN = "incident:let_in"
    INCIDENT_READ = "incident:read"
    STATUS_SHARED = "status:shared"
    STATUS_UNSHARED = "status:unshared"
    STATUS_READ = "status:read"
    BREACH_CONFIRMED = "breach:confirmed"
    BREACH_DENIAL_PROPOSED = "breach:denial_proposed"
    BREACH_DENIED = "breach:denied"
    BREACH_DENIAL_REFUSED = "breach:denial_refused"
    FACTS_RECORDED = "facts:recorded"
    RISK_ASSESSED = "risk:assessed"
    DECISION_PROPOSED = "decision:proposed"
    DECISION_MADE = "decision:made"
    DECISION_REFUSED = "decision:refused"
    DECISION_SELF_REVIEWED = "decision:self_reviewed"
    DEADLINE_STARTED = "deadline:started"
    DEADLINE_MET = "deadline:met"
    DEADLINE_WAIVED = "deadline:waived"
    DEADLINE_SUPERSEDED = "deadline:superseded"
    REMINDER_MADE = "reminder:made"
    ESCALATION_MADE = "escalation:made"
    MESSAGE_QUEUED = "message:queued"
    MESSAGE_SENT = "message:sent"
    MESSAGE_SHOWN = "message:shown"
    MESSAGE_COLLAPSED = "message:collapsed"
    MESSAGE_NOT_NEEDED = "message:not_needed"
    MESSAGE_FAILED = "message:failed"
    MESSAGE_REQUEUED = "message:requeued"
    MESSAGE_GIVEN_UP = "message:given_up"
    NOTICE_DRAFTED = "notice:drafted"
    NOTICE_EDITED = "notice:edited"
    NOTICE_APPROVED = "notice:approved"
    NOTICE_UNAPPROVED = "notice:unapproved"
    NOTICE_RENDERED = "notice:rendered"
    NOTICE_SUBMITTED = "notice:submitted"
    NOTICE_NUMBERED = "notice:numbered"
    NOTICE_MOVED = "notice:moved"
    NOTICE_RELEASED = "notice:released"
    EVIDENCE_ATTACHED = "evidence:attached"
    EVIDENCE_READ = "evidence:read"
    EVIDENCE_HARMFUL = "evidence:harmful"
    TIMELINE_ADDED = "timeline:added"
    TASK_ADDED = "task:added"
    TASK_CHANGED = "task:changed"
    RECIPIENTS_ADDED = "recipients:added"
    RECIPIENTS_EXPORTED = "recipients:exported"
    RECIPIENTS_ERASED = "recipients:erased"
    DATA_ERASED = "data:erased"
    HOLD_PLACED = "hold:placed"
    HOLD_LIFTED = "hold:lifted"
    PERSON_LOOKED_UP = "person:looked_up"
    DOSSIER_EXPORTED = "dossier:exported"
    REGISTER_EXPORTED = "register:exported"
    REGISTER_IMPORTED = "register:imported"
    SETTINGS_CHANGED = "settings:changed"
    TEMPLATE_CHANGED = "template:changed"
    PERSON_ADDED = "person:added"
    PERSON_CHANGED = "person:changed"
    PERSON_SIGNED_IN = "person:signed_in"
    PERSON_SIGNED_OUT = "person:signed_out"
    PERSON_PROVED = "person:proved"
    PERSON_LINKED = "person:linked"
    PERSON_UNLINKED = "person:unlinked"
    PERSON_SIGN_IN_FAILED = "person:sign_in_failed"
    PASSWORD_LINK_MADE = "password:link_made"
    PASSWORD_SET = "password:set"
    SECOND_FACTOR_SWITCHED = "second_factor:switched"
    PASSKEY_MADE = "passkey:made"
    PASSKEY_REMOVED = "passkey:removed"
    POWER_ASKED = "power:asked"
    POWER_USED = "power:used"
    POWER_REFUSED = "power:refused"
    TOKEN_USED_ANEW = "token:used_anew"
    ACCESS_REFUSED = "access:refused"
    MANY_CASES_READ = "access:many_cases"
    DRILL_STARTED = "drill:started"
    DRILL_CONFIRMED = "drill:confirmed"
    DRILL_FAILED = "drill:failed"
    EXERCISE_STARTED = "exercise:started"
    EXERCISE_ENDED = "exercise:ended"
    INJECT_DELIVERED = "inject:delivered"
    TOKEN_MADE = "token:made"
    TOKEN_REVOKED = "token:revoked"
    ROOM_OPENED = "room:opened"
    RECORD_SEALED = "record:sealed"
    CHAIN_ANCHORED = "chain:anchored"


class Status(StrEnum):
    """How far the response has come; the highest step reached counts."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    ASSESSED = "assessed"
    DECIDED = "decided"
    NOTIFIED = "notified"
    CLOSED = "closed"
    DISMISSED = "dismissed"


OPEN_STATUSES = frozenset({Status.REPORTED, Status.CONFIRMED, Status.ASSESSED, Status.DECIDED, Status.NOTIFIED})


MILESTONES = (
    Tag.BREACH_CONFIRMED,
    Tag.BREACH_DENIED,
    Tag.RISK_ASSESSED,
    Tag.DECISION_MADE,
    Tag.NOTICE_SUBMITTED,
    Tag.INCIDENT_CLOSED,
    Tag.INCIDENT_REOPENED,
)
"""The events that can change the status; the fold passes over all others."""


UNSEEN = frozenset(
    {
        Tag.INCIDENT_READ,
        Tag.LET_IN_TRIED,
        Tag.EVIDENCE_READ,
        Tag.DOSSIER_EXPORTED,
        Tag.RECIPIENTS_EXPORTED,
        Tag.PERSON_LOOKED_UP,
        Tag.REMINDER_MADE,
        Tag.ESCALATION_MADE,
        Tag.MESSAGE_QUEUED,
        Tag.MESSAGE_SENT,
        Tag.MESSAGE_SHOWN,
        Tag.MESSAGE_COLLAPSED,
        Tag.MESSAGE_NOT_NEEDED,
        Tag.MESSAGE_FAILED,
        Tag.MESSAGE_REQUEUED,
        Tag.MESSAGE_GIVEN_UP,
        Tag.ROOM_OPENED,
        Tag.CHAIN_ANCHORED,
    }
)
"""What leaves an incident as it was: it was read, or somebody was told. A reader who asks what changed is no change."""

CHANGES = frozenset(Tag) - UNSEEN
"""What changes anything that is told of an incident."""

OUTWARD = frozenset({Tag.INCIDENT_REPORTED, *MILESTONES})
"""What of it shows to somebody who only reported it: that it is there, and how far it has come."""

CLOCKS_RUN = "clocks_run"
"""What a denial is about where clocks run on: other law, or a notification to withdraw. The incident stays open."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The fold of an incident's events."""

    confirmed: bool = False
    denied: bool = False
    clocks_run: bool = False
    assessed: bool = False
    decided: frozenset[str] = frozenset()
    notified: bool = False
    closed: bool = False

    @property
    def status(self) -> Status:
        """The one word that lists and exports show."""
        if self.closed:
            return Status.DISMISSED if self.denied else Status.CLOSED
        if self.denied and not self.clocks_run:
            return Status.DISMISSED
        if self.notified:
            return Status.NOTIFIED
        if {"authority", "subjects"} <= self.decided:
            return Status.DECIDED
        if self.assessed:
            return Status.ASSESSED
        return Status.CONFIRMED if self.confirmed else Status.REPORTED

    def after(self, tag: Tag, subject: str = "") -> "Progress":
        """The progress once this event has happened; ``subject`` names what a decision or a submission was about."""
        match tag:
            case Tag.BREACH_CONFIRMED:
                return replace(self, confirmed=True, denied=False)
            case Tag.BREACH_DENIED:
                return replace(self, denied=True, clocks_run=subject == CLOCKS_RUN)
            case Tag.RISK_ASSESSED:
                return replace(self, assessed=True)
            case Tag.DECISION_MADE:
                return replace(self, decided=self.decided | {subject})
            case Tag.NOTICE_SUBMITTED if subject == "authority":
                return replace(self, notified=True)
            case Tag.INCIDENT_CLOSED:
                return replace(self, closed=True)
            case Tag.INCIDENT_REOPENED:
                return replace(self, closed=False, denied=False)
            case _:
                return self


def progress(events: Iterable[tuple[Tag, str]]) -> Progress:
    """Fold the events, oldest first."""
    state = Progress()
    for tag, subject in events:
        state = state.after(tag, subject)
    return state
