"""Theory: scales, chord qualities, roman numerals, and how keys spell their notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from core.brief import Key, Mode

SCALES = MappingProxyType({
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "harmonic_minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic_minor": (0, 2, 3, 5, 7, 9, 11),
    "hijaz": (0, 1, 4, 5, 7, 8, 10),
    "double_harmonic": (0, 1, 4, 5, 7, 8, 11),
    "hungarian_minor": (0, 2, 3, 6, 7, 8, 11),
    "major_pentatonic": (0, 2, 4, 7, 9),
    "minor_pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "major_blues": (0, 2, 3, 4, 7, 9),
    "pyeongjo": (0, 2, 5, 7, 9),
    "gyemyeonjo": (0, 3, 5, 7, 10),
    "hirajoshi": (0, 2, 3, 7, 8),
    "whole_tone": (0, 2, 4, 6, 8, 10),
    "octatonic": (0, 1, 3, 4, 6, 7, 9, 10),
})  # fmt: skip
"""Steps of each scale in semitones above its tonic. Pyeongjo and gyemyeonjo are the two modes of Korean court and folk
music (National Gugak Center, "Gugak terms"): sol-la-do-re-mi and la-do-re-mi-sol."""

_MAJOR_FAMILY = frozenset(
    {"major", "lydian", "mixolydian", "major_pentatonic", "major_blues", "pyeongjo", "whole_tone"}
)
_BRIGHTNESS = (
    "hungarian_minor", "phrygian", "double_harmonic", "hijaz", "harmonic_minor", "hirajoshi", "gyemyeonjo", "minor",
    "minor_pentatonic", "blues", "octatonic", "dorian", "melodic_minor", "mixolydian", "major_blues", "pyeongjo",
    "major_pentatonic", "major", "lydian", "whole_tone",
)  # fmt: skip

QUALITIES = MappingProxyType({
    "": (0, 4, 7), "m": (0, 3, 7), "dim": (0, 3, 6), "aug": (0, 4, 8), "5": (0, 7), "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "6": (0, 4, 7, 9), "m6": (0, 3, 7, 9), "maj7": (0, 4, 7, 11), "m7": (0, 3, 7, 10), "7": (0, 4, 7, 10),
    "mmaj7": (0, 3, 7, 11), "dim7": (0, 3, 6, 9), "m7b5": (0, 3, 6, 10), "7sus4": (0, 5, 7, 10), "aug7": (0, 4, 8, 10),
    "add9": (0, 4, 7, 14), "madd9": (0, 3, 7, 14), "6/9": (0, 4, 7, 9, 14), "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14), "9": (0, 4, 7, 10, 14), "7b9": (0, 4, 7, 10, 13), "7#9": (0, 4, 7, 10, 15),
    "7#11": (0, 4, 7, 10, 18), "maj7#11": (0, 4, 7, 11, 18), "9sus4": (0, 5, 7, 10, 14), "m11": (0, 3, 7, 10, 14, 17),
    "11": (0, 5, 7, 10, 14), "13": (0, 4, 7, 10, 14, 21), "maj13": (0, 4, 7, 11, 14, 21), "quartal": (0, 5, 10),
})  # fmt: skip
"""Chord tones in semitones above the root, by the suffix of the chord symbol."""

_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_NUMERAL = re.compile(r"(?P<shift>[#b]?)(?P<degree>VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(?P<suffix>[^/]*|6/9)")
_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_FLATTENED: dict[Mode, frozenset[int]] = {"major": frozenset({1, 3, 8, 10}), "minor": frozenset({1})}
"""Semitones over the tonic of roots that are borrowed from a darker mode, which are spelled with flats in any key."""
_FLAT_TONICS: dict[Mode, frozenset[int]] = {
    "major": frozenset({1, 3, 5, 8, 10}),
    "minor": frozenset({0, 2, 3, 5, 7, 10}),
}

Function = Literal["tonic", "predominant", "dominant"]


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord: root pitch class, tones in semitones above the root, suffix of its symbol, and the bass pitch class.

    `degree` is the root in semitones above the tonic of the key.
    """

    root: int
    tones: tuple[int, ...]
    suffix: str
    bass: int
    degree: int

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The pitch classes, root first, without repetition."""
        return tuple(dict.fromkeys((self.root + tone) % 12 for tone in self.tones))

    @property
    def third(self) -> int | None:
        """The pitch class of the third, if there is one."""
        return next(((self.root + tone) % 12 for tone in self.tones if tone in (3, 4)), None)

    @property
    def fifth(self) -> int:
        """The pitch class of the fifth, perfect or not."""
        return (self.root + next((tone for tone in self.tones if tone in (6, 7, 8)), 7)) % 12

    @property
    def minor(self) -> bool:
        return 3 in self.tones

    @property
    def function(self) -> Function:
        """What the chord does in its key, by the degree of its root."""
        if self.degree in (7, 11) or (self.degree in (1, 10) and 10 in self.tones):
            return "dominant"
        return "tonic" if self.degree in (0, 4, 9, 3) else "predominant"

    def spelled(self, key: Key) -> str:
        """The chord symbol with the note names of a key: "Am7", "C/E"."""
        borrowed = (self.root - key.tonic) % 12 in _FLATTENED[key.mode] and "dim" not in self.suffix
        symbol = f"{note_name(self.root, key, flat=borrowed)}{self.suffix}"
        return symbol if self.bass == self.root else f"{symbol}/{note_name(self.bass, key, flat=borrowed)}"

    def coloured(self, suffix: str) -> Chord:
        """The same root with another quality."""
        return Chord(self.root, QUALITIES[suffix], suffix, self.bass, self.degree)


def family(scale: str) -> Mode:
    """Whether a scale counts as major or minor."""
    return "major" if scale in _MAJOR_FAMILY else "minor"


def brightness(scale: str) -> int:
    """The rank of a scale from dark to bright."""
    return _BRIGHTNESS.index(scale)


def note_name(pitch_class: int, key: Key, *, flat: bool = False) -> str:
    """A pitch class spelled with the accidentals that the key uses, or with flats."""
    flat = flat or key.tonic in _FLAT_TONICS[key.mode]
    return (_FLATS if flat else _SHARPS)[pitch_class % 12]


@lru_cache(maxsize=4096)
def chord_of(numeral: str, tonic: int) -> Chord:
    """The chord of a roman numeral in the key of `tonic`.

    Degrees count from the major scale, with accidentals spelled out ("bVII", "#iv"). Lower case is minor. What follows
    is a suffix of `QUALITIES`; "o" and "ø" are the diminished and half-diminished seventh. "V7/ii" is the dominant of
    the second degree; "I/3" stands on its third, "I/5" on its fifth, "I/7" on its seventh; "IV@1" has the first degree
    as a pedal below it.

    Raises:
        ValueError: the numeral cannot be read.
    """
    text, _, pedal = numeral.partition("@")
    head, _, tail = text.partition("/") if not text.endswith("6/9") else (text, "", "")
    if tail and not tail.isdigit():
        target = chord_of(tail, tonic)
        inner = chord_of(head, target.root)
        return Chord(inner.root, inner.tones, inner.suffix, inner.bass, (inner.root - tonic) % 12)
    found = _NUMERAL.fullmatch(head)
    if found is None:
        raise ValueError(f"not a roman numeral: {numeral!r}")
    degree = (_DEGREES[found["degree"].upper()] + {"": 0, "#": 1, "b": -1}[found["shift"]]) % 12
    suffix = _suffix(found["suffix"], minor=found["degree"].islower())
    if suffix not in QUALITIES:
        raise ValueError(f"unknown chord quality in {numeral!r}")
    tones = QUALITIES[suffix]
    root = (tonic + degree) % 12
    bass = root
    if tail:
        bass = (root + _inverted(tones, int(tail), numeral)) % 12
    if pedal:
        bass = (tonic + SCALES["major"][int(pedal) - 1]) % 12
    return Chord(root, tones, suffix, bass, degree)


def _suffix(text: str, *, minor: bool) -> str:
    if text == "o":
        return "dim7"
    if text == "ø":
        return "m7b5"
    if minor and not text.startswith(("dim", "m7b5", "sus", "quartal", "5", "7sus4")):
        return f"m{text}"
    return text


def _inverted(tones: tuple[int, ...], figure: int, numeral: str) -> int:
    wanted = {3: (3, 4, 5, 2), 5: (7, 6, 8), 7: (10, 11, 9)}.get(figure)
    tone = next((tone for tone in tones if wanted and tone in wanted), None)
    if tone is None:
        raise ValueError(f"{numeral!r} has no tone to stand on")
    return tone


def chord_scale(scale: str, tonic: int, chord: Chord) -> tuple[int, ...]:
    """The pitch classes that fit over a chord: those of the scale, bent where the chord says otherwise.

    In a scale of seven tones, a chord tone from outside replaces the tones a semitone away from it, except other chord
    tones; smaller scales keep their tones, so that a blue third can stand over a major chord.
    """
    inside = {(tonic + step) % 12 for step in SCALES[scale]}
    tones = set(chord.pitch_classes)
    for foreign in tones - inside if len(SCALES[scale]) == 7 else ():
        inside -= {(foreign + 1) % 12, (foreign - 1) % 12} - tones
    return tuple(sorted(inside | tones))
