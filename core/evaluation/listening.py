"""Listening: what librosa hears in a piece, as numbers. Nothing here knows how the piece was made."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.audio.clip import Clip, Samples
from core.evaluation.independent import tool
from core.evaluation.loudness_range import loudness_range
from core.evaluation.tempo import heard_tempo, tracked_tempo

Doubles = npt.NDArray[np.float64]

RATE = 22_050
WINDOW, HOP = 2048, 512
CHROMA_HOP, BINS_PER_OCTAVE, OCTAVES = 1024, 36, 7
COMPRESSION = 100.0
"""How strongly the loudest partials are held back in the chroma that keys are heard from: magnitudes up to 1 become
log(1 + 100 v), as M. Müller and S. Ewert propose ("Chroma Toolbox", ISMIR 2011)."""
LOW_BANDS = 14
"""Mel bands that reach up to about 500 Hz."""
TIME_STEPS = 64


@dataclass(frozen=True, slots=True)
class Heard:
    """Tempo in BPM as it repeats and as librosa's tracker has it, onsets per second, spectral centroid in Hz, loudness
    range in LU.

    `chroma` is the mean of 12 pitch classes from C, soft notes beside loud ones; `chroma_course` has shape (12,
    TIME_STEPS) over the piece; `onsets` is the onset strength per frame of HOP samples at RATE.
    """

    tempo: float
    tracked_tempo: float
    onset_rate: float
    centroid: float
    loudness_range: float
    chroma: Doubles
    chroma_course: Doubles
    onsets: Doubles


def listen(clip: Clip) -> Heard:
    """Hear a piece of at least two seconds.

    Raises:
        EngineUnavailable: librosa is not installed.
    """
    librosa = tool("librosa")
    mono = mono_of(clip)
    power = np.abs(librosa.stft(mono, n_fft=WINDOW, hop_length=HOP)) ** 2
    mel = librosa.feature.melspectrogram(S=power, sr=RATE, n_mels=96, fmax=8000)
    decibels = librosa.power_to_db(mel)
    onsets = _onsets(decibels)
    bins = {"sr": RATE, "hop_length": CHROMA_HOP, "bins_per_octave": BINS_PER_OCTAVE}
    pitches = np.abs(librosa.cqt(mono, n_bins=OCTAVES * BINS_PER_OCTAVE, tuning=None, **bins))
    soft_too = np.log1p(COMPRESSION * pitches / (pitches.max() + 1e-9))
    struck = librosa.onset.onset_detect(onset_envelope=onsets, sr=RATE, hop_length=HOP)
    centroid = librosa.feature.spectral_centroid(S=np.sqrt(power), sr=RATE)[0]
    onset_rate = len(struck) / clip.seconds
    return Heard(
        tempo=heard_tempo([onsets, _onsets(np.sqrt(mel)), _onsets(decibels[:LOW_BANDS])], RATE / HOP),
        tracked_tempo=tracked_tempo(onsets, RATE, HOP),
        onset_rate=onset_rate,
        centroid=_loud_mean(centroid, power),
        loudness_range=loudness_range(clip),
        chroma=librosa.feature.chroma_cqt(C=soft_too, norm=2, **bins).mean(axis=1).astype(np.float64),
        chroma_course=_in_steps(librosa.feature.chroma_cqt(C=pitches, **bins), TIME_STEPS),
        onsets=onsets,
    )


def _onsets(bands: Samples) -> Doubles:
    """Onset strength, float64 of shape (frames,), of a spectrogram in any scale."""
    strength: Doubles = tool("librosa.onset").onset_strength(S=bands, sr=RATE, hop_length=HOP).astype(np.float64)
    return strength


def mono_of(clip: Clip) -> Samples:
    """The middle of a clip at RATE, shape (samples,)."""
    mono: Samples = tool("soxr").resample(clip.samples.mean(axis=0), clip.sample_rate, RATE)
    return mono


def _loud_mean(values: Doubles, power: Samples) -> float:
    """The mean over frames, weighted by their level, so that a fading end does not count like the music."""
    return float(np.average(values, weights=np.sqrt(power.sum(axis=0)) + 1e-9))


def _in_steps(frames: Doubles, steps: int) -> Doubles:
    edges = np.linspace(0, frames.shape[1], steps + 1).astype(int)
    means = [frames[:, begin : max(end, begin + 1)].mean(axis=1) for begin, end in pairwise(edges)]
    return np.stack(means, axis=1)
