"""Topics by a published classifier: one whose labels are topics, or one of entailment, asked about each topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch

from core.catalog import Catalog
from core.text.full.loading import Loaded, batches
from core.text.passages import Passages

Floats = npt.NDArray[np.float32]

FEWEST_LABELS = 2
_WINDOW = 600
"""Characters that are read together; a topic shows in several sentences rather than in one."""
_MOST_WINDOWS = 200
_MOST_ASKED = 8
"""Parts of a text that are asked about: each takes one question for each topic."""
_HYPOTHESIS = "This text is about {}."


class LabelledTopics:
    """A classifier whose labels are names of topics. Topics that it does not know have a probability of 0."""

    def __init__(self, loaded: Loaded, catalog: Catalog) -> None:
        self._loaded = loaded
        self.labels = tuple(topic.en for topic in catalog.topics.values())
        self._columns = labelled_topics(loaded, catalog)

    def probabilities(self, passages: Passages) -> Floats:
        spans = windows(passages, _MOST_WINDOWS)
        rows = [self._shares(batch) for batch in batches([text_of(passages, span) for span in spans])]
        return spread(np.concatenate(rows), spans)

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def _shares(self, texts: Sequence[str]) -> Floats:
        logits = self._loaded.model(**self._loaded.tokens(texts)).logits[:, list(self._columns)]
        shares = np.zeros((len(texts), len(self.labels)), np.float32)
        shares[:, list(self._columns.values())] = torch.softmax(logits.float(), dim=-1).cpu().numpy()
        return shares


class AskedTopics:
    """A classifier of entailment, asked whether the text is about each topic.

    W. Yin, J. Hay and D. Roth, "Benchmarking Zero-shot Text Classification", 2019.
    """

    def __init__(self, loaded: Loaded, catalog: Catalog) -> None:
        self._loaded = loaded
        self._entailment = entailment_column(loaded)
        self.labels = tuple(topic.en for topic in catalog.topics.values())
        self._questions = tuple(_HYPOTHESIS.format(label.replace("&", "and").lower()) for label in self.labels)

    def probabilities(self, passages: Passages) -> Floats:
        spans = windows(passages, _MOST_ASKED)
        return spread(np.stack([self._asked(text_of(passages, span)) for span in spans]), spans)

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def _asked(self, text: str) -> Floats:
        scores: list[float] = []
        for questions in batches(self._questions):
            batch = self._loaded.tokenizer(
                [text] * len(questions),
                list(questions),
                padding=True,
                truncation="only_first",
                max_length=self._loaded.longest,
                return_tensors="pt",
            )
            logits = self._loaded.model(**batch.to(self._loaded.model.device)).logits
            scores += logits[:, self._entailment].float().cpu().tolist()
        exponents = np.exp(np.array(scores, np.float32) - max(scores))
        shares: Floats = (exponents / exponents.sum()).astype(np.float32)
        return shares


def topics_of(loaded: Loaded, catalog: Catalog) -> LabelledTopics | AskedTopics | None:
    """The classifier that this model can be; None where its labels are neither topics nor entailment."""
    if len(labelled_topics(loaded, catalog)) >= FEWEST_LABELS:
        return LabelledTopics(loaded, catalog)
    return AskedTopics(loaded, catalog) if entailment_column(loaded) >= 0 else None


def labelled_topics(loaded: Loaded, catalog: Catalog) -> Mapping[int, int]:
    """For each column of the model that is named like a topic, the place of that topic in the catalog."""
    places = {topic: place for place, topic in enumerate(catalog.topics)}
    found = ((column, catalog.find("topic", label)) for column, label in enumerate(loaded.labels()))
    return {column: places[topic.id] for column, topic in found if topic is not None}


def entailment_column(loaded: Loaded) -> int:
    """The column that says that one text follows from another; -1 for none."""
    names = [label.lower() for label in loaded.labels()]
    return names.index("entailment") if "entailment" in names else -1


def windows(passages: Passages, most: int) -> list[range]:
    """Neighbouring sentences that are read together, at most `most` groups of them."""
    total = sum(map(len, passages.english))
    size = max(_WINDOW, -(-total // most))
    spans: list[range] = []
    first = length = 0
    for row, text in enumerate(passages.english):
        if length and length + len(text) > size and len(spans) < most - 1:
            spans.append(range(first, row))
            first, length = row, 0
        length += len(text)
    return [*spans, range(first, len(passages))]


def text_of(passages: Passages, span: range) -> str:
    """The sentences of a window as one text."""
    return " ".join(passages.english[span.start : span.stop])


def spread(shares: Floats, spans: Sequence[range]) -> Floats:
    """Each sentence gets the probabilities of its window."""
    rows: Floats = np.repeat(shares, [len(span) for span in spans], axis=0)
    return rows
