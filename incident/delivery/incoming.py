"""Read one mail as it came over the wire. Anybody may have written it, by hand and in bad faith.

Nothing here raises for what stands in it. What cannot be read is left to the mail itself, which is kept whole.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import parseaddr, parsedate_to_datetime
from html import unescape
from mimetypes import guess_extension
from typing import Final, TypeVar
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from incident.domain.kernel.text import LINE, clean
from incident.law.texts import LANGUAGES
from incident.usecases.messages.outsiders import LONGEST_ADDRESS
from incident.usecases.response.by_mail import Mail, Nature
from incident.usecases.response.public_report import Handed

LARGEST: Final = 50 * 1024 * 1024
"""Bytes. Mail servers take less."""
MOST_LINES: Final = 1_500_000
"""A mail of the largest size has half as many; of empty lines reading would take minutes."""
MOST_PARTS: Final = 200
LONGEST_HEADER: Final = 4_000
LONGEST_NAME: Final = 120
LONGEST_HTML: Final = 4_000_000
MOST_ANSWERED: Final = 100
SUBJECT: Final = 500
NOT_FOR_TEXT: Final = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})
"""Codecs of Python that no mail is written in, some of them slow."""
ANSWERS: Final = ("In-Reply-To", "References")
RETURNED: Final = frozenset({"delivery-status", "disposition-notification"})
FOR_MANY: Final = ("List-Id", "List-Unsubscribe", "X-Auto-Response-Suppress", "Feedback-ID")
_OURS = re.compile(r"<([0-9a-f]{32})@")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,200}>")
_SPACE = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
BREAKS: Final = frozenset({"br", "/p", "/div", "/li", "/tr", "/ul", "/blockquote", *(f"/h{n}" for n in range(1, 7))})
HIDDEN: Final = frozenset({"head", "script", "style", "title", "template"})
COMMENT_END: Final = "-->"

T = TypeVar("T")


def read_mail(raw: bytes) -> Mail:
    """What a mail says. Where its parts cannot be read there is no text and no file, and it says so."""
    headers = _Headers(BytesHeaderParser().parsebytes(raw))
    sender, name = headers.sender()
    body = _tried(lambda: _Body(raw), None)
    return Mail(
        raw=raw,
        message_id=headers.message_id(),
        nature=headers.nature(),
        sender=sender,
        name=name,
        subject=_line(headers.words("Subject"), SUBJECT),
        text=body.text() if body else "",
        language=headers.language(),
        arrived_at=headers.arrived_at(),
        answers=headers.answers(),
        files=tuple(body.files) if body else (),
        lost=tuple(body.lost) if body else (),
        is_readable=body is not None,
    )


def _tried(read: Callable[[], T], otherwise: T) -> T:
    """The library raises whatever it meets in a mail that somebody has broken; none of it may lose a report."""
    try:
        return read()
    except Exception:
        return otherwise


class _Headers:
    """The headers of a mail. The first one of a name is the newest: each server writes above what it got."""

    def __init__(self, message: "Message[str, str]") -> None:
        self._all = [(name.lower(), _unfolded(str(value))) for name, value in message.raw_items()]
        self._kind = _tried(message.get_content_type, "")
        self._about = _tried(lambda: str(message.get_param("report-type", "")).lower(), "")

    def words(self, name: str) -> str:
        """A header as people read it, or nothing."""
        return _words(self._first(name))

    def _first(self, name: str) -> str:
        return next((value for known, value in self._all if known == name.lower()), "")

    def _has(self, name: str) -> bool:
        return any(known == name.lower() for known, _ in self._all)

    def sender(self) -> tuple[str, str]:
        """Address and name of who is said to have written it; an address that nothing can be sent to is none."""
        named, address = _tried(lambda: parseaddr(self._first("From")), ("", ""))
        name = _line(_words(named), LINE)
        with suppress(EmailNotValidError, ValueError):
            found = validate_email(address, check_deliverability=False).normalized
            if len(found) <= LONGEST_ADDRESS:
                return found, name
        return "", name

    def message_id(self) -> str:
        """The number that its sender's program gave it, or nothing."""
        found = _MESSAGE_ID.search(self._first("Message-ID"))
        return found.group() if found else ""

    def answers(self) -> tuple[UUID, ...]:
        """The messages it refers to, as far as they may be ours."""
        named = (found for name in ANSWERS for found in _OURS.findall(self._first(name)))
        return tuple(UUID(number) for number in list(dict.fromkeys(named))[-MOST_ANSWERED:])

    def nature(self) -> Nature:
        """Whether somebody wrote it, or a program made it, answered or returned it (RFC 3834)."""
        submitted = self._first("Auto-Submitted").partition(";")[0].strip().lower() or "no"
        precedence = self._first("Precedence").strip().lower()
        by_machine = submitted != "no" or precedence in ("bulk", "junk", "list") or any(map(self._has, FOR_MANY))
        if self._has("X-Meldklok-Attempt"):
            return Nature.OURS
        if submitted.startswith("auto-replied") or precedence == "auto_reply" or self._is_returned():
            return Nature.ANSWERED
        if self._has("X-Autoreply") or self._has("X-Autorespond"):
            return Nature.ANSWERED
        if (submitted != "no" or precedence in ("bulk", "junk")) and any(map(self._has, ANSWERS)):
            return Nature.ANSWERED
        if by_machine or self._first("X-Spam-Flag").strip().lower() == "yes":
            return Nature.MADE
        return Nature.WRITTEN

    def _is_returned(self) -> bool:
        """Whether it comes from a mail server and not from a sender."""
        if self._kind == "multipart/report" and self._about in RETURNED:
            return True
        mailbox = self.sender()[0].partition("@")[0].lower()
        return self._first("Return-Path").strip() == "<>" or mailbox == "mailer-daemon"

    def language(self) -> str:
        """The language of its sender's program; Dutch where it says none of ours."""
        said = f"{self._first('Content-Language')},{self._first('Accept-Language')}".lower()
        return next((part.strip()[:2] for part in said.split(",") if part.strip()[:2] in LANGUAGES), "nl")

    def arrived_at(self) -> datetime | None:
        """When our own mail server took it: what it has waited there is no time that was not there."""
        moment = _tried(lambda: parsedate_to_datetime(self._first("Received").rpartition(";")[2].strip()), None)
        if moment is None or moment.tzinfo is None:
            return None
        return _tried(lambda: moment.astimezone(UTC), None)


class _AsWritten(Compat32):
    """Headers of parts with the bytes that some programs write into them as they are."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value as people read it."""
        return _decoded(value.encode("utf-8", "surrogateescape"), None)


class _Body:
    """The text and the files of a mail."""

    def __init__(self, raw: bytes) -> None:
        if raw.count(b"\n") > MOST_LINES:
            raise ValueError
        self.files: list[Handed] = []
        self.lost: list[str] = []
        self._texts: list[tuple[int | None, bool, str]] = []
        for number, (choice, part) in enumerate(_parts(message_from_bytes(raw, policy=_AsWritten()))):
            if number >= MOST_PARTS:
                self.lost.append("…")
                break
            self._take(choice, part)

    def text(self) -> str:
        """What people read; of several forms of the same text the plain one, where it says anything."""
        plain = {choice for choice, is_html, text in self._texts if choice is not None and not is_html and text.strip()}
        kept = (text for choice, is_html, text in self._texts if not (is_html and choice in plain))
        return "\n\n".join(text.strip() for text in kept if text.strip())

    def _take(self, choice: int | None, part: "Message[str, str]") -> None:
        kind = part.get_content_type()
        name = _tried(lambda: _file_name(part), "")
        is_file = bool(name) or _tried(part.get_content_disposition, None) == "attachment"
        if not is_file and (kind in ("text/plain", "text/html") or kind.startswith("multipart/")):
            text = _decoded(_bytes(part), _tried(part.get_content_charset, None))
            is_html = kind == "text/html"
            self._texts.append((choice, is_html, _text_of(text) if is_html else _clean(text)))
            return
        name = name or f"{len(self.files) + len(self.lost) + 1}{_ending(kind)}"
        content = _tried(lambda: _bytes(part), b"")
        if content:
            self.files.append(Handed(name, content))
        else:
            self.lost.append(name)


def _parts(message: "Message[str, str]") -> Iterator[tuple[int | None, "Message[str, str]"]]:
    """Every part that holds something, in order, each with the choice it belongs to; a mail in a mail is a file."""
    waiting: list[tuple[int | None, Message[str, str]]] = [(None, message)]
    while waiting:
        choice, part = waiting.pop()
        if part.get_content_maintype() != "multipart" or not part.is_multipart():
            yield choice, part
            continue
        inner = list(part.get_payload())
        within = id(part) if part.get_content_type() == "multipart/alternative" else choice
        waiting += [(within, one) for one in reversed(inner) if isinstance(one, Message)]


def _bytes(part: "Message[str, str]") -> bytes:
    if part.is_multipart():
        return b"\r\n".join(one.as_bytes() for one in part.get_payload() if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(part: "Message[str, str]") -> str:
    """The name of a file, by RFC 2231 or as many programs write it; its last letters say what it is, so they stay."""
    named = part.get_filename() or ""
    if part.get_content_type() == "message/rfc822" and not named:
        named = "mail.eml"
    name = _line(_words(named).replace("\\", "/").rpartition("/")[2], LONGEST_HEADER)
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME or not dot or len(ending) > 10:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def _ending(kind: str) -> str:
    return ".eml" if kind == "message/rfc822" else guess_extension(kind) or ""


def _unfolded(value: str) -> str:
    return " ".join(value[:LONGEST_HEADER].splitlines())


def _words(value: str) -> str:
    """A header with its encoded words, and with the bytes that some programs write as they are."""
    found = _tried(lambda: decode_header(value[:LONGEST_HEADER]), [(value, None)])
    return "".join(_decoded(_as_bytes(part), charset) for part, charset in found)


def _as_bytes(part: str | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")


def _decoded(content: bytes, charset: str | None) -> str:
    """The text in the first encoding that fits; the last one fits whatever it is."""
    for name in (charset, "utf-8"):
        with suppress(LookupError, ValueError):
            if name and codecs.lookup(name).name not in NOT_FOR_TEXT:
                return content.decode(name)
    return content.decode("cp1252", "replace")


def _text_of(html: str) -> str:
    """HTML as text, in one pass: parsers of HTML take minutes for what is nested without end."""
    first, *pieces = html[:LONGEST_HTML].replace("\n", " ").split("<")
    said, hidden_until = [first], ""
    for piece in pieces:
        tag, _, after = piece.partition(">")
        name = tag.strip().partition(" ")[0].rstrip("/").lower()
        if hidden_until:
            if hidden_until == COMMENT_END and COMMENT_END in piece:
                hidden_until, after = "", piece.partition(COMMENT_END)[2]
            elif name == hidden_until:
                hidden_until = ""
            else:
                continue
        elif piece.startswith("!--"):
            _, ended, after = piece.partition(COMMENT_END)
            hidden_until = "" if ended else COMMENT_END
        elif name in HIDDEN:
            hidden_until, after = f"/{name}", ""
        elif not piece[:1].isalpha() and piece[:1] not in ("/", "!", "?"):
            name, after = "", f"<{piece}"
        said.append(f"\n{after}" if name in BREAKS else after)
    lines = (_SPACE.sub(" ", line).strip() for line in _clean(unescape("".join(said))).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _clean(text: str) -> str:
    """Without what no database may carry; how much of it is kept is not decided here."""
    return clean(text, field="text", limit=4 * len(text) + 4)


def _line(text: str, limit: int) -> str:
    return " ".join(_clean(text).split())[:limit].strip()
