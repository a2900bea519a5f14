"""The bytes of a letter by e-mail: one column of text first and HTML beside it, and nothing that names a case.

Ten thousand people get the same headers but for the address, so these are written once: to take them apart and put them
together again for each person takes longer than all the rest of sending a letter.
"""

from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import lru_cache
from typing import Final

from incident.delivery.email_message import message_id

_BOUNDARY: Final = b"=_letter"
"""It cannot stand in a text: there an equals sign is followed by digits or by the end of the line (RFC 2045, 6.7)."""


@dataclass(frozen=True, slots=True)
class PersonalMail:
    """The finished message for one person: ``sender`` is the name beside our address, ``reply_to`` who answers."""

    address: str
    subject: str
    text: str
    html: str
    language: str
    sender: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """What is handed in: the bytes, and the Message-ID in them."""

    message_id: str
    content: bytes


def write_letter(personal: PersonalMail, sender: str, key: str, attempt: int, at: datetime) -> WrittenMail:
    """A letter, not a robot's notice: no threading header names the case, an answer goes to people."""
    named = message_id(key, sender.rpartition("@")[2])
    own = f"Date: {format_datetime(at)}\r\nMessage-ID: {named}\r\nX-Meldklok-Attempt: {attempt}\r\n"
    same = [
        ("From", formataddr((_in_one_line(personal.sender), sender))),
        ("Subject", _in_one_line(personal.subject)),
        ("Reply-To", _in_one_line(personal.reply_to)),
        ("Content-Language", personal.language),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{_BOUNDARY.decode()}"'),
    ]
    head = b"".join(_same_for_all(name, value) for name, value in same if value)
    parts = _part("plain", personal.text) + _part("html", personal.html) + b"--" + _BOUNDARY + b"--\r\n"
    return WrittenMail(named, head + _header("To", personal.address) + own.encode() + b"\r\n" + parts)


def _header(name: str, value: str) -> bytes:
    """A header on the wire, folded and encoded. Raises ValueError for a value of several lines."""
    return SMTP.fold_binary(*SMTP.header_store_parse(name, value))


@lru_cache(maxsize=64)
def _same_for_all(name: str, value: str) -> bytes:
    """The same, kept: not for an address, which is nobody's business after the letter has left."""
    return _header(name, value)


def _part(kind: str, text: str) -> bytes:
    lines = b"\r\n".join([*text.encode().splitlines(), b""])
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return b"--" + _BOUNDARY + b"\r\n" + head.encode() + b2a_qp(lines, istext=True) + b"\r\n"


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
