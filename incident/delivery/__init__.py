"""The ways out of the house besides Slack: e-mail, webhook, further services, the terminal."""
