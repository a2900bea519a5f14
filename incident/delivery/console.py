"""Where no channel is set up: messages become log events, so that a trial installation shows what it would send."""

import structlog

from incident.delivery.messages import MessageTexts
from incident.usecases.messages.ports import OutgoingMessage, Receipt

log = structlog.get_logger(__name__)


class ConsoleMessenger:
    """Writes one event per message: the case and the short line, no address."""

    def __init__(self, texts: MessageTexts) -> None:
        self._texts = texts

    def send(self, message: OutgoingMessage) -> Receipt:
        """Log the message; never fails."""
        rendered = self._texts.render(message)
        log.info("message", case=message.incident_reference, channel=message.channel, text=rendered.short)
        return Receipt(f"console:{message.id}")
