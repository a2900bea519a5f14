"""Deadlines, the reminders planned on them and fired, the ladder, the calendar."""
