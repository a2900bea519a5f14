"""What one process of the test run gets at a time: the tests of a file on one kind of database.

A whole file would be too much: the last one that kills processes on both would keep the other cores waiting.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling


class SharesByDatabase(LoadFileScheduling):
    """As the library hands out files; the tests of a file that run on PostgreSQL are a share of their own."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        return f"{file}::postgresql" if "postgresql" in test.partition("[")[2] else file


def shares(config: pytest.Config, log: Any) -> SharesByDatabase | None:
    """Who hands out the tests; None where they are not to stay together by file."""
    return SharesByDatabase(config, log) if config.getoption("dist") == "loadfile" else None


__all__ = ["shares"]
