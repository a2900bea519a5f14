"""The bytes of a letter by e-mail: any mail program reads from them what was written, and nothing else."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from incident.delivery.email import _wire
from incident.delivery.letter_mail import PersonalMail, write_letter

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HARD = [
    "Beste Ann,\n\nEr is iets gebeurd.\n",
    ".\n..\n.hidden\nend",
    "blank at the end \n\ttab\t\n  two \n",
    "één · ü · 漢字 · 🔒\n" * 40,
    "x" * 5_000 + "\n" + "wörd " * 900,
    "--=_letter\n--=_letter--\n=_letter= =3D =\n=\n",
    "a\r\nb\rc\nd",
    "",
]


def read(personal: PersonalMail, attempt: int = 1) -> EmailMessage:
    """What a mail program sees, after the way over the wire."""
    written = write_letter(personal, "fg@example.org", "key", attempt, NOW)
    over_the_wire = _wire(written.content)
    assert over_the_wire.endswith(b"\r\n.\r\n")
    received = over_the_wire.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
    assert max(map(len, received.split(b"\r\n"))) <= 998
    assert b"\n" not in received.replace(b"\r\n", b"")
    mail = message_from_bytes(received, _class=EmailMessage, policy=policy.default)
    assert mail["Message-ID"] == written.message_id
    assert mail.defects == []
    return mail


@pytest.mark.parametrize("text", HARD)
def test_the_texts_arrive_as_they_were_written(text: str) -> None:
    personal = PersonalMail("ann@example.org", "Datalek", text, f"<p>{text}</p>", "nl")
    mail = read(personal)
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == lines.rstrip("\n")
    assert html.get_content().replace("\r\n", "\n").rstrip("\n") == f"<p>{lines}</p>"


def test_the_headers_say_who_writes_and_whom_to_answer() -> None:
    """In whatever letters, and nothing of the case."""
    sender, subject = (
        "Zorg Groep Łódź, afdeling\nprivacy",
        "Er is iets gebeurd met uw gegevens · één\nregel " + "x" * 90,
    )
    mail = read(PersonalMail("ann@example.org", subject, "t", "<p>t</p>", "nl", sender, "fg@example.org"), attempt=3)
    (from_,) = mail["From"].addresses
    assert (from_.display_name, from_.addr_spec) == (" ".join(sender.split()), "fg@example.org")
    assert mail["Subject"] == " ".join(subject.split())
    assert (mail["To"], mail["Reply-To"], mail["X-Meldklok-Attempt"]) == ("ann@example.org", "fg@example.org", "3")
    assert (mail["Content-Language"], mail["Auto-Submitted"]) == ("nl", "auto-generated")
    assert mail["Date"].datetime == NOW
    assert {"References", "In-Reply-To", "X-Meldklok-Case", "Cc", "Bcc"}.isdisjoint(mail.keys())


def test_an_address_cannot_bring_a_header_of_its_own() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        read(PersonalMail("ann@example.org\r\nBcc: all@example.org", "s", "t", "h", "nl"))


def test_the_letters_of_two_people_differ_only_in_what_is_theirs() -> None:
    """What is kept of the headers is the same for all: no address stays behind."""
    one, two = (read(PersonalMail(f"{name}@example.org", "s", name, name, "nl")) for name in ("ann", "bo"))
    assert (one["To"], two["To"]) == ("ann@example.org", "bo@example.org")
    assert "ann" not in two.as_string()
