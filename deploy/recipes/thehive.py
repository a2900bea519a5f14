"""An incident that was confirmed as a breach becomes an alert in TheHive, from which an analyst makes a case.

Subscribe to incident.confirmed. THEHIVE_URL and THEHIVE_KEY open it (API v1). Of one type, source and reference TheHive
keeps one alert and refuses a second, so an event that comes twice changes nothing. The alert holds no facts of the
case: these stay behind the link.
"""

import os
import urllib.error
from typing import Any

from receiver import call, serve


def act(event: dict[str, Any]) -> None:
    """Make the alert of an incident, unless it is there."""
    if event["type"] != "meldklok.incident.confirmed":
        return
    alert = {
        "type": "personal-data-breach",
        "source": "meldklok",
        "sourceRef": event["subject"],
        "externalLink": event["data"]["url"],
        "title": f"Data breach {event['subject']}",
        "description": f"Confirmed at {event['time']}.\n\n{event['data']['url']}",
        "severity": 3,
        "tags": ["gdpr", event["subject"]],
    }
    headers = {"Authorization": f"Bearer {os.environ['THEHIVE_KEY']}"}
    try:
        call("POST", os.environ["THEHIVE_URL"].rstrip("/") + "/api/v1/alert", headers, alert)
    except urllib.error.HTTPError as refused:
        if refused.code != 400 or b"already exist" not in refused.read():
            raise


if __name__ == "__main__":
    serve(act)
