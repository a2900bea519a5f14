"""Meldklok: records personal-data breaches, keeps the 72-hour clock, drafts the notices."""

__version__ = "0.1.0"
