"""Ask a time-stamp authority for its stamp on a checkpoint (RFC 3161, section 3.4: over HTTP)."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
from cryptography.x509 import Certificate

from incident.delivery.punctual_http import punctual_client
from incident.store.proof.timestamp import BadStamp, question, stamped_at

SECONDS = 15
"""How long connecting and all of the answer may take, together."""
LONGEST = 100_000
"""Bytes; a stamp with its certificates has some five thousand."""


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority: where it is asked, and whose signature its stamps must bear."""

    url: str
    trusted: Sequence[Certificate]

    def stamp(self, note: str) -> tuple[bytes, datetime]:
        """Its stamp on the note, checked, and the moment in it. Raises BadStamp with the reason."""
        asked = question(note)
        try:
            content = self._answer(asked.as_bytes())
        except httpx.TimeoutException as problem:
            raise BadStamp("the answer took too long") from problem
        except httpx.HTTPError as problem:
            raise BadStamp(type(problem).__name__) from problem
        return content, stamped_at(content, note, self.trusted, asked)

    def _answer(self, asked: bytes) -> bytes:
        """What it says, read piece by piece: an answer without an end fills neither memory nor the day."""
        headers = {"Content-Type": "application/timestamp-query", "Accept-Encoding": "identity"}
        content = bytearray()
        with (
            punctual_client(SECONDS, ssl.create_default_context()) as client,
            client.stream("POST", self.url, content=asked, headers=headers) as answer,
        ):
            for piece in answer.raise_for_status().iter_raw():
                content += piece
                if len(content) > LONGEST:
                    raise BadStamp("the answer is too long")
        return bytes(content)
