"""The Slack bot: thin listeners over the same use cases as the pages."""
