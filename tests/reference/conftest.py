"""These tests need audiocraft, in the environment that `make reference` makes; elsewhere they are skipped.

With TEXTUNES_TEST_REQUIRE=audiocraft they fail instead.
"""

import importlib.util
import os

import pytest

HERE = all(importlib.util.find_spec(name) for name in ("torch", "audiocraft"))
REQUIRED = "audiocraft" in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(",")


class NeedsAudiocraft(pytest.File):
    """A file of tests that cannot be imported here."""

    def collect(self):
        pytest.skip("needs audiocraft (make reference)")


def pytest_pycollect_makemodule(module_path, parent):
    if HERE or REQUIRED:
        return None
    return NeedsAudiocraft.from_parent(parent, path=module_path)
