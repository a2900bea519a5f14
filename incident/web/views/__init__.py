"""The pages, one group per module; each has a blueprint named ``bp``."""

from importlib import import_module

from flask import Flask

GROUPS = (
    "setup",
    "preferences",
    "account",
    "people",
    "powers",
    "health",
    "settings",
    "notice_templates",
    "report",
    "board",
    "incident",
    "triage",
    "facts",
    "presets",
    "risk",
    "decisions",
    "notices",
    "timeline",
    "tasks",
    "evidence",
    "record",
    "closing",
    "register",
    "imports",
    "insight",
    "ladder",
    "roster",
    "drill",
    "duties",
    "regimes",
    "channels",
    "tokens",
)


def register_views(app: Flask) -> None:
    """Register every page group."""
    for name in GROUPS:
        app.register_blueprint(import_module(f"incident.web.views.{name}").bp)
