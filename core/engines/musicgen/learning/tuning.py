"""Tunings: what of a model is trained to learn a concept, and the tensors that a concept file keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from core.engines.lesson import Lesson
from core.engines.musicgen.learning.model import TrainedModel


class Tuning(Protocol):
    """Trained weights of a model, apart from the identifier tokens."""

    def parameters(self) -> Iterator[nn.Parameter]: ...

    def kept(self) -> dict[str, Tensor]:
        """The tensors of the concept file (see `concepts.file`)."""
        ...

    def close(self) -> None:
        """Leave the model exactly as it was."""
        ...


class ValueChange(nn.Module):  # type: ignore[misc]  # torch is untyped where it is not installed
    """A value projection with learned changes: of all its entries, or of those at `places` (entries,) only.

    The projection's own weight is neither trained nor written to.
    """

    def __init__(self, base: Any, places: Tensor | None = None) -> None:  # noqa: ANN401 - a Linear of torch's
        super().__init__()
        self.base = base
        self.places = places
        device = base.weight.device
        count = base.weight.numel() if places is None else len(places)
        self.changes = nn.Parameter(torch.zeros(count, device=device))

    def forward(self, states: Tensor) -> Tensor:
        weight: Tensor = self.base.weight
        if self.places is None:
            return linear(states, weight + self.changes.view_as(weight))
        return linear(states, weight.flatten().index_add(0, self.places, self.changes).view_as(weight))


class ValueTuning:
    """Changes of the value projections: of everything while it is probed, of the chosen places afterwards."""

    def __init__(self, model: TrainedModel, places: list[Tensor] | None = None) -> None:
        self._attentions = model.attentions
        self.changes = []
        for layer, attention in enumerate(self._attentions):
            at = None if places is None else places[layer].to(model.device)
            attention.v_proj = ValueChange(attention.v_proj, at)
            self.changes.append(attention.v_proj)

    def parameters(self) -> Iterator[nn.Parameter]:
        return (change.changes for change in self.changes)

    def most_moved(self, fraction: float) -> list[Tensor]:
        """The places of the entries that have moved most, ascending: this fraction of each layer's.

        DreamStyler (arXiv:2406.12292) learns a mask over the value projections while a concept is introduced and keeps
        a preset share of it; how it is relaxed is not published. Here the movement itself ranks the entries.
        """
        count = max(1, round(fraction * self.changes[0].changes.numel()))
        return [change.changes.detach().abs().topk(count).indices.sort().values.cpu() for change in self.changes]

    def kept(self) -> dict[str, Tensor]:
        found = {}
        for layer, change in enumerate(self.changes):
            if change.places is not None:
                found[f"value.{layer}.places"] = change.places.to(torch.int32)
                # Half precision resolves changes far below what int8 or bf16 weights do, and halves the file.
                found[f"value.{layer}.changes"] = change.changes.detach().half()
        return found

    def close(self) -> None:
        for attention, change in zip(self._attentions, self.changes, strict=True):
            attention.v_proj = change.base


class LowRankTuning:
    """Low-rank matrices beside the query and value projections of self-attention, by peft."""

    def __init__(self, model: TrainedModel, rank: int) -> None:
        from peft import LoraConfig, inject_adapter_in_model  # noqa: PLC0415 - takes seconds, and one method needs it

        self._network = model.network
        self._attentions = model.attentions
        settings = LoraConfig(r=rank, lora_alpha=rank, lora_dropout=0.0, target_modules=r".*self_attn\.(q_proj|v_proj)")
        inject_adapter_in_model(settings, model.network)
        for attention in self._attentions:
            for adapted in (attention.q_proj, attention.v_proj):
                adapted.base_layer.requires_grad_(False)

    def parameters(self) -> Iterator[nn.Parameter]:
        for attention in self._attentions:
            for adapted in (attention.q_proj, attention.v_proj):
                yield adapted.lora_A["default"].weight
                yield adapted.lora_B["default"].weight

    def kept(self) -> dict[str, Tensor]:
        found = {}
        for layer, attention in enumerate(self._attentions):
            for name, adapted in (("query", attention.q_proj), ("value", attention.v_proj)):
                found[f"{name}.{layer}.down"] = adapted.lora_A["default"].weight.detach()
                found[f"{name}.{layer}.up"] = adapted.lora_B["default"].weight.detach() * adapted.scaling["default"]
        return found

    def close(self) -> None:
        for attention in self._attentions:
            attention.q_proj = attention.q_proj.base_layer
            attention.v_proj = attention.v_proj.base_layer
        # peft notes on the model what it holds, and would take the next lesson for a second adapter.
        del self._network.peft_config


class FullTuning:
    """All weights of the decoder. They make a model of their own, not a concept file."""

    def __init__(self, model: TrainedModel) -> None:
        self._network = model.network
        self._before = {name: tensor.clone() for name, tensor in model.network.state_dict().items()}
        self._network.requires_grad_(True)

    def parameters(self) -> Iterator[nn.Parameter]:
        return (parameter for parameter in self._network.parameters() if parameter.requires_grad)

    def kept(self) -> dict[str, Tensor]:
        return {name: tensor.detach().clone() for name, tensor in self._network.state_dict().items()}

    def close(self) -> None:
        self._network.load_state_dict(self._before)
        self._network.requires_grad_(False)


class NoTuning:
    """The identifier tokens alone: textual inversion (Gal et al., arXiv:2208.01618)."""

    def parameters(self) -> Iterator[nn.Parameter]:
        return iter(())

    def kept(self) -> dict[str, Tensor]:
        return {}

    def close(self) -> None:
        """Nothing was changed."""


def tuning_for(lesson: Lesson, model: TrainedModel, places: list[Tensor] | None) -> Tuning:
    """What the method of a lesson trains; a pivotal one at the places that its probe chose."""
    match lesson.method:
        case "pivotal":
            return ValueTuning(model, places)
        case "lora":
            return LowRankTuning(model, lesson.rank)
        case "full":
            return FullTuning(model)
        case "tokens":
            return NoTuning()
