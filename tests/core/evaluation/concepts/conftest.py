"""Without torch there is nothing to evaluate here, as in the tests of the engine."""

from tests.core.engines.musicgen.conftest import pytest_pycollect_makemodule  # noqa: F401
