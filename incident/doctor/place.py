"""Checks of the machine: files of the program, data folder, disk, address."""

import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from incident import resources
from incident.doctor.finding import Finding, fail, ok, warn
from incident.settings import Settings

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
MEGABYTE = 1024 * 1024
LITTLE, TOO_LITTLE = 1024, 100


def files(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether all files that travel with the program are there."""
    missing = resources.missing_folders()
    if missing:
        names = ", ".join(folder.name for folder in missing)
        yield fail("program", f"The installation is incomplete: {names} is missing.", "Install Meldklok again.")
    else:
        yield ok("program", "The installation is complete.")


def data_folder(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether others on this machine can read the data folder; that it can be written was checked with the settings."""
    if settings.data_dir.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        advice = f"Run: chmod 700 {settings.data_dir}"
        yield warn("data folder", f"Other users of this machine can look into {settings.data_dir}.", advice)
    else:
        yield ok("data folder", f"{settings.data_dir} can be written, and is closed to others.")


def disk(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """How much room is left where the data are."""
    free = shutil.disk_usage(settings.data_dir).free // MEGABYTE
    advice = "Make room, or move DATA_DIR to a bigger disk."
    if free < TOO_LITTLE:
        yield fail("disk", f"Only {free} MB are free: soon nothing can be saved any more.", advice)
    elif free < LITTLE:
        yield warn("disk", f"Only {free} MB are free.", advice)
    else:
        yield ok("disk", f"{free // 1024} GB are free.")


def address(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether links in messages lead to a protected address."""
    parts = urlsplit(settings.base_url)
    if parts.hostname in LOCAL:
        advice = "Set BASE_URL to the address that people use."
        yield warn(
            "address", f"Links in messages lead to {settings.base_url}, which works on this machine only.", advice
        )
    elif parts.scheme != "https":
        yield fail("address", "BASE_URL is not https: passwords would travel in clear.", "Put a TLS proxy in front.")
    else:
        yield ok("address", f"Links in messages lead to {settings.base_url}.")
