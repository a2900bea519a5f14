"""Checks of the mails that people report by: whether we get into their mailbox, and what could not be taken in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from incident.delivery.mailbox import Mailbox, MailboxTrouble, Place
from incident.delivery.mailbox_token import Tokens
from incident.doctor.database import connection
from incident.doctor.finding import Finding, fail, ok
from incident.domain.mail_words import WHY, Trouble, where
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.mail_intake import MAILBOX, stuck_mail

NAME = "reports by mail"
SECONDS = 20
CURE: Final = "Check INTAKE_IMAP_URL: host, name, password and folder, and whether a firewall is in between."
CURES: Final = {
    Trouble.TOKEN_AWAY: "Check INTAKE_OAUTH_TOKEN_URL, and whether a firewall is in between.",
    Trouble.TOKEN: "Check the settings INTAKE_OAUTH_…, and whether the secret or the certificate has expired.",
    Trouble.NOT_ADMITTED: "Give the application its permission and let it into this mailbox; docs/mail.md says how.",
}


def entry(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the mailbox lets us in; silent where there is none. Nothing in it is touched."""
    if settings.intake_imap_url is None:
        return
    place = Place.from_url(settings.intake_imap_url)
    try:
        tokens = Tokens.of(settings, FixedClock(now))
        with Mailbox(place, seconds=SECONDS, token=tokens.token() if tokens else None) as box:
            number = len(box.waiting())
    except MailboxTrouble as problem:
        cure = CURES.get(problem.reason, CURE)
        sentence = "We do not get into the mailbox at %(server)s. %(reason)s"
        yield fail(NAME, sentence, cure, server=place.host, reason=WHY[problem.reason])
        return
    yield ok(NAME, "The mailbox at %(server)s lets us in; mails in it: %(number)s.", server=place.host, number=number)


def stuck(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Which mails with reports wait outside, and why; silent where there is no database."""
    try:
        with connection(settings) as opened, Session(opened) as session:
            waiting = stuck_mail(session, now)
    except SQLAlchemyError:
        return
    for mail in waiting:
        if mail.name == MAILBOX:
            continue  # Whether we get into it is asked anew above.
        place, values = where(mail.name)
        day = mail.since.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
        sentence = "Not taken in since %(day)s: %(place)s. %(reason)s"
        cure = "Read it there: what it says is on record nowhere else."
        yield fail(NAME, sentence, cure, day=day, place=place % values, reason=WHY[Trouble(mail.reason)])
