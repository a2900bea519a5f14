"""An S3 service that the tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.store.buckets import serving


@pytest.fixture(scope="session")
def service() -> Iterator[dict[str, str]]:
    """The settings that reach an S3 service."""
    with serving() as access:
        yield access


@pytest.fixture
def access(service: dict[str, str]) -> dict[str, str]:
    """What opens its buckets."""
    return {name.lower().removeprefix("aws_").removesuffix("_url"): value for name, value in service.items()}
