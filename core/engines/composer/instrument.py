"""Instruments as an arranger knows them: what plays the part, its range, and how its tone behaves."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Annotated

from pydantic import Field, ValidationError

from core.brief import Frozen, Unit
from core.catalog import Catalog, Instrument
from core.catalog.entries import Family
from core.engines.composer.score import Role, SynthName, Voice

MidiNote = Annotated[int, Field(ge=0, le=127)]

_DECAYING: frozenset[Family] = frozenset({"keys", "mallets", "plucked", "percussion"})
_CHORDAL: frozenset[Family] = frozenset({"keys", "mallets", "plucked", "bowed", "voice", "synth", "brass"})
_BRIGHT: dict[Family, float] = {
    "keys": 0.5, "mallets": 0.5, "plucked": 0.5, "bowed": 0.45, "wind": 0.55, "brass": 0.5, "percussion": 0.5,
    "voice": 0.4, "synth": 0.5,
}  # fmt: skip
_FIFTH = 7


class Timbre(Frozen):
    """One sound that can be given a part.

    `answers` are the catalog instruments for which it may stand, the first being the one it is. `low` and `high` bound
    its sounding notes (MIDI). `bright` orders sounds from dark to bright. `slow` tones need time to speak; `decays`
    tells that a held note dies away; `chordal` that it can play several notes at once. `kit` sounds are played by drum
    keys, `keys` being those of an instrument with few of its own (none: it plays what is written). `strings` are the
    open strings of a strummed instrument.
    """

    id: str
    name: str
    answers: Annotated[tuple[str, ...], Field(min_length=1)]
    family: Family
    program: Annotated[int, Field(ge=0, le=127)] = 0
    kit: bool = False
    synth: SynthName | None = None
    low: MidiNote = 36
    high: MidiNote = 96
    bright: Unit = 0.5
    slow: bool = False
    decays: bool
    chordal: bool
    strings: tuple[MidiNote, ...] = ()
    keys: tuple[MidiNote, ...] = ()

    @property
    def instrument(self) -> str:
        return self.answers[0]

    @property
    def voice(self) -> Voice:
        return Voice(program=self.program, bank=128 if self.kit else 0, synth=self.synth)

    @classmethod
    def of(cls, instrument: Instrument, known: Mapping[str, object] | None = None) -> Timbre:
        """The sound of a catalog instrument; `known` is what an arranger knows beyond the catalog, or better.

        Raises:
            ValidationError: something in `known` is wrong.
        """
        known = dict(known or {})
        also = known.pop("also", ())
        family = known.get("family", instrument.family)
        kit = not instrument.pitched
        # Tuned drums are struck like a kit, but on two notes of their range.
        tuned = not kit and family == "percussion"
        raw = {
            "id": instrument.id, "name": instrument.en, "answers": (instrument.id, *_names(also)), "family": family,
            "program": instrument.kit if kit else instrument.program, "kit": kit, "synth": instrument.synth,
            "low": instrument.low, "high": instrument.high, "bright": _BRIGHT[instrument.family],
            "decays": family in _DECAYING, "chordal": family in _CHORDAL,
            "keys": (instrument.low + 4, instrument.low + 4 + _FIFTH) if tuned else instrument.keys,
        }  # fmt: skip
        return cls.model_validate(raw | known)


def _names(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


class Timbres:
    """All sounds by id: those described in `timbres.toml`, and every other instrument of the catalog as it stands."""

    def __init__(self, catalog: Catalog) -> None:
        """Raises ValueError when an entry of the file is wrong; says which and why."""
        described = tomllib.loads((files("core.engines.composer") / "timbres.toml").read_text("utf-8"))
        self._by_id: dict[str, Timbre] = {}
        for timbre_id, entry in described.items():
            known = {"id": timbre_id} | entry
            base = known.pop("is", timbre_id)
            try:
                self._by_id[timbre_id] = Timbre.of(catalog.instruments[base], known)
            except KeyError as error:
                raise ValueError(f"timbres.toml: {timbre_id}: the catalog has no instrument {base!r}") from error
            except ValidationError as error:
                raise ValueError(f"timbres.toml: {timbre_id}: {error.errors()[0]['msg']}") from error
        for instrument in catalog.instruments.values():
            if instrument.id not in self._by_id:
                self._by_id[instrument.id] = Timbre.of(instrument)

    def __getitem__(self, timbre_id: str) -> Timbre:
        return self._by_id[timbre_id]

    def __contains__(self, timbre_id: str) -> bool:
        return timbre_id in self._by_id

    def __iter__(self) -> Iterator[Timbre]:
        return iter(self._by_id.values())


def fits(timbre: Timbre, role: Role) -> bool:
    """Whether a sound can take a role at all."""
    struck = timbre.kit or bool(timbre.keys)
    if role in ("drums", "percussion"):
        return struck
    if struck:
        return False
    if role in ("chords", "pad"):
        return timbre.chordal and (role == "chords" or not timbre.decays)
    return timbre.low <= 43 if role == "bass" else timbre.high >= 60
