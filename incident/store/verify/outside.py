"""Checkpoints that were kept outside: what they say, and which ends of chains lay beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOTE, LEAVES = ".checkpoint", ".leaves"


@dataclass(frozen=True, slots=True)
class Outside:
    """A signed note, and the leaves that were added to the tree for it: chain, last entry, and its hash."""

    name: str
    note: str
    leaves: tuple[tuple[str, int, str], ...] = ()


def read_outside(place: Path) -> Iterator[Outside]:
    """The checkpoint in a file, or all those in a folder. Raises OSError, and ValueError for damaged leaves."""
    for path in sorted(place.glob(f"*{NOTE}")) if place.is_dir() else [place]:
        beside = path.with_suffix(LEAVES)
        lines = beside.read_text(encoding="utf-8").splitlines() if beside.exists() else []
        yield Outside(path.name, path.read_text(encoding="utf-8"), tuple(_leaf(line) for line in lines if line))


def _leaf(line: str) -> tuple[str, int, str]:
    _number, chain, seq, digest = line.split(" ")
    return chain, int(seq), digest
