"""Who takes part in `textunes bench musicgen`: our runtime in each precision, transformers and audiocraft.

All decode with random weights in the exact geometry of musicgen-small: speed does not depend on their values. Text
encoders and codecs are left out everywhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from core.engines.musicgen.batcher import Batcher, Job
from core.engines.musicgen.captured import CudaGraphs
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.linear import Kernels, Precision
from core.engines.musicgen.sampling import Sampling
from core.evaluation import musicgen_audiocraft

SMALL = DecoderConfig(size=1024, layers=24, heads=16, inner=4096, codebooks=4)
MEDIUM = DecoderConfig(size=1536, layers=48, heads=24, inner=6144, codebooks=4)
LARGE = DecoderConfig(size=2048, layers=48, heads=32, inner=8192, codebooks=4)
TEXT_TOKENS = 12
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8")

Run = Callable[[int, int], list[float]]
"""Seconds of each of so many steps (the second number) of a batch of so many requests (the first)."""


def ours(device: torch.device) -> Iterator[tuple[str, Run]]:
    tensors = random_tensors(SMALL)
    for precision in PRECISIONS:
        if precision == "int8" and device.type != "cpu":
            continue
        yield f"ours_{precision}", batches_of(Decoder(SMALL, tensors, Kernels(precision, device)))


def batches_of(decoder: Decoder) -> Run:
    """Batches of one decoder; each size has its batcher, so that what a GPU records is recorded once."""
    batchers: dict[tuple[int, int], Batcher] = {}

    def run(batch: int, steps: int) -> list[float]:
        if (batch, steps) not in batchers:
            batchers[batch, steps] = batcher_of(decoder, batch, steps + 8)
        batcher = batchers[batch, steps]
        for index in range(batch):
            batcher.add(job(decoder, steps, index))
        took = [timed(batcher.step) for _ in range(steps)]
        for name in batcher.running:
            batcher.cancel(name)
        return took

    return run


def batcher_of(decoder: Decoder, slots: int, positions: int) -> Batcher:
    """A batcher as the engine has one on that device."""
    return Batcher(decoder, slots, positions, CudaGraphs() if decoder.device.type == "cuda" else None)


def job(decoder: Decoder, frames: int, seed: int) -> Job:
    """A request with a text of its own."""
    text = torch.randn(TEXT_TOKENS, decoder.config.text_size)
    return Job(f"job {seed}", decoder.condition(text), frames, Sampling(), seed)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def transformers(device: torch.device) -> Iterator[tuple[str, Run]]:
    """Transformers' decoder at the true size; its text encoder and codec are tiny, as they are not measured."""
    from transformers import (  # noqa: PLC0415  (only when peers are asked for)
        EncodecConfig,
        LogitsProcessor,
        LogitsProcessorList,
        MusicgenConfig,
        MusicgenForConditionalGeneration,
        T5Config,
    )

    class Watch(LogitsProcessor):  # type: ignore[misc]
        """Called once in each step."""

        def __init__(self) -> None:
            self.times: list[float] = []

        def __call__(self, input_ids: Any, scores: Any) -> Any:  # noqa: ANN401, ARG002
            self.times.append(time.perf_counter())
            return scores

    codec = EncodecConfig(
        target_bandwidths=[2.2], sampling_rate=32000, normalize=False, chunk_length_s=None, overlap=None,
        hidden_size=128, num_filters=2, num_residual_layers=1, upsampling_ratios=[8, 5, 4, 4], codebook_size=2048,
        codebook_dim=128, use_causal_conv=False, use_conv_shortcut=False,
    )  # fmt: skip
    text = T5Config(vocab_size=64, d_model=768, d_kv=64, d_ff=64, num_layers=1, num_heads=2)
    config = MusicgenConfig(text_encoder=text.to_dict(), audio_encoder=codec.to_dict(), decoder={})
    for name, dtype in (("transformers_fp32", torch.float32), ("transformers_bf16", torch.bfloat16)):
        model = MusicgenForConditionalGeneration(config).eval().to(device, dtype)
        settings = model.generation_config
        settings.pad_token_id = settings.bos_token_id = settings.decoder_start_token_id = SMALL.start

        def run(batch: int, steps: int, model: Any = model) -> list[float]:  # noqa: ANN401
            watch = Watch()
            tokens = torch.randint(3, 64, (batch, TEXT_TOKENS), device=device)
            model.generate(
                input_ids=tokens, attention_mask=torch.ones_like(tokens), do_sample=True, top_k=250,
                guidance_scale=3.0, max_new_tokens=steps + 1, logits_processor=LogitsProcessorList([watch]),
            )  # fmt: skip
            return [after - before for before, after in zip(watch.times, watch.times[1:], strict=False)]

        yield name, run


def audiocraft(device: torch.device) -> Iterator[tuple[str, Run]]:
    """Audiocraft's decoder where it is installed; it is not among our dependencies."""
    if not musicgen_audiocraft.is_here():
        return
    for name, dtype in (("audiocraft_fp32", torch.float32), ("audiocraft_bf16", torch.bfloat16)):
        model = musicgen_audiocraft.decoder(SMALL, dtype, device, TEXT_TOKENS)
        yield name, musicgen_audiocraft.runner(model)


def random_tensors(config: DecoderConfig) -> dict[str, Tensor]:
    """A decoder's tensors with random values."""
    size = config.size
    shapes = {"qkv": (3 * size, size), "out": (size, size), "up": (config.inner, size), "down": (size, config.inner)}
    shapes |= {"cross_query": (size, size), "cross_key_value": (2 * size, size), "cross_out": (size, size)}
    tensors = {
        "embeddings": 0.02 * torch.randn(config.codebooks, config.vocabulary + 1, size),
        "heads": 0.02 * torch.randn(config.codebooks * config.vocabulary, size),
        "text.weight": 0.02 * torch.randn(size, config.text_size),
        "text.bias": torch.zeros(size),
    }
    norms = ["norm"]
    for layer in range(config.layers):
        tensors |= {f"layers.{layer}.{name}": 0.02 * torch.randn(shape) for name, shape in shapes.items()}
        norms += [f"layers.{layer}.{name}" for name in ("norm", "cross_norm", "inner_norm")]
    for norm in norms:
        tensors |= {f"{norm}.weight": torch.ones(size), f"{norm}.bias": torch.zeros(size)}
    return tensors
