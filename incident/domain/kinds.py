"""The kinds of things on record, and their states: rules judge by them, tables keep them, pages and bot word them."""

from enum import StrEnum


class Addressee(StrEnum):
    """To whom a notice goes."""

    AUTHORITY = "authority"
    SUBJECTS = "subjects"
    PUBLIC = "public"
    CONTROLLER = "controller"
    STAFF = "staff"
    POLICE = "police"
    INSURER = "insurer"
    PRESS = "press"


class NoticeKind(StrEnum):
    """Which step of a notification a notice is."""

    INITIAL = "initial"
    PROVISIONAL = "provisional"
    FOLLOW_UP = "follow_up"
    FINAL = "final"
    WITHDRAWAL = "withdrawal"

    @property
    def is_first(self) -> bool:
        """Whether it opens a matter with the authority: it does so once."""
        return self in (NoticeKind.INITIAL, NoticeKind.PROVISIONAL)


class Subject(StrEnum):
    """What a decision is about."""

    BREACH = "breach"
    RISK = "risk"
    AUTHORITY = "authority"
    SUBJECTS = "subjects"
    DUTY = "duty"
    """Whether more is to be reported than the first notification; ``Decision.ground`` names the duty, and each duty is
    decided by itself."""


class DecisionState(StrEnum):
    """A decision not to act is only proposed until a second person agrees."""

    PROPOSED = "proposed"
    FINAL = "final"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class DeadlineState(StrEnum):
    """A deadline is exactly one of these."""

    OPEN = "open"
    MET = "met"
    WAIVED = "waived"
    SUPERSEDED = "superseded"


class ReminderKind(StrEnum):
    """A reminder goes to whoever has the case; an escalation goes to other people."""

    REMINDER = "reminder"
    ESCALATION = "escalation"


class ReminderOutcome(StrEnum):
    """Why a reminder is settled: its messages were made, or it was folded into another, or nothing was left to say."""

    MADE = "made"
    COLLAPSED = "collapsed"
    NOT_NEEDED = "not_needed"


class Part(StrEnum):
    """What somebody sees to in one case, beside whoever has it. It says whom to ask, and gives no power."""

    DPO = "dpo"
    IT = "it"
    COMMUNICATIONS = "communications"


class TaskKind(StrEnum):
    """A task gets us through the incident; a measure keeps it from happening again."""

    TASK = "task"
    MEASURE = "measure"


class MailingState(StrEnum):
    """One person starts a mailing, another releases it; only then does anything leave.

    A long list is read first, by a worker.
    """

    READING = "reading"
    UNREADABLE = "unreadable"
    DRAFT = "draft"
    ASKED = "asked"
    RELEASED = "released"
    STOPPED = "stopped"


class MailingChannel(StrEnum):
    """E-mails are sent one by one; letters become one file to print."""

    EMAIL = "email"
    LETTER = "letter"


class OutboxOutcome(StrEnum):
    """How a message ended. Only what a real channel gave a receipt for is ``SENT``.

    ``SHOWN``: in the terminal only, nobody was reached. ``COLLAPSED``: a later reminder counts it.
    ``NOT_NEEDED``: its deadline ended before it could leave.
    """

    SENT = "sent"
    SHOWN = "shown"
    FAILED = "failed"
    CANCELLED = "cancelled"
    COLLAPSED = "collapsed"
    NOT_NEEDED = "not_needed"
