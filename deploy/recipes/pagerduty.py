"""A deadline that has passed, or a drill that somebody did not answer, becomes an alert in PagerDuty.

Subscribe to deadline.overdue, deadline.met, deadline.waived, deadline.superseded and drill.failed. PAGERDUTY_KEY is the
integration key of the service (Events API v2). An event that comes twice has the same key there, so it is one alert.
"""

import os
from typing import Any

from receiver import call, serve

ENQUEUE = "https://events.pagerduty.com/v2/enqueue"
ENDS = ("meldklok.deadline.met", "meldklok.deadline.waived", "meldklok.deadline.superseded")


def act(event: dict[str, Any]) -> None:
    """Raise the alert of a deadline, or end it."""
    kind, data = event["type"], event["data"]
    if kind in ENDS:
        _send("resolve", data["deadline"], None)
    elif kind == "meldklok.deadline.overdue":
        _send("trigger", data["deadline"], _alert(event, f"{data['reference']}: deadline passed ({data['duty']})"))
    elif kind == "meldklok.drill.failed":
        _send("trigger", event["id"], _alert(event, f"{data['unconfirmed']} calls of a drill were not confirmed"))


def _alert(event: dict[str, Any], summary: str) -> dict[str, Any]:
    payload = {"summary": summary, "source": event["source"], "severity": "critical", "timestamp": event["time"]}
    return {"payload": payload, "links": [{"href": event["data"]["url"], "text": "Meldklok"}]}


def _send(action: str, key: str, alert: dict[str, Any] | None) -> None:
    about = {"routing_key": os.environ["PAGERDUTY_KEY"], "event_action": action, "dedup_key": f"meldklok-{key}"}
    call("POST", os.environ.get("PAGERDUTY_URL", ENQUEUE), {}, {**about, **(alert or {})})


if __name__ == "__main__":
    serve(act)
