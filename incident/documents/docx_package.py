"""The ZIP around a Word file: read with care, written with the same bytes each time."""

import io
import zipfile
from typing import Final

from incident.domain.kernel.errors import Invalid

MAX_TEMPLATE: Final = 20 * 1024 * 1024
"""Largest house template that is taken, in bytes."""

_MAX_UNPACKED: Final = 100 * 1024 * 1024
_MAX_PARTS: Final = 2_000
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def stable(package: bytes) -> bytes:
    """``package`` with its parts in a fixed order and without the time of writing."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        first = "[Content_Types].xml"
        for name in sorted(source.namelist(), key=lambda name: (name != first, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            made.writestr(entry, source.read(name))
    return target.getvalue()


def check_package(package: bytes) -> None:
    """Raise ``Invalid`` unless ``package`` is a Word file of a sane size: no other file, no ZIP bomb, no macros."""
    if len(package) > MAX_TEMPLATE:
        raise Invalid("This Word template is larger than %(limit)s MB.", field="file", limit=MAX_TEMPLATE // 2**20)
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as source:
            entries = source.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Invalid("This file is not a Word document (.docx).", field="file") from error
    names = {entry.filename for entry in entries}
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        raise Invalid("This file is not a Word document (.docx).", field="file")
    if len(entries) > _MAX_PARTS or sum(entry.file_size for entry in entries) > _MAX_UNPACKED:
        raise Invalid("This Word template unpacks to far too much. Save it anew in Word.", field="file")
    if any("vbaproject" in name.lower() for name in names):
        raise Invalid("This Word template has macros. Save it as a plain .docx without them.", field="file")
