"""Audio fusion: every layer of the decoder hears the recording that is edited (arXiv:2405.18386, section 3.2).

The codes of the recording go through the same frozen self-attention and feed-forward layers as a stream of their own,
placed by learned positions. What the stream's self-attention asks and answers in a layer is what the decoder's
attention there asks besides its own question, without a mask: x = SDPA(q, k, v) + g · SDPA(q + q′, k′, v′). With gates
g of zero the decoder is MusicGen, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import linear, scaled_dot_product_attention

from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.editing.weights import EditingWeights


@dataclass(frozen=True, slots=True)
class Fusion:
    """A recording as one request's rows hear it: per layer queries, keys and values (heads, frames + 1, head size).

    Steps beyond the last frame ask what the last frame asks.
    """

    queries: tuple[Tensor, ...]
    keys: tuple[Tensor, ...]
    values: tuple[Tensor, ...]
    gates: Tensor
    frames: int

    def add(self, layer: int, query: Tensor, attended: Tensor, at: Tensor) -> None:
        """Add what is heard to `attended` (rows, size), for queries (rows, heads, head size) at positions (rows,)."""
        asked = query.transpose(0, 1) + self.queries[layer][:, at.clamp(max=self.frames - 1)]
        heard = scaled_dot_product_attention(asked, self.keys[layer], self.values[layer])
        attended += self.gates[layer] * heard.transpose(0, 1).flatten(1)


class AudioFusion:
    """Makes the fusion of a recording with the weights of an editor."""

    def __init__(self, decoder: Decoder, weights: EditingWeights) -> None:
        def placed(tensor: Tensor) -> Tensor:
            return tensor.to(decoder.device, decoder.dtype)

        self._decoder = decoder
        self._positions = placed(weights.tensors["positions"])
        self._gates = placed(weights.tensors["gates"])
        self._merge = [placed(weights.tensors[f"merge.{layer}"]) for layer in range(decoder.config.layers)]

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def of(self, codes: Tensor) -> Fusion:
        """The fusion of a recording's codes (codebooks, frames). Codes are not delayed; a special token ends them."""
        frames = codes.shape[1]
        columns = torch.nn.functional.pad(codes.to(self._decoder.device), (0, 1), value=self._decoder.config.start)
        embedded = self._decoder.embed_tokens(columns.T).to(self._decoder.dtype)

        def placed(layer: int) -> Tensor:
            return linear(embedded, self._merge[layer]) + self._positions[layer + 1, : frames + 1]

        asked = list(self._decoder.attend_to_itself(self._positions[0, : frames + 1], placed))
        queries, keys, values = zip(*asked, strict=True)
        return Fusion(queries, keys, values, self._gates, frames)
