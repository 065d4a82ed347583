"""Korean bowed strings and winds: ajaeng, haegeum, daegeum, danso, piri, taepyeongso.

Where a note has no written bend it is approached and shaken as players do by habit; `Note.bend` replaces that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import signal

from core.audio.clip import Samples
from core.engines.composer.sound.equaliser import Band
from core.engines.composer.sound.voices.envelope import Envelope, fall
from core.engines.composer.sound.voices.instrument import Instrument, Stroke
from core.engines.composer.sound.voices.wavetable import Doubles, Harmonics, Wave, phase

Amplitudes = Sequence[float]


@dataclass(frozen=True, slots=True)
class Habit:
    """How a player forms a note: a slide from `scoop` cents within about `slide` seconds, then a widening vibrato.

    `vibrato` is in cents to either side, `pace` in Hz, `onset` in seconds; `wander` is unsteadiness in cents.
    """

    scoop: float
    slide: float
    vibrato: float
    pace: float
    onset: float
    wander: float = 2.0


@dataclass(frozen=True, slots=True)
class Timbre:
    """Harmonic amplitudes played softly and loudly, the noise of bow or breath, and the buzz of reed or membrane.

    `slope` continues both series in dB per octave. `noise` is relative to the tone, with `chiff` more of it at the
    attack, in a band given in multiples of the fundamental. `buzz` is the share of a loud layer of harmonics 5 to 24.
    """

    soft: Amplitudes
    loud: Amplitudes
    slope: float
    noise: float
    chiff: float
    band: tuple[float, float]
    buzz: float = 0.0


class Sustained(Instrument):
    def __init__(
        self, timbre: Timbre, habit: Habit, envelope: Envelope, body: Sequence[Band], sample_rate: int
    ) -> None:
        self.body = body
        self._timbre = timbre
        self._habit = habit
        self._envelope = envelope
        self._rate = sample_rate
        self._soft = Wave(series(timbre.soft, timbre.slope - 3.0), sample_rate)
        self._loud = Wave(series(timbre.loud, timbre.slope), sample_rate)
        self._buzz = Wave(buzzing, sample_rate)

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        frames = len(level)
        place = phase(stroke.frequency * np.exp2(self._cents(stroke, frames) / 1200), frames, self._rate)
        highest = stroke.frequency * 1.15
        touch = stroke.note.velocity / 127
        loud = level * np.float32(np.clip(0.15 + 0.75 * touch + 0.5 * (stroke.brightness - 0.5), 0.0, 1.0))
        tone = self._soft.play(place, highest) * (1 - loud) + self._loud.play(place, highest) * loud
        if self._timbre.buzz:
            tone += np.float32(self._timbre.buzz) * loud**2 * self._buzz.play(place, highest)
        sound = (tone * self._quiver(stroke, frames) + self._breath(stroke, frames, place)) * level
        return (sound * np.float32(stroke.force))[None]

    def _cents(self, stroke: Stroke, frames: int) -> Doubles:
        habit, time = self._habit, np.arange(frames) / self._rate
        wander = habit.wander * drift(frames, self._rate, stroke.chance)
        written = stroke.bend(frames, self._rate)
        if written is not None:
            return written + wander
        scoop = habit.scoop * np.exp(-time / habit.slide) * stroke.chance.uniform(0.6, 1.2)
        depth = np.clip((time - habit.onset) / 0.5, 0.0, 1.0) * (habit.vibrato + 25.0 * stroke.modulation)
        pace = habit.pace * stroke.chance.uniform(0.93, 1.07)
        cents: Doubles = scoop + depth * np.sin(2 * np.pi * pace * np.maximum(time - habit.onset, 0.0)) + wander
        return cents

    def _quiver(self, stroke: Stroke, frames: int) -> Samples:
        """Small unevenness of level."""
        return (1 + 0.05 * drift(frames, self._rate, stroke.chance)).astype(np.float32)

    def _breath(self, stroke: Stroke, frames: int, place: Doubles) -> Samples:
        low, high = (np.clip(ratio * stroke.frequency, 100.0, 0.44 * self._rate) for ratio in self._timbre.band)
        sections = signal.butter(1, (low, max(high, 1.5 * low)), "band", fs=self._rate, output="sos").astype(np.float32)
        noise: Samples = signal.sosfilt(sections, stroke.chance.standard_normal(frames, dtype=np.float32))
        chiff = np.float32(self._timbre.noise) + np.float32(self._timbre.chiff) * fall(frames, 0.035, self._rate)
        gusts = 1 + 0.4 * np.sin(2 * np.pi * place).astype(np.float32)
        sound: Samples = noise * chiff * gusts
        return sound


def drift(frames: int, sample_rate: int, chance: np.random.Generator) -> Doubles:
    """A slow random walk about zero, of about unit size: a few changes of direction a second."""
    points = chance.standard_normal(max(4, int(6 * frames / sample_rate) + 2))
    walk: Doubles = np.interp(np.linspace(0, len(points) - 1, frames), np.arange(len(points)), points)
    return walk


def series(amplitudes: Amplitudes, slope: float) -> Harmonics:
    """Harmonics given one by one, and further ones falling by a slope in dB per octave, with scattered phases."""
    given = np.asarray(amplitudes, np.float64)

    def harmonics(numbers: Doubles) -> npt.NDArray[np.complex128]:
        beyond = given[-1] * (numbers / len(given)) ** (slope / 6.02)
        sizes = np.where(numbers <= len(given), given[np.minimum(numbers.astype(int), len(given)) - 1], beyond)
        turned: npt.NDArray[np.complex128] = sizes * np.exp(1j * 2.4 * numbers**1.3)
        return turned

    return harmonics


def buzzing(numbers: Doubles) -> npt.NDArray[np.complex128]:
    """A membrane or reed that rattles: harmonics 5 to 24, strongest about the ninth."""
    sizes = np.where((numbers >= 5) & (numbers <= 24), np.exp(-0.5 * ((numbers - 9) / 5) ** 2), 0.0)
    turned: npt.NDArray[np.complex128] = sizes * np.exp(1j * 3.7 * numbers**1.5)
    return turned


def daegeum(sample_rate: int) -> Sustained:
    """The large bamboo flute; a reed membrane over a hole of its own buzzes when it is blown hard."""
    timbre = Timbre(
        soft=(1.0, 0.28, 0.12, 0.05), loud=(1.0, 0.62, 0.38, 0.2, 0.12), slope=-10.0,
        noise=0.16, chiff=0.5, band=(0.9, 5.0), buzz=0.10,
    )  # fmt: skip
    habit = Habit(scoop=-70.0, slide=0.06, vibrato=28.0, pace=5.0, onset=0.35, wander=4.0)
    body = (Band("highpass", 140.0), Band("peak", 900.0, 2.0, 0.8), Band("peak", 4200.0, 3.0, 1.2))
    return Sustained(timbre, habit, Envelope(0.06, 0.5, 0.88, 0.06), body, sample_rate)


def danso(sample_rate: int) -> Sustained:
    """The small end-blown flute: clear, a little breathy."""
    timbre = Timbre(
        soft=(1.0, 0.10, 0.05, 0.02), loud=(1.0, 0.22, 0.12, 0.05), slope=-14.0,
        noise=0.12, chiff=0.4, band=(0.9, 4.0),
    )  # fmt: skip
    habit = Habit(scoop=-45.0, slide=0.04, vibrato=18.0, pace=5.4, onset=0.35, wander=3.0)
    body = (Band("highpass", 250.0), Band("peak", 1600.0, 2.0, 0.9))
    return Sustained(timbre, habit, Envelope(0.045, 0.5, 0.9, 0.05), body, sample_rate)


def piri(sample_rate: int) -> Sustained:
    """The bamboo oboe: a cylinder behind a broad double reed, so odd harmonics lead."""
    timbre = Timbre(
        soft=(1.0, 0.18, 0.6, 0.14, 0.35, 0.10, 0.2), loud=(0.8, 0.3, 1.0, 0.35, 0.8, 0.3, 0.5, 0.25), slope=-8.0,
        noise=0.03, chiff=0.2, band=(2.0, 10.0), buzz=0.05,
    )  # fmt: skip
    habit = Habit(scoop=-90.0, slide=0.05, vibrato=38.0, pace=5.2, onset=0.3, wander=4.0)
    body = (Band("highpass", 160.0), Band("peak", 1150.0, 4.0, 1.4), Band("peak", 2700.0, 3.0, 1.6))
    return Sustained(timbre, habit, Envelope(0.03, 0.4, 0.9, 0.035), body, sample_rate)


def taepyeongso(sample_rate: int) -> Sustained:
    """The conical shawm of processions: all harmonics, piercing."""
    timbre = Timbre(
        soft=(0.7, 0.9, 0.8, 0.6, 0.4, 0.3), loud=(0.5, 0.8, 1.0, 0.95, 0.8, 0.6, 0.5, 0.4), slope=-7.0,
        noise=0.03, chiff=0.2, band=(2.0, 8.0), buzz=0.06,
    )  # fmt: skip
    habit = Habit(scoop=-60.0, slide=0.04, vibrato=32.0, pace=5.6, onset=0.28, wander=4.0)
    body = (Band("highpass", 280.0), Band("peak", 2300.0, 4.0, 1.2), Band("lowpass", 9000.0))
    return Sustained(timbre, habit, Envelope(0.025, 0.4, 0.92, 0.03), body, sample_rate)


def haegeum(sample_rate: int) -> Sustained:
    """The two-stringed fiddle: nasal, sliding into its notes."""
    timbre = Timbre(
        soft=(1.0, 0.7, 0.5, 0.35, 0.25, 0.18), loud=(0.8, 0.9, 0.8, 0.7, 0.55, 0.4, 0.3), slope=-8.0,
        noise=0.05, chiff=0.25, band=(1.5, 12.0),
    )  # fmt: skip
    habit = Habit(scoop=-130.0, slide=0.06, vibrato=26.0, pace=5.5, onset=0.25, wander=3.0)
    body = (
        Band("highpass", 200.0),
        Band("peak", 950.0, 6.0, 2.0),
        Band("peak", 2500.0, 4.0, 1.8),
        Band("lowpass", 7500.0),
    )
    return Sustained(timbre, habit, Envelope(0.05, 0.5, 0.9, 0.05), body, sample_rate)


def ajaeng(sample_rate: int) -> Sustained:
    """The bowed zither: low, rough, shaken widely by the left hand. It does not slide into its notes."""
    timbre = Timbre(
        soft=(1.0, 0.6, 0.4, 0.3, 0.2, 0.15), loud=(0.9, 0.8, 0.7, 0.55, 0.45, 0.35, 0.3), slope=-7.0,
        noise=0.09, chiff=0.4, band=(2.0, 20.0),
    )  # fmt: skip
    habit = Habit(scoop=0.0, slide=0.05, vibrato=34.0, pace=4.7, onset=0.35, wander=1.0)
    body = (
        Band("highpass", 60.0),
        Band("peak", 260.0, 4.0, 1.2),
        Band("peak", 720.0, 3.0, 1.4),
        Band("lowpass", 6500.0),
    )
    return Sustained(timbre, habit, Envelope(0.08, 0.6, 0.88, 0.08), body, sample_rate)
