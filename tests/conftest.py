from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logs_as_by_default() -> Iterator[None]:
    """What a test configures for its process does not reach the next one in it."""
    yield
    structlog.reset_defaults()
