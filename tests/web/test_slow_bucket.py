"""Files may lie in a bucket, which may be slow: no page asks it while everybody else waits to write."""

import struct
import zlib

from incident.domain.kernel.people import Role
from tests.web.client import Visitor
from tests.web.conftest import Team


def picture() -> bytes:
    """The smallest PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(4))) + chunk(b"IEND", b"")


def attach(dpo: Visitor) -> str:
    dpo.get("/report")
    address = f"/incidents/{dpo.submit('/report', summary='A lost telephone').path.split('/')[2]}/evidence"
    dpo.get(address)
    (file,) = dpo.submit("/evidence", file=("mail.eml", b"Received: from elsewhere")).links("/evidence/")
    return file


def test_no_page_asks_a_bucket_while_others_wait_to_write(lite: Team, hurried: list[str]) -> None:
    """Evidence, its reading, a logo, and a table before it is imported."""
    dpo = lite.visitor("Femke", Role.DPO, Role.ADMIN)
    with dpo.client.get(attach(dpo)) as read:
        assert read.data == b"Received: from elsewhere"
    dpo.get("/settings/notices")
    kept = dpo.submit("/house/logo", file=("logo.png", picture()))
    assert "Kept. New files use it." in kept.text, kept.problems
    dpo.get("/register/import")
    assert "old.csv" in dpo.submit(file=("old.csv", b"Reference;Summary\n1;A letter went astray\n")).text
    assert hurried == []
