"""Captions as states of the frozen T5 encoder that MusicGen was trained with."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import AutoTokenizer, T5Config, T5EncoderModel

from core.engines.musicgen.checkpoint import Checkpoint
from core.engines.musicgen.tensors import CheckpointError

LIMIT = 512
"""Tokens that T5 was trained on at most."""

PUBLISHED = "google-t5/t5-base"
"""audiocraft's checkpoints leave the text encoder out and name this one."""


class TextEncoder:
    """T5 and its tokenizer; captions are encoded one at a time, so there is no padding to attend to."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device) -> None:
        """Raises CheckpointError: encoder or tokenizer are not there."""
        self._device = device
        self._tokenizer, self._model = _load(checkpoint)
        self._model.eval().to(device)

    def length(self, text: str) -> int:
        """How many tokens a beginning of a caption has."""
        return len(self._tokenizer(text.rstrip(), add_special_tokens=False)["input_ids"])

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def encode(self, caption: str) -> tuple[Tensor, bool]:
        """States (tokens, text size), and whether the caption was too long and has been cut.

        A caption of nothing has no tokens: the model then makes what it likes.
        """
        if not caption.strip():
            return torch.zeros(0, self._model.config.d_model, device=self._device), False
        tokens = self._tokenizer(caption, truncation=False)["input_ids"]
        cut = len(tokens) > LIMIT
        if cut:
            tokens = [*tokens[: LIMIT - 1], tokens[-1]]
        ids = torch.tensor([tokens], device=self._device)
        states: Tensor = self._model(input_ids=ids).last_hidden_state[0]
        return states, cut


def _load(checkpoint: Checkpoint) -> tuple[Any, Any]:
    try:
        if checkpoint.layout == "audiocraft":
            beside = checkpoint.folder / "t5-base"
            place = str(beside) if beside.is_dir() else PUBLISHED
            model = T5EncoderModel.from_pretrained(place, local_files_only=True, dtype=torch.float32)
            return AutoTokenizer.from_pretrained(place, local_files_only=True), model
        whole = checkpoint.settings["text_encoder"]
        model = T5EncoderModel(T5Config.from_dict(whole))
        state = {key: tensor.float() for key, tensor in checkpoint.tensors.under("text_encoder.").items()}
        shared = "shared.weight"
        state.setdefault(shared, state.get("encoder.embed_tokens.weight"))
        state.setdefault("encoder.embed_tokens.weight", state[shared])
        model.load_state_dict(state)
        return AutoTokenizer.from_pretrained(checkpoint.folder, local_files_only=True), model
    except (OSError, KeyError, ValueError, RuntimeError, AttributeError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(
            checkpoint.folder, f"its text encoder cannot be loaded ({reason})", "텍스트 인코더를 불러올 수 없습니다"
        ) from error
