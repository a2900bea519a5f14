"""The Merkle tree of RFC 6962, section 2.1, over SHA-256: roots, inclusion proofs and consistency proofs.

A tree over n leaves is split at the largest power of two below n. What has been hashed of a growing tree fits into its
*peaks*: the roots of the perfect trees that n is the sum of, largest first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

SIZE = 32
"""The bytes of a hash."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


@dataclass(slots=True)
class Growing:
    """A tree that only grows: its size and its peaks, so that a million leaves need twenty hashes."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Append one leaf."""
        found, size = leaf_hash(leaf), self.size
        while size & 1:
            found, size = node_hash(self.peaks.pop(), found), size >> 1
        self.peaks.append(found)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far; that of an empty tree is the hash of nothing."""
        if not self.peaks:
            return sha256().digest()
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found


class Tree:
    """A whole tree, for proofs: every perfect subtree is hashed once, and all of one height lie in one row of bytes.

    So a million leaves take 64 MB.
    """

    def __init__(self, hashes: Iterable[bytes]) -> None:
        row = bytearray()
        for one in hashes:
            row += one
        self._rows = [row]
        while len(row) > SIZE:
            row = bytearray()
            below = self._rows[-1]
            for at in range(0, len(below) - SIZE, 2 * SIZE):
                row += sha256(b"\x01" + below[at : at + 2 * SIZE]).digest()
            self._rows.append(row)

    def root(self, start: int, end: int) -> bytes:
        """The root over the leaves from ``start`` to before ``end``, which is a subtree of a tree from leaf 0."""
        size = end - start
        if size & (size - 1):
            middle = start + split(size)
            return node_hash(self.root(start, middle), self.root(middle, end))
        height = size.bit_length() - 1
        at = (start >> height) * SIZE
        return bytes(self._rows[height][at : at + SIZE])

    def inclusion(self, number: int, size: int) -> list[bytes]:
        """The audit path of leaf ``number`` (from 0) in the tree over the first ``size`` leaves, lowest first."""
        return self._path(number, 0, size)

    def _path(self, number: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + split(end - start)
        if number < middle:
            return [*self._path(number, start, middle), self.root(middle, end)]
        return [*self._path(number, middle, end), self.root(start, middle)]

    def consistency(self, older: int, size: int) -> list[bytes]:
        """The proof that the tree over ``size`` leaves begins with that over the first ``older`` ones (at least 1)."""
        return [] if older == size else self._subproof(older, 0, size, whole=True)

    def _subproof(self, older: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if older == end:
            return [] if whole else [self.root(start, end)]
        middle = start + split(end - start)
        if older <= middle:
            return [*self._subproof(older, start, middle, whole=whole), self.root(middle, end)]
        return [*self._subproof(older, middle, end, whole=False), self.root(start, middle)]
