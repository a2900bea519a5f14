"""What stands around every page: navigation and banners."""

from functools import lru_cache

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

import incident
from incident.domain.kernel.health import Health, Level, judge
from incident.domain.kernel.people import Role
from incident.domain.kernel.roles import Permission
from incident.store.db import db
from incident.store.queries.vital_signs import alarm_facts
from incident.web.clock import now
from incident.web.help_topics import topic_here
from incident.web.i18n import language_code
from incident.web.labels import template_words
from incident.web.viewer import allowed, viewer

CASE_PAGES = frozenset(
    {
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
        "duties",
        "portals",
        "reporter",
        "restriction",
        "shared",
    }
)
COLOURS = {Level.FAILING: "red", Level.WARNING: "amber"}
ON_EVERY_PAGE = frozenset(
    {
        "worker_never",
        "worker_silent",
        "worker_ahead",
        "no_channel",
        "messages_late",
        "reminders_late",
        "reminders_stuck",
        "messages_failed",
        "nobody_there",
        "mail_stuck",
        "checkpoints_stuck",
        "stamps_missing",
        "backup_old",
    }
)
SETTINGS_PAGES = frozenset(
    {
        "settings",
        "notice_templates",
        "ladder",
        "roster",
        "drill",
        "exercises",
        "regimes",
        "channels",
        "subscriptions",
        "processing",
        "doors",
        "retention",
    }
)
PLACES = (
    ("board.index", _l("Overview"), None, CASE_PAGES),
    ("report.form", _l("Report a breach"), Permission.REPORT, frozenset({"report"})),
    ("register.index", _l("Register"), Permission.VIEW_ALL, frozenset({"register", "imports"})),
    ("insight.index", _l("Insight"), Permission.VIEW_ALL, frozenset({"insight"})),
    ("people.index", _l("People"), Permission.MANAGE_PEOPLE, frozenset({"people", "powers"})),
    ("settings.organisation", _l("Settings"), Permission.MANAGE_SETTINGS, SETTINGS_PAGES),
)


def navigation() -> list[tuple[str, str, bool]]:
    """Endpoint, words, and whether we are there; only what the viewer may open."""
    return [
        (endpoint, str(words), request.blueprint in places)
        for endpoint, words, permission, places in PLACES
        if permission is None or allowed(permission)
    ]


def palette() -> Markup:
    """The windows for the keyboard: the same on every page for everybody with these roles and this language."""
    return _palette(viewer().roles, language_code(), request.script_root)


@lru_cache(maxsize=256)
def _palette(_roles: frozenset[Role], _language: str, _root: str) -> Markup:
    return Markup(render_template("web/palette/dialogs.html"))


def banners() -> list[tuple[str, str]]:
    """What everybody who is signed in must know: the worker is silent, messages are stuck or could not be delivered."""
    if viewer().id is None:
        return []
    if "health" not in g:
        g.health = judge(alarm_facts(db.session(), now()), now())
    found: Health = g.health
    loud = [finding for finding in found.findings if finding.key in ON_EVERY_PAGE]
    return [(_(finding.message) % finding.params, COLOURS[finding.level]) for finding in loud]


def init_frame(app: Flask) -> None:
    """Give the templates the frame."""
    app.jinja_env.globals.update(
        navigation=navigation,
        palette=palette,
        banners=banners,
        help_topic=topic_here,
        version=incident.__version__,
        **template_words(),
    )
