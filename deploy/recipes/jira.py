"""An incident that was reported becomes a ticket in Jira, and what happens later becomes comments under it.

Subscribe to incident.reported, incident.confirmed, incident.closed and whatever else the ticket should say. JIRA_URL,
JIRA_USER and JIRA_TOKEN open the site, JIRA_PROJECT is the key of the project. JIRA_SEARCH is /rest/api/2/search/jql,
or /rest/api/2/search for Data Center. The ticket is found again by its label, the reference, and a comment by the id of
its event, so an event that comes twice changes nothing, once Jira has indexed the ticket: that takes it some seconds,
about as long as Meldklok waits. The ticket holds no facts of the case: these stay behind the link.
"""

import base64
import os
from typing import Any
from urllib.parse import urlencode

from receiver import call, serve


def act(event: dict[str, Any]) -> None:
    """Make the ticket of an incident, or say under it what happened."""
    if "subject" not in event:
        return
    ticket = _ticket(event["subject"])
    if ticket is None:
        _make(event)
    elif event["type"] != "meldklok.incident.reported":
        _comment(ticket, event)


def _ticket(reference: str) -> str | None:
    query = f'project = "{os.environ["JIRA_PROJECT"]}" AND labels = "{reference}"'
    path = os.environ.get("JIRA_SEARCH", "/rest/api/2/search/jql")
    found = _call("GET", f"{path}?{urlencode({'jql': query, 'fields': 'key', 'maxResults': 1})}")["issues"]
    return str(found[0]["key"]) if found else None


def _make(event: dict[str, Any]) -> None:
    fields = {
        "project": {"key": os.environ["JIRA_PROJECT"]},
        "issuetype": {"name": os.environ.get("JIRA_TYPE", "Task")},
        "summary": f"Data breach {event['subject']}",
        "description": f"{event['data']['url']}\nReported at {event['time']}.",
        "labels": [event["subject"]],
    }
    _call("POST", "/rest/api/2/issue", {"fields": fields})


def _comment(ticket: str, event: dict[str, Any]) -> None:
    address, mark = f"/rest/api/2/issue/{ticket}/comment", f"({event['id']})"
    if any(mark in one["body"] for one in _call("GET", address)["comments"]):
        return
    said = event["type"].removeprefix("meldklok.")
    due = f", due {event['data']['due_at']}" if "due_at" in event["data"] else ""
    _call("POST", address, {"body": f"{event['time']}: {said}{due} {mark}"})


def _call(method: str, path: str, document: object = None) -> Any:
    pair = base64.b64encode(f"{os.environ['JIRA_USER']}:{os.environ['JIRA_TOKEN']}".encode()).decode()
    return call(method, os.environ["JIRA_URL"].rstrip("/") + path, {"Authorization": f"Basic {pair}"}, document)


if __name__ == "__main__":
    serve(act)
