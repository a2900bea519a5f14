"""The form of a subscription to events."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField

from incident.domain.kernel.text import LINE
from incident.domain.kinds import OutboxOutcome
from incident.domain.subscriptions import ADDRESS_LIMIT, OFFERED, EventKind, Subscription
from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, choices_of
from incident.web.forms.validators import AtMost, Needed

KINDS: Final = {
    EventKind.REPORTED: _l("An incident was received"),
    EventKind.CONFIRMED: _l("It is a personal data breach"),
    EventKind.DISMISSED: _l("It is not a personal data breach"),
    EventKind.ASSESSED: _l("The risk was assessed"),
    EventKind.DECIDED: _l("A decision was made"),
    EventKind.CLOSED: _l("An incident was closed"),
    EventKind.REOPENED: _l("An incident was reopened"),
    EventKind.STARTED: _l("A deadline started"),
    EventKind.APPROACHING: _l("A deadline comes near"),
    EventKind.OVERDUE: _l("A deadline has passed"),
    EventKind.MET: _l("A deadline was met"),
    EventKind.WAIVED: _l("A deadline no longer counts"),
    EventKind.SUPERSEDED: _l("A deadline was replaced by another"),
    EventKind.APPROVED: _l("A notice was approved"),
    EventKind.SUBMITTED: _l("A notice was submitted"),
    EventKind.MAILED: _l("A mailing is finished"),
    EventKind.DRILL_FAILED: _l("A drill was not answered by everybody"),
    EventKind.CHECKPOINT: _l("A checkpoint of the log was made"),
    EventKind.TEST: _l("A test"),
}
CALLED: Final = {
    None: (_l("waiting"), "amber"),
    OutboxOutcome.SENT: (_l("accepted"), "green"),
    OutboxOutcome.FAILED: (_l("given up"), "red"),
    OutboxOutcome.CANCELLED: (_l("taken back"), ""),
    OutboxOutcome.NOT_NEEDED: (_l("not sent"), ""),
}
"""What became of a call, and its colour."""


class SubscriptionForm(Form):
    """A subscription as whoever runs the installation sees it."""

    name = StringField(_l("Name"), [Needed(_l("Give the subscription a name.")), AtMost(LINE)])
    url = StringField(_l("Address"), [Needed(_l("Write the address that is called.")), AtMost(ADDRESS_LIMIT)])
    kinds = CheckboxesField(_l("Which events does this system receive?"), [Needed(_l("Choose at least one event."))])
    is_on = BooleanField(_l("On: events are sent"))

    @classmethod
    def of(cls, subscription: Subscription) -> "SubscriptionForm":
        """The form of this subscription."""
        form = cls(obj=subscription)
        form.kinds.choices = choices_of((kind.value, KINDS[kind]) for kind in OFFERED)
        return form

    def to_subscription(self, key: str) -> Subscription:
        """The subscription that was typed."""
        kinds = tuple(EventKind(value) for value in self.kinds.data or ())
        return Subscription(key, self.name.data or "", self.url.data or "", kinds, bool(self.is_on.data))
