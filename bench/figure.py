"""One figure: what was measured, how often, how it spread, and the limit it stands beside."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from sqlalchemy import Engine, event

WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """Times in ``unit``; ``limit`` is None for a control. ``statements`` counts SQL statements of one round."""

    name: str
    n: int
    median: float
    p95: float
    p99: float
    unit: str = "ms"
    statements: int | None = None
    limit: float | None = None
    least: float = 0.0

    @property
    def holds(self) -> bool | None:
        """Whether the median keeps the limit; None where there is none."""
        return None if self.limit is None else self.median <= self.limit


def spread(name: str, values: list[float], **more: Any) -> Figure:
    """A figure from measured values."""
    if len(values) == 1:
        return Figure(name, 1, values[0], values[0], values[0], least=values[0], **more)
    cuts = quantiles(values, n=100, method="inclusive")
    return Figure(name, len(values), cuts[49], cuts[94], cuts[98], least=min(values), **more)


def measure(name: str, act: Callable[[], object], n: int, engine: Engine | None = None, **more: Any) -> Figure:
    """Do something ``n`` times after a warm-up and say how long it took, in milliseconds."""
    [figure] = in_turn({name: act}, n, engine, **more)
    return figure


def in_turn(
    acts: Mapping[str, Callable[[], object]], n: int, engine: Engine | None = None, **more: Any
) -> list[Figure]:
    """The same for several, each once in every round: whatever slows the machine down slows down all of them."""
    for _ in range(WARM_UP):
        for act in acts.values():
            act()
    statements = {name: (counted(engine, act) or None) if engine is not None else None for name, act in acts.items()}
    values: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(n):
        for name, act in acts.items():
            begun = time.perf_counter()
            act()
            values[name].append((time.perf_counter() - begun) * 1000)
    return [spread(name, values[name], statements=statements[name], **more) for name in acts]


def counted(engine: Engine, act: Callable[[], object]) -> int:
    """How many SQL statements one round takes."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in seen if not statement.upper().startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])
