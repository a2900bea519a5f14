"""What somebody uploaded: small files lie in memory, large ones stay on the disk and are mapped."""

from io import SEEK_END
from mmap import ACCESS_READ, mmap
from typing import IO, Final

from werkzeug.datastructures import FileStorage

from incident.domain.uploads import Content

MAPPED_FROM: Final = 1024 * 1024


def content_of(file: FileStorage) -> Content:
    """The bytes of the file, which can be asked for again; those of one above a MiB are not held in memory."""
    size = file.stream.seek(0, SEEK_END)
    file.stream.seek(0)
    if size >= MAPPED_FROM:
        file.stream.flush()
        return mapped(file.stream)
    content = file.stream.read()
    file.stream.seek(0)
    return content


def mapped(file: IO[bytes]) -> Content:
    """The bytes of a file of the disk, which may be closed afterwards."""
    return mmap(file.fileno(), 0, access=ACCESS_READ)
