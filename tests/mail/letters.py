"""Mails as programs write them, and as somebody with bad intentions does."""

from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
WORDS = "Wij hebben een brief met uitslagen aan de verkeerde patiënt gestuurd."


def letter(text: str | None = WORDS, *, html: str | None = None, **headers: str) -> EmailMessage:
    """A mail as a person's program sends it; a header that is empty is left out."""
    mail = EmailMessage(policy=SMTP)
    usual = {
        "From": "Jan Jansen <jan@example.net>",
        "To": "datalek@example.org",
        "Subject": "Verkeerde brief",
        "Date": "Mon, 02 Mar 2026 08:55:00 +0000",
        "Message-ID": "<one@example.net>",
    }
    for name, value in {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        if value:
            mail[name] = value
    if text is not None:
        mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html") if text is not None else mail.set_content(html, subtype="html")
    return mail


def with_files(mail: EmailMessage, *files: tuple[str, bytes]) -> EmailMessage:
    """The mail with files attached."""
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def raw(head: str, body: Any = "") -> bytes:
    """A mail written by hand: nothing about it needs to be right."""
    content = body if isinstance(body, bytes) else str(body).encode()
    return head.strip().replace("\n", "\r\n").encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content
