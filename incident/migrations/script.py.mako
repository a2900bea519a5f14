"""${message}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Move up."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Move down."""
    ${downgrades if downgrades else "pass"}
