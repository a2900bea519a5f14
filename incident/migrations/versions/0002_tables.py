"""The first schema, part 2: token to slack_room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Move up."""
    op.create_table(
        "token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_token_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("sha256", name=op.f("uq_token_sha256")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("proposed_risk", sa.String(length=40), nullable=False),
        sa.Column("risk", sa.String(length=40), nullable=False),
        sa.Column("deviation_reason", sa.Text(), nullable=False),
        sa.Column("ruleset", sa.String(length=80), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_assessment_author_id_person")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_assessment_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "deadline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("obligation", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("ruleset", sa.String(length=80), nullable=False),
        sa.Column("trace", JSON, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_because", sa.Text(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("delay_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_deadline_incident_id_incident")),
        sa.ForeignKeyConstraint(["superseded_by"], ["deadline.id"], name=op.f("fk_deadline_superseded_by_deadline")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(
            "ix_deadline_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("act", sa.Boolean(), nullable=False),
        sa.Column("proposed_act", sa.Boolean(), nullable=True),
        sa.Column("deviates", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("second_name", sa.String(length=255), nullable=False),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_decision_author_id_person")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_decision_incident_id_incident")),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name=op.f("fk_decision_second_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "fact_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_fact_draft_incident_id_incident")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fact_draft_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_draft")),
    )
    with op.batch_alter_table("fact_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_draft_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fact_draft_person_id"), ["person_id"], unique=False)

    op.create_table(
        "fact_sheet",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chapter", sa.String(length=30), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("origins", JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_fact_sheet_author_id_person")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_fact_sheet_incident_id_incident")),
        sa.PrimaryKeyConstraint("incident_id", "version", name=op.f("pk_fact_sheet")),
    )
    with op.batch_alter_table("fact_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_sheet_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("addressee", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("group", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_notice_incident_id_incident")),
        sa.ForeignKeyConstraint(["supersedes"], ["notice.id"], name=op.f("fk_notice_supersedes_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("lane", sa.String(length=300), nullable=True),
        sa.Column("maybe_sent", sa.Boolean(), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("fallback_of", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["fallback_of"], ["outbox.id"], name=op.f("fk_outbox_fallback_of_outbox")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_outbox_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_failed",
            ["settled_at"],
            unique=False,
            sqlite_where=sa.text("outcome = 'failed'"),
            postgresql_where=sa.text("outcome = 'failed'"),
        )
        batch_op.create_index(batch_op.f("ix_outbox_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "slack_room",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=True),
        sa.Column("channel_name", sa.String(length=80), nullable=True),
        sa.Column("is_thread", sa.Boolean(), nullable=False),
        sa.Column("headline_ts", sa.String(length=32), nullable=True),
        sa.Column("headline_sha256", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_slack_room_incident_id_incident")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_slack_room")),
    )


def downgrade() -> None:
    """Move down."""
    op.drop_table("slack_room")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_incident_id"))
        batch_op.drop_index(
            "ix_outbox_failed",
            sqlite_where=sa.text("outcome = 'failed'"),
            postgresql_where=sa.text("outcome = 'failed'"),
        )

    op.drop_table("outbox")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_incident_id"))

    op.drop_table("notice")
    with op.batch_alter_table("fact_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fact_sheet_incident_id"))

    op.drop_table("fact_sheet")
    with op.batch_alter_table("fact_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fact_draft_person_id"))
        batch_op.drop_index(batch_op.f("ix_fact_draft_incident_id"))

    op.drop_table("fact_draft")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_incident_id"))

    op.drop_table("decision")
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deadline_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_deadline_incident_id"))

    op.drop_table("deadline")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_incident_id"))

    op.drop_table("assessment")
    op.drop_table("token")
