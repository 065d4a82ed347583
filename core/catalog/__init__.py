"""The catalog: genres, moods, instruments, tempos, durations and topics, as validated data."""

from core.catalog.catalog import KINDS, Catalog
from core.catalog.entries import KIND_NAMES, Entry, Genre, Instrument, Kind, Mood, Range, Tag, TempoName, Topic
from core.catalog.loading import CatalogError

__all__ = [
    "KINDS",
    "KIND_NAMES",
    "Catalog",
    "CatalogError",
    "Entry",
    "Genre",
    "Instrument",
    "Kind",
    "Mood",
    "Range",
    "Tag",
    "TempoName",
    "Topic",
]
