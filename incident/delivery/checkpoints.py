"""Checkpoints as files in a place outside the installation: each is written once and never touched again."""

from collections.abc import Iterable

from incident.store.places import Place


def _name(size: int, ending: str) -> str:
    return f"{size:09d}.{ending}"


def is_there(place: Place, size: int) -> bool:
    """Whether this checkpoint lies in the place. Raises OSError."""
    return place.has(_name(size, "checkpoint"))


def leave(place: Place, size: int, note: str, leaves: Iterable[tuple[int, str, int, str]]) -> None:
    """Write the leaves, then the checkpoint, which says that both are there. Raises OSError."""
    lines = "".join(" ".join(map(str, leaf)) + "\n" for leaf in leaves)
    place.write(_name(size, "leaves"), lines.encode(), once=True)
    place.write(_name(size, "checkpoint"), note.encode(), once=True)
