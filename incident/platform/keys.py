"""Keys of the installation: made once for the embedded default, demanded from the operator everywhere else."""

import base64
import binascii
import hmac
import os
import secrets
from pathlib import Path

from incident.platform.environment import SettingsError

KEY_BYTES = 32
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 10


def generated(path: Path) -> str:
    """The key kept in `path` (mode 0600), made there on the first call; processes that start together get the same.

    The key is written to a private file first and then linked into place: a link never overwrites and is never half
    there, so whoever comes second reads what the first one wrote.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def derived(secret: str, purpose: str) -> bytes:
    """A key of its own for `purpose`, computed from `secret` by HMAC-SHA256: the same in every process."""
    return hmac.digest(secret.encode(), f"meldklok: {purpose}".encode(), "sha256")


def strong(name: str, key: str) -> str:
    """`key`, unless it is easy to guess: too short or of too few different characters."""
    if len(key) < SHORTEST_SECRET or len(set(key)) < FEWEST_CHARACTERS:
        raise SettingsError(
            name,
            f"{name} is too weak: give at least {SHORTEST_SECRET} random characters, "
            f'for example from `python3 -c "import secrets; print(secrets.token_urlsafe(48))"`.',
        )
    return key


def encryption_keys(name: str, text: str) -> tuple[bytes, ...]:
    """The keys in `text`, base64 of 32 bytes each and separated by commas: the first encrypts, all of them decrypt."""
    try:
        keys = tuple(base64.b64decode(part.strip(), validate=True) for part in text.split(","))
    except (binascii.Error, ValueError) as problem:
        raise SettingsError(name, f"{name} must be base64 of {KEY_BYTES} random bytes.") from problem
    if any(len(key) != KEY_BYTES or len(set(key)) < FEWEST_CHARACTERS for key in keys):
        raise SettingsError(
            name, f"{name} must be base64 of {KEY_BYTES} random bytes; several are separated by commas."
        )
    return keys
