"""Mood: whether what is heard follows the valence and arousal that were asked for, inside each style."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import spearmanr

from core.evaluation.key import majorness
from core.evaluation.listening import Heard


@dataclass(frozen=True, slots=True)
class Response:
    """A dimension of mood, and something heard that should rise with it.

    Loudness range is counted downwards: driven music is evenly loud, and every master has the same loudness, so that
    it is calm music that swells.
    """

    name: str
    dimension: Literal["valence", "arousal"]
    measure: Callable[[Heard], float]


RESPONSES = (
    Response("arousal_onset_rate", "arousal", lambda heard: heard.onset_rate),
    Response("arousal_loudness_range", "arousal", lambda heard: -heard.loudness_range),
    Response("arousal_centroid", "arousal", lambda heard: heard.centroid),
    Response("valence_mode", "valence", lambda heard: majorness(heard.chroma)),
    Response("valence_brightness", "valence", lambda heard: heard.centroid),
)


def rank_correlation(steps: Iterable[tuple[float, float]]) -> float:
    """Spearman's correlation of (asked, heard), pieces of one step taken together by their mean.

    0 where fewer than three steps were asked for, or nothing changed.
    """
    together: defaultdict[float, list[float]] = defaultdict(list)
    for asked, heard in steps:
        together[asked].append(heard)
    means = [float(np.mean(values)) for values in together.values()]
    if len(means) < 3 or np.ptp(means) == 0:
        return 0.0
    # Rounded, as 0.8 comes out of the division a hair below itself.
    return round(float(spearmanr(list(together), means).statistic), 6)
