"""EnCodec: recordings as codes, and codes as sound while they are still being made.

Défossez et al., "High Fidelity Neural Audio Compression" (arXiv:2210.13438). The decoder is a convolution, an LSTM that
looks back only, and a stack of convolutions that widen each frame to its samples. The stream carries the LSTM's state
and decodes each stretch with a few frames of context on both sides, so that its parts put together are what decoding
everything at once gives.
"""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import Tensor
from transformers import EncodecConfig, EncodecModel

from core.engines.musicgen.audiocraft_format import settings_of
from core.engines.musicgen.checkpoint import Checkpoint
from core.engines.musicgen.tensors import CheckpointError, load_data

AHEAD = 3
"""Frames that the first convolution (kernel 7) looks ahead and back."""

CONTEXT = 4
"""Frames on both sides that the widening convolutions need; they reach less than three."""


class Codec:
    """The codec of one checkpoint, in float32."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device) -> None:
        """Raises CheckpointError: it is not there, or damaged."""
        self.device = device
        self.channels = checkpoint.config.channels
        self.hop = checkpoint.config.hop
        self._model = _load(checkpoint).eval().to(device)

    def encode(self, samples: Tensor) -> Tensor:
        """Samples (channels, samples) at the codec's rate as codes (codebooks, frames), channels interleaved.

        A mono codec takes the mean of the channels, a stereo one gives a mono recording to both sides.
        """
        with torch.inference_mode():
            mixed = samples.mean(0, keepdim=True) if self.channels == 1 else samples.expand(self.channels, -1)
            codes: Tensor = self._model.encode(mixed[:, None].to(self.device)).audio_codes[0]
            return codes.transpose(0, 1).flatten(0, 1)

    def decode(self, codes: Tensor) -> Tensor:
        """Codes (codebooks, frames) as samples (channels, samples)."""
        stream = CodecStream(self)
        return stream.push(codes, last=True)

    def embed(self, codes: Tensor) -> Tensor:
        """(codebooks, frames) to (channels, width, frames)."""
        books = codes.to(self.device).unflatten(0, (-1, self.channels))
        embedded: Tensor = self._model.quantizer.decode(books)
        return embedded

    @property
    def layers(self) -> Any:  # noqa: ANN401  (modules of transformers, which is untyped here)
        return self._model.decoder.layers


class Tail:
    """The end of a sequence (…, frames) that grows: frames that are asked for no more are forgotten."""

    def __init__(self) -> None:
        self._kept: Tensor | None = None
        self._start = 0

    @property
    def end(self) -> int:
        """Frames so far, forgotten ones too."""
        return self._start + (0 if self._kept is None else int(self._kept.shape[-1]))

    def append(self, frames: Tensor) -> None:
        self._kept = frames if self._kept is None else torch.cat([self._kept, frames], dim=-1)

    def since(self, frame: int) -> Tensor:
        """Everything from `frame` on; what was before is forgotten."""
        if self._kept is None:
            raise ValueError("there is nothing yet")
        self._kept = self._kept[..., frame - self._start :]
        self._start = frame
        return self._kept


class CodecStream:
    """Decodes one piece in order."""

    def __init__(self, codec: Codec) -> None:
        self._first, self._memory, *self._widening = codec.layers
        self._codec = codec
        self._embedded = Tail()
        self._remembered = Tail()
        self._state: tuple[Tensor, Tensor] | None = None
        self._taken = 0
        self._given = 0

    def push(self, codes: Tensor, *, last: bool = False) -> Tensor:
        """The next codes (codebooks, frames); what can be told of the sound by now: samples (channels, samples)."""
        with torch.inference_mode():
            self._embedded.append(self._codec.embed(codes))
            self._remember(last=last)
            return self._widen(last=last)

    def _remember(self, *, last: bool) -> None:
        """The first convolution and the LSTM, as far as the look-ahead allows."""
        until = self._embedded.end if last else self._embedded.end - AHEAD
        if until <= self._taken:
            return
        before = max(0, self._taken - AHEAD)
        convolved = self._first(self._embedded.since(before))[..., self._taken - before : until - before]
        sequence = convolved.permute(2, 0, 1)
        out, self._state = self._memory.lstm(sequence, self._state)
        self._remembered.append((out + sequence).permute(1, 2, 0))
        self._taken = until

    def _widen(self, *, last: bool) -> Tensor:
        until = self._taken if last else self._taken - CONTEXT
        if until <= self._given:
            return torch.zeros(self._codec.channels, 0)
        before = max(0, self._given - CONTEXT)
        sound = self._remembered.since(before)
        for layer in self._widening:
            sound = layer(sound)
        hop = self._codec.hop
        samples: Tensor = sound[:, 0, (self._given - before) * hop : (until - before) * hop]
        self._given = until
        return samples.cpu()


def _load(checkpoint: Checkpoint) -> Any:  # noqa: ANN401  (transformers is untyped here)
    if checkpoint.layout == "transformers":
        config = EncodecConfig.from_dict(checkpoint.settings["audio_encoder"])
        state = checkpoint.tensors.under("audio_encoder.")
    else:
        state, padding = _audiocraft_state(checkpoint)
        config = _published_config(state, padding)
    model = EncodecModel(config)
    named = {modern(key): tensor.float() for key, tensor in state.items()}
    try:
        model.load_state_dict(named, strict=True)
    except RuntimeError as error:
        reason = str(error).replace("\n", " ")
        raise CheckpointError(
            checkpoint.folder, f"its codec cannot be loaded ({reason})", "코덱을 불러올 수 없습니다"
        ) from error
    return model


def modern(key: str) -> str:
    """The name of a tensor since weight normalisation is a parametrization."""
    return key.replace("weight_g", "parametrizations.weight.original0").replace(
        "weight_v", "parametrizations.weight.original1"
    )


def _audiocraft_state(checkpoint: Checkpoint) -> tuple[dict[str, Tensor], str]:
    """The codec of an audiocraft checkpoint under the names of transformers, and how it pads what it is given."""
    path = checkpoint.folder / "compression_state_dict.bin"
    found = load_data(path)
    state = found.get("best_state") if isinstance(found, dict) else None
    if not isinstance(state, dict):
        raise CheckpointError(path, "it holds no codec, only a name", "코덱이 없고 이름만 있습니다")
    state = state.get("model", state)
    padding = settings_of(found, path).get("seanet", {}).get("pad_mode", "reflect")
    return {renamed(key): tensor for key, tensor in state.items() if isinstance(tensor, Tensor)}, padding


def renamed(key: str) -> str:
    """A tensor's name in transformers, from audiocraft's."""
    key = re.sub(r"^(encoder|decoder)\.model\.", r"\1.layers.", key)
    key = key.replace(".conv.conv.", ".conv.").replace(".convtr.convtr.", ".conv.")
    return key.replace("quantizer.vq.layers.", "quantizer.layers.").replace("._codebook.", ".codebook.")


def _published_config(state: dict[str, Tensor], padding: str) -> EncodecConfig:
    """The settings of the published 32 kHz codec, with the widths that the tensors have."""
    books = sum(key.startswith("quantizer.layers.") and key.endswith(".embed") for key in state)
    entries, width = state["quantizer.layers.0.codebook.embed"].shape
    filters = next(
        tensor.shape[0]
        for key, tensor in state.items()
        if re.fullmatch(r"encoder\.layers\.0\.conv\..*(v|original1)", key)
    )
    return EncodecConfig(
        target_bandwidths=[books * 50 * (entries - 1).bit_length() / 1000],
        sampling_rate=32000,
        audio_channels=1,
        normalize=False,
        chunk_length_s=None,
        overlap=None,
        hidden_size=width,
        num_filters=filters,
        num_residual_layers=1,
        upsampling_ratios=[8, 5, 4, 4],
        norm_type="weight_norm",
        use_causal_conv=False,
        pad_mode=padding,
        codebook_size=entries,
        codebook_dim=width,
        use_conv_shortcut=False,
    )
