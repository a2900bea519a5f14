"""Checks of the machine: files of the program, data folder, disk, address."""

import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from incident.doctor.finding import Finding, fail, ok, warn
from incident.platform import resources
from incident.platform.settings import Settings

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
MEGABYTE = 1024 * 1024
LITTLE, TOO_LITTLE = 1024, 100
NAMED_AT_MOST = 5


def files(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether all files that travel with the program are there; an installed one knows every file and its size."""
    missing = [*(folder.name for folder in resources.missing_folders()), *resources.missing_files()]
    if missing:
        names = ", ".join(missing[:NAMED_AT_MOST])
        sentence = "The installation is incomplete: %(names)s is missing."
        yield fail("program", sentence, "Install Meldklok again.", names=names)
    else:
        yield ok("program", "The installation is complete.")


def data_folder(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether others on this machine can read the data folder; that it can be written was checked with the settings."""
    if settings.data_dir.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        sentence = "Other users of this machine can look into %(folder)s."
        command = f"chmod 700 {settings.data_dir}"
        yield warn("data folder", sentence, "Run: %(command)s", folder=settings.data_dir, command=command)
    else:
        yield ok(
            "data folder", "The folder %(folder)s can be written, and is closed to others.", folder=settings.data_dir
        )


def disk(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """How much room is left where the data are."""
    free = shutil.disk_usage(settings.data_dir).free // MEGABYTE
    advice = "Make room, or move DATA_DIR to a bigger disk."
    if free < TOO_LITTLE:
        sentence = "Only %(free)s MB are free: soon nothing can be saved any more."
        yield fail("disk", sentence, advice, free=free)
    elif free < LITTLE:
        yield warn("disk", "Only %(free)s MB are free.", advice, free=free)
    else:
        yield ok("disk", "There is room: %(free)s GB are free.", free=free // 1024)


def address(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether links in messages lead to a protected address."""
    parts = urlsplit(settings.base_url)
    if parts.hostname in LOCAL:
        advice = "Set BASE_URL to the address that people use."
        sentence = "Links in messages lead to %(address)s, which works on this machine only."
        yield warn("links", sentence, advice, address=settings.base_url)
    elif parts.scheme != "https":
        yield fail("links", "BASE_URL is not https: passwords would travel in clear.", "Put a TLS proxy in front.")
    else:
        yield ok("links", "Links in messages lead to %(address)s.", address=settings.base_url)
