"""Where neither e-mail nor Slack is set up: the terminal shows what nobody gets, so that a trial can be followed.

What is shown here was sent to nobody; the outbox keeps it under an outcome of its own. The text stands beside the log,
not in it: it names colleagues, and the log names nobody.
"""

import sys

from incident.delivery.messages import MessageTexts
from incident.usecases.messages.ports import OutgoingMessage, Receipt

RULE = "-" * 72


class TerminalMessenger:
    """Writes each message in full to what standard output is at that moment; several threads may share one."""

    def __init__(self, texts: MessageTexts) -> None:
        self._texts = texts

    def send(self, message: OutgoingMessage) -> Receipt:
        """Show the message; never fails. Its receipt proves only that it was shown."""
        rendered = self._texts.render(message)
        lines = (
            RULE,
            "NOT SENT: no channel is set up, this is shown in the terminal only.",
            f"To: {message.recipient}",
            f"Subject: {rendered.subject}",
            "",
            rendered.text.rstrip(),
            RULE,
        )
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        return Receipt("terminal")
