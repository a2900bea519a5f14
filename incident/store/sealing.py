"""Seal personal data of data subjects: AES-256-GCM with a key number and the place it belongs to.

A sealed value that is moved to another row or column cannot be opened there. The first key seals; all keys open, so
that keys can be rotated.
"""

import hmac
import os
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_ID_BYTES = 4


class CannotOpen(Exception):
    """No key of this installation opens the value here: it was moved, altered, or its key is gone."""


def key_id(key: bytes) -> bytes:
    """The number by which what a key sealed is known; it tells nothing about the key."""
    return sha256(b"meldklok key id" + key).digest()[:KEY_ID_BYTES]


class Sealer:
    """Seals and opens with the keys of the installation.

    ``fingerprints`` is the key of fingerprints, which stays the same when the others are rotated.
    """

    def __init__(self, keys: Sequence[bytes], fingerprints: bytes | None = None) -> None:
        self._first = keys[0]
        self._fingerprints = fingerprints or keys[0]
        self._keys = {key_id(key): key for key in keys}

    def seal(self, plain: bytes, place: str) -> bytes:
        """The value, sealed for ``place`` (table, column and row)."""
        nonce = os.urandom(NONCE_BYTES)
        return key_id(self._first) + nonce + AESGCM(self._first).encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The value back. Raises CannotOpen where it does not belong to ``place`` or no key fits."""
        key = self._keys.get(sealed[:KEY_ID_BYTES])
        nonce = sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
        if key is None:
            raise CannotOpen("the key that sealed this value is not among the keys of this installation")
        try:
            return AESGCM(key).decrypt(nonce, sealed[KEY_ID_BYTES + NONCE_BYTES :], place.encode())
        except InvalidTag as error:
            raise CannotOpen("this value was altered or belongs elsewhere") from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether the first key sealed this value, so that the others are not needed for it."""
        return sealed[:KEY_ID_BYTES] == key_id(self._first)

    def fingerprint(self, plain: bytes, place: str) -> str:
        """Equal for equal values within ``place``, and nothing else can be learned from it without the key."""
        return hmac.digest(self._fingerprints, place.encode() + b"\x00" + plain, "sha256").hex()
