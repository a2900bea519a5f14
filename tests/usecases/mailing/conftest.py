"""The session and the people of the use-case tests."""

from tests.usecases.conftest import report, team

__all__ = ["report", "team"]
