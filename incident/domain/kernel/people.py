"""Who acts: a person with roles, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody is in the response organisation; a person may hold several."""

    REPORTER = "reporter"
    RESPONDER = "responder"
    DPO = "dpo"
    SECOND = "second"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Source(StrEnum):
    """The door through which something came in."""

    WEB = "web"
    SLACK = "slack"
    API = "api"
    CLI = "cli"
    SYSTEM = "system"
    IMPORT = "import"
    DOOR = "door"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of an act, as the use cases and the audit log know them.

    ``id`` is the account; a Slack user without an account has ``slack_id`` only. ``name`` is for display in the case
    file and never enters the audit chain.
    """

    id: UUID | None
    name: str
    roles: frozenset[Role] = frozenset()
    source: Source = Source.WEB
    slack_id: str | None = None

    @property
    def key(self) -> str:
        """A pseudonymous, stable identifier for the audit chain."""
        if self.id is not None:
            return f"person:{self.id}"
        return f"slack:{self.slack_id}" if self.slack_id else f"{self.source.value}"


SYSTEM = Actor(id=None, name="Meldklok", source=Source.SYSTEM)
"""The product itself: the worker's acts carry this author."""
