"""The time that a reminder speaks of."""

from datetime import datetime

from incident.domain.kernel.json import JsonObject


def time_left(due_at: datetime, now: datetime) -> JsonObject:
    """Whole hours left or overdue, and the minutes when it is less than two hours."""
    distance = abs(due_at - now)
    minutes = int((distance.total_seconds() + 59) // 60)
    hours = minutes // 60 if minutes % 60 == 0 or minutes >= 120 else minutes / 60
    return {"overdue": now >= due_at, "hours": int(hours), "minutes": minutes}
