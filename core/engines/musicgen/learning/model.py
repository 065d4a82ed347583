"""The model as it is trained: transformers' decoder with a checkpoint's weights, and its loss on windows of codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear
from torch.nn.utils.rnn import pad_sequence
from transformers import MusicgenForCausalLM
from transformers.models.musicgen.configuration_musicgen import MusicgenDecoderConfig

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.delay import delayed
from core.errors import EngineUnavailable
from core.words import Words


class TrainedModel:
    """A decoder whose weights can be trained; frozen and without dropout until somebody says otherwise."""

    def __init__(self, config: DecoderConfig, tensors: Mapping[str, Tensor], device: torch.device) -> None:
        """Raises EngineUnavailable: models whose conditions stand in front of the sequence cannot learn here."""
        if config.prefix:
            raise EngineUnavailable(
                Words(
                    "Concepts can be learned on the models small, medium and large, not on a melody model.",
                    "콘셉트는 small, medium, large 모델에서만 학습할 수 있고 melody 모델에서는 학습할 수 없습니다.",
                )
            )
        self.config = config
        self.device = device
        self.network: Any = MusicgenForCausalLM(_settings(config))
        state = {name: tensor.float() for name, tensor in their_names(tensors, config)}
        missing = self.network.load_state_dict(state, strict=False)
        if missing.unexpected_keys or any("embed_positions" not in key for key in missing.missing_keys):
            raise ValueError(f"the decoder does not fit transformers' model: {missing}")
        self.network.eval().requires_grad_(False).to(device)
        self._projection = None
        if "text.weight" in tensors:
            self._projection = tensors["text.weight"].float().to(device), tensors["text.bias"].float().to(device)

    @property
    def attentions(self) -> list[Any]:
        """The self-attention of each layer."""
        return [layer.self_attn for layer in self.network.model.decoder.layers]

    def loss(self, codes: Sequence[Tensor], texts: Sequence[Tensor]) -> Tensor:
        """The mean cross-entropy of windows of codes (codebooks, frames) under text states (tokens, text size).

        Each codebook counts alike (Copet et al., arXiv:2306.05284); windows may differ in length. A text of no tokens
        is the absence of one.
        """
        start = self.config.start
        columns = [delayed(each, self.config.delays, start).T for each in codes]
        whole = pad_sequence(columns, batch_first=True, padding_value=start).transpose(1, 2).to(self.device)
        states, mask = self._conditions(texts)
        logits = self.network(
            input_ids=whole[:, :, :-1].flatten(0, 1), encoder_hidden_states=states, encoder_attention_mask=mask
        ).logits.view(len(codes), self.config.codebooks, -1, self.config.vocabulary)
        targets = whole[:, :, 1:]
        books = range(self.config.codebooks)
        return torch.stack([_book_loss(logits[:, book], targets[:, book], start) for book in books]).mean()

    def _conditions(self, texts: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Projected texts, padded to one length, and which of their tokens are attended to."""
        # A text of nothing attends to one token of zeros, which through projections without a bias adds nothing.
        projected = [self._project(text) if len(text) else torch.zeros(1, self.config.size) for text in texts]
        states = pad_sequence([each.to(self.device) for each in projected], batch_first=True)
        lengths = torch.tensor([len(each) for each in projected], device=self.device)
        return states, (torch.arange(states.shape[1], device=self.device) < lengths[:, None]).long()

    def _project(self, states: Tensor) -> Tensor:
        states = states.to(self.device)
        return states if self._projection is None else linear(states, *self._projection)


def _book_loss(logits: Tensor, targets: Tensor, start: int) -> Tensor:
    return cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=start)


def _settings(config: DecoderConfig) -> MusicgenDecoderConfig:
    return MusicgenDecoderConfig(
        vocab_size=config.vocabulary,
        hidden_size=config.size,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        ffn_dim=config.inner,
        num_codebooks=config.codebooks,
        audio_channels=config.channels,
        pad_token_id=config.start,
        bos_token_id=config.start,
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        layerdrop=0.0,
    )


def their_names(tensors: Mapping[str, Tensor], config: DecoderConfig) -> Iterator[tuple[str, Tensor]]:
    """Our tensors under the names of transformers' decoder: the inverse of `transformers_format.renamed`."""
    base = "model.decoder."
    for book in range(config.codebooks):
        yield f"{base}embed_tokens.{book}.weight", tensors["embeddings"][book]
        rows = slice(book * config.vocabulary, (book + 1) * config.vocabulary)
        yield f"lm_heads.{book}.weight", tensors["heads"][rows]
    norms = {"norm": "self_attn_layer_norm", "inner_norm": "final_layer_norm", "cross_norm": "encoder_attn_layer_norm"}
    for part in ("weight", "bias"):
        yield f"{base}layer_norm.{part}", tensors[f"norm.{part}"]
    for layer in range(config.layers):
        ours, theirs = f"layers.{layer}.", f"{base}layers.{layer}."
        for ours_norm, theirs_norm in norms.items():
            for part in ("weight", "bias"):
                yield f"{theirs}{theirs_norm}.{part}", tensors[f"{ours}{ours_norm}.{part}"]
        for name, third in zip("qkv", tensors[f"{ours}qkv"].chunk(3), strict=True):
            yield f"{theirs}self_attn.{name}_proj.weight", third
        for name, half in zip("kv", tensors[f"{ours}cross_key_value"].chunk(2), strict=True):
            yield f"{theirs}encoder_attn.{name}_proj.weight", half
        yield f"{theirs}self_attn.out_proj.weight", tensors[f"{ours}out"]
        yield f"{theirs}encoder_attn.q_proj.weight", tensors[f"{ours}cross_query"]
        yield f"{theirs}encoder_attn.out_proj.weight", tensors[f"{ours}cross_out"]
        yield f"{theirs}fc1.weight", tensors[f"{ours}up"]
        yield f"{theirs}fc2.weight", tensors[f"{ours}down"]


def our_names(theirs: Mapping[str, Tensor], like: Mapping[str, Tensor], config: DecoderConfig) -> dict[str, Tensor]:
    """Weights of transformers' decoder as our tensors; what it does not hold stays as in `like`."""
    ours = {name: tensor.detach().float().clone() for name, tensor in like.items()}
    for name, place in their_names(ours, config):
        # Each is a view into one of our tensors.
        place.copy_(theirs[name])
    return ours
