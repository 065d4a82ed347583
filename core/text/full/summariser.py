"""Abstractive summaries, by a model for each language; a long text is summarised in parts, and then their summaries.

J. Zhang et al., "PEGASUS: Pre-training with Extracted Gap-sentences for Abstractive Summarization", 2020, and models of
its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from core.text.depth import Encoder, Summariser, Summary
from core.text.full.loading import Loaded
from core.text.language import main_language
from core.text.passages import Passages
from core.text.summary import cut

_BEAMS = 4
_CHARACTERS_A_TOKEN = {"en": 4.0, "ko": 2.0}
_MOST_ROUNDS = 4
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+")


class Abstractive:
    """Writes summaries in English and Korean. Others, and texts too short to be shortened, go to `simple`."""

    def __init__(self, models: Mapping[str, Loaded], encoder: Encoder, simple: Summariser) -> None:
        """`models` by language code."""
        self._models = models
        self._encoder = encoder
        self._simple = simple

    def summarise(self, passages: Passages, longest: int) -> Summary:
        """A summary of at most `longest` characters, and never longer than the text."""
        plain = self._simple.summarise(passages, longest)
        language = main_language((sentence.language, sentence.letters) for sentence in passages.sentences)
        texts = [sentence.words for sentence in passages.sentences if sentence.words]
        whole = " ".join(texts)
        if language not in self._models or plain.text == whole:
            return plain
        text = self._condensed(texts, language, longest)
        if not text or len(text) > len(whole):
            return plain
        return Summary(text, self._carriers(text, passages) or plain.rows)

    def _condensed(self, texts: Sequence[str], language: str, longest: int) -> str:
        loaded = self._models[language]
        most_tokens = max(8, round(longest / _CHARACTERS_A_TOKEN[language]))
        parts = list(texts)
        for _ in range(_MOST_ROUNDS):
            chunks = chunked(parts, loaded)
            parts = [text for text in loaded.written(chunks, most_tokens=most_tokens, beams=_BEAMS) if text]
            if len(chunks) == 1:
                break
        return cut(" ".join(parts), longest)

    def _carriers(self, text: str, passages: Passages) -> tuple[int, ...]:
        """The sentences that are closest to what the summary says."""
        if passages.vectors is None:
            return ()
        said = self._encoder.encode([part for part in _SENTENCE_END.split(text) if part])
        return tuple(sorted({int(row) for row in np.argmax(said.sentence @ passages.vectors.sentence.T, axis=1)}))


def chunked(texts: Sequence[str], loaded: Loaded) -> list[str]:
    """Neighbouring texts joined to parts that the model takes at once."""
    lengths = [len(ids) for ids in loaded.tokenizer(list(texts), add_special_tokens=False)["input_ids"]]
    room = loaded.longest - 4
    chunks: list[list[str]] = []
    taken = room + 1
    for text, length in zip(texts, lengths, strict=True):
        if taken + length > room:
            chunks.append([])
            taken = 0
        chunks[-1].append(text)
        taken += length
    return [" ".join(chunk) for chunk in chunks]
