"""The canonical form of a row, and the salted hash by which an audit entry commits to it.

The form is JSON with sorted keys, without spaces, in UTF-8; instants are UTC with microseconds, bytes are hexadecimal.
The hash is HMAC-SHA256 under a salt that is kept with the row: who erases the row and its salt leaves a value from
which nothing can be guessed, and the chain still verifies.
"""

import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from json import encoder as json_encoder
from typing import cast
from uuid import UUID

from incident.domain.kernel.json import Json

SALT_BYTES = 16
_JSON = frozenset({str, int, bool, dict, list, type(None)})
# The encoder of the library makes this one anew for each document, which takes as long again as to use it.
# The last three: sorted keys, none of them left out, and any number.
_refuse = json.JSONEncoder().default
_quoted: Callable[[str], str] = json_encoder.encode_basestring
_encode = json_encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, _refuse, _quoted, None, ":", ",", True, False, True
)
GONE = ""
"""What an entry commits to when it takes a row away."""


class Written(str):
    """A document in its canonical form already, where a bare ``str`` is a text that stands in one."""

    __slots__ = ()


def new_salt() -> str:
    """A fresh salt, as hexadecimal digits."""
    return secrets.token_hex(SALT_BYTES)


def plain(value: object) -> Json:
    """A column's value as JSON has it."""
    if type(value) in _JSON:
        return cast(Json, value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    return value.hex() if isinstance(value, bytes) else value


@lru_cache(maxsize=8192)
def instant(value: datetime) -> str:
    """Rows that are written together mostly share their instants."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(content: Mapping[str, object]) -> str:
    """The one text that stands for this content."""
    return written({key: value if type(value) in _JSON else plain(value) for key, value in content.items()})


def canonical_rows(columns: Mapping[str, Sequence[object]]) -> Iterator[str]:
    """The same for each of many rows, by their columns: of a value that rows of a column share one text is made."""
    form = written_parts({name: "%s" for name in columns})
    return map(form.__mod__, zip(*(_texts(columns[name]) for name in sorted(columns)), strict=True))


def _texts(values: Sequence[object]) -> list[str]:
    try:
        distinct = set(values)
    except TypeError:
        return [written(value) for value in values]
    texts = {value: _quoted(value) if type(value) is str else _text(value) for value in distinct}
    return [texts[value] for value in values]


def _text(value: object) -> str:
    return f'"{instant(value)}"' if isinstance(value, datetime) else written(plain(value))


def written(document: object) -> Written:
    """JSON with sorted keys and without spaces, by an encoder that is made once."""
    return document if type(document) is Written else Written("".join(_encode(document, 0)))


def written_parts(parts: Mapping[str, str]) -> Written:
    """An object whose members are written already."""
    return Written(f"{{{','.join([f'{_quoted(name)}:{parts[name]}' for name in sorted(parts)])}}}")


def commitment(salt: str, content: Mapping[str, object]) -> str:
    """The salted hash of the content, as hexadecimal digits."""
    return salted(salt, canonical(content))


def salted(salt: str, text: str) -> str:
    """The same of a content that is canonical already."""
    return hmac.digest(bytes.fromhex(salt), text.encode("utf-8", "surrogatepass"), "sha256").hex()
