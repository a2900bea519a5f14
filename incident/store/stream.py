"""Seal what is too large for the memory, as a stream: back-ups, and the files of the record.

The first line says what it is. The second is JSON with the number of the key and a salt. Then come chunks of one MiB,
each sealed with AES-256-GCM under a key that HKDF-SHA256 derives from the installation's encryption key, the salt and
what the stream is bound to. The nonce of a chunk is its number (eleven bytes, big-endian) and one byte that is 1 for
the last chunk only, and both lines are authenticated with every chunk: chunks cannot be dropped, moved, cut off or
taken from another stream.
"""

import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from incident.store.sealing import CannotOpen, key_id

CHUNK, TAG, SALT = 1024 * 1024, 16, 32
LONGEST_HEADER = 1000


class NotSealed(CannotOpen):
    """It does not begin as a sealed stream of this kind does."""


class KeyGone(CannotOpen):
    """It was sealed with a key that is not among those given."""


class Sealing:
    """Seals what it is fed, chunk by chunk. ``kind`` is the first line of the stream, with its end."""

    def __init__(self, key: bytes, kind: bytes, bound: bytes) -> None:
        salt = os.urandom(SALT)
        self.header = kind + json.dumps({"key": key_id(key).hex(), "salt": salt.hex()}).encode() + b"\n"
        self._cipher = _derived(key, salt, bound)
        self._waiting = bytearray()
        self._number = 0

    def feed(self, content: bytes) -> Iterator[bytes]:
        """The chunks that are full now; the last bytes wait, for they may be the end."""
        self._waiting += content
        while len(self._waiting) > CHUNK:
            yield self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> bytes:
        """The last chunk."""
        return self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> bytes:
        chunk = self._cipher.encrypt(_nonce(self._number, last), plain, self.header)
        self._number += 1
        return chunk


class Flow(io.RawIOBase):
    """A file to read whose content comes in parts of any size."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts, self._waiting = iter(parts), b""

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end."""
        while (size < 0 or len(self._waiting) < size) and (part := next(self._parts, b"")):
            self._waiting += part
        end = len(self._waiting) if size < 0 else size
        given, self._waiting = self._waiting[:end], self._waiting[end:]
        return given


def sealed(parts: Iterable[bytes], key: bytes, kind: bytes, bound: bytes) -> Iterator[bytes]:
    """The sealed stream for what comes in parts of any size."""
    sealing = Sealing(key, kind, bound)
    yield sealing.header
    for part in parts:
        yield from sealing.feed(part)
    yield sealing.finish()


def opened(stream: Iterable[bytes], keys: Sequence[bytes], kind: bytes, bound: bytes) -> Iterator[bytes]:
    """What was sealed, from a stream in parts of any size; nothing is given out that was not authenticated.

    Raises NotSealed and KeyGone at its beginning, and CannotOpen where the stream was altered or is cut off.
    """
    parts = iter(stream)
    header, rest = _header(parts)
    cipher = _derived(_fitting(header, keys, kind), bytes.fromhex(_told(header, kind)["salt"]), bound)
    waiting, number = bytearray(), 0
    for part in chain([rest], parts):
        waiting += part
        while len(waiting) > CHUNK + TAG:
            yield _open(cipher, _nonce(number, False), bytes(waiting[: CHUNK + TAG]), header)
            del waiting[: CHUNK + TAG]
            number += 1
    yield _open(cipher, _nonce(number, True), bytes(waiting), header)


def number_of_key(beginning: bytes, kind: bytes) -> bytes:
    """The number of the key that sealed a stream, of which this is the beginning. Raises NotSealed."""
    return bytes.fromhex(_told(_header(iter([beginning]))[0], kind)["key"])


def _header(parts: Iterator[bytes]) -> tuple[bytes, bytes]:
    """The first two lines, and what came with them."""
    found = b""
    while found.count(b"\n") < 2 and len(found) < LONGEST_HEADER and (part := next(parts, b"")):
        found += part
    end = found.find(b"\n", found.find(b"\n") + 1) + 1
    return found[:end], found[end:]


def _told(header: bytes, kind: bytes) -> dict[str, str]:
    try:
        told = json.loads(header.removeprefix(kind))
        if not header.startswith(kind) or len(bytes.fromhex(told["salt"])) != SALT:
            raise ValueError
        bytes.fromhex(told["key"])
    except (ValueError, LookupError, TypeError) as problem:
        raise NotSealed("this is no stream of this kind that this program reads") from problem
    return {"key": told["key"], "salt": told["salt"]}


def _fitting(header: bytes, keys: Sequence[bytes], kind: bytes) -> bytes:
    number = bytes.fromhex(_told(header, kind)["key"])
    for key in keys:
        if key_id(key) == number:
            return key
    raise KeyGone("the key that sealed this stream is not among the keys of this installation")


def _open(cipher: AESGCM, nonce: bytes, chunk: bytes, header: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, chunk, header)
    except InvalidTag as problem:
        raise CannotOpen("this stream was altered or is cut off") from problem


def _derived(key: bytes, salt: bytes, bound: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, bound).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
