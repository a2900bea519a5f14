"""The ladder of reminders: its rungs, who stands on them, when they are due, what a sweep does."""
