"""Descriptors: the timbre, rhythm and harmony of a piece as numbers that its style can be told from.

Rhythm is measured in beats of the tempo that is heard, and harmony in intervals, so that pieces in other tempos and
keys stay comparable. Most are usual ones (G. Peeters, "A large set of audio features", 2004; for the spectrum of
modulations E. Pampalk, A. Rauber and D. Merkl, "Content-based organization of music archives", 2002).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.audio.clip import Samples
from core.evaluation.independent import tool
from core.evaluation.listening import HOP, RATE, WINDOW
from core.evaluation.tempo import heard_tempo

Doubles = npt.NDArray[np.float64]

MELS, TOP = 96, 10_000.0
FAINT = 40.0
"""Frames this many dB below the loudest, such as a fading end, don't count for timbre."""
MFCCS = 24
LEVELS = 24
"""Bands of the long-term spectrum."""

FINE_WINDOW, FINE_HOP = 1024, 256
FRAMES = RATE / FINE_HOP
"""Frames per second where rhythm is measured."""
RANGES = (0, 8, 16, 28, 44, 64, MELS)
"""Mel bands that bound what is told apart in rhythm: from kick and bass up to hats."""
SLOWEST_BEAT = 72.5
"""Beats per minute from which an octave of tempos is taken for the beat, however fast the music is felt."""
LAGS = (1 / 4, 1 / 3, 3 / 8, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 7 / 4, 2, 5 / 2, 3, 7 / 2, 4, 6, 8)
BEATS, STEPS = 4, 16
EARLY = 0.35
"""How much of a step an onset may come early and still be on the next one; most are seen late, as they rise."""
MODULATIONS = np.geomspace(0.4, 20.0, 15)
"""Bounds in Hz of the rates at which levels rise and fall."""

CHROMA_WINDOW, CHROMA_HOP = 4096, 1024
CHANGES = (1, 4, 12, 24, 48, 96)
"""Frames of chroma between which the change of harmony is measured."""


def describe(mono: Samples) -> Doubles:
    """Descriptors of at least five seconds of sound, shape (samples,) at RATE.

    Raises:
        EngineUnavailable: librosa is not installed.
    """
    with np.errstate(divide="ignore", invalid="ignore"):  # a range in which nothing sounds
        found: Doubles = np.concatenate([_timbre(mono), _rhythm(mono), _harmony(mono)])
    return np.nan_to_num(found)


def _timbre(mono: Samples) -> Doubles:
    librosa = tool("librosa")
    size = np.abs(librosa.stft(mono, n_fft=WINDOW, hop_length=HOP))
    mel = librosa.feature.melspectrogram(S=size**2, sr=RATE, n_mels=MELS, fmax=TOP)
    decibels = librosa.power_to_db(mel)
    loud = decibels.max(axis=0) > decibels.max() - FAINT
    cepstrum = librosa.feature.mfcc(S=decibels, n_mfcc=MFCCS)[:, loud]
    bands = decibels.reshape(LEVELS, MELS // LEVELS, -1).mean(axis=1)[:, loud]
    levels = np.percentile(bands, (10, 50, 90), axis=1) - np.median(bands)
    shape = np.stack([
        librosa.feature.spectral_centroid(S=size, sr=RATE)[0],
        librosa.feature.spectral_bandwidth(S=size, sr=RATE)[0],
        librosa.feature.spectral_rolloff(S=size, sr=RATE)[0],
        np.log(librosa.feature.spectral_flatness(S=size)[0]),
        librosa.power_to_db(np.sum(size**2, axis=0)),
    ])  # fmt: skip
    spread = np.concatenate([cepstrum, librosa.feature.spectral_contrast(S=size, sr=RATE)[:, loud], shape[:, loud]])
    swiftness = np.diff(cepstrum, axis=1).std(axis=1)
    return np.concatenate([spread.mean(axis=1), spread.std(axis=1), swiftness, levels.ravel(), _sustained(mel)])


def _sustained(mel: Samples) -> Doubles:
    """The share of each range that is held rather than struck (D. FitzGerald's median filters, 2010)."""
    medians = tool("scipy.ndimage").median_filter
    size = np.sqrt(mel)
    held, struck = medians(size, (1, 21)) ** 2, medians(size, (13, 1)) ** 2
    masked = size * held / (held + struck + 1e-12)
    return np.array([masked[a:b].sum() / (size[a:b].sum() + 1e-9) for a, b in pairwise(RANGES)])


def _rhythm(mono: Samples) -> Doubles:
    librosa = tool("librosa")
    mel = librosa.feature.melspectrogram(
        y=mono, sr=RATE, n_fft=FINE_WINDOW, hop_length=FINE_HOP, n_mels=MELS, fmax=TOP
    )  # fmt: skip
    decibels = librosa.power_to_db(mel, top_db=70.0)
    rises = np.maximum(0.0, np.diff(decibels, axis=1, prepend=decibels[:, :1]))
    levels = np.stack([decibels[a:b].mean(axis=0) for a, b in pairwise(RANGES)])
    onsets = np.stack([rises[a:b].mean(axis=0) for a, b in pairwise(RANGES)]).astype(np.float64)
    beat = 60.0 * FRAMES / _beats_per_minute(onsets)
    together = np.atleast_2d(np.corrcoef(onsets))[np.triu_indices(len(onsets), 1)]
    strokes = np.concatenate([_strokes(curve) for curve in onsets])
    returns = np.concatenate([_returns(curve, beat) for curve in onsets])
    return np.concatenate([strokes, returns, _bar(onsets, beat), _modulation(levels), together])


def _beats_per_minute(onsets: Doubles) -> float:
    bpm = heard_tempo(list(onsets), FRAMES)
    return float(bpm * 2.0 ** -np.floor(np.log2(bpm / SLOWEST_BEAT)))


def _strokes(curve: Doubles) -> Doubles:
    """How strong, how sharp and how many onsets are."""
    centred = curve - curve.mean()
    sharpness = np.mean(centred**4) / (np.mean(centred**2) ** 2 + 1e-9)
    peaks = tool("librosa").util.peak_pick(curve, pre_max=3, post_max=3, pre_avg=8, post_avg=8, delta=1.5, wait=4)
    rate = len(peaks) * FRAMES / len(curve)
    return np.array([curve.mean(), curve.std(), sharpness, np.percentile(curve, 95), rate])


def _returns(curve: Doubles, beat: float) -> Doubles:
    """How much the onsets repeat after each of LAGS: their autocorrelation."""
    centred = curve - curve.mean()
    count = len(centred)
    products = np.fft.irfft(np.abs(np.fft.rfft(centred, 2 * count)) ** 2)[:count]
    found: Doubles = np.interp(np.array(LAGS) * beat, np.arange(count), products / (products[0] + 1e-9))
    return found


def _bar(onsets: Doubles, beat: float) -> Doubles:
    """The share of each range's onsets on each step of four beats, counted from the beginning of the piece."""
    place = np.arange(onsets.shape[1]) / beat % BEATS / BEATS * STEPS
    step = (place + EARLY).astype(int) % STEPS
    counts = np.maximum(np.bincount(step, minlength=STEPS), 1)
    patterns = np.stack([np.bincount(step, weights=curve, minlength=STEPS) / counts for curve in onsets])
    return np.ravel(patterns / (patterns.sum(axis=1, keepdims=True) + 1e-9))


def _modulation(levels: Doubles) -> Doubles:
    """How strongly the level of each range moves at each of MODULATIONS, in logarithms."""
    swing = (levels - levels.mean(axis=1, keepdims=True)) * np.hanning(levels.shape[1])
    power = np.abs(np.fft.rfft(swing, axis=1)) ** 2
    rates = np.fft.rfftfreq(levels.shape[1], 1 / FRAMES)
    sums = [power[:, (rates >= low) & (rates < high)].sum(axis=1) for low, high in pairwise(MODULATIONS)]
    return np.log(np.ravel(sums) + 1e-6)


def _harmony(mono: Samples) -> Doubles:
    """Intervals in the whole piece and at once, how fast the harmony changes, how evenly pitch classes are used."""
    librosa = tool("librosa")
    chroma = librosa.feature.chroma_stft(
        y=mono, sr=RATE, n_fft=CHROMA_WINDOW, hop_length=CHROMA_HOP, tuning=0.0, norm=1
    )  # fmt: skip
    mean = chroma.mean(axis=1)
    whole = np.array([mean @ np.roll(mean, interval) for interval in range(7)])
    at_once = np.array([np.mean(np.sum(chroma * np.roll(chroma, interval, axis=0), axis=0)) for interval in range(7)])
    changes = [np.mean(np.sum(np.abs(chroma[:, lag:] - chroma[:, :-lag]), axis=0)) for lag in CHANGES]
    return np.concatenate([whole, at_once, changes, np.sort(mean)])
