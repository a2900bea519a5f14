"""Runs the checks one after the other; a check that breaks is a finding too.

A check is a function `(settings, now) -> Iterable[Finding]`. To add one, put it in a module of this package and name
it in CHECKS.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from incident.doctor import (
    addresses,
    backup,
    database,
    events,
    identity,
    mail,
    mailbox,
    place,
    record,
    roster,
    slack,
    worker,
)
from incident.doctor.finding import Finding, fail
from incident.platform.clock import stopwatch
from incident.platform.settings import Settings

Check = Callable[[Settings, datetime], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    place.files,
    place.data_folder,
    place.disk,
    place.address,
    addresses.own_address,
    addresses.port,
    database.reachable,
    database.at_head,
    database.key,
    database.same_time,
    database.standby,
    record.damage,
    record.buckets,
    record.kept_files,
    record.stamps,
    record.examples,
    worker.heartbeat,
    backup.folder,
    backup.newest,
    identity.provider,
    mail.server,
    mail.intake,
    mailbox.entry,
    mailbox.stuck,
    addresses.called,
    addresses.further,
    events.subscribers,
    roster.people,
    slack.token,
    slack.connection,
    slack.group,
)


def examine(settings: Settings, now: datetime, checks: Sequence[Check] = CHECKS) -> tuple[Finding, ...]:
    """The findings of all checks, in their order; each is told the time at which it begins."""
    passed = stopwatch()
    return tuple(finding for check in checks for finding in _findings(check, settings, now + passed()))


def _findings(check: Check, settings: Settings, now: datetime) -> list[Finding]:
    try:
        return list(check(settings, now))
    except Exception as problem:  # A doctor that dies of the illness helps nobody.
        name = check.__name__.replace("_", " ")
        return [
            fail(
                name,
                "The check itself broke: %(problem)s.",
                "Tell the maintainers of Meldklok.",
                problem=type(problem).__name__,
            )
        ]
