"""audiocraft's MusicGen decoder at a true size, to be measured beside ours where audiocraft is installed.

Its conditions are handed over as tensors, so that neither a text encoder nor a codec is needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import torch

from core.engines.musicgen.config import DecoderConfig

GUIDANCE = 3.0


def is_here() -> bool:
    return find_spec("audiocraft") is not None


def decoder(config: DecoderConfig, dtype: torch.dtype, device: torch.device, tokens: int) -> Any:  # noqa: ANN401
    """Audiocraft's language model (untyped) with random weights, and texts of so many tokens."""
    from audiocraft.models.lm import LMModel  # noqa: PLC0415  (only where it is measured)
    from audiocraft.modules.codebooks_patterns import DelayedPatternProvider  # noqa: PLC0415
    from audiocraft.modules.conditioners import ConditionFuser, ConditioningProvider  # noqa: PLC0415

    class Given(ConditioningProvider):  # type: ignore[misc]
        """Random states for every request, and zeros for its null row."""

        def tokenize(self, inputs: list[Any]) -> Any:  # noqa: ANN401
            return len(inputs)

        def forward(self, tokenized: int) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
            states = torch.randn(tokenized, tokens, config.size, device=device, dtype=dtype)
            states[tokenized // 2 :] = 0
            return {"description": (states, torch.ones(tokenized, tokens, device=device, dtype=torch.int))}

    fuser = ConditionFuser({"sum": [], "cross": ["description"], "prepend": [], "input_interpolate": []})
    model = LMModel(
        pattern_provider=DelayedPatternProvider(config.codebooks, list(config.delays)),
        condition_provider=Given({}, device=str(device)),
        fuser=fuser,
        n_q=config.codebooks,
        card=config.vocabulary,
        dim=config.size,
        num_heads=config.heads,
        hidden_scale=config.inner // config.size,
        norm_first=True,
        bias_proj=False,
        cfg_coef=GUIDANCE,
        num_layers=config.layers,
        causal=True,
        bias_ff=False,
        bias_attn=False,
        cross_attention=True,
        memory_efficient=True,
        activation="gelu",
        dropout=0.0,
        device=str(device),
        dtype=dtype,
    )
    return model.eval().to(device, dtype)


def runner(model: Any) -> Callable[[int, int], list[float]]:  # noqa: ANN401
    """Seconds of each of so many steps of a batch, with guidance, top-k 250 and sampling."""
    from audiocraft.modules.conditioners import ConditioningAttributes  # noqa: PLC0415

    def run(batch: int, steps: int) -> list[float]:
        times: list[float] = []
        with torch.no_grad():
            model.generate(
                conditions=[ConditioningAttributes(text={"description": "x"}) for _ in range(batch)],
                max_gen_len=steps - 2,
                top_k=250,
                callback=lambda *_: times.append(time.perf_counter()),
            )
        return [after - before for before, after in pairwise(times)]

    return run
