"""``make bench``: measure, print a table, and write the same as JSON."""

import importlib
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bench.controls import controls
from bench.figure import Figure
from bench.place import Place, place

MODULES = ("bench.law", "bench.pages", "bench.api", "bench.clock", "bench.notices", "bench.slack")
"""Each has ``figures(place, many)``; whoever measures something adds a module here."""
HEADINGS = ("figure", "n", "median", "p95", "p99", "unit", "SQL", "limit", "")


@click.command()
@click.option("--open", "many", default=100_000, show_default=True, help="How many open clocks 'many' means.")
@click.option("--database", "kinds", multiple=True, type=click.Choice(["sqlite", "postgresql"]), help="Default: both.")
@click.option("--json", "target", default="bench.json", show_default=True, type=click.Path(path_type=Path))
@click.option("--only", help="Only the modules whose name ends like this.")
def bench(many: int, kinds: tuple[str, ...], target: Path, only: str | None) -> None:
    """Measure on fresh databases; the exit status is 1 when a limit does not hold."""
    results: dict[str, Any] = {"at": datetime.now(UTC).isoformat(), "machine": _machine(), "open": many, "figures": []}
    modules = [name for name in MODULES if only is None or name.endswith(only)]
    for kind in kinds or ("sqlite", "postgresql"):
        _print_head(kind)
        for figure in _all(kind, many, modules):
            _print(figure)
            results["figures"].append({"database": kind, **asdict(figure), "holds": figure.holds})
            target.write_text(json.dumps(results, indent=2) + "\n")
    sys.exit(any(row["holds"] is False for row in results["figures"]))


def _all(kind: str, many: int, modules: list[str]) -> Iterator[Figure]:
    """Every module on a database of its own, so that none measures what another left behind."""
    for position, name in enumerate(modules):
        with place(kind) as where:
            yield from controls(where) if position == 0 else ()
            figures: Callable[[Place, int], Iterator[Figure]] = importlib.import_module(name).figures
            yield from figures(where, many)


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "cpus": os.cpu_count(), "load": [round(x, 1) for x in os.getloadavg()]}


def _print_head(kind: str) -> None:
    click.echo(f"\n{kind}, load {os.getloadavg()[0]:.1f}")
    click.echo(_line(*HEADINGS))


def _print(figure: Figure) -> None:
    mark = {None: "", True: "ok", False: "OVER"}[figure.holds]
    limit = "" if figure.limit is None else f"{figure.limit:g}"
    statements = "" if figure.statements is None else str(figure.statements)
    numbers = (f"{value:.2f}" for value in (figure.median, figure.p95, figure.p99))
    click.echo(_line(figure.name, str(figure.n), *numbers, figure.unit, statements, limit, mark))


def _line(*cells: str) -> str:
    first, *others = cells
    return f"{first:<42}" + "".join(f"{cell:>9}" for cell in others)


if __name__ == "__main__":
    bench()
