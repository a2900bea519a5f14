"""Files that leave the pages: always as attachments, never shown in place."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response


def attachment(content: bytes | str | Iterator[bytes], filename: str, media_type: str) -> Response:
    """A download with its name, in both notations that browsers know."""
    plain = "".join(mark if mark.isascii() and (mark.isalnum() or mark in "._- ") else "_" for mark in filename)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
    return Response(content, content_type=media_type, headers={"Content-Disposition": disposition})
