"""Topics as guessed beside topics as known: accuracy, calibration, and what is taken for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.evaluation.report import Figure, Target

CONFUSIONS_NAMED = 5


@dataclass(frozen=True, slots=True)
class TopicGuesses:
    """Of each text the `known` topic, up to three guesses, the likeliest first, and how probable the first is (0..1).

    Topics are named in English.
    """

    known: Sequence[str]
    guesses: Sequence[Sequence[str]]
    sure: npt.NDArray[np.float64]

    @property
    def firsts(self) -> list[str]:
        return [guesses[0] if guesses else "" for guesses in self.guesses]

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether the first guess is the known topic."""
        return np.array([first == known for first, known in zip(self.firsts, self.known, strict=True)])

    def figures(self) -> Iterator[Figure]:
        among = [known in guesses for known, guesses in zip(self.known, self.guesses, strict=True)]
        taken = (f"{known} as {first} ({times})" for (known, first), times in self.confusions()[:CONFUSIONS_NAMED])
        yield Figure(
            name="book.accuracy",
            value=float(self.right.mean()),
            target=Target("at least", 0.52),
            note="; ".join(taken),
        )
        yield Figure(name="book.top3", value=float(np.mean(among)))
        yield Figure(name="book.calibration_error", value=calibration_error(self.right, self.sure))

    def confusions(self) -> list[tuple[tuple[str, str], int]]:
        """Known topic and first guess where they differ, and how often; the most frequent first."""
        pairs = zip(self.known, self.firsts, strict=True)
        return Counter((known, first) for known, first in pairs if first not in ("", known)).most_common()


def calibration_error(right: npt.NDArray[np.bool_], sure: npt.NDArray[np.float64]) -> float:
    """Expected calibration error: how far accuracy is from confidence, over ten equal ranges of confidence.

    After C. Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """
    curve = reliability(right, sure)
    return float(np.average(np.abs(curve[:, 1] - curve[:, 0]), weights=curve[:, 2]))


def reliability(right: npt.NDArray[np.bool_], sure: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Mean confidence, accuracy and number of texts, a row for each tenth of confidence that occurs."""
    ranges = np.minimum((sure * 10).astype(int), 9)
    within = [ranges == at for at in np.unique(ranges)]
    return np.array([(sure[some].mean(), right[some].mean(), some.sum()) for some in within])
