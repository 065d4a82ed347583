"""Datasets: folders of recordings, each with what is known of it in a JSON or MIDI file of the same name.

The Korean traditional music of AI Hub comes in this form. Its exact keys differ between editions, so metadata are read
by what keys speak of ("instrument", "악기", "genre", "장르", "mood", "bpm" …) and by what the catalog knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mido
import structlog

from core.audio.files import read
from core.brief import FASTEST_BPM, SLOWEST_BPM, Brief
from core.caption import caption
from core.catalog import Catalog, Kind
from core.engines.musicgen.learning.material import Take
from core.errors import AudioError, ConceptError
from core.words import Words

RECORDINGS = frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".webm"})
LARGEST_METADATA = 4 * 1024 * 1024
MOST_VALUES = 10_000

_SPEAKS_OF = {
    "instrument": re.compile(r"instr|악기", re.IGNORECASE),
    "genre": re.compile(r"genre|장르|갈래", re.IGNORECASE),
    "mood": re.compile(r"mood|emotion|분위기|감정", re.IGNORECASE),
    "bpm": re.compile(r"bpm|tempo|빠르기", re.IGNORECASE),
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Known:
    """What metadata say of a recording, in ids of the catalog; BPM where they are within what a brief takes."""

    instruments: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    bpm: float | None = None

    def caption(self, catalog: Catalog) -> str:
        """The caption of a brief that asks for this; nothing where nothing is known."""
        brief = Brief(genres=self.genres[:4], moods=self.moods[:6], instruments=self.instruments[:12], bpm=self.bpm)
        return "" if brief == Brief() else caption(brief, catalog).text


@dataclass(frozen=True, slots=True)
class Dataset:
    """Recordings with captions; `passed_over` counts those that cannot be read or play something else."""

    takes: tuple[Take, ...]
    passed_over: int


def read_dataset(
    folder: Path, catalog: Catalog, instrument: str | None = None, on_progress: Callable[[float], None] = lambda _: None
) -> Dataset:
    """All recordings under a folder in the order of their names, or a single file.

    With `instrument` (a name that the catalog knows), only those whose metadata name it.

    Raises:
        ConceptError: there is no recording, or the catalog knows no such instrument.
    """
    wanted = None if instrument is None else _instrument(catalog, instrument)
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if _is_recording(path))
    takes: list[Take] = []
    for number, path in enumerate(files, 1):
        known = known_of(path, catalog)
        if wanted is None or wanted in known.instruments:
            takes += _take(path, known, catalog)
        on_progress(number / len(files))
    if not takes:
        raise ConceptError(
            Words(
                f"There is no recording to learn from in {folder}.",
                f"{folder}에 학습할 수 있는 녹음이 없습니다.",
            )
        )
    return Dataset(tuple(takes), len(files) - len(takes))


def known_of(recording: Path, catalog: Catalog) -> Known:
    """What the files beside a recording say of it; files that cannot be read say nothing."""
    known = Known()
    for ending in (".json", ".JSON"):
        if (path := recording.with_suffix(ending)).is_file():
            known = _from_json(path, catalog)
    for ending in (".mid", ".midi", ".MID"):
        if known.bpm is None and (path := recording.with_suffix(ending)).is_file():
            known = Known(known.instruments, known.genres, known.moods, _bpm_of_midi(path))
    return known


def _is_recording(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in RECORDINGS


def _take(path: Path, known: Known, catalog: Catalog) -> list[Take]:
    try:
        return [Take(read(path.read_bytes()), known.caption(catalog))]
    except (AudioError, OSError) as error:
        log.warning("recording_unreadable", file=path.name, reason=str(error))
        return []


def _from_json(path: Path, catalog: Catalog) -> Known:
    try:
        if path.stat().st_size > LARGEST_METADATA:
            return Known()
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return Known()
    found: dict[Kind, dict[str, None]] = {"instrument": {}, "genre": {}, "mood": {}}
    bpm = None
    for number, (key, value) in enumerate(_values(content)):
        if number == MOST_VALUES:
            break
        for kind, names in found.items():
            if _SPEAKS_OF[kind].search(key) and (entry := catalog.find(kind, value)) is not None:
                names[entry.id] = None
        if bpm is None and _SPEAKS_OF["bpm"].search(key):
            bpm = _bpm(value)
    return Known(tuple(found["instrument"]), tuple(found["genre"]), tuple(found["mood"]), bpm)


def _values(content: Any, key: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401  (whatever JSON holds)
    """Every plain value with the name under which it stands."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _values(value, str(name))
    elif isinstance(content, list):
        for value in content:
            yield from _values(value, key)
    elif isinstance(content, str | int | float):
        yield key, str(content)


def _bpm(text: str) -> float | None:
    try:
        bpm = float(text)
    except ValueError:
        return None
    return bpm if SLOWEST_BPM <= bpm <= FASTEST_BPM else None


def _bpm_of_midi(path: Path) -> float | None:
    """The first tempo of a MIDI file."""
    try:
        messages = (message for track in mido.MidiFile(path).tracks for message in track)
        first = next((message.tempo for message in messages if message.type == "set_tempo"), None)
    except (OSError, EOFError, ValueError, IndexError, KeyError):
        return None
    return None if not first else _bpm(str(round(mido.tempo2bpm(first), 1)))


def _instrument(catalog: Catalog, name: str) -> str:
    entry = catalog.find("instrument", name)
    if entry is None:
        near = ", ".join(each.en for each in catalog.nearest("instrument", name)) or "piano, gayageum"
        raise ConceptError(
            Words(
                f"I know no instrument “{name}”. Did you mean {near}?",
                f"“{name}”: 모르는 악기 이름입니다. 혹시 이 가운데 있나요? {near}",
            )
        )
    return entry.id
