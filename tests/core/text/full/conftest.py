"""Without torch the tests that load models are skipped, unless TEXTUNES_TEST_REQUIRE names torch: then they fail."""

import importlib.util
import os

import pytest

from core.text.full.models import ROLES, FullModels

HERE = all(importlib.util.find_spec(name) for name in ("torch", "transformers", "sentencepiece"))
REQUIRED = "torch" in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(",")
WITHOUT_TORCH = ("test_models.py",)


class NeedsTorch(pytest.File):
    """A file of tests that cannot be imported here."""

    def collect(self):
        pytest.skip("needs the extra “musicgen” (torch, transformers and sentencepiece)")


def pytest_pycollect_makemodule(module_path, parent):
    if HERE or REQUIRED or module_path.name in WITHOUT_TORCH:
        return None
    return NeedsTorch.from_parent(parent, path=module_path)


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory):
    """A folder with a tiny model for each role."""
    from tests.core.text.full.tiny import save_all  # noqa: PLC0415 - needs torch

    folder = tmp_path_factory.mktemp("models")
    save_all(folder)
    return folder


@pytest.fixture(scope="session")
def chosen(tiny_models):
    return FullModels(**{role: str(tiny_models / role) for role in ROLES})
