"""Whether the log is whole, as ``meldklok audit verify`` finds out."""

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from incident.store.models import AuditEntry, AuditHead
from incident.store.verify import Finding
from incident.store.verify.chains import follow


def breaks(session: Session) -> list[Finding]:
    """What does not fit in any chain; a chain whose head was removed is found by its entries."""
    findings: list[Finding] = []
    follow(session, session.scalars(union(select(AuditHead.chain), select(AuditEntry.chain))).all(), findings)
    return findings
