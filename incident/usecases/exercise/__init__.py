"""Exercises: start one, let its script come in, end it, and read what the record says of it."""
