"""Checks of the back-up: is there a place for it apart from the data, and is the last good one new enough."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from incident.doctor.database import connection
from incident.doctor.finding import Finding, fail, ok, warn
from incident.platform.settings import Settings
from incident.store.backup_runs import TOO_OLD, last_problem, newest_backup


def folder(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the folder for back-ups can be written and lies apart from the data; silent where none is set."""
    place = settings.backup_dir
    if place is None:
        return
    if not place.is_dir() or not os.access(place, os.W_OK):
        cure = "Mount the disk, or make the folder and give it to the user that runs Meldklok."
        yield fail("back-up", "The folder %(folder)s for back-ups cannot be written.", cure, folder=place)
    elif _disk(place) == _disk(settings.data_dir):
        sentence = "The folder %(folder)s for back-ups lies on the same disk as the data: one fault takes both."
        yield warn("back-up", sentence, "Set BACKUP_DIR to a folder on another disk or machine.", folder=place)
    else:
        yield ok("back-up", "The folder %(folder)s for back-ups lies apart from the data.", folder=place)


def newest(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether there is a good back-up of the last day and a half."""
    try:
        with connection(settings) as opened, Session(opened) as session:
            made, problem = newest_backup(session), last_problem(session)
    except SQLAlchemyError:
        return
    if made is None and problem:
        yield fail("back-up", "No back-up succeeds: %(problem)s.", "Look at the log of the worker.", problem=problem)
    elif made is None:
        sentence = "Nobody has made a back-up: when this disk dies, all is lost."
        cure = "Set BACKUP_DIR to a folder on another disk, or run %(command)s every day."
        yield warn("back-up", sentence, cure, command="meldklok backup FOLDER")
    elif now - made > TOO_OLD:
        hours = int((now - made).total_seconds() // 3600)
        command = "meldklok backup"
        yield fail(
            "back-up", "The last good back-up is %(hours)s hours old.", "Run: %(command)s", hours=hours, command=command
        )
    else:
        yield ok(
            "back-up", "There is a back-up of %(moment)s.", moment=f"{made.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        )


def _disk(folder: Path) -> object:
    return folder.stat().st_dev
