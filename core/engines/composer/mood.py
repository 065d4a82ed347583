"""Mood as a dimension: valence and arousal become musical parameters, continuously.

The directions follow A. Gabrielsson and E. Lindström, "The role of structure in the musical expression of emotions"
(2010): arousal goes with tempo, density, loudness, register, staccato and brightness; valence with mode, consonance
and, to a lesser degree, with register and brightness.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from core.brief import Mode
from core.engines.composer.style import Style
from core.engines.composer.theory import brightness, family


@dataclass(frozen=True, slots=True)
class Feeling:
    """A point of the circumplex: valence and arousal, each -1..1."""

    valence: float
    arousal: float


@dataclass(frozen=True, slots=True)
class Expression:
    """What a feeling asks of the players.

    `activity` 0..1 is how much happens; `dynamics` 0..1 how hard people play; `articulation` scales note lengths;
    `register` is a shift in semitones; `tension` 0..1 chromaticism and colour; `brightness` 0..1 how open the tone is;
    `swell` 0..1 how much the level breathes.
    """

    activity: float
    dynamics: float
    articulation: float
    register: float
    tension: float
    brightness: float
    swell: float

    @classmethod
    @lru_cache(maxsize=64)  # Every note asks for the expression of its section.
    def of(cls, feeling: Feeling) -> Expression:
        valence, arousal = feeling.valence, feeling.arousal
        return cls(
            activity=(arousal + 1) / 2,
            dynamics=_clamp(0.5 + 0.45 * arousal),
            articulation=1.04 - 0.22 * (arousal + 1) / 2 - 0.05 * valence,
            register=3.0 * arousal + 2.5 * valence,
            tension=_clamp(0.42 - 0.33 * valence + 0.15 * arousal),
            brightness=_clamp(0.5 + 0.36 * arousal + 0.2 * valence),
            swell=_clamp(0.45 - 0.4 * arousal),
        )

    def intensity(self, energy: float) -> float:
        """How driving the music is, 0..1, in a section of some energy 0..1; sections differ less in driven music."""
        return _clamp(0.05 + 0.85 * self.activity + (0.55 - 0.3 * self.activity) * (energy - 0.6))


def mode_for(style: Style, feeling: Feeling, asked: Mode | None) -> tuple[str, float]:
    """The scale of a style that suits a valence, and the shade that its chords should have.

    The shade, 0..1, is where the valence lies between the lowest and the highest that the mode serves. A mode that was
    asked for is kept and serves every valence.
    """
    ordered = sorted(style.harmony.modes, key=brightness)
    if asked is not None:
        ordered = [mode for mode in ordered if family(mode) == asked] or [asked]
    minor = [mode for mode in ordered if family(mode) == "minor"]
    major = [mode for mode in ordered if family(mode) == "major"]
    turn = style.harmony.major_from
    if not minor or not major:
        shade = (feeling.valence + 1) / 2
    elif feeling.valence < turn:
        ordered, shade = minor, (feeling.valence + 1) / (turn + 1)
    else:
        ordered, shade = major, (feeling.valence - turn) / (1.001 - turn)
    return ordered[min(len(ordered) - 1, int(shade * len(ordered)))], shade


def tempo_at(low: float, high: float, arousal: float) -> float:
    """A tempo inside a range by arousal; the ends are left for those who ask for them."""
    return low + (high - low) * (0.5 + 0.42 * arousal)


def _clamp(value: float) -> float:
    return min(1.0, max(0.0, value))
