from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.core.engines.audiocraft.standin import write

PACKAGES = ("audiocraft", "torchaudio")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Installs a stand-in for this test; what it took the place of is there again afterwards."""
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in PACKAGES}
    torch_was_there = "torch" in sys.modules
    for name in before:
        del sys.modules[name]
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda **sources: write(tmp_path, **sources)
    for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
        del sys.modules[name]
    if not torch_was_there and str(tmp_path) in str(getattr(sys.modules.get("torch"), "__file__", "")):
        del sys.modules["torch"]
    sys.modules.update(before)
