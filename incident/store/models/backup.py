"""The back-ups that were begun: a row is claimed by one worker, and says how it went."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from incident.store.db import Base
from incident.store.models.columns import Short


class BackupRun(Base):
    """One back-up: that of a day, named by its date, or one by hand, named by its file. ``done_at`` is of a whole one.

    Until ``lease_until`` nobody else begins it: it is being made, or it failed and is tried again then.
    """

    __tablename__ = "backup_run"

    name: Mapped[Short] = mapped_column(primary_key=True)
    lease_until: Mapped[datetime]
    done_at: Mapped[datetime | None]
    file: Mapped[Short] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(String(255), default="")
