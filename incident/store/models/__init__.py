"""All tables; importing this package registers every one of them."""

from incident.store.models.assessment import Assessment, Decision
from incident.store.models.audit import AuditEntry, AuditHead
from incident.store.models.backup import BackupRun
from incident.store.models.casework import Task, TimelineEntry
from incident.store.models.deadline import Deadline, Reminder
from incident.store.models.drill import DrillCall
from incident.store.models.exercise import Exercise, ExerciseInject
from incident.store.models.fact_sheet import FactDraft, FactSheet
from incident.store.models.incident import Incident, ReferenceCounter
from incident.store.models.incident_search import Search, search
from incident.store.models.mail_intake import MailboxTurn, StuckMail
from incident.store.models.mailing import Mailing, MailingRecipient, PrintPart
from incident.store.models.notice import (
    Approval,
    BlobRemoval,
    CopiedAnswer,
    CopiedElsewhere,
    Evidence,
    Notice,
    NoticeVersion,
    Rendition,
    Submission,
)
from incident.store.models.outbox import OutboxLane, OutboxMessage, WorkerHeartbeat
from incident.store.models.passkey import Passkey
from incident.store.models.person import Person, RoleRow, person_roles
from incident.store.models.proof import CheckpointRow, KeptSecret, TreeLeaf
from incident.store.models.public_report import PublicReport
from incident.store.models.settings import Inbound, PowerRequest, SettingVersion, SignInThrottle, SlackRoom, Token
from incident.store.models.sign_in import ProviderIdentity, SignIn

__all__ = [
    "Approval",
    "Assessment",
    "AuditEntry",
    "AuditHead",
    "BackupRun",
    "BlobRemoval",
    "CheckpointRow",
    "CopiedAnswer",
    "CopiedElsewhere",
    "Deadline",
    "Decision",
    "DrillCall",
    "Evidence",
    "Exercise",
    "ExerciseInject",
    "FactDraft",
    "FactSheet",
    "Inbound",
    "Incident",
    "KeptSecret",
    "MailboxTurn",
    "Mailing",
    "MailingRecipient",
    "Notice",
    "NoticeVersion",
    "OutboxLane",
    "OutboxMessage",
    "Passkey",
    "Person",
    "PowerRequest",
    "PrintPart",
    "ProviderIdentity",
    "PublicReport",
    "ReferenceCounter",
    "Reminder",
    "Rendition",
    "RoleRow",
    "Search",
    "SettingVersion",
    "SignIn",
    "SignInThrottle",
    "SlackRoom",
    "StuckMail",
    "Submission",
    "Task",
    "TimelineEntry",
    "Token",
    "TreeLeaf",
    "WorkerHeartbeat",
    "person_roles",
    "search",
]
