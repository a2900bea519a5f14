"""The public holidays 2024 to 2032 as one text; run `python -m tests.law.clock.holidays_table` to see it."""

from incident.law.calendars import public_holidays

YEARS = range(2024, 2033)


def table() -> str:
    """One line a holiday: date, weekday, name."""
    days = [(day, name) for year in YEARS for day, name in public_holidays(year).items()]
    return "".join(f"{day.isoformat()} {day:%a} {name}\n" for day, name in days)


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201
