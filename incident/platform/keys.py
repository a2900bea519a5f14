"""Keys of the installation: made once for the embedded default, demanded from the operator everywhere else."""

import base64
import binascii
import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from incident.platform.problem import SettingsError

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
        write_new(draft, fresh())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def in_use(database: Path) -> bool:
    """Whether this SQLite file holds something sealed, for which a new key would be the wrong one."""
    if not database.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM kept_secret LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError as problem:
        return "no such table" not in str(problem)
    except sqlite3.DatabaseError:
        return True


def fresh() -> str:
    """A new encryption key, as text."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def add_first(path: Path) -> None:
    """Put a new key before the one in the file, unless a rotation that was cut off has done so already."""
    kept = path.read_text(encoding="ascii").strip()
    if "," not in kept:
        _replace(path, f"{fresh()},{kept}")


def keep_first(path: Path) -> None:
    """Keep only the first key of the file: the others open nothing any more."""
    _replace(path, path.read_text(encoding="ascii").strip().partition(",")[0])


def _replace(path: Path, text: str) -> None:
    """Write the file aside and rename it: it is the old one or the new one, also when the power fails."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_new(draft, text)
    draft.replace(path)


def write_new(path: Path, text: str) -> None:
    """Write keys into a new file that only its owner reads. Raises FileExistsError where there is one, and OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())


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
