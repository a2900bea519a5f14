"""Is the clock's machinery well? Facts in, findings out: for /health, the banner, the digest, doctor and metrics."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from incident.domain.kernel.text import by_count

SWEEP_TOO_OLD = timedelta(minutes=2)
MESSAGE_TOO_LATE = timedelta(minutes=2)
REMINDER_TOO_LATE = timedelta(minutes=2)
IN_HOURS_FROM = timedelta(hours=2)
REACHES_PEOPLE = frozenset({"email", "slack"})
"""The channels that reach the persons of the roster; the others have one address for the whole house."""


class Level(StrEnum):
    """How bad a finding is; only FAILING makes /health answer 503."""

    FAILING = "failing"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What the database says about the worker and the outbox; None where there is nothing.

    ``oldest_message_at`` is when the oldest waiting message was made (of a mailing: when it should have left), however
    often it was put off since; ``retrying`` counts messages that wait for another attempt after a failure; ``failed``
    counts dead letters that reached nobody another way either.
    """

    newest_sweep_at: datetime | None = None
    oldest_message_at: datetime | None = None
    oldest_reminder_at: datetime | None = None
    backlog: int = 0
    retrying: int = 0
    failed: int = 0
    stuck_reminders: int = 0
    open_clocks: int = 0
    overdue_clocks: int = 0
    channels: tuple[str, ...] = ()
    paused_channels: tuple[str, ...] = ()
    troubled_subscribers: int = 0
    checkpoints_stuck: bool = False
    """Whether the worker seen last could not leave its checkpoints at CHECKPOINT_URL."""
    stamps_missing: bool = False
    """Whether the worker seen last got no time stamp for the newest checkpoint from TIMESTAMP_URL."""
    unwatched: int = 0
    """In how many restricted incidents the worker seen last found nobody present who may work on them."""
    flood: int = 0
    """How many reports came in a flood through public pages and wait, as the worker seen last counted them."""
    mail_stuck: int = 0
    """How many mails with reports, or mailboxes of such, the worker seen last could not take in for half an hour."""
    backup_old: bool = False
    """Whether back-ups are wanted in the folder BACKUP_DIR, and the last good one is older than a day and a half."""


@dataclass(frozen=True, slots=True)
class HealthFinding:
    """One thing that is wrong: a key for machines, an English sentence with placeholders for people."""

    key: str
    level: Level
    message: str
    params: dict[str, object]

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True, slots=True)
class Health:
    """The judgement; ``ok`` is what a probe asks, ``findings`` is what the banner shows."""

    findings: tuple[HealthFinding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is failing."""
        return all(finding.level is not Level.FAILING for finding in self.findings)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the findings, the failing ones first."""
        return tuple(finding.key for finding in self.findings)


def judge(facts: HealthFacts, now: datetime) -> Health:
    """Say what is wrong, the worst first."""
    found = [*_worker(facts, now), *_late(facts, now), *_undelivered(facts), *_untended(facts), *_of_the_house(facts)]
    return Health(tuple(sorted(found, key=lambda finding: finding.level is not Level.FAILING)))


def _worker(facts: HealthFacts, now: datetime) -> list[HealthFinding]:
    if facts.newest_sweep_at is None:
        return [_failing("worker_never", "The background program does not run here: nobody is reminded of anything.")]
    age = now - facts.newest_sweep_at
    if -age > SWEEP_TOO_OLD:
        sentence = "The last look at the clock lies %(minutes)s minutes ahead: the time of this machine was set back."
        longer = "The last look at the clock lies %(hours)s hours ahead: the time of this machine was set back."
        return [_since("worker_ahead", -age, sentence, longer)]
    if age <= SWEEP_TOO_OLD:
        return []
    sentence = "The background program has been silent for %(minutes)s minutes: no reminder is sent."
    longer = "The background program has been silent for %(hours)s hours: no reminder is sent."
    return [_since("worker_silent", age, sentence, longer)]


def _late(facts: HealthFacts, now: datetime) -> list[HealthFinding]:
    found = []
    if facts.oldest_message_at is not None and now - facts.oldest_message_at > MESSAGE_TOO_LATE:
        words = (
            "A message has been waiting for %(minutes)s minutes.",
            "A message has been waiting for %(hours)s hours.",
        )
        found.append(_since("messages_late", now - facts.oldest_message_at, *words))
    if facts.oldest_reminder_at is not None and now - facts.oldest_reminder_at > REMINDER_TOO_LATE:
        words = ("A reminder has been due for %(minutes)s minutes.", "A reminder has been due for %(hours)s hours.")
        found.append(_since("reminders_late", now - facts.oldest_reminder_at, *words))
    if facts.mail_stuck:
        sentence = (
            "Reports by e-mail do not come in: an administrator sees which and why under Settings, Reporting pages."
        )
        found.append(_failing("mail_stuck", sentence))
    return found


def _undelivered(facts: HealthFacts) -> list[HealthFinding]:
    found = []
    if facts.stuck_reminders:
        one = "One reminder cannot be made; look at the log of the worker."
        many = "%(number)s reminders cannot be made; look at the log of the worker."
        found.append(_counted("reminders_stuck", Level.FAILING, facts.stuck_reminders, one, many))
    if facts.failed:
        one = "One message could not be delivered: look at it and send it again."
        many = "%(number)s messages could not be delivered: look at them and send them again."
        found.append(_counted("messages_failed", Level.FAILING, facts.failed, one, many))
    if facts.retrying:
        one, many = "One message waits for another attempt.", "%(number)s messages wait for another attempt."
        found.append(_counted("messages_retrying", Level.WARNING, facts.retrying, one, many))
    if facts.paused_channels:
        sentence = "A channel takes no messages at present: %(channels)s."
        found.append(_warning("channel_paused", sentence, channels=", ".join(facts.paused_channels)))
    return found


def _untended(facts: HealthFacts) -> list[HealthFinding]:
    found = []
    if facts.unwatched:
        # Everybody who is signed in reads this, so it does not say that these are restricted.
        one = "In one open case nobody is there who may act: ask an administrator."
        many = "In %(number)s open cases nobody is there who may act: ask an administrator."
        found.append(_counted("nobody_there", Level.FAILING, facts.unwatched, one, many))
    if facts.troubled_subscribers:
        one = "One subscriber does not take its events: an administrator sees which under Settings."
        many = "%(number)s subscribers do not take their events: an administrator sees which under Settings."
        found.append(_counted("subscribers_troubled", Level.WARNING, facts.troubled_subscribers, one, many))
    if facts.flood:
        one = "One report came in faster than people are told of each: look at it."
        many = "%(number)s reports came in faster than people are told of each: look through them."
        found.append(_counted("flood", Level.WARNING, facts.flood, one, many))
    return found


def _of_the_house(facts: HealthFacts) -> list[HealthFinding]:
    found = []
    if facts.checkpoints_stuck:
        sentence = "Signed checkpoints cannot be left at CHECKPOINT_URL: the proof stays in the house."
        found.append(_warning("checkpoints_stuck", sentence))
    if facts.stamps_missing:
        sentence = "The time-stamp authority at TIMESTAMP_URL gives no stamp for the newest checkpoint."
        found.append(_warning("stamps_missing", sentence))
    if facts.backup_old:
        sentence = (
            "The last good back-up is older than a day and a half; an administrator sees why with meldklok doctor."
        )
        found.append(_warning("backup_old", sentence))
    if facts.newest_sweep_at is not None and not REACHES_PEOPLE & set(facts.channels):
        sentence = (
            "Neither e-mail nor Slack is set up: nobody is reminded of anything. An administrator can set one up."
        )
        found.append(_failing("no_channel", sentence))
    return found


def _failing(key: str, message: str, **params: object) -> HealthFinding:
    return HealthFinding(key, Level.FAILING, message, params)


def _warning(key: str, message: str, **params: object) -> HealthFinding:
    return HealthFinding(key, Level.WARNING, message, params)


def _counted(key: str, level: Level, number: int, one: str, many: str) -> HealthFinding:
    return HealthFinding(key, level, by_count(number, one, many), {"number": number})


def _since(key: str, age: timedelta, sentence: str, longer: str) -> HealthFinding:
    """What has lasted for a while: in minutes, and from two hours on in hours."""
    minutes = int(age.total_seconds() // 60)
    if age < IN_HOURS_FROM:
        return _failing(key, sentence, minutes=minutes)
    return _failing(key, longer, hours=minutes // 60)
