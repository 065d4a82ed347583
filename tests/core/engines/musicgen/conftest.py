"""Without torch the tests of this room are skipped, unless TEXTUNES_TEST_REQUIRE names torch: then they fail."""

import importlib.util
import os

import pytest

HERE = all(importlib.util.find_spec(name) for name in ("torch", "transformers"))
REQUIRED = "torch" in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(",")

if HERE or REQUIRED:
    from tests.core.engines.musicgen.fixtures import decoder, folders, mono, one_thread  # noqa: F401  (fixtures)


class NeedsTorch(pytest.File):
    """A file of tests that cannot be imported here."""

    def collect(self):
        pytest.skip("needs the extra “musicgen” (torch and transformers)")


def pytest_pycollect_makemodule(module_path, parent):
    return None if HERE or REQUIRED else NeedsTorch.from_parent(parent, path=module_path)
