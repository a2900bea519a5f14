"""What leaves for Slack: messages, cards, headlines, rooms. What comes in is read by the package `bot`."""
