"""The pages, one group per module; each has a blueprint named ``bp``."""

from importlib import import_module
from types import ModuleType

from flask import Flask

GROUPS = (
    "setup",
    "preferences",
    "account",
    "passkeys",
    "provider",
    "people",
    "portals",
    "powers",
    "health",
    "help",
    "settings",
    "notice_templates",
    "report",
    "door",
    "doors",
    "reporter",
    "shared",
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
    "restriction",
    "register",
    "imports",
    "processing",
    "insight",
    "ladder",
    "roster",
    "drill",
    "exercises",
    "duties",
    "regimes",
    "channels",
    "subscriptions",
    "retention",
    "tokens",
)


def load_views() -> list[ModuleType]:
    """The modules of all page groups, and with them nearly everything that an application is made of."""
    return [import_module(f"incident.web.views.{name}") for name in GROUPS]


def register_views(app: Flask) -> None:
    """Register every page group."""
    for group in load_views():
        app.register_blueprint(group.bp)
