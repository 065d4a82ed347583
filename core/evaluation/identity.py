"""Identity: whether a style can be told from others, by ear from its features, and on paper from groove and palette."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from core.engines.composer.score import Score
from core.evaluation.independent import tool

Doubles = npt.NDArray[np.float64]
K = TypeVar("K")

STEPS = 16
SAME_GROOVE, SAME_PALETTE = 0.95, 0.8


@dataclass(frozen=True, slots=True)
class Recognition:
    """Share of pieces whose style was named, and how often which was taken for which: (style, name given) → count."""

    accuracy: float
    confusions: Mapping[tuple[str, str], int]


def recognition(features: Doubles, styles: Sequence[str], seeds: Sequence[int]) -> Recognition:
    """Learn from every other seed and name the styles of the rest, then the other way round.

    `features` has shape (pieces, features); each half must hold two pieces of every style. A linear discriminant with
    shrinkage, which leaves nothing to tune.
    """
    discriminant = tool("sklearn.discriminant_analysis").LinearDiscriminantAnalysis
    scaler, pipeline = tool("sklearn.preprocessing").StandardScaler, tool("sklearn.pipeline").make_pipeline
    order = {seed: place for place, seed in enumerate(sorted(set(seeds)))}
    half = np.array([order[seed] % 2 == 0 for seed in seeds])
    names = np.array(styles)
    given = np.empty_like(names)
    for known in (half, ~half):
        model = pipeline(scaler(), discriminant(solver="lsqr", shrinkage="auto"))
        given[~known] = model.fit(features[known], names[known]).predict(features[~known])
    wrong = Counter((str(own), str(name)) for own, name in zip(names, given, strict=True) if own != name)
    return Recognition(float(np.mean(names == given)), dict(wrong.most_common()))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is played: onsets per step of the bar and drum key or role, and how often each voice takes part."""

    groove: Mapping[tuple[str, int], float]
    palette: Mapping[str, float]


def fingerprint(score: Score) -> Fingerprint:
    groove: Counter[tuple[str, int]] = Counter()
    for part in score.parts:
        struck = part.role in ("drums", "percussion")
        if struck or part.role in ("bass", "chords"):
            for note in part.notes:
                step = round(note.start % score.meter[0] / score.meter[0] * STEPS) % STEPS
                groove[str(note.pitch) if struck else part.role, step] += 1
    voices = (part.voice for part in score.parts)
    return Fingerprint(groove, Counter(voice.synth or f"{voice.bank}:{voice.program}" for voice in voices))


def together(fingerprints: Sequence[Fingerprint]) -> Fingerprint:
    """The fingerprint of a style from those of its pieces."""
    groove: Counter[tuple[str, int]] = Counter()
    palette: Counter[str] = Counter()
    for each in fingerprints:
        groove.update(each.groove)
        palette.update(each.palette)
    return Fingerprint(groove, palette)


def twins(fingerprints: Mapping[str, Fingerprint]) -> list[tuple[str, str]]:
    """Pairs of styles that share both groove and palette."""
    return [
        (one, other)
        for one, other in combinations(sorted(fingerprints), 2)
        if cosine(fingerprints[one].groove, fingerprints[other].groove) > SAME_GROOVE
        and cosine(fingerprints[one].palette, fingerprints[other].palette) > SAME_PALETTE
    ]


def cosine(one: Mapping[K, float], other: Mapping[K, float]) -> float:
    dot = sum(amount * other.get(what, 0.0) for what, amount in one.items())
    scale = float(np.linalg.norm(list(one.values())) * np.linalg.norm(list(other.values())))
    return dot / scale if scale else 0.0
