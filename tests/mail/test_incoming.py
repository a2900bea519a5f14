"""Reading mails: what programs write is read, and what somebody breaks on purpose breaks nothing."""

import time
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident.delivery.incoming import LARGEST, read_mail
from incident.usecases.response.by_mail import Mail, Nature
from tests.mail.letters import PDF, PNG, WORDS, letter, raw, with_files


def names(mail: Mail) -> list[str]:
    return [file.filename for file in mail.files]


def test_what_a_person_writes_is_read() -> None:
    mail = read_mail(with_files(letter(), ("brief.pdf", PDF), ("foto.png", PNG)).as_bytes())
    assert (mail.sender, mail.name, mail.subject) == ("jan@example.net", "Jan Jansen", "Verkeerde brief")
    assert (mail.text, mail.message_id, mail.nature) == (WORDS, "<one@example.net>", Nature.WRITTEN)
    assert [(file.filename, file.content) for file in mail.files] == [("brief.pdf", PDF), ("foto.png", PNG)]
    assert mail.is_readable
    assert mail.lost == ()


def test_of_two_forms_of_one_text_the_plain_one_counts_and_html_alone_is_read() -> None:
    both = read_mail(letter(html="<p>The same in <b>HTML</b></p>").as_bytes())
    assert both.text == WORDS
    html = (
        "<html><head><title>x</title><style>p{color:red}</style></head><body><script>alert(1)</script>"
        "<p>Een&nbsp;brief &lt;kwijt&gt;</p><ul><li>naam</li><li>BSN</li></ul>tot<br>morgen</body></html>"
    )
    assert read_mail(letter(None, html=html).as_bytes()).text.splitlines() == [
        "Een brief <kwijt>",
        "naam",
        "BSN",
        "",
        "tot",
        "morgen",
    ]
    blank = read_mail(letter(" \n", html="<p>Only here</p>").as_bytes())
    assert blank.text == "Only here"


def test_text_between_pictures_is_read_in_its_order() -> None:
    """Some programs cut a text into parts around each picture."""
    mail = EmailMessage()
    mail["From"] = "jan@example.net"
    mail.make_mixed()
    for content, kind in (("before", "text"), (PNG, "image"), ("after", "text")):
        part = EmailMessage()
        if isinstance(content, bytes):
            part.set_content(content, maintype=kind, subtype="png", disposition="inline", filename="a.png")
        else:
            part.set_content(content)
        mail.attach(part)
    found = read_mail(mail.as_bytes())
    assert (found.text, names(found)) == ("before\n\nafter", ["a.png"])


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('Content-Disposition: attachment; filename="brief.pdf"', "brief.pdf"),
        ("Content-Disposition: attachment; filename*=UTF-8''pati%C3%ABnt%20%E2%82%AC.pdf", "patiënt €.pdf"),
        ("Content-Disposition: attachment; filename*0*=iso-8859-1''pati%EB; filename*1=nt.pdf", "patiënt.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?B?cGF0acOrbnQucGRm?="', "patiënt.pdf"),
        ('Content-Type: application/pdf; name="=?iso-8859-1?Q?pati=EBnt.pdf?="', "patiënt.pdf"),
        ('Content-Disposition: attachment; filename="../../etc/brief.pdf"', "brief.pdf"),
        ('Content-Disposition: attachment; filename="C:\\\\Users\\\\jan\\\\brief.pdf"', "brief.pdf"),
        ("Content-Disposition: attachment; filename*=idna''%FF%FE.pdf", "1.pdf"),
        (f'Content-Disposition: attachment; filename="{"x" * 300}.pdf"', f"{'x' * 116}.pdf"),
        ("Content-Type: application/pdf", "1.pdf"),
        ('Content-Disposition: attachment; filename="a\x00b\u202e.pdf"', "ab\u202e.pdf"),
    ],
)
def test_names_of_files_are_read_as_programs_write_them(header: str, name: str) -> None:
    kind = "" if header.startswith("Content-Type") else "Content-Type: application/pdf\n"
    found = read_mail(raw(f"From: a@example.net\n{kind}{header}", PDF))
    assert names(found) == [name]


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("patiënt €".encode("cp1252"), "windows-1252"),
        ("patiënt €".encode(), "utf-8"),
        ("patiënt €".encode("cp1252"), "utf-8"),
        ("patiënt €".encode(), "no-such-charset"),
        ("patiënt €".encode(), "punycode"),
        ("patiënt €".encode(), "zip"),
        ("patiënt €".encode("utf-16"), "utf-16"),
    ],
)
def test_a_text_is_read_whatever_it_says_of_its_encoding(body: bytes, charset: str) -> None:
    found = read_mail(raw(f"From: a@example.net\nContent-Type: text/plain; charset={charset}", body))
    assert found.text == "patiënt €"


def test_headers_are_read_with_encoded_words_raw_bytes_and_folds() -> None:
    found = read_mail(
        raw("From: =?utf-8?q?Zo=C3=AB?= <zoe@example.net>\nSubject: =?utf-8?b?w6k=?=\n =?utf-8?b?w6s=?=\nX: y")
    )
    assert (found.name, found.subject) == ("Zoë", "éë")
    assert read_mail("Subject: Patiënt kwijt\r\n\r\nx".encode()).subject == "Patiënt kwijt"
    assert read_mail("Subject: Patiënt kwijt\r\n\r\nx".encode("cp1252")).subject == "Patiënt kwijt"
    assert len(read_mail(raw(f"Subject: {'x' * 1_000_000}", "")).subject) <= 500


@pytest.mark.parametrize(
    ("headers", "nature"),
    [
        ({}, Nature.WRITTEN),
        ({"Auto_Submitted": "no"}, Nature.WRITTEN),
        ({"In_Reply_To": "<x@y>"}, Nature.WRITTEN),
        ({"Auto_Submitted": "auto-replied"}, Nature.ANSWERED),
        ({"Auto_Submitted": "auto-replied; owner-email=x@example.net"}, Nature.ANSWERED),
        ({"Auto_Submitted": "auto-generated", "In_Reply_To": "<x@y>"}, Nature.ANSWERED),
        ({"Precedence": "bulk", "References": "<x@y>"}, Nature.ANSWERED),
        ({"Precedence": "auto_reply"}, Nature.ANSWERED),
        ({"X_Autoreply": "yes"}, Nature.ANSWERED),
        ({"Return_Path": "<>"}, Nature.ANSWERED),
        ({"From": "MAILER-DAEMON@example.net"}, Nature.ANSWERED),
        ({"X_Meldklok_Attempt": "1"}, Nature.OURS),
        ({"Auto_Submitted": "auto-generated"}, Nature.MADE),
        ({"X_Auto_Response_Suppress": "All"}, Nature.MADE),
        ({"Precedence": "list"}, Nature.MADE),
        ({"List_Id": "<all.example.net>"}, Nature.MADE),
        ({"X_Spam_Flag": "YES"}, Nature.MADE),
    ],
)
def test_what_a_machine_sent_is_told_from_what_a_person_wrote(headers: dict[str, str], nature: Nature) -> None:
    """An answer of a machine is no report; what a machine made may be one, such as the alarm of a scanner."""
    assert read_mail(letter(**headers).as_bytes()).nature is nature


def test_a_returned_mail_is_no_report() -> None:
    head = "From: postmaster@example.net\nContent-Type: multipart/report; report-type=delivery-status; boundary=x"
    assert read_mail(raw(head, "--x\r\n\r\nUndelivered\r\n--x--")).nature is Nature.ANSWERED


def test_only_what_can_be_a_number_of_ours_counts_as_answered() -> None:
    ours = "0123456789abcdef0123456789abcdef"
    found = read_mail(letter(In_Reply_To=f"<{ours}@example.org>", References="<x@y> <beef@example.org>").as_bytes())
    assert found.answers == (UUID(ours),)


def test_a_mail_in_a_mail_is_a_file() -> None:
    """Somebody forwards the phishing mail itself."""
    mail = letter()
    mail.add_attachment(letter("You have won", Subject="Prize", Message_ID="<evil@example.com>"))
    found = read_mail(mail.as_bytes())
    assert (found.text, names(found)) == (WORDS, ["mail.eml"])
    assert b"You have won" in found.files[0].content
    assert found.message_id == "<one@example.net>"


def nested(depth: int) -> bytes:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return b"From: a@example.net\r\n" + head.encode() + b"Content-Type: text/plain\r\n\r\ndeep"


HOSTILE = {
    "nothing": b"\n",
    "no headers": b"\r\n\r\nonly a text",
    "a header without end": b"Subject: " + b"x" * 3_000_000,
    "hundreds of thousands of headers": b"X: y\r\n" * 200_000,
    "deep": nested(5_000),
    "deep mails": b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
    "many parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000,
    "no boundary": raw("From: a@example.net\nContent-Type: multipart/mixed", "text"),
    "empty boundary": raw('Content-Type: multipart/mixed; boundary=""', "--\r\n\r\nx"),
    "bad base64": raw("Content-Type: application/pdf\nContent-Transfer-Encoding: base64", "!!!" * 1_000),
    "bad quoted": raw("Content-Transfer-Encoding: quoted-printable", "=ZZ=" * 1_000),
    "uuencoded": raw("Content-Transfer-Encoding: x-uuencode", "begin 999 ../x\r\nM\r\nend"),
    "bad encoded words": raw("Subject: =?utf-8?b?!!!?= =?x?q?=GG?= =?idna?b?////?=\nFrom: =?\x00?q?x?= <@@>"),
    "brackets without end": raw("From: " + "<(" * 50_000 + "\nSubject: " + "=?utf-8?q?" * 50_000),
    "comments in comments": raw("From: " + "(" * 2_000 + "a@b" + ")" * 2_000),
    "a group": raw("From: everybody:a@example.net,b@example.net;"),
    "addresses in quotes": raw('From: "a@example.org" <b@example.net>, c@example.com'),
    "bad dates": raw("Received: from x; Mon, 99 Foo 99999999999 99:99:99 +9999999\nDate: never"),
    "NUL": raw("From: a@example.net\nSubject: a\x00b", "\x00\x01\x02"),
    "only controls": raw("From: a@example.net", "\x00\x01\x02\x03"),
    "surrogates": raw("Subject: \udcff\udcfe\nContent-Type: text/plain; charset=utf-16-le", b"\x00\xd8\x00\xd8"),
    "unclosed HTML": raw("Content-Type: text/html", "<div>" * 100_000 + "<!--" * 100_000 + "text"),
    "HTML of brackets": raw("Content-Type: text/html", "<" * 1_000_000),
    "entities": raw("Content-Type: text/html", "&lt;script&gt;&#0;&#xD800;&#99999999999;" * 1_000),
    "winmail": raw("Content-Type: application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22" + b"\0" * 1_000),
    "only line ends": b"From: a@example.net\r\n\r\n" + b"\n" * 2_000_000,
    "parameters without end": raw("Content-Type: text/plain" + "; a*0*=x" * 20_000),
    "numbered parameters": raw("Content-Type: text/plain; " + "; ".join(f"name*{n}*=x" for n in range(5_000))),
    "an address without end": raw(f"From: {'a' * 200_000}@example.net"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_broken_on_purpose_is_read_as_far_as_it_goes_and_soon(what: str) -> None:
    before = time.process_time()
    found = read_mail(HOSTILE[what])
    assert time.process_time() - before < 10
    assert found.raw == HOSTILE[what]
    assert len(found.subject) <= 500
    assert len(found.sender) <= 120


def test_what_cannot_be_read_keeps_its_sender_and_its_number() -> None:
    found = read_mail(nested(5_000).replace(b"From:", b"Message-ID: <deep@example.net>\r\nFrom:"))
    assert (found.is_readable, found.sender, found.message_id) == (False, "a@example.net", "<deep@example.net>")


def test_of_endless_parts_the_rest_is_named_as_lost() -> None:
    assert read_mail(HOSTILE["many parts"]).lost == ("…",)


PIECES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"\r\n",
            b"\n\n",
            b"From: ",
            b"Subject: =?utf-8?q?",
            b"?=",
            b"Content-Type: multipart/alternative; boundary=b\r\n",
            b"Content-Type: message/rfc822\r\n",
            b"Content-Type: text/html; charset=",
            b"Content-Transfer-Encoding: base64\r\n",
            b"Content-Disposition: attachment; filename*0*=",
            b"--b\r\n",
            b"--b--\r\n",
            b"Message-ID: <a@b>\r\n",
            b"Received: x; Mon, 2 Mar 2026 10:00:00 +0100\r\n",
            b"Auto-Submitted: ",
            b"References: <",
            b"utf-7",
            b"''%FF",
        ]
    ),
)


@settings(max_examples=600)
@given(st.lists(PIECES, max_size=25).map(b"".join))
@example(b"")
def test_no_bytes_whatever_are_an_error(content: bytes) -> None:
    found = read_mail(content)
    assert found.raw == content
    for text in (found.subject, found.text, found.name, *(file.filename for file in found.files), *found.lost):
        assert "\x00" not in text
        text.encode()


def test_the_largest_mail_is_read_in_time() -> None:
    mail = with_files(letter(), ("big.pdf", PDF + b"\0" * (LARGEST // 2))).as_bytes()
    before = time.process_time()
    assert names(read_mail(mail)) == ["big.pdf"]
    assert time.process_time() - before < 30
