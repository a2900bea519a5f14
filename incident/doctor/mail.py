"""Check of the mail server: connect, protect, sign in; nothing is sent."""

import smtplib
import ssl
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from incident.doctor.finding import Finding, fail, ok, warn
from incident.doctor.reasons import reason
from incident.platform.settings import Settings
from incident.usecases.response.public_report import last_by_mail

TIMEOUT_SECONDS = 5.0
ADVICE = "Check SMTP_URL: host, port, user name and password, and whether a firewall is in between."


def server(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the mail server accepts our mail."""
    if settings.smtp_url is None:
        yield _without_mail(settings)
        return
    parts = urlsplit(settings.smtp_url)
    try:
        protected = _greet(parts)
    except (OSError, smtplib.SMTPException) as problem:
        sentence = "The mail server %(server)s refuses the connection: %(reason)s."
        yield fail("mail", sentence, ADVICE, server=parts.hostname, reason=_reason(problem))
        return
    if protected:
        yield ok("mail", "The mail server %(server)s accepts our mail, encrypted.", server=parts.hostname)
    else:
        advice = "Use a server with STARTTLS, or an address that starts with smtps://."
        sentence = "The mail server %(server)s accepts our mail, but without encryption."
        yield warn("mail", sentence, advice, server=parts.hostname)


def intake(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether people report by mail, and when one last did; silent where they do not, or there is no database."""
    address = settings.intake_address
    if address is None:
        return
    engine = create_engine(settings.database_url, poolclass=NullPool)
    try:
        with Session(engine) as session:
            last = last_by_mail(session)
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()
    if settings.smtp_url is None:
        sentence = "Reports by mail to %(address)s get no receipt, and nobody can ask their senders anything."
        yield warn("reports by mail", sentence, "Set SMTP_URL and MAIL_FROM.", address=address)
    if last is None:
        sentence = "No report by mail to %(address)s has come in so far."
        cure = "Write a mail to it, to see that your mail server hands it over: docs/mail.md."
        yield warn("reports by mail", sentence, cure, address=address)
        return
    day = last.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
    yield ok("reports by mail", "The last report by mail to %(address)s came in on %(day)s.", address=address, day=day)


def _without_mail(settings: Settings) -> Finding:
    cure = "Set SMTP_URL and MAIL_FROM."
    if settings.slack_bot_token is None:
        return fail("mail", "Neither e-mail nor Slack is set up: reminders reach nobody.", cure)
    return warn("mail", "E-mail is not configured: reminders go to Slack and the pages only.", cure)


def _greet(parts: SplitResult) -> bool:
    """Connect and sign in; the answer is whether the connection is encrypted."""
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        made: smtplib.SMTP = smtplib.SMTP_SSL(
            parts.hostname or "", parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        made = smtplib.SMTP(parts.hostname or "", parts.port or 587, timeout=TIMEOUT_SECONDS)
    with made as session:
        session.ehlo()
        protected = parts.scheme == "smtps"
        if not protected and session.has_extn("starttls"):
            session.starttls(context=context)
            session.ehlo()
            protected = True
        if parts.username:
            session.login(unquote(parts.username), unquote(parts.password or ""))
        session.noop()
    return protected


def _reason(problem: Exception) -> str:
    """The server's own words where it gave any, without our credentials."""
    if isinstance(problem, smtplib.SMTPResponseException):
        answer = problem.smtp_error
        return f"{problem.smtp_code} {answer.decode('ascii', 'replace') if isinstance(answer, bytes) else answer}"
    return reason(problem)
