"""Loads a model and its tokenizer from a folder: weights as data, no code of others, nothing from the network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import (
    AutoModel,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PretrainedConfig,
)
from transformers.utils import logging

from core.text.full.models import Role, unusable

CLASSES: dict[Role, Any] = {
    "encoder": AutoModel,
    "english_summariser": AutoModelForSeq2SeqLM,
    "korean_summariser": AutoModelForSeq2SeqLM,
    "topic_classifier": AutoModelForSequenceClassification,
    "emotion_classifier": AutoModelForSequenceClassification,
    "translator": AutoModelForSeq2SeqLM,
}
LONGEST = 1024
"""Tokens at once, for models whose own limit is larger or not stated."""
BATCH = 16

Batch = dict[str, torch.Tensor]

_READ_TO_WRITE = ("input_ids", "attention_mask")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to read with, its tokenizer, how many tokens it takes at once, and where it lies."""

    model: Any
    tokenizer: Any
    longest: int
    folder: Path

    def tokens(self, texts: Sequence[str]) -> Batch:
        """A padded batch on the model's device; longer texts are cut."""
        batch = self.tokenizer(list(texts), padding=True, truncation=True, max_length=self.longest, return_tensors="pt")
        return {key: values.to(self.model.device) for key, values in batch.items()}

    def labels(self) -> list[str]:
        """The names of a classifier's columns."""
        names: dict[int, str] = self.model.config.id2label
        return [str(names[column]) for column in range(len(names))]

    def written(self, texts: Sequence[str], *, most_tokens: int, beams: int) -> list[str]:
        """What a sequence-to-sequence model writes for each text."""
        found: list[str] = []
        most_tokens = min(most_tokens, self.longest - 2)
        for batch in batches(texts):
            with torch.inference_mode():
                tokens = {key: value for key, value in self.tokens(batch).items() if key in _READ_TO_WRITE}
                ids = self.model.generate(**tokens, max_new_tokens=most_tokens, num_beams=beams, do_sample=False)
            found += self.tokenizer.batch_decode(ids, skip_special_tokens=True)
        # Pegasus writes line breaks as <n>.
        return [" ".join(text.replace("<n>", " ").split()) for text in found]


def load(role: Role, named: str, folder: Path) -> Loaded:
    """The model for `role` from `folder`.

    Weights come from safetensors; from a PyTorch file only where there is none, and then through the loader that
    accepts tensors alone.

    Raises:
        ModelsUnusable: a file is missing or damaged, or it is a model of another kind.
    """
    logging.disable_progress_bar()
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model, found = CLASSES[role].from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            weights_only=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
    # Which error a damaged file ends in depends on where the damage is.
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RuntimeError,
        ImportError,
        IndexError,
        EOFError,
        UnpicklingError,
        SafetensorError,
        json.JSONDecodeError,
    ) as error:
        raise unusable(role, named, folder, type(error).__name__) from error
    if role.endswith("classifier") and found["missing_keys"]:
        raise unusable(role, named, folder, "its classifier was never trained")
    model.eval().to(_device())
    return Loaded(model, tokenizer, _longest(model.config, tokenizer.model_max_length), folder)


def batches(texts: Sequence[str], size: int = BATCH) -> Iterator[Sequence[str]]:
    """Parts of at most `size` texts."""
    for first in range(0, len(texts), size):
        yield texts[first : first + size]


def _longest(config: PretrainedConfig, stated: int) -> int:
    limits = [getattr(config, name, None) for name in ("max_position_embeddings", "n_positions", "max_source_length")]
    known = [int(limit) for limit in (*limits, stated) if limit]
    # RoBERTa counts its positions from 2.
    offset = 2 if config.model_type in ("roberta", "xlm-roberta", "camembert") else 0
    return max(8, min([LONGEST, *known]) - offset)


def _device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
