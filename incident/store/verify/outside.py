"""Checkpoints that were kept outside: what they say, and which ends of chains lay beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from incident.store.places import Folder, Place

NOTE, LEAVES = ".checkpoint", ".leaves"


@dataclass(frozen=True, slots=True)
class Outside:
    """A signed note, and the leaves that were added to the tree for it: chain, last entry, and its hash."""

    name: str
    note: str
    leaves: tuple[tuple[str, int, str], ...] = ()


def read_outside(place: Place) -> Iterator[Outside]:
    """All checkpoints in a place. Raises OSError, and ValueError for damaged leaves."""
    for name in place.names():
        if name.endswith(NOTE):
            yield _read(place, name)


def read_kept(path: Path) -> Iterator[Outside]:
    """The checkpoint in a file, or all those in a folder. Raises as ``read_outside`` does."""
    if path.is_dir():
        yield from read_outside(Folder(path))
    else:
        yield _read(Folder(path.parent), path.name)


def _read(place: Place, name: str) -> Outside:
    beside = PurePosixPath(name).with_suffix(LEAVES).as_posix()
    lines = place.read(beside).decode().splitlines() if place.has(beside) else []
    return Outside(name, place.read(name).decode(), tuple(_leaf(line) for line in lines if line))


def _leaf(line: str) -> tuple[str, int, str]:
    _number, chain, seq, digest = line.split(" ")
    return chain, int(seq), digest
