"""The file of a concept: learned tensors and a card in the safetensors format, of 20 MB at most.

Tensors: `tokens` (count, text size); for a pivotal concept `value.{layer}.places` (int32, ascending places in the flat
value projection) and `value.{layer}.changes`; for a low-rank one `{query|value}.{layer}.{down|up}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from core.engines.musicgen.concepts.card import CARD_KEY, DAMAGED, LARGEST_FILE, TOO_LARGE, Card, read_card
from core.engines.musicgen.concepts.shift import LowRank, Pivotal
from core.engines.musicgen.config import DecoderConfig
from core.errors import ConceptError
from core.words import Words

MOST_TOKENS = 16
MOST_RANK = 64


@dataclass(frozen=True, slots=True)
class LearnedConcept:
    """A concept ready to serve: identifier tokens (count, text size) in the space of the text encoder's states."""

    card: Card
    tokens: Tensor
    shift: Pivotal | LowRank | None = None


def write_concept(card: Card, tensors: Mapping[str, Tensor]) -> bytes:
    """The file of a concept.

    Raises:
        ConceptError: it would be too large.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    data = save(plain, metadata={CARD_KEY: card.model_dump_json()})
    if len(data) > LARGEST_FILE:
        raise ConceptError(
            Words(
                f"This concept would have {len(data) / 1e6:.0f} MB, more than a concept may have. "
                "Learn it with a smaller fraction or rank.",
                f"이 콘셉트는 {len(data) / 1e6:.0f}MB로 허용 크기보다 큽니다. 비율이나 랭크를 줄여 다시 학습해 주세요.",
            )
        )
    return data


def read_concept(data: bytes, config: DecoderConfig, base: str, device: torch.device) -> LearnedConcept:
    """Read a concept for the model with this geometry and fingerprint.

    Raises:
        ConceptError: the file is too large or damaged, or the concept belongs to another model.
    """
    if len(data) > LARGEST_FILE:
        raise ConceptError(TOO_LARGE)
    card = read_card(data)
    if card.base != base:
        raise ConceptError(
            Words(
                f"The concept “{card.name}” was learned on another model ({card.model}) than the one that runs here.",
                f"콘셉트 “{card.name}”은(는) 이곳의 모델이 아니라 다른 모델({card.model})에서 학습했습니다.",
            )
        )
    try:
        tensors = load(data)
    except (SafetensorError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise ConceptError(DAMAGED) from error
    return _Reading(tensors, config, device).concept(card)


class _Reading:
    """Takes the tensors of one file, each with the shape it must have; one that is left over is one too many."""

    def __init__(self, tensors: dict[str, Tensor], config: DecoderConfig, device: torch.device) -> None:
        self._tensors = tensors
        self._config = config
        self._device = device

    def concept(self, card: Card) -> LearnedConcept:
        tokens = self._take("tokens", 2)
        if not 1 <= len(tokens) <= MOST_TOKENS or tokens.shape[1] != self._config.text_size:
            raise ConceptError(DAMAGED)
        shift: Pivotal | LowRank | None = None
        if card.kind == "pivotal":
            shift = self._pivotal()
        elif card.kind == "lora":
            shift = self._low_rank()
        if self._tensors:
            raise ConceptError(DAMAGED)
        return LearnedConcept(card, tokens.to(self._device), shift)

    def _pivotal(self) -> Pivotal:
        entries = [self._entries(layer) for layer in range(self._config.layers)]
        return Pivotal.of(entries, self._config.size, self._device)

    def _entries(self, layer: int) -> tuple[Tensor, Tensor]:
        places = self._tensors.pop(f"value.{layer}.places", None)
        changes = self._take(f"value.{layer}.changes", 1)
        if places is None or places.dtype != torch.int32 or places.shape != changes.shape:
            raise ConceptError(DAMAGED)
        places = places.long()
        within = not len(places) or (int(places[0]) >= 0 and int(places[-1]) < self._config.size**2)
        if not within or not bool((places[1:] > places[:-1]).all()):
            raise ConceptError(DAMAGED)
        return places, changes

    def _low_rank(self) -> LowRank:
        layers = []
        for layer in range(self._config.layers):
            query, value = self._pair(f"query.{layer}"), self._pair(f"value.{layer}")
            layers.append((*query, *value))
        return LowRank(tuple(layers))

    def _pair(self, name: str) -> tuple[Tensor, Tensor]:
        down, up = self._take(f"{name}.down", 2), self._take(f"{name}.up", 2)
        size, rank = self._config.size, len(down)
        if not 1 <= rank <= MOST_RANK or down.shape != (rank, size) or up.shape != (size, rank):
            raise ConceptError(DAMAGED)
        return down.to(self._device), up.to(self._device)

    def _take(self, name: str, dimensions: int) -> Tensor:
        """A tensor of numbers, in float32."""
        tensor = self._tensors.pop(name, None)
        if tensor is None or not tensor.is_floating_point() or tensor.dim() != dimensions:
            raise ConceptError(DAMAGED)
        exact = tensor.float()
        if not bool(exact.isfinite().all()):
            raise ConceptError(DAMAGED)
        return exact
