"""Beat agreement: whether the beats of two sounds fall together (Davies et al. 2009, "F-measure")."""

from __future__ import annotations

from core.audio.clip import Samples
from core.evaluation.independent import tool
from core.evaluation.metrics.mel import Doubles, resampled

NEAR = 0.07
"""Seconds that two beats may be apart and still be one."""

RATE, HOP = 22_050, 256


def beat_agreement(found: Doubles, wanted: Doubles) -> float:
    """F-measure, 0..1, of beat times in ascending seconds; 0 when either has none.

    Each beat meets one of the other at most.
    """
    if not len(found) or not len(wanted):
        return 0.0
    met = first = second = 0
    while first < len(found) and second < len(wanted):
        apart = found[first] - wanted[second]
        if abs(apart) <= NEAR:
            met += 1
        first += apart <= NEAR
        second += apart >= -NEAR
    return 2.0 * met / (len(found) + len(wanted))


def heard_beats(samples: Samples, sample_rate: int) -> Doubles:
    """Beat times in seconds as librosa's tracker hears them (Ellis 2007), of mono samples.

    Raises:
        EngineUnavailable: librosa is not installed.
    """
    sound = resampled(samples, sample_rate, RATE)
    track = tool("librosa.beat").beat_track
    beats: Doubles = track(y=sound, sr=RATE, hop_length=HOP, units="time", trim=False)[1]
    return beats
