"""All tables; importing this package registers every one of them."""

from incident.store.models.assessment import Assessment, Decision, DecisionState, Subject
from incident.store.models.audit import AuditEntry, AuditHead
from incident.store.models.casework import Task, TaskKind, TimelineEntry
from incident.store.models.deadline import Deadline, DeadlineState, Reminder, ReminderKind, ReminderOutcome
from incident.store.models.fact_sheet import FactDraft, FactSheet
from incident.store.models.incident import Incident, ReferenceCounter
from incident.store.models.incident_search import Search, search
from incident.store.models.mailing import Mailing, MailingChannel, MailingRecipient, MailingState
from incident.store.models.notice import (
    Addressee,
    Approval,
    CopiedAnswer,
    Evidence,
    Notice,
    NoticeKind,
    NoticeVersion,
    Rendition,
    Submission,
)
from incident.store.models.outbox import OutboxLane, OutboxMessage, OutboxOutcome, WorkerHeartbeat
from incident.store.models.person import Person, RoleRow, person_roles
from incident.store.models.settings import Inbound, SettingVersion, SignInThrottle, SlackRoom, Token

__all__ = [
    "Addressee",
    "Approval",
    "Assessment",
    "AuditEntry",
    "AuditHead",
    "CopiedAnswer",
    "Deadline",
    "DeadlineState",
    "Decision",
    "DecisionState",
    "Evidence",
    "FactDraft",
    "FactSheet",
    "Inbound",
    "Incident",
    "Mailing",
    "MailingChannel",
    "MailingRecipient",
    "MailingState",
    "Notice",
    "NoticeKind",
    "NoticeVersion",
    "OutboxLane",
    "OutboxMessage",
    "OutboxOutcome",
    "Person",
    "ReferenceCounter",
    "Reminder",
    "ReminderKind",
    "ReminderOutcome",
    "Rendition",
    "RoleRow",
    "Search",
    "SettingVersion",
    "SignInThrottle",
    "SlackRoom",
    "Subject",
    "Submission",
    "Task",
    "TaskKind",
    "TimelineEntry",
    "Token",
    "WorkerHeartbeat",
    "person_roles",
    "search",
]
