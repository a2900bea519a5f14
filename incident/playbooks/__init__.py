"""Checklists by kind of incident, as data: containment first."""
