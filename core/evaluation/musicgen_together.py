"""Requests that are served together: how long they take, how they delay each other, how much memory they need.

Part of `textunes bench musicgen`.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import torch

from core.engines.musicgen.cache import bytes_per_slot
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import TEXT_BUCKET, Decoder
from core.engines.musicgen.delay import columns_for
from core.engines.musicgen.device import choose_precision, return_freed_memory
from core.engines.musicgen.linear import Kernels
from core.evaluation.musicgen_contestants import Run, batcher_of, batches_of, job, random_tensors, timed
from core.evaluation.report import Figure, Target

TEN_SECONDS = 10.0
MEMORY_STEPS = 60
JOIN_STEPS = 12
JOIN_FRAMES = 3 * JOIN_STEPS
STATUS = Path("/proc/self/status")
PEAK_FORGOTTEN = "5"
"""What makes Linux forget the greatest memory so far (man 5 proc, clear_refs)."""


def eight_at_once(together: Run, alone: Run, config: DecoderConfig, seconds: float = TEN_SECONDS) -> Figure:
    """Eight requests in one batch, by the clock, to eight times one of them with another runtime."""
    steps = columns_for(round(seconds * config.frame_rate), config.delays)
    ratio = sum(together(8, steps)) / (8 * sum(alone(1, steps)))
    return Figure(
        name="musicgen.ratio.eight_at_once",
        value=ratio,
        target=Target("at most", 0.15),
        note=f"eight of {seconds:g} s in one bf16 batch, of transformers fp32 one by one (one made, times eight)",
    )


def delay_of_joining(decoder: Decoder) -> Figure:
    """By how many steps seven requests that are under way are delayed when an eighth joins them, its text included.

    The eighth brings what it is conditioned on as states of a text: encoding that is left out.
    """
    batcher = batcher_of(decoder, 8, JOIN_FRAMES + 8)
    for index in range(7):
        batcher.add(job(decoder, JOIN_FRAMES, index))
    alone = [timed(batcher.step) for _ in range(JOIN_STEPS)]

    def join() -> None:
        batcher.add(job(decoder, JOIN_FRAMES, 7))
        batcher.step()

    first = timed(join)
    together = [timed(batcher.step) for _ in range(JOIN_STEPS)]
    delay = (first - statistics.median(together)) / statistics.median(alone[JOIN_STEPS // 3 :])
    return Figure(
        name="musicgen.join_delay",
        value=max(0.0, delay),
        unit="steps",
        target=Target("at most", 2.0),
        note="of seven requests when an eighth joins",
    )


def on_a_gpu(
    run: Run, peer: Run, config: DecoderConfig, *, requests: int = 64, seconds: float = 30.0, waiting: int = 32
) -> Iterator[Figure]:
    """Seconds of music a second of many requests to those of a peer with one, and how long many wait for a second."""
    steps = columns_for(round(seconds * config.frame_rate), config.delays)
    many = requests * seconds / sum(run(requests, steps))
    step = statistics.median(peer(1, min(steps, 100)))
    yield Figure(name=f"musicgen.gpu.{requests}_requests", value=many, unit="×", note=f"real time, {seconds:g} s each")
    yield Figure(
        name=f"musicgen.gpu.{requests}_requests_to_peer",
        value=many * step * config.frame_rate,
        target=Target("at least", 100.0),
        note="of audiocraft at batch 1 where it is installed, else of transformers",
    )
    first = sum(run(waiting, columns_for(config.frame_rate, config.delays)))
    yield Figure(
        name=f"musicgen.gpu.first_second_of_{waiting}",
        value=first,
        unit="s",
        target=Target("at most", 0.7),
        note="until all have a second of codes; text encoder and codec left out",
    )


def of_size(name: str, config: DecoderConfig, device: torch.device, *, steps: int = 100) -> Iterator[Figure]:
    """Steps of a model of another size, in bfloat16."""
    run = batches_of(Decoder(config, random_tensors(config), Kernels("bf16", device)))
    for batch in (1, 8):
        step = statistics.median(run(batch, steps)[steps // 4 :])
        yield Figure(name=f"musicgen.gpu.{name}_b{batch}_ms", value=1000 * step, unit="ms")


def memory(config: DecoderConfig) -> Iterator[Figure]:
    """The most that a process of its own takes beside weights and cache while it serves eight requests on the CPU.

    Nothing where the system does not tell.
    """
    if not STATUS.exists():
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as child:
        taken = child.submit(beside_weights_and_cache, config).result()
    yield Figure(
        name="musicgen.memory_beside_weights",
        value=taken / 1e6,
        unit="MB",
        target=Target("at most", 300.0),
        note="and caches (of the sequence and of the text), at the peak of eight requests; torch itself included",
    )


def beside_weights_and_cache(config: DecoderConfig, requests: int = 8, steps: int = MEMORY_STEPS) -> int:
    """Bytes that this process takes at most while requests are served, less weights and cache."""
    cpu = torch.device("cpu")
    tensors = random_tensors(config)
    kernels = Kernels("bf16" if choose_precision("auto", cpu) == "bf16" else "fp32", cpu)
    weights: int = sum(tensor.numel() for tensor in tensors.values()) * kernels.dtype.itemsize
    decoder = Decoder(config, tensors, kernels)
    del tensors
    return_freed_memory()
    Path("/proc/self/clear_refs").write_text(PEAK_FORGOTTEN, encoding="ascii")
    batches_of(decoder)(requests, steps)
    read: int = config.layers * 2 * TEXT_BUCKET * config.size * decoder.heard_dtype.itemsize
    cache = requests * (bytes_per_slot(config, steps + 8, decoder.heard_dtype) + read)
    return peak_memory() - weights - cache


def peak_memory() -> int:
    """Bytes of memory that this process has taken at most."""
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
    return 1024 * int(line.split()[1])
