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
LOGS = "meldklok"


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
        return f"{LOGS}/{sha256(self.public).hexdigest()[:16]}"

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
    """What a signed note says, once a signature fits ``public``; how a mail has broken its lines does not matter.

    Raises NotACheckpoint.
    """
    words = note.split()
    start = next((at for at, word in enumerate(words) if word.startswith(f"{LOGS}/")), len(words))
    checkpoint, signatures = _read_text(words[start : start + 4]), words[start + 4 :]
    if not any(_signed(checkpoint, signatures[at : at + 3], public) for at in range(0, len(signatures), 3)):
        raise NotACheckpoint("the signature is not that of this installation")
    return checkpoint


def _read_text(lines: Sequence[str]) -> Checkpoint:
    try:
        origin, size, root, moment = lines
        made_at = datetime.fromisoformat(moment)
        read = Checkpoint(origin, int(size), base64.b64decode(root, validate=True), made_at)
    except (ValueError, binascii.Error) as problem:
        raise NotACheckpoint("this is not a checkpoint of Meldklok") from problem
    if read.size < 1 or len(read.root) != 32 or made_at.tzinfo is None:
        raise NotACheckpoint("this is not a checkpoint of Meldklok")
    return read


def _signed(checkpoint: Checkpoint, words: Sequence[str], public: bytes) -> bool:
    try:
        dash, signer, encoded = words
        signature = base64.b64decode(encoded, validate=True)
        if (dash, signer, signature[:4]) != (DASH, checkpoint.origin, key_id(checkpoint.origin, public)):
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], checkpoint.text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True
