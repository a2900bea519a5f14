"""A list of invented people to write to, with a few rows that cannot be used."""

import csv
import io
from random import Random
from typing import Final

FIRST: Final = (
    "Anna",
    "Bram",
    "Carla",
    "Daan",
    "Elif",
    "Femke",
    "Gijs",
    "Hanna",
    "Imre",
    "Joost",
    "Karin",
    "Lars",
    "Maud",
    "Nils",
    "Olga",
    "Pim",
    "Quinten",
    "Rosa",
    "Stijn",
    "Tess",
    "Umar",
    "Vera",
    "Wout",
    "Yara",
    "Zoë",
)
LAST: Final = (
    "van den Berg",
    "Bos",
    "de Groot",
    "Hoekstra",
    "Jansen",
    "Kok",
    "van Leeuwen",
    "Meijer",
    "Nauta",
    "Peters",
    "de Ruiter",
    "Smit",
    "Visser",
    "Vos",
    "Zijlstra",
)
BAD: Final = ("hanna.smit", "", "joost@@post.example", "wout.bos@")
"""Addresses that no mail can reach."""


def recipients(count: int) -> bytes:
    """A CSV file: name, e-mail address, language, number."""
    random, text = Random(16), io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(("Naam", "E-mailadres", "Taal", "Klantnummer"))
    for number in range(1, count + 1):
        first, last = random.choice(FIRST), random.choice(LAST)
        place = number % 160
        address = BAD[number // 160] if place == 37 else f"{first.lower()}.{number}@post.example"
        writer.writerow((f"{first} {last}", address, "nl", f"A-{10_000 + number}"))
    return text.getvalue().encode("utf-8-sig")
