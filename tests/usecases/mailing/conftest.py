"""The session and the people of the use-case tests."""

from tests.usecases.conftest import report, session, team

__all__ = ["report", "session", "team"]
