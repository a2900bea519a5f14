"""What the first person would otherwise wait for: calendars, rules and words, imported and read beforehand."""

from datetime import datetime

from bot.words import words
from incident.domain.fact_sheet import from_json, to_json
from incident.domain.reminders.office_hours import OfficeHours
from incident.law.deadlines import deadline
from incident.law.facts import BreachFacts
from incident.law.labels import choices
from incident.law.obligations import obligations, rules_for
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import Ternary


def warm_up(now: datetime) -> None:
    """Do in thought what a report does, so that nothing of it is done for the first time while Slack waits.

    It touches no database and no network. The calendars alone are some three hundred modules.
    """
    for language in LANGUAGES:
        words(language)("Report")
        choices(Ternary, language)
    OfficeHours().next_open(now)
    facts = BreachFacts(first_signal_at=now, logged_at=now)
    from_json(to_json(facts))
    rules = rules_for(facts, now)
    for obligation in obligations(facts, rules, risk=None):
        deadline(obligation, facts, rules)
