"""Stack traces that say where and what kind, but not with which words: a message may quote what somebody typed."""

import traceback
from collections.abc import Iterator
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
SPOKEN = frozenset({"OperationalError", "InterfaceError"})
"""Kinds, beside OSError, whose message is about the machine (a lock, a connection, a disk) and never about a row."""


def told(exc_info: ExcInfo) -> str:
    """The trace of an exception and of what caused it, oldest first."""
    return "\n".join(("Traceback, the last call at the end:", *_parts(exc_info[1], set())))


def _parts(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _parts(before, seen)
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__))
    yield from (f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    yield f"{_kind(error)}: {error}" if _speaks(error) else _kind(error)


def _kind(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _speaks(error: BaseException) -> bool:
    return isinstance(error, OSError) or type(error).__name__ in SPOKEN
