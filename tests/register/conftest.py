"""The application and its people, as in the tests of the pages."""

from tests.web.conftest import app, lite, lite_app, team

__all__ = ["app", "lite", "lite_app", "team"]
