"""Mastering: a mix brought to a loudness and under a true peak, at exactly its own length.

One gain curve does it all. The mix is looked at once: its true peak and its K-weighted energy in grains of 32 samples.
Gain, compression and limiting are then found on these few numbers, and the curve is applied to the samples once. The
limiter looks ahead (the gain is down before the peak comes), holds, and comes back at a constant rate in decibels,
which is a running minimum and needs no loop over samples.

The target is −14 LUFS, at which streaming services play; see AES TD1008 for the practice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import minimum_filter1d
from scipy.signal import butter, sosfilt

from core.audio.clip import Clip, Samples
from core.audio.loudness import BLOCK, GRAIN, Doubles, k_energies, loudness_of_energies
from core.audio.true_peak import interpolated_peaks, stretch

SILENT_LUFS = -60.0
"""Below this there is only noise, which is not worth raising."""

MOST_LIMITING = 20.0
"""Decibels that gain may go beyond what the loudness of the mix calls for, to make up for what limiting takes."""
TOLERANCE = 0.02
TRIES = 16

SUBSONIC_HZ = 20.0
SETTLE_SECONDS = 1.0
FADE_IN_SECONDS = 0.004
FADE_OUT_SECONDS = 0.030


@dataclass(frozen=True, slots=True)
class Target:
    """What a master should measure: loudness in LUFS, the highest true peak in dBTP.

    `crest` is the wanted distance from RMS to peak in dB; less than the mix has makes it denser.
    """

    lufs: float = -14.0
    true_peak_dbtp: float = -1.0
    crest: float | None = None


@dataclass(frozen=True, slots=True)
class Ballistics:
    """How a gain reduction moves: seconds that it looks ahead and holds, and dB per second at which it comes back."""

    attack: float
    hold: float
    release: float


LIMITER = Ballistics(attack=0.005, hold=0.010, release=40.0)
COMPRESSOR = Ballistics(attack=0.012, hold=0.010, release=90.0)
"""Back soon after each beat: a slow one would hold the gain down between them, and lift quiet passages and endings."""
RATIO = 3.0


class Mastering:
    """A mix that has been looked at, ready to be mastered to any target.

    With `loop`, the end is followed by the beginning: filters and gain run around the seam and nothing is faded.
    """

    def __init__(self, mix: Clip, *, loop: bool = False) -> None:
        self._mix = mix
        self._loop = loop
        clean = self._without_subsonics()
        self._peaks_db = 20 * np.log10(np.maximum(interpolated_peaks(clean, wrap=loop), 1e-9)).astype(np.float64)
        self._energies = k_energies(Clip(clean, mix.sample_rate))
        self._lufs = loudness_of_energies(self._energies, mix.sample_rate)
        self._rms = 10 * np.log10(max(float(np.vdot(clean, clean)) / clean.size, 1e-18))

    @property
    def silent(self) -> bool:
        return self._lufs < SILENT_LUFS

    def to(self, target: Target) -> Clip:
        """A master at the target. A silent mix is only filtered and faded."""
        gain = np.zeros(self._peaks_db.size) if self.silent else self._gain(target)
        return Clip(self._faded(self._applied(gain)), self._mix.sample_rate)

    def _without_subsonics(self) -> Samples:
        """The mix high-passed: no offset, nothing below hearing that would eat headroom.

        Made anew whenever it is needed, which is quick, rather than kept, which for a long piece is much memory.
        """
        samples = self._mix.samples.copy()
        sections = butter(2, SUBSONIC_HZ, "highpass", fs=self._mix.sample_rate, output="sos")
        state = np.zeros((len(sections), samples.shape[0], 2))
        if self._loop:
            lead_in = stretch(samples, -round(SETTLE_SECONDS * self._mix.sample_rate), 0, wrap=True)
            _, state = sosfilt(sections, lead_in.astype(np.float64), zi=state)
        for start in range(0, samples.shape[1], BLOCK):
            block = samples[:, start : start + BLOCK]
            block[:], state = sosfilt(sections, block.astype(np.float64), zi=state)
        return samples

    def _gain(self, target: Target) -> Doubles:
        """Decibels for each grain. Loudness falls short where only endless limiting would reach it."""
        ceiling = target.true_peak_dbtp
        if target.crest is not None:
            ceiling = min(ceiling, target.lufs + self._rms - self._lufs + target.crest)
        first = gain = target.lufs - self._lufs
        slope, before = 1.0, None
        for _ in range(TRIES):
            curve = gain + self._reduction(self._peaks_db + gain, ceiling, compress=ceiling < target.true_peak_dbtp)
            reached = loudness_of_energies(self._energies * 10 ** (curve / 10), self._mix.sample_rate)
            error = target.lufs - reached
            if abs(error) < TOLERANCE:
                break
            if before is not None and gain != before[0]:
                slope = float(np.clip((reached - before[1]) / (gain - before[0]), 0.2, 1.0))
            before = (gain, reached)
            gain = min(gain + error / slope, first + MOST_LIMITING)
        return curve

    def _reduction(self, peaks_db: Doubles, ceiling: float, *, compress: bool) -> Doubles:
        """Decibels (≤ 0) for each grain that keep its peak at or under the ceiling."""
        reduction = np.zeros(peaks_db.size)
        if compress:
            over = np.maximum(peaks_db - (ceiling - 3.0), 0.0)
            reduction = self._moving(-over * (1 - 1 / RATIO), COMPRESSOR)
        return reduction + self._moving(np.minimum(ceiling - peaks_db - reduction, 0.0), LIMITER)

    def _moving(self, needed: Doubles, ballistics: Ballistics) -> Doubles:
        """A smooth curve that is nowhere above what is needed."""
        grains = self._mix.sample_rate / GRAIN
        ahead, hold = (max(1, round(seconds * grains)) for seconds in (ballistics.attack, ballistics.hold))
        size = needed.size
        if self._loop:
            needed = np.tile(needed, 3)
        window = ahead + hold + 1
        held = minimum_filter1d(needed, window, mode="constant", cval=0.0, origin=hold - window // 2)
        rise = np.arange(needed.size) * (ballistics.release / grains)
        returning = np.minimum.accumulate(held - rise) + rise
        padded = np.concatenate([np.full(ahead + 1, returning[0]), returning])
        sums = np.cumsum(padded)
        smooth: Doubles = np.minimum((sums[ahead + 1 :] - sums[: -ahead - 1]) / (ahead + 1), needed)
        return smooth[size : 2 * size] if self._loop else smooth

    def _applied(self, gain: Doubles) -> Samples:
        """The clean mix under a gain that runs straight between the borders of grains."""
        before = np.concatenate([gain[-1:] if self._loop else gain[:1], gain])
        after = np.concatenate([gain, gain[:1] if self._loop else gain[-1:]])
        borders = 10 ** (np.minimum(before, after, out=before) / 20)
        del before, after
        mastered = self._without_subsonics()
        frames = mastered.shape[1]
        for start in range(0, frames, BLOCK):
            stop = min(start + BLOCK, frames)
            grains = np.arange(start // GRAIN, -(-stop // GRAIN) + 1)
            curve = np.interp(np.arange(start, stop), np.minimum(grains * GRAIN, frames), borders[grains])
            mastered[:, start:stop] *= curve.astype(np.float32)
        return mastered

    def _faded(self, samples: Samples) -> Samples:
        if not self._loop:
            for seconds, part in ((FADE_IN_SECONDS, samples), (FADE_OUT_SECONDS, samples[:, ::-1])):
                length = min(round(seconds * self._mix.sample_rate), samples.shape[1])
                part[:, :length] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / length)).astype(np.float32)
        return samples
