"""The ways out of the house: one messenger per channel, built from the settings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incident.delivery.messages import MessageTexts
    from incident.platform.settings import Settings
    from incident.usecases.messages.ports import Messenger


def messengers_for(settings: "Settings") -> "Mapping[str, Messenger]":
    """The messengers of the channels that are set up; without e-mail and Slack the log takes their messages.

    What a channel needs is imported only when it is set up.
    """
    from incident.delivery.messages import MessageTexts
    from incident.usecases.messages.ports import Channel

    texts = MessageTexts(settings.base_url, settings.zone)
    found: dict[str, Messenger] = {}
    if settings.smtp_url and settings.mail_from:
        found[Channel.EMAIL] = _email(settings.smtp_url, settings.mail_from, texts)
    if settings.webhook_url and settings.webhook_secret:
        found[Channel.WEBHOOK] = _webhook(settings.webhook_url, settings.webhook_secret, texts)
    if settings.slack_bot_token:
        found[Channel.SLACK] = _slack(settings.slack_bot_token, settings.slack_api_url, texts)
    if settings.apprise_urls:
        found[Channel.APPRISE] = _further(settings.apprise_urls, texts)
    if not {Channel.EMAIL, Channel.SLACK} & found.keys():
        found |= _console(texts)
    return found


def _email(url: str, sender: str, texts: "MessageTexts") -> "Messenger":
    from incident.delivery.email import EmailMessenger, SmtpServer
    from incident.platform.clock import SystemClock

    return EmailMessenger(SmtpServer.from_url(url), sender, texts, SystemClock())


def _webhook(url: str, secret: str, texts: "MessageTexts") -> "Messenger":
    from incident.delivery.webhook import WebhookMessenger
    from incident.platform.clock import SystemClock

    return WebhookMessenger(url, secret, texts, SystemClock())


def _slack(token: str, base_url: str, texts: "MessageTexts") -> "Messenger":
    from incident.slack.messenger import SlackMessenger, outbox_client

    return SlackMessenger(outbox_client(token, base_url), texts)


def _further(addresses: tuple[str, ...], texts: "MessageTexts") -> "Messenger":
    from incident.delivery.apprise_channel import AppriseMessenger

    return AppriseMessenger(addresses, texts)


def _console(texts: "MessageTexts") -> "dict[str, Messenger]":
    from incident.delivery.console import ConsoleMessenger
    from incident.usecases.messages.ports import Channel

    console = ConsoleMessenger(texts)
    return {Channel.EMAIL: console, Channel.CONSOLE: console}
