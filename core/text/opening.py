"""Opens the reader of texts where it runs."""

from __future__ import annotations

from core.catalog import Catalog
from core.text.embedded import embedded
from core.text.reader import Reader


def open_reader(help_line: str = "") -> Reader:
    """A reader with the models that ship with the package."""
    catalog = Catalog.load()
    return Reader(catalog, embedded(catalog), help_line=help_line)
