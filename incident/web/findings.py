"""What the doctor found, in the reader's language."""

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from incident.doctor import Finding


THINGS = {
    "program": _l("The program"),
    "data folder": _l("The data folder"),
    "disk": _l("The disk"),
    "address": _l("The address"),
    "links": _l("The links in messages"),
    "database": _l("The database"),
    "schema": _l("The schema of the database"),
    "key": _l("The encryption key"),
    "time": _l("The time"),
    "worker": _l("The background program"),
    "mail": _l("E-mail"),
    "Slack": _l("Slack"),
    "roster": _l("The roster"),
    "back-up": _l("The back-up"),
    "proxies": _l("The proxies"),
    "port": _l("The port"),
    "events": _l("Integrations"),
    "switch": _l("The dead-man's switch"),
    "channels": _l("The further channels"),
    "damage": _l("The file of the database"),
    "files": _l("The files of the record"),
    "examples": _l("The examples"),
}
"""What the doctor looks at, in words."""
REASONS = {
    "the name of the receiver is not known": _l("the name of the receiver is not known"),
    "this is no address of the web": _l("this is no address of the web"),
    "nothing answers at that port": _l("nothing answers at that port"),
    "the name is not known": _l("the name is not known"),
    "no answer came in time": _l("no answer came in time"),
    "the certificate is not trusted": _l("the certificate is not trusted"),
}
"""Why a receiver or a server cannot be reached, in words."""
RUN = _l("Run: %(command)s")
"""Said by the doctor too; a command that people copy ends without a full stop, so the collector needs it here."""


def told(finding: "Finding") -> dict[str, str]:
    """A finding as the macro ``finding`` shows it."""
    params = dict(finding.params)
    if "reason" in params:
        params["reason"] = REASONS.get(str(params["reason"]), params["reason"])
    return {
        "state": finding.state.value,
        "name": str(THINGS.get(finding.name, finding.name)),
        "sentence": _(finding.message, **params),
        "advice": _(finding.cure, **finding.params) if finding.cure else "",
    }
