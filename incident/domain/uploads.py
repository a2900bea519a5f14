"""Which files are taken in, and as what: judged by their content, not by what they claim to be."""

from mmap import mmap
from typing import TypeAlias

import puremagic

from incident.domain.kernel.errors import Invalid

Content: TypeAlias = bytes | mmap
"""The bytes of a file: in memory, or mapped into it from the disk where they are many."""

BY_SUFFIX = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
}
TEXT_SUFFIXES = {
    "txt": "text/plain",
    "log": "text/plain",
    "csv": "text/csv",
    "eml": "message/rfc822",
    "json": "application/json",
}
CONTAINERS = {"docx", "xlsx", "odt", "ods", "zip"}


def media_type(filename: str, content: Content) -> str:
    """The media type of an accepted file. Raises Invalid at ``file`` when name and content do not fit together."""
    suffix = filename.rpartition(".")[2].lower()
    if suffix in TEXT_SUFFIXES:
        if b"\x00" in content[:4096]:
            raise Invalid("This file is called a text but is none. Attach it under its real name.", field="file")
        return TEXT_SUFFIXES[suffix]
    if suffix not in BY_SUFFIX:
        raise Invalid(
            "Files of this kind are not taken. Attach a PDF, picture, document, table, text or ZIP file.", field="file"
        )
    if not _fits(suffix, content):
        raise Invalid(
            "The content of this file is not what its name says. Attach it under its real name.", field="file"
        )
    return BY_SUFFIX[suffix]


def _fits(suffix: str, content: Content) -> bool:
    if suffix in CONTAINERS:
        return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")
    try:
        found = {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return False
    return BY_SUFFIX[suffix] in found
