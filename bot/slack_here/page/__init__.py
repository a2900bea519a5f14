"""The page of the local Slack: conversations, forms and people to switch between, drawn by small parts of our own."""
