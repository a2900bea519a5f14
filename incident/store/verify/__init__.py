"""Compare record, files, log and checkpoints with each other, both ways, and say what differs and where."""

from incident.store.verify.findings import LABELS, SENTENCES, Finding, Problem
from incident.store.verify.outside import Outside, read_kept, read_outside
from incident.store.verify.record import Report, verify, verify_incident

__all__ = [
    "LABELS",
    "SENTENCES",
    "Finding",
    "Outside",
    "Problem",
    "Report",
    "read_kept",
    "read_outside",
    "verify",
    "verify_incident",
]
