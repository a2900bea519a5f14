"""What the use cases and the worker ask of the outside world: a messenger per channel, behind one small protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from incident.domain.kernel.json import Json

Params = dict[str, Json]
"""What the words of a message are filled with; it is kept as JSON until the message leaves."""


class Channel(StrEnum):
    """The ways out of the house; the value is what the outbox row stores."""

    SLACK = "slack"
    EMAIL = "email"
    APPRISE = "apprise"
    EVENTS = "events"
    TERMINAL = "terminal"
    SUBJECTS = "subjects"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to one recipient, not yet rendered: the channel's messenger makes the text from template and params.

    ``recipient`` is an address of the channel: an e-mail address, a Slack channel or user id. ``dedupe_key`` is the
    same at every attempt, so a receiver can recognise a repetition; ``attempt`` counts from 1. ``params`` are scalars
    and lists of scalars without personal data of victims. ``only_for`` are those who may be where it is posted,
    by their addresses, None where anybody may: with anybody else there it must not leave.
    """

    id: UUID
    channel: str
    recipient: str
    language: str
    template: str
    params: Mapping[str, Json]
    dedupe_key: str
    incident_reference: str | None = None
    urgent: bool = False
    attempt: int = 1
    only_for: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that the channel took the message: its own reference (Slack ``channel:ts``, the Message-ID, a status)."""

    reference: str
    detail: Mapping[str, object] = field(default_factory=dict)


class DeliveryFailed(Exception):
    """The message did not leave, or nobody knows whether it did.

    ``permanent``: sending the same again cannot succeed (unknown channel, revoked token, refused recipient).
    ``retry_after``: the channel named the pause it wants. ``unknown_outcome``: the connection broke after the message
    may have been taken, so the messenger's ``find`` is asked before anything is sent again. ``whole_channel``: the
    cause lies in the channel (rate limit, token, a server that is away), not in this message, so the pause is for all
    its messages. ``needs_repair``: only a person can put it right, so other ways are taken at once. ``code``: the
    channel's own word for it, where it has one.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        unknown_outcome: bool = False,
        whole_channel: bool = False,
        needs_repair: bool = False,
        code: str | None = None,
    ) -> None:
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.unknown_outcome = unknown_outcome
        self.whole_channel = whole_channel
        self.needs_repair = needs_repair
        self.code = code
        super().__init__(reason)


class Messenger(Protocol):
    """Sends over one channel. Never retries inside, and gives up well before the lease of the row ends (20 s)."""

    def send(self, message: OutgoingMessage) -> Receipt:
        """Deliver, or raise :class:`DeliveryFailed`."""
        ...


@runtime_checkable
class ExpectingMessenger(Protocol):
    """A channel that looks up at once what it needs for several messages; then each is sent by itself."""

    def expect(self, messages: Sequence[OutgoingMessage]) -> None:
        """Hear which messages this thread sends next, in their order."""


@runtime_checkable
class FindingMessenger(Messenger, Protocol):
    """A messenger that can look up whether a message with an unknown outcome has arrived."""

    def find(self, message: OutgoingMessage) -> Receipt | None:
        """The receipt of an earlier send with the same ``dedupe_key``, or None; raises :class:`DeliveryFailed`."""
        ...
