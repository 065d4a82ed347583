"""Feelings by a published classifier of emotions, whose labels are known by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from core.text.affect_words import AffectWords
from core.text.depth import EMOTIONS, Feelings
from core.text.emotion import with_marks
from core.text.full.loading import Loaded, batches
from core.text.mood import MoodPrototypes
from core.text.passages import Passages
from core.text.tables import read_json

Floats = npt.NDArray[np.float32]

FEWEST_LABELS = 3
_CHANGED = 0.3
"""How much of what negation and emphasis do to words is added to what the classifier says."""


@dataclass(frozen=True, slots=True)
class _Column:
    """What a label means: its column, its place among the seven emotions, and its valence and arousal."""

    number: int
    emotion: int
    valence: float
    arousal: float


class LabelledEmotions:
    """The label table says which of the seven emotions a label is, and how pleasant and excited it is."""

    def __init__(self, loaded: Loaded, words: AffectWords, moods: MoodPrototypes) -> None:
        self._loaded = loaded
        self._words = words
        self._moods = moods
        self._columns = known_columns(loaded.labels())
        self._places = np.array([(column.valence, column.arousal) for column in self._columns], np.float32)

    def feel(self, passages: Passages) -> Feelings:
        shares = np.concatenate([self._shares(batch) for batch in batches(passages.english)])
        felt = shares @ self._places
        for row, (sentence, english) in enumerate(zip(passages.sentences, passages.english, strict=True)):
            # A classifier has read "not" itself; what it cannot know is that this is said very strongly, or shouted.
            change = self._words.measure(english).change
            felt[row, 0] = np.clip(felt[row, 0] + _CHANGED * change, -1.0, 1.0)
            felt[row] = with_marks(felt[row], sentence)
        emotions = np.zeros((len(shares), len(EMOTIONS)), np.float32)
        for place, column in enumerate(self._columns):
            emotions[:, column.emotion] += shares[:, place]
        moods = self._moods.probabilities(passages, felt)
        return Feelings(felt[:, 0], felt[:, 1], emotions, self._moods.moods, moods)

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def _shares(self, texts: Sequence[str]) -> Floats:
        """Probabilities of the known labels, rows add up to 1."""
        logits = self._loaded.model(**self._loaded.tokens(texts)).logits.float()
        several = self._loaded.model.config.problem_type == "multi_label_classification"
        shares = torch.sigmoid(logits) if several else torch.softmax(logits, dim=-1)
        known = shares[:, [column.number for column in self._columns]].cpu().numpy()
        known /= np.maximum(known.sum(axis=1, keepdims=True), 1e-9)
        return np.asarray(known, np.float32)


def known_columns(labels: Sequence[str]) -> list[_Column]:
    """Those of a classifier's labels that are names of emotions."""
    table: Mapping[str, list[str | float]] = read_json("emotion_labels.json")["labels"]
    found = ((number, table.get(label.strip().lower())) for number, label in enumerate(labels))
    return [
        _Column(number, [str(name) for name in EMOTIONS].index(str(row[0])), float(row[1]), float(row[2]))
        for number, row in found
        if row is not None
    ]
