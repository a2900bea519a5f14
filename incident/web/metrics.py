"""Prometheus metrics, computed from the database when they are asked for, so that every process gives the same."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from incident.domain.kernel.health import HealthFacts, judge

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NEVER = -1.0


class _Facts(Collector):
    def __init__(self, facts: HealthFacts, now: datetime) -> None:
        self._facts = facts
        self._now = now

    def collect(self) -> Iterable[Metric]:
        """One gauge per fact; an age is in seconds, and -1 where there is nothing to measure."""
        facts = self._facts
        yield _gauge("healthy", "1 when nothing is failing.", float(judge(facts, self._now).ok))
        yield _gauge("sweep_age_seconds", "Age of the newest sweep.", self._age(facts.newest_sweep_at))
        yield _gauge(
            "message_lateness_seconds", "Lateness of the oldest due message.", self._age(facts.oldest_message_at)
        )
        yield _gauge(
            "reminder_lateness_seconds", "Lateness of the oldest due rung.", self._age(facts.oldest_reminder_at)
        )
        yield _gauge("outbox_due", "Messages that may leave now.", facts.backlog)
        yield _gauge("outbox_retrying", "Messages that wait for another attempt.", facts.retrying)
        yield _gauge("outbox_failed", "Dead letters.", facts.failed)
        yield _gauge("subscribers_troubled", "Systems that do not take their events.", facts.troubled_subscribers)
        yield _gauge("reminders_stuck", "Rungs whose message cannot be made.", facts.stuck_reminders)
        yield _gauge("clocks_open", "Deadlines that run.", facts.open_clocks)
        yield _gauge("clocks_overdue", "Deadlines that have passed without the act.", facts.overdue_clocks)

    def _age(self, moment: datetime | None) -> float:
        return NEVER if moment is None else (self._now - moment).total_seconds()


def exposition(facts: HealthFacts, now: datetime) -> bytes:
    """The text that a Prometheus server reads."""
    registry = CollectorRegistry()
    registry.register(_Facts(facts, now))
    return generate_latest(registry)


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"meldklok_{name}", help_text, value=value)
