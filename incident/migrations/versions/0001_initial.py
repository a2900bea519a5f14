"""The schema: every table, index and trigger.

Names of keys, constraints and plain indexes come from the naming convention in `incident.store.db`. What is due, open
or failed is found through indexes over those rows alone: they stay small however long the register grows.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

TABLES = (
    (
        "person",
        "role",
        "person_roles",
        "power_request",
        "provider_identity",
        "passkey",
        "sign_in",
        "sign_in_throttle",
    ),
    ("reference_counter", "exercise", "incident", "exercise_inject", "public_report", "token", "slack_room"),
    ("fact_sheet", "fact_draft"),
    ("assessment", "decision"),
    ("deadline", "reminder"),
    ("notice", "notice_version", "approval", "rendition", "copied_answer", "copied_elsewhere", "blob_removal"),
    ("outbox", "outbox_lane", "inbound"),
    ("mailing", "mailing_recipient", "print_part", "submission"),
    ("task", "evidence", "timeline_entry"),
    ("audit_entry", "audit_head", "tree_leaf", "checkpoint", "kept_secret"),
    ("setting_version", "worker_heartbeat", "backup_run", "drill_call"),
    ("mailbox_turn", "stuck_mail"),
)


def upgrade() -> None:
    """Make everything."""
    _people()
    _incidents()
    _facts()
    _judgements()
    _clock()
    _notices()
    _messages()
    _mailings()
    _casework()
    _record()
    _house()
    _guards_and_search()


def downgrade() -> None:
    """Drop everything: with a table go its indexes and triggers."""
    if _on_sqlite():
        op.drop_table("incident_words")
    for table in reversed([table for group in TABLES for table in group]):
        op.drop_table(table)
    if not _on_sqlite():
        op.execute("DROP FUNCTION audit_entry_refuse()")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _only(condition: str) -> dict[str, Any]:
    """The rows that an index holds, in the words of either database."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), primary_key=True)


def _of_incident() -> sa.Column[Any]:
    return sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), index=True, nullable=False)


def _authored() -> Iterable[sa.Column[Any]]:
    """Who wrote the row and when it was recorded."""
    yield sa.Column("author_id", sa.Uuid(), sa.ForeignKey("person.id"))
    yield sa.Column("author_name", sa.String(255), nullable=False)
    yield sa.Column("recorded_at", AT, nullable=False)


def _times(*names: str) -> Iterable[sa.Column[Any]]:
    """Instants of what need not have happened yet."""
    return (sa.Column(name, AT) for name in names)


def _strings(length: int, *names: str) -> Iterable[sa.Column[Any]]:
    """Texts of limited length (0: without limit), never absent."""
    return (sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False) for name in names)


def _bytewise(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, "C"), "postgresql")


def _salt() -> sa.Column[Any]:
    """The salt of the hash by which the audit log commits to the row."""
    return sa.Column("salt", sa.String(32), nullable=False)


def _people() -> None:
    """Who may sign in, as what, and with which tokens."""
    op.create_table(
        "person",
        _salt(),
        _id(),
        sa.Column("email", sa.String(255), unique=True, nullable=False),
        sa.Column("username", sa.String(255), unique=True),
        *_strings(255, "name", "function", "phone"),
        sa.Column("password", sa.String(255)),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(64), unique=True, nullable=False),
        sa.Column("confirmed_at", AT),
        sa.Column("create_datetime", AT, nullable=False),
        *_times("update_datetime", "last_login_at", "current_login_at"),
        sa.Column("last_login_ip", sa.String(64)),
        sa.Column("current_login_ip", sa.String(64)),
        sa.Column("login_count", sa.Integer(), nullable=False),
        sa.Column("tf_primary_method", sa.String(64)),
        sa.Column("tf_totp_secret", sa.String(255)),
        sa.Column("tf_phone_number", sa.String(128)),
        sa.Column("tf_last_counter", sa.Integer()),
        sa.Column("second_factor_due_at", AT),
        sa.Column("mf_recovery_codes", sa.Text()),
        sa.Column("us_totp_secrets", sa.Text()),
        sa.Column("us_phone_number", sa.String(128), unique=True),
        sa.Column("fs_webauthn_user_handle", sa.String(64), unique=True),
        sa.Column("language", sa.String(8)),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("slack_user_id", sa.String(32), unique=True),
        sa.Column("slack_team_id", sa.String(32)),
        sa.Column("calendar_token_sha256", sa.String(64), unique=True),
        sa.Column("duty_order", sa.Integer()),
        *_times("away_from", "away_to"),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), unique=True, nullable=False),
        sa.Column("description", sa.String(255)),
        sa.Column("permissions", sa.Text()),
        sa.Column("update_datetime", AT),
    )
    op.create_table(
        "person_roles",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("role_id", sa.Integer(), sa.ForeignKey("role.id"), primary_key=True),
    )
    op.create_table(
        "power_request",
        _salt(),
        _id(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("asked_by", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("settled_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("settled_at", AT),
        sa.Column("outcome", sa.String(20)),
        sa.Column("used_at", AT),
        sa.Index("ix_power_request_person_id", "person_id"),
        sa.Index("ix_power_request_open", "asked_at", **_only("settled_at IS NULL")),
    )
    op.create_table(
        "provider_identity",
        _salt(),
        _id(),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), index=True, nullable=False),
        sa.Column("roles", sa.String(255), nullable=False),
        sa.Column("linked_at", AT, nullable=False),
        sa.Column("heard_at", AT, nullable=False),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "passkey",
        _salt(),
        _id(),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), index=True, nullable=False),
        sa.Column("credential", sa.String(1400), unique=True, nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("used_at", AT),
    )
    op.create_table(
        "sign_in",
        _id(),
        sa.Column("sha256", sa.String(64), unique=True, nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id", ondelete="CASCADE"), index=True, nullable=False),
        sa.Column("stamp", sa.String(64), nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("proved_at", AT),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("kept", "elsewhere", "strong")),
        sa.Column("browser", sa.String(255), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("subject", sa.String(120), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", AT),
        sa.Column("last_at", AT, nullable=False),
    )


def _incidents() -> None:
    """The incident, its number, its channel in Slack; and tokens, of which some open the status of an incident."""
    op.create_table(
        "reference_counter",
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
    )
    op.create_table(
        "exercise",
        _salt(),
        _id(),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        sa.Column("scenario", sa.String(40), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("people", JSON, nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("started_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("started_name", sa.String(255), nullable=False),
        sa.Column("ended_at", AT),
        sa.Column("ended_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("ended_name", sa.String(255), nullable=False),
    )
    op.create_table(
        "incident",
        _salt(),
        _id(),
        sa.Column("reference", _bytewise(32), unique=True, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        *_strings(40, "status", "source"),
        sa.Column("import_key", sa.String(64), unique=True),
        sa.Column("reported_at", AT, nullable=False),
        sa.Column("reporter_id", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("reporter_name", sa.String(255), nullable=False),
        sa.Column("reporter_slack_id", sa.String(32), index=True),
        sa.Column("reporter_language", sa.String(8)),
        sa.Column("assignee_id", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("parts", JSON),
        sa.Column("is_breach", sa.String(10), nullable=False),
        sa.Column("aware_at", AT),
        sa.Column("awareness_stated", sa.Boolean(), nullable=False),
        *_times("due_at", "notified_at"),
        sa.Column("risk", sa.String(40)),
        sa.Column("kind", sa.String(255)),
        sa.Column("systems", sa.Text(), nullable=False),
        sa.Column("subjects", sa.Integer()),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), sa.ForeignKey("exercise.id")),
        sa.Column("in_flood", sa.Boolean(), nullable=False),
        sa.Column("closed_at", AT),
        sa.Column("cause", sa.String(255)),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("duplicate_of_id", sa.Uuid(), sa.ForeignKey("incident.id")),
        sa.Column("circle", JSON),
        sa.Column("held_at", AT),
        sa.Column("held_by", sa.String(255)),
        sa.Column("held_because", sa.Text()),
        sa.Index(
            "ix_incident_assignee_id_reported_at", "assignee_id", "reported_at", **_only("assignee_id IS NOT NULL")
        ),
        sa.Index("ix_incident_exercise_id", "exercise_id", **_only("exercise_id IS NOT NULL")),
        sa.Index("ix_incident_kind_reported_at", "kind", "reported_at"),
        sa.Index("ix_incident_notified", "reported_at", "reference", **_only("notified_at IS NOT NULL")),
        sa.Index("ix_incident_reported_at_reference", "reported_at", "reference", postgresql_include=["id"]),
        sa.Index("ix_incident_risk_reported_at", "risk", "reported_at"),
        sa.Index("ix_incident_status_due_at", "status", "due_at"),
        sa.Index("ix_incident_status_reported_at", "status", "reported_at"),
    )
    op.create_table(
        "exercise_inject",
        _salt(),
        _id(),
        sa.Column("exercise_id", sa.Uuid(), sa.ForeignKey("exercise.id"), nullable=False),
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), nullable=False, index=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("settled_at", AT),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("exercise_id", "name"),
        sa.Index("ix_exercise_inject_due", "due_at", **_only("settled_at IS NULL")),
    )
    op.create_table(
        "public_report",
        _salt(),
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("way", sa.String(60), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.String(255), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
    )
    op.create_table(
        "token",
        _salt(),
        _id(),
        sa.Column("sha256", sa.String(64), unique=True, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("label", sa.String(255), nullable=False),
        sa.Column("scopes", sa.String(60), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("opens_id", sa.Uuid(), sa.ForeignKey("incident.id"), index=True),
        sa.Column("created_at", AT, nullable=False),
        *_times("expires_at", "used_at", "revoked_at"),
    )
    op.create_table(
        "slack_room",
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("channel_id", sa.String(32)),
        sa.Column("channel_name", sa.String(80)),
        sa.Column("is_thread", sa.Boolean(), nullable=False),
        sa.Column("announcement", sa.String(64)),
        sa.Column("headline_ts", sa.String(32)),
        sa.Column("headline_sha256", sa.String(64)),
        sa.Column("told_due_at", AT),
        sa.Column("doubtful_until", AT),
        sa.Column("opened_at", AT),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("update_due_at", AT),
        sa.Column("update_asked", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.Text()),
        sa.Column("invited", JSON),
    )


def _facts() -> None:
    """What is known of an incident: every version, and what somebody is still typing."""
    op.create_table(
        "fact_sheet",
        _salt(),
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), primary_key=True, index=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("chapter", sa.String(30), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("origins", JSON, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_authored(),
    )
    op.create_table(
        "fact_draft",
        _id(),
        _of_incident(),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), index=True, nullable=False),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
    )


def _judgements() -> None:
    """How great the risk is, and what was decided."""
    op.create_table(
        "assessment",
        _salt(),
        _id(),
        _of_incident(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("result", JSON, nullable=False),
        *_strings(40, "proposed_risk", "risk"),
        sa.Column("deviation_reason", sa.Text(), nullable=False),
        sa.Column("ruleset", sa.String(80), nullable=False),
        *_authored(),
    )
    op.create_table(
        "decision",
        _salt(),
        _id(),
        _of_incident(),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("act", sa.Boolean(), nullable=False),
        sa.Column("proposed_act", sa.Boolean()),
        sa.Column("deviates", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(20)),
        *_strings(0, "reason", "second_reason"),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("second_id", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("second_name", sa.String(255), nullable=False),
        sa.Column("second_at", AT),
        sa.Column("then_close", sa.Boolean(), nullable=False),
        *_authored(),
    )


def _clock() -> None:
    """What is due when, and who is told before it is."""
    op.create_table(
        "deadline",
        _salt(),
        _id(),
        _of_incident(),
        sa.Column("obligation", sa.String(120), nullable=False),
        sa.Column("starts_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("ruleset", sa.String(80), nullable=False),
        sa.Column("trace", JSON, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        *_times("settled_at", "met_at"),
        *_strings(0, "settled_because", "delay_reason"),
        sa.Column("superseded_by", sa.Uuid(), sa.ForeignKey("deadline.id")),
        sa.Index("ix_deadline_open", "due_at", **_only("state = 'open'")),
    )
    op.create_table(
        "reminder",
        _id(),
        sa.Column("deadline_id", sa.Uuid(), sa.ForeignKey("deadline.id"), nullable=False),
        _of_incident(),
        *_strings(40, "rung", "kind"),
        sa.Column("audience", sa.String(120), nullable=False),
        sa.Column("unless", sa.String(20)),
        sa.Column("planned_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("settled_at", AT),
        sa.Column("outcome", sa.String(40)),
        sa.UniqueConstraint("deadline_id", "rung"),
        sa.Index("ix_reminder_due", "due_at", **_only("settled_at IS NULL")),
    )


def _notices() -> None:
    """What is told to whom: text, approvals, finished files, and the proof that it went."""
    op.create_table(
        "notice",
        _salt(),
        _id(),
        _of_incident(),
        *_strings(40, "addressee", "kind"),
        sa.Column("language", sa.String(8), nullable=False),
        *_strings(255, "recipient", "group"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("supersedes", sa.Uuid(), sa.ForeignKey("notice.id")),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
    )
    op.create_table(
        "notice_version",
        _salt(),
        _id(),
        sa.Column("notice_id", sa.Uuid(), sa.ForeignKey("notice.id"), index=True, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *_strings(0, "title", "body"),
        sa.Column("form", JSON, nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("template_ref", sa.String(255), nullable=False),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        sa.Column("facts_sha256", sa.String(64), nullable=False),
        sa.Column("missing", JSON, nullable=False),
        sa.Column("ruleset", sa.String(80), nullable=False),
        *_authored(),
        sa.UniqueConstraint("notice_id", "number"),
    )
    op.create_table(
        "approval",
        _salt(),
        _id(),
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("notice_version.id"), index=True, nullable=False),
        *_strings(64, "body_sha256", "facts_sha256"),
        sa.Column("single_officer", sa.Boolean(), nullable=False),
        *_strings(0, "single_officer_reason", "unsaid_reason", "void_because"),
        sa.Column("void_at", AT),
        *_authored(),
    )
    op.create_table(
        "rendition",
        _salt(),
        _id(),
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("notice_version.id"), index=True, nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("blob_sha256", sa.String(64), nullable=False),
        sa.Column("renderer", sa.String(60), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.UniqueConstraint("version_id", "format"),
    )
    op.create_table(
        "blob_removal",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("since", AT, nullable=False),
    )
    op.create_table(
        "copied_answer",
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("notice_version.id"), primary_key=True),
        sa.Column("question", sa.String(20), primary_key=True),
        sa.Column("copied_at", AT, nullable=False),
    )
    op.create_table(
        "copied_elsewhere",
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("report", sa.String(60), primary_key=True),
        sa.Column("question", sa.String(20), primary_key=True),
        sa.Column("text_mark", sa.String(8), nullable=False),
        sa.Column("copied_at", AT, nullable=False),
    )


def _messages() -> None:
    """What must leave, one lane a receiver, and what came in and must not count twice."""
    op.create_table(
        "outbox",
        _id(),
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), index=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(255), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("dedupe_key", sa.String(200), unique=True, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("lane", sa.String(300)),
        sa.Column("line", sa.String(120)),
        sa.Column("place", sa.Integer()),
        sa.Column("maybe_sent", sa.Boolean(), nullable=False),
        sa.Column("claimed_by", sa.String(80)),
        sa.Column("lease_until", AT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", AT),
        sa.Column("outcome", sa.String(40)),
        sa.Column("receipt", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.Column("fallback_of", sa.Uuid(), sa.ForeignKey("outbox.id")),
        sa.Column("other_ways_at", AT),
        sa.Column("over_at", AT),
        sa.Index("ix_outbox_due", sa.text("urgent DESC"), "due_at", **_only("settled_at IS NULL")),
        sa.Index(
            "ix_outbox_waiting", "created_at", **_only("settled_at IS NULL AND channel NOT IN ('subjects', 'events')")
        ),
        sa.Index("ix_outbox_line", "line", "place", **_only("settled_at IS NULL AND line IS NOT NULL")),
        sa.Index("ix_outbox_events", "recipient", "created_at", **_only("channel = 'events'")),
        sa.Index("ix_outbox_failed", "settled_at", **_only("outcome = 'failed'")),
        sa.Index("ix_outbox_fallback", "fallback_of", **_only("fallback_of IS NOT NULL")),
    )
    op.create_table(
        "outbox_lane",
        sa.Column("name", sa.String(300), primary_key=True),
        sa.Column("next_at", AT, nullable=False),
    )
    op.create_table(
        "inbound",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("result", JSON, nullable=False),
        sa.Column("at", AT, nullable=False),
    )


def _mailings() -> None:
    """One letter to many people, each of them one message; and what was submitted, by a mailing or by a person."""
    op.create_table(
        "mailing",
        _salt(),
        _id(),
        _of_incident(),
        *_strings(40, "channel", "state"),
        sa.Column("letters", JSON, nullable=False),
        sa.Column("default_language", sa.String(8), nullable=False),
        sa.Column("recipients_sha256", sa.String(64), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("started_name", sa.String(255), nullable=False),
        sa.Column("started_at", AT),
        sa.Column("released_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("released_name", sa.String(255), nullable=False),
        *_times("released_at", "ended_at"),
        sa.Column("erase_after", AT, nullable=False),
        sa.Column("erased_at", AT),
        *_authored(),
    )
    op.create_table(
        "mailing_recipient",
        _id(),
        sa.Column("mailing_id", sa.Uuid(), sa.ForeignKey("mailing.id"), index=True, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("group", sa.String(255), nullable=False),
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("notice_version.id")),
        sa.Column("sealed", sa.LargeBinary()),
        *_strings(64, "fingerprint", "address_fingerprint"),
        sa.Column("outbox_id", sa.Uuid(), sa.ForeignKey("outbox.id"), index=True),
        *_times("printed_at", "bounced_at"),
        sa.Column("bounce_reason", sa.Text(), nullable=False),
        sa.UniqueConstraint("mailing_id", "fingerprint"),
    )
    op.create_table(
        "print_part",
        _id(),
        sa.Column("mailing_id", sa.Uuid(), sa.ForeignKey("mailing.id"), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("number", "letters")),
        *_times("lease_until", "made_at"),
        sa.Column("problem", sa.String(255), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.UniqueConstraint("mailing_id", "number"),
    )
    op.create_table(
        "submission",
        _salt(),
        _id(),
        _of_incident(),
        sa.Column("notice_id", sa.Uuid(), sa.ForeignKey("notice.id"), index=True, nullable=False),
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("notice_version.id"), nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("channel", sa.String(30), nullable=False),
        *_strings(255, "reference", "by_name"),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("recipients", sa.Integer()),
        sa.Column("late", sa.Boolean(), nullable=False),
        *_strings(0, "delay_reason", "note"),
        sa.Column("mailing_id", sa.Uuid(), sa.ForeignKey("mailing.id")),
        sa.Column("delivery", JSON, nullable=False),
        *_authored(),
    )


def _casework() -> None:
    """What is done about the incident, what shows it, and the story of it."""
    op.create_table(
        "task",
        _salt(),
        _id(),
        _of_incident(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("person.id"), index=True),
        sa.Column("owner_name", sa.String(255), nullable=False),
        *_times("due_at", "done_at"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_authored(),
    )
    op.create_table(
        "evidence",
        _salt(),
        _id(),
        _of_incident(),
        sa.Column("submission_id", sa.Uuid(), sa.ForeignKey("submission.id"), index=True),
        sa.Column("blob_sha256", sa.String(64), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("effective_at", AT),
        sa.Column("slack_permalink", sa.Text()),
        sa.Column("harmful_sha256", sa.String(64)),
        *_authored(),
    )
    op.create_table(
        "timeline_entry",
        _salt(),
        _id(),
        _of_incident(),
        sa.Column("happened_at", AT, nullable=False),
        *_strings(40, "source", "kind"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("permalink", sa.Text()),
        sa.Column("evidence_id", sa.Uuid(), sa.ForeignKey("evidence.id")),
        sa.Column("corrects_id", sa.Uuid(), sa.ForeignKey("timeline_entry.id")),
        *_authored(),
    )


def _record() -> None:
    """The audit log, its tree and checkpoints, and the sealed secrets."""
    op.create_table(
        "audit_entry",
        sa.Column("chain", _bytewise(60), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("tag", sa.String(40), index=True, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", AT, index=True, nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("content", JSON, nullable=False),
        *_strings(64, "previous", "hash"),
    )
    op.create_table(
        "audit_head",
        sa.Column("chain", _bytewise(60), primary_key=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tree_leaf",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("chain", _bytewise(60), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("chain", "seq"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("peaks", JSON, nullable=False),
        sa.Column("stamp", sa.LargeBinary()),
        sa.Column("stamped_at", AT),
    )
    op.create_table(
        "kept_secret",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def _house() -> None:
    """Settings, version by version, and the workers that are alive."""
    op.create_table(
        "setting_version",
        _salt(),
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("document", JSON, nullable=False),
        *_authored(),
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker", sa.String(80), primary_key=True),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("last_sweep_at", AT),
        sa.Column("backlog", sa.Integer(), nullable=False),
        sa.Column("detail", JSON, nullable=False),
    )
    op.create_table(
        "backup_run",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("lease_until", AT, nullable=False),
        sa.Column("done_at", AT),
        *_strings(255, "file", "problem"),
    )
    op.create_table(
        "mailbox_turn",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("free_at", AT, nullable=False),
        sa.Column("emptied_at", AT),
    )
    op.create_table(
        "stuck_mail",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("since", AT, nullable=False),
        sa.Column("tried_at", AT, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
    )
    op.create_table(
        "drill_call",
        _id(),
        sa.Column("drill", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("called_at", AT, nullable=False),
        sa.Column("confirmed_at", AT),
        sa.UniqueConstraint("drill", "person_id", "channel"),
        sa.Index("ix_drill_call_person", "person_id", "channel"),
        sa.Index("ix_drill_call_at", "called_at"),
    )


BREAKS = "-_/.,:;@()\"''"
VECTOR = (
    f"to_tsvector('simple', translate(reference || ' ' || summary || ' ' || systems, '{BREAKS}', "
    f"'{' ' * (len(BREAKS) - 1)}'))"
)
ROW = (
    "(CAST(strftime('%s', {0}.reported_at) AS INTEGER) * 1073741824"
    " + CAST(substr({0}.reference, 4, 4) AS INTEGER) % 1024 * 1048576"
    " + CAST(substr({0}.reference, 9, length({0}.reference) - 10) AS INTEGER))"
)
"""Row numbers grow with the instants of the reports: the newest incidents with a frequent word are found first."""
INSERT_WORDS = (
    f"INSERT OR REPLACE INTO incident_words (rowid, reference, summary, systems) SELECT {ROW.format('new')}, "
    "new.reference, new.summary, new.systems WHERE new.exercise_id IS NULL;"
)
"""An exercise is in no search, and may have the number of a real incident."""

SQLITE = (
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END",
    "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END",
    "CREATE VIRTUAL TABLE incident_words USING fts5"
    "(reference, summary, systems, tokenize = \"unicode61 remove_diacritics 2\", prefix = '1 2 3 4 5 6 7 8')",
    f"CREATE TRIGGER incident_words_insert AFTER INSERT ON incident BEGIN {INSERT_WORDS} END",
    "CREATE TRIGGER incident_words_update AFTER UPDATE OF summary, systems, reported_at ON incident BEGIN "
    f"DELETE FROM incident_words WHERE rowid = {ROW.format('old')} AND reference = old.reference; {INSERT_WORDS} END",
)
POSTGRESQL = (
    "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log cannot be changed'; END $$",
    "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
    "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()",
    f"ALTER TABLE incident ADD COLUMN words tsvector GENERATED ALWAYS AS ({VECTOR}) STORED",
    "CREATE INDEX ix_incident_words ON incident USING gin (words)",
)


def _guards_and_search() -> None:
    """What the database itself sees to: nobody changes the audit log, and the words of an incident can be searched."""
    for statement in SQLITE if _on_sqlite() else POSTGRESQL:
        op.execute(sa.text(statement.replace(":", "\\:")))
