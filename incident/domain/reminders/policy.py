"""Reading and writing the ladder as the document that the DPO edits."""

from collections.abc import Iterable, Mapping
from datetime import time

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.reminders.ladder import Escalating, LadderPolicy, Reached, Reminding
from incident.domain.reminders.office_hours import OfficeHours
from incident.domain.reminders.roster import Audience

LONGEST_HOURS = 24 * 365
MOST_RUNGS = 40
SHORTEST_OVERDUE_MINUTES = 5
LONGEST_OVERDUE_MINUTES = 24 * 60
LONGEST_PROOF_DAYS = 366


def policy_from(document: Mapping[str, Json]) -> LadderPolicy:
    """The policy in a stored or edited document; what is absent keeps the house's default.

    Raises :class:`Invalid` naming the field, for a ladder that could not work: an unknown audience, hours that are not
    positive, twice the same hours, or no message at the end.
    """
    house = LadderPolicy()
    try:
        policy = LadderPolicy(
            at_awareness=_audience(document.get("at_awareness", house.at_awareness), "at_awareness"),
            reminders=_reminders(document["reminders"]) if "reminders" in document else house.reminders,
            at_due=_audience(document.get("at_due", house.at_due), "at_due"),
            overdue_every_minutes=int(document.get("overdue_every_minutes", house.overdue_every_minutes)),
            overdue=_audience(document.get("overdue", house.overdue), "overdue"),
            escalations=_escalations(document["escalations"]) if "escalations" in document else house.escalations,
            waits_until_hours_left=float(document.get("waits_until_hours_left", house.waits_until_hours_left)),
            office=_office(document["office"]) if "office" in document else house.office,
            prove_every_days=int(document.get("prove_every_days", house.prove_every_days)),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise Invalid("The ladder has a value that cannot be read: write hours as numbers, such as 12.") from problem
    return _checked(policy)


def document_of(policy: LadderPolicy) -> JsonObject:
    """The document that :func:`policy_from` reads back to the same policy."""
    office = policy.office
    return {
        "at_awareness": _names(policy.at_awareness),
        "reminders": [{"hours_left": r.hours_left, "audience": _names(r.audience)} for r in policy.reminders],
        "at_due": _names(policy.at_due),
        "overdue_every_minutes": policy.overdue_every_minutes,
        "overdue": _names(policy.overdue),
        "escalations": [
            {
                "after_hours": e.after_hours,
                "audience": _names(e.audience),
                "unless": e.unless.value if e.unless else None,
                "prepares_dossier": e.prepares_dossier,
            }
            for e in policy.escalations
        ],
        "waits_until_hours_left": policy.waits_until_hours_left,
        "prove_every_days": policy.prove_every_days,
        "office": None
        if office is None
        else {
            "opens": office.opens.isoformat("minutes"),
            "closes": office.closes.isoformat("minutes"),
            "working_days": sorted(office.working_days),
            "zone": office.zone,
            "country": office.country,
        },
    }


def _checked(policy: LadderPolicy) -> LadderPolicy:
    hours = [step.hours_left for step in policy.reminders]
    after = [step.after_hours for step in policy.escalations]
    for values, field in ((hours, "reminders"), (after, "escalations")):
        if any(not 0 < value <= LONGEST_HOURS for value in values):
            raise Invalid("Hours must lie between 0 and %(most)s.", field=field, most=LONGEST_HOURS)
        if len(values) != len(set(values)):
            raise Invalid("The ladder names the same number of hours twice.", field=field)
        if len(values) > MOST_RUNGS:
            raise Invalid("The ladder may have at most %(most)s rungs of a kind.", field=field, most=MOST_RUNGS)
    if not SHORTEST_OVERDUE_MINUTES <= policy.overdue_every_minutes <= LONGEST_OVERDUE_MINUTES:
        raise Invalid(
            "An overdue deadline must remind at least once a day and at most every %(least)s minutes.",
            field="overdue_every_minutes",
            least=SHORTEST_OVERDUE_MINUTES,
        )
    if not 1 <= policy.prove_every_days <= LONGEST_PROOF_DAYS:
        raise Invalid(
            "A proof counts for at least a day and at most %(most)s days.",
            field="prove_every_days",
            most=LONGEST_PROOF_DAYS,
        )
    if policy.waits_until_hours_left > LONGEST_HOURS:
        raise Invalid("Hours must lie between 0 and %(most)s.", field="waits_until_hours_left", most=LONGEST_HOURS)
    if policy.waits_until_hours_left < LadderPolicy().waits_until_hours_left:
        raise Invalid("In the last 24 hours no reminder may wait for office hours.", field="waits_until_hours_left")
    return policy


def _audience(names: Iterable[object], field: str) -> tuple[Audience, ...]:
    try:
        found = tuple(dict.fromkeys(Audience(str(name)) for name in names))
    except ValueError as problem:
        raise Invalid("The ladder names an audience that does not exist.", field=field) from problem
    if not found:
        raise Invalid("Every rung needs somebody to tell.", field=field)
    return found


def _reminders(rows: Iterable[Mapping[str, Json]]) -> tuple[Reminding, ...]:
    steps = (Reminding(float(row["hours_left"]), _audience(row["audience"], "reminders")) for row in rows)
    return tuple(sorted(steps, key=lambda step: -step.hours_left))


def _escalations(rows: Iterable[Mapping[str, Json]]) -> tuple[Escalating, ...]:
    steps = (
        Escalating(
            float(row["after_hours"]),
            _audience(row["audience"], "escalations"),
            Reached(row["unless"]) if row.get("unless") else None,
            bool(row.get("prepares_dossier", False)),
        )
        for row in rows
    )
    return tuple(sorted(steps, key=lambda step: step.after_hours))


def _office(row: Mapping[str, Json] | None) -> OfficeHours | None:
    if row is None:
        return None
    office = OfficeHours(
        time.fromisoformat(row["opens"]),
        time.fromisoformat(row["closes"]),
        frozenset(int(day) for day in row["working_days"]),
        str(row.get("zone", "Europe/Amsterdam")),
        str(row.get("country", "NL")),
    )
    if office.closes <= office.opens or not office.working_days <= frozenset(range(7)) or not office.working_days:
        raise Invalid("Office hours need an opening before the closing, and at least one working day.", field="office")
    return office


def _names(audience: tuple[Audience, ...]) -> list[str]:
    return [one.value for one in audience]
