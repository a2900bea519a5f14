"""Further channels (Teams, PagerDuty, SMS, …) through the library apprise, which documents their addresses."""

import apprise

from incident.delivery.messages import MessageTexts
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage, Receipt


class AppriseMessenger:
    """Hands the short text to every address; the library says only whether all of them took it."""

    def __init__(self, addresses: tuple[str, ...], texts: MessageTexts) -> None:
        self._texts = texts
        self._apprise = apprise.Apprise()
        for address in addresses:
            if not self._apprise.add(address):
                raise ValueError("an address of a further channel cannot be read")

    def send(self, message: OutgoingMessage) -> Receipt:
        """Notify; raises DeliveryFailed, as passing, when an address did not take it: the library gives no reason."""
        rendered = self._texts.render(message)
        kind = apprise.NotifyType.FAILURE if message.urgent else apprise.NotifyType.INFO
        body = f"{rendered.short}\n{rendered.url}"
        if not self._apprise.notify(title=rendered.subject, body=body, notify_type=kind):
            raise DeliveryFailed("a further channel did not take the message")
        return Receipt(f"apprise:{message.id}")
