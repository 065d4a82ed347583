"""Catalog: the music that people can name, as validated data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from statistics import fmean
from typing import Literal, Self, cast, overload

from core.brief import Brief, Tempo
from core.catalog.entries import Entry, Genre, Instrument, Kind, Mood, Range, Tag, TempoName, Topic
from core.catalog.index import NameIndex
from core.catalog.loading import CatalogError, index_file, read_durations
from core.catalog.names import normalise, variants
from core.words import Language

KINDS: tuple[Kind, ...] = ("genre", "mood", "instrument", "topic", "tempo")


class Catalog:
    """Every genre, mood, instrument, topic and tempo by name, and how they relate. Immutable once loaded.

    `genres`, `moods`, `instruments`, `topics` and `tempos` map ids to entries, popular ones first. `durations` are
    the lengths offered, in seconds.
    """

    def __init__(
        self,
        *,
        genres: NameIndex[Genre],
        moods: NameIndex[Mood],
        instruments: NameIndex[Instrument],
        topics: NameIndex[Topic],
        tempos: NameIndex[TempoName],
        durations: Sequence[float],
    ) -> None:
        self.genres: Mapping[str, Genre] = genres.by_id
        self.moods: Mapping[str, Mood] = moods.by_id
        self.instruments: Mapping[str, Instrument] = instruments.by_id
        self.topics: Mapping[str, Topic] = topics.by_id
        self.tempos: Mapping[str, TempoName] = tempos.by_id
        self.durations = tuple(durations)
        self._indexes = cast(
            "Mapping[Kind, NameIndex[Entry]]",
            {"genre": genres, "mood": moods, "instrument": instruments, "topic": topics, "tempo": tempos},
        )
        _check_parents(self.genres)
        _check_tags(self)

    @classmethod
    def load(cls, folder: Traversable | None = None) -> Self:
        """Read and check the data files of `folder`, by default those that ship with the package.

        Raises:
            CatalogError: a file is missing or broken; the message names the file and the entry.
        """
        folder = folder or files(__package__).joinpath("data")
        return cls(
            genres=index_file(folder, "genres.json", Genre),
            moods=index_file(folder, "moods.json", Mood),
            instruments=index_file(folder, "instruments.json", Instrument),
            topics=index_file(folder, "topics.json", Topic),
            tempos=index_file(folder, "tempos.json", TempoName),
            durations=read_durations(folder, "durations.json"),
        )

    @overload
    def find(self, kind: Literal["genre"], text: str) -> Genre | None: ...
    @overload
    def find(self, kind: Literal["mood"], text: str) -> Mood | None: ...
    @overload
    def find(self, kind: Literal["instrument"], text: str) -> Instrument | None: ...
    @overload
    def find(self, kind: Literal["topic"], text: str) -> Topic | None: ...
    @overload
    def find(self, kind: Literal["tempo"], text: str) -> TempoName | None: ...
    @overload
    def find(self, kind: Kind, text: str) -> Entry | None: ...
    def find(self, kind: Kind, text: str) -> Entry | None:
        """The entry that `text` names: an id, name or alias in either language, whatever its case and hyphens."""
        return self._indexes[kind].find(text)

    def meanings(self, text: str, kinds: Iterable[Kind] = KINDS) -> list[Entry]:
        """Every entry of these kinds that `text` names."""
        for name in variants(normalise(text)):
            if found := [entry for kind in kinds if (entry := self._indexes[kind].named(name)) is not None]:
                return found
        return []

    def nearest(self, kind: Kind, text: str, n: int = 3) -> list[Entry]:
        """Up to `n` entries whose names look like `text`, the most alike first; none when nothing does."""
        return self._indexes[kind].nearest(text, n)

    def complete(self, kind: Kind, prefix: str, language: Language, limit: int = 25) -> list[Entry]:
        """What somebody who has typed `prefix` may mean, popular entries first; all of them for an empty prefix."""
        return self._indexes[kind].complete(prefix, language, limit)

    def search(self, text: str, language: Language = "en", limit: int = 25) -> list[Entry]:
        """Entries of every kind whose names fit `text`, exact names first."""
        near = [entry for kind in KINDS for entry in self.complete(kind, text, language, limit)]
        return list(dict.fromkeys([*self.meanings(text), *near]))[:limit]

    def entries(self, kind: Kind) -> tuple[Entry, ...]:
        """All entries of a kind, popular ones first."""
        return self._indexes[kind].entries

    def get(self, kind: Kind, entry_id: str) -> Entry:
        """The entry of a kind with this id.

        Raises:
            KeyError: there is none.
        """
        return self._indexes[kind].by_id[entry_id]

    def resolve(self, tag: Tag) -> Entry:
        """The entry that a topic's tag refers to."""
        return self.get(tag.kind, tag.id)

    def lineage(self, genre: str) -> tuple[Genre, ...]:
        """The genre with this id, what it resembles, and so on; the last is popular.

        Raises:
            KeyError: no genre has this id.
        """
        chain = [self.genres[genre]]
        while (parent := chain[-1].parent) is not None:
            chain.append(self.genres[parent])
        return tuple(chain)

    def bpm_range(self, genres: Iterable[str], tempo: Tempo) -> Range:
        """What `tempo` means, in BPM, for the first of these genres; without a genre, what it means in general."""
        first = next(iter(genres), None)
        return self.tempos[tempo].bpm if first is None else self.genres[first].bpm_range(tempo)

    def moods_near(self, valence: float, arousal: float, n: int = 3, *, popular_only: bool = False) -> list[Mood]:
        """The `n` moods nearest to a point of the valence and arousal plane (both -1..1), nearest first."""
        moods = [mood for mood in self.moods.values() if mood.popular or not popular_only]
        return sorted(moods, key=lambda mood: (mood.valence - valence) ** 2 + (mood.arousal - arousal) ** 2)[:n]

    def feel(self, brief: Brief) -> tuple[float, float]:
        """Valence and arousal of a brief, -1..1: its own, else the mean of its moods, else that of its genres."""
        sources: Sequence[Mood | Genre] = [self.moods[mood] for mood in brief.moods]
        sources = sources or [self.genres[genre] for genre in brief.genres]
        valence = fmean(source.valence for source in sources) if sources else 0.0
        arousal = fmean(source.arousal for source in sources) if sources else 0.0
        return (
            valence if brief.valence is None else brief.valence,
            arousal if brief.arousal is None else brief.arousal,
        )


def _check_parents(genres: Mapping[str, Genre]) -> None:
    for genre in genres.values():
        seen = {genre.id}
        parent = genre.parent
        while parent is not None:
            if parent not in genres:
                raise CatalogError(f"genres.json: entry {genre.id!r}: no genre has the id {parent!r} of its parent")
            if parent in seen:
                raise CatalogError(f"genres.json: entry {genre.id!r}: its parents go in a circle")
            seen.add(parent)
            parent = genres[parent].parent


def _check_tags(catalog: Catalog) -> None:
    for topic in catalog.topics.values():
        for tag in topic.tags:
            if tag.id not in {"genre": catalog.genres, "mood": catalog.moods, "instrument": catalog.instruments}.get(
                tag.kind, {}
            ):
                raise CatalogError(
                    f"topics.json: entry {topic.id!r}: no genre, mood or instrument is {tag.kind}:{tag.id}"
                )
