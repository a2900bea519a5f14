"""The signed checkpoint: the text of C2SP ``tlog-checkpoint`` inside a ``signed-note``, signed with Ed25519.

Anybody's tools for transparency logs read it. The text names the log, how many leaves it has, and the root over them;
one further line says when the checkpoint was made.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "\u2014"


class NotACheckpoint(ValueError):
    """The text is no checkpoint, or nobody whom we know has signed it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What one checkpoint says: ``size`` leaves have the root ``root``; ``made_at`` is an aware instant."""

    origin: str
    size: int
    root: bytes
    made_at: datetime

    @property
    def text(self) -> str:
        """The text that is signed."""
        moment = self.made_at.astimezone(UTC).isoformat(timespec="seconds")
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n{moment}\n"


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature says whose it is."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs the checkpoints of one installation. Its name follows from its key, so nothing has to be configured."""

    seed: bytes

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._private.public_key().public_bytes_raw()

    @property
    def origin(self) -> str:
        """The name of the log."""
        return f"meldklok/{sha256(self.public).hexdigest()[:16]}"

    @property
    def verifier_key(self) -> str:
        """The public key in the notation of ``signed-note``: name, key id and key."""
        name = self.origin
        return f"{name}+{key_id(name, self.public).hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def sign(self, checkpoint: Checkpoint) -> str:
        """The signed note."""
        signature = key_id(checkpoint.origin, self.public) + self._private.sign(checkpoint.text.encode())
        return f"{checkpoint.text}\n{DASH} {checkpoint.origin} {base64.b64encode(signature).decode()}\n"


def read_note(note: str, public: bytes) -> Checkpoint:
    """What a signed note says, once the signature fits ``public``. Raises NotACheckpoint."""
    text, found, signatures = note.replace("\r\n", "\n").strip("\n").rpartition("\n\n")
    if not found:
        raise NotACheckpoint("this is not a signed checkpoint")
    checkpoint = _read_text(text.split("\n"))
    if not any(_signed(f"{text}\n", line, checkpoint.origin, public) for line in signatures.split("\n")):
        raise NotACheckpoint("the signature is not that of this installation")
    return checkpoint


def _read_text(lines: Sequence[str]) -> Checkpoint:
    try:
        origin, size, root, moment = lines[:4]
        made_at = datetime.fromisoformat(moment)
        read = Checkpoint(origin, int(size), base64.b64decode(root, validate=True), made_at)
    except (ValueError, binascii.Error) as problem:
        raise NotACheckpoint("this is not a checkpoint of Meldklok") from problem
    if read.size < 0 or len(read.root) != 32 or made_at.tzinfo is None:
        raise NotACheckpoint("this is not a checkpoint of Meldklok")
    return read


def _signed(text: str, line: str, name: str, public: bytes) -> bool:
    try:
        dash, signer, encoded = line.split(" ")
        signature = base64.b64decode(encoded, validate=True)
        if (dash, signer, signature[:4]) != (DASH, name, key_id(name, public)):
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True
