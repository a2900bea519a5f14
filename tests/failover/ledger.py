"""What people were told: each answer that said yes, and whatever they should not have seen."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Ledger:
    """Everything that was answered with success must be on record at the end, once."""

    reports: dict[str, str] = field(default_factory=dict)
    """Mark in the text of a report, and the reference that was answered."""
    files: dict[str, str] = field(default_factory=dict)
    """Name of a file, and the SHA-256 of what was sent."""
    notes: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    """References of incidents whose decision was answered as recorded."""
    tried: Counter[str] = field(default_factory=Counter)
    """How often each kind of act was begun."""
    given_up: list[str] = field(default_factory=list)
    """What nobody could do within the patience of a person: allowed, and counted."""
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    """What must not be."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Counter[str] = field(default_factory=Counter)

    def mark(self, kind: str) -> str:
        """A new mark, by which an act is found again."""
        with self._lock:
            self.tried[kind] += 1
            return f"{kind}-{self.tried[kind]:05d}"

    def answered(self, kind: str, what: object, seconds: float = 0.0) -> None:
        """Count an answer."""
        with self._lock:
            self.answers[kind, str(what)] += 1
            self.slowest = max(self.slowest, seconds)

    def complain(self, sentence: str) -> None:
        """Note what must not be."""
        with self._lock:
            self.wrong.append(f"{time.strftime('%X')} {sentence}")
