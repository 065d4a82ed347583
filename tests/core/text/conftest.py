"""The reader as it ships, opened once, and texts as people write them."""

from pathlib import Path

import pytest

from core.brief import Brief
from core.catalog import Catalog
from core.text.embedded import embedded
from core.text.reader import Reader

TEXTS = Path(__file__).parent / "texts"


@pytest.fixture(scope="session")
def catalog():
    return Catalog.load()


@pytest.fixture(scope="session")
def depth(catalog):
    return embedded(catalog)


@pytest.fixture(scope="session")
def reader(catalog, depth):
    return Reader(catalog, depth)


@pytest.fixture(scope="session")
def read(reader):
    """Reads a text as if somebody had asked for music to it, a minute long."""

    def ask(text, language="en", **wish):
        return reader.read(text, language, Brief(**({"seed": 1, "duration": 60.0} | wish)))

    return ask


@pytest.fixture(scope="session")
def text():
    """The text of a file in `texts`."""
    return lambda name: (TEXTS / f"{name}.txt").read_text(encoding="utf-8")
