"""How fast MusicGen decodes: our runtime in each precision, transformers, and what reading weights must take.

Behind `textunes bench musicgen`. Weights are random in the exact geometry of musicgen-small: speed does not depend on
their values. A step predicts all codebooks of a frame for every request, with guidance, top-k and sampling; text
encoder and codec are left out on both sides. All contestants run in one process in interleaved rounds, so that what
else the machine does falls on all of them; ratios are medians over rounds of the ratio within a round. Times of single
contestants wander with the machine; the ratios are what counts.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.engines.musicgen.batcher import Batcher, Job
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.device import DeviceWish, choose_device, choose_precision, use_threads
from core.engines.musicgen.linear import Kernels, Precision
from core.engines.musicgen.sampling import Sampling
from core.evaluation import musicgen_audiocraft
from core.evaluation.report import Figure, OnProgress, Report, Target

SMALL = DecoderConfig(size=1024, layers=24, heads=16, inner=4096, codebooks=4)
BATCHES = (1, 8)
STEPS = 24
DROPPED = 4
ROUNDS = 4
TEXT_TOKENS = 12
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8")
MOST_FOREIGN_CORES = 0.08
TRIES = 2
PROBE_BYTES = 2**29
JOIN_STEPS = 12
JOIN_FRAMES = 3 * JOIN_STEPS

GOALS = {("bf16", 1): 0.55, ("bf16", 8): 0.32, ("int8", 1): 0.38, ("int8", 8): 0.27}
"""The most that a step of ours may take of one of transformers in float32, by precision and batch."""

Run = Callable[[int], list[float]]
"""Seconds of each step of a batch of that many requests."""


@dataclass(slots=True)
class Samples:
    """Median seconds of a step per contestant and batch, one for each round; bandwidth in bytes a second."""

    steps: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    bandwidth: list[float] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def ratio(self, one: str, other: str, batch: int) -> float:
        pairs = zip(self.steps[one, batch], self.steps[other, batch], strict=True)
        return statistics.median(a / b for a, b in pairs)


def bench_musicgen(
    on_progress: OnProgress = lambda _fraction, _what: None,
    device: DeviceWish = "auto",
    peers: bool = True,
    *,
    rounds: int = ROUNDS,
    steps: int = STEPS,
    threads: int | None = None,
) -> Report:
    """Interleaved rounds after one that is thrown away, at batches of 1 and 8.

    `threads` is that of all cores by itself; on a machine that others use, one thread is disturbed far less.
    """
    place = choose_device(device)
    if place.type == "cpu":
        use_threads(threads)
    contestants = dict(_ours(place, steps))
    if peers:
        contestants |= dict(_transformers(place, steps)) | dict(_audiocraft(place, steps))
    samples = Samples()
    total = (rounds + 1) * len(BATCHES) * len(contestants)
    done = 0
    for turn in range(rounds + 1):
        samples.bandwidth.append(bandwidth(place))
        for batch in BATCHES:
            for name, run in contestants.items():
                on_progress(done / total, f"{name}, batch {batch}")
                took, foreign = undisturbed(lambda run=run, batch=batch: run(batch))  # type: ignore[misc]
                done += 1
                if turn:
                    samples.steps.setdefault((name, batch), []).append(took)
                    samples.foreign.append(foreign)
    joining = delay_of_joining(Decoder(SMALL, random_tensors(SMALL), Kernels(_usual(place), place)))
    on_progress(1.0, "done")
    figures = (*_figures(samples, peers=peers), joining)
    return Report("musicgen", figures, _conditions(samples, place, rounds, steps))


def delay_of_joining(decoder: Decoder) -> Figure:
    """By how many steps seven requests that are under way are delayed when an eighth joins them, its text included.

    The eighth brings what it is conditioned on as states of a text: encoding that is left out.
    """
    batcher = Batcher(decoder, 8, JOIN_FRAMES + 8)
    for index in range(7):
        text = torch.randn(TEXT_TOKENS, decoder.config.text_size)
        batcher.add(Job(f"job {index}", decoder.condition(text), JOIN_FRAMES, Sampling(), seed=index))
    alone = [_timed(batcher.step) for _ in range(JOIN_STEPS)]

    def join() -> None:
        text = torch.randn(TEXT_TOKENS, decoder.config.text_size)
        batcher.add(Job("eighth", decoder.condition(text), JOIN_FRAMES, Sampling(), seed=8))
        batcher.step()

    first = _timed(join)
    together = [_timed(batcher.step) for _ in range(JOIN_STEPS)]
    delay = (first - statistics.median(together)) / statistics.median(alone[DROPPED:])
    return Figure(
        name="musicgen.join_delay",
        value=max(0.0, delay),
        unit="steps",
        target=Target("at most", 2.0),
        note="of seven requests when an eighth joins",
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _usual(device: torch.device) -> Precision:
    return choose_precision("auto", device)


def undisturbed(run: Callable[[], list[float]]) -> tuple[float, float]:
    """Median step of the try that other processes disturbed least, and how many cores they kept busy meanwhile."""
    tries: list[tuple[float, float]] = []
    for _ in range(TRIES):
        before = busy_seconds()
        began = time.perf_counter()
        steps = run()
        elapsed = time.perf_counter() - began
        others = [after - since for after, since in zip(busy_seconds(), before, strict=True)]
        foreign = max(0.0, others[0] - others[1]) / elapsed
        tries.append((foreign, statistics.median(steps[DROPPED:])))
        if foreign <= MOST_FOREIGN_CORES:
            break
    foreign, took = min(tries)
    return took, foreign


def busy_seconds() -> tuple[float, float]:
    """CPU seconds of the whole machine and of this process; the former is only told by Linux."""
    own = time.process_time()
    try:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    except OSError:
        return own, own
    user, nice, system, _idle, _wait, *interrupts = (int(each) for each in fields)
    return (user + nice + system + sum(interrupts[:2])) / os.sysconf("SC_CLK_TCK"), own


def bandwidth(device: torch.device) -> float:
    """Bytes a second at which a large tensor is read."""
    probe = torch.ones(PROBE_BYTES // 4, device=device)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        probe.sum().item()
        took.append(time.perf_counter() - began)
    return PROBE_BYTES / min(took)


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


def _ours(device: torch.device, steps: int) -> Iterator[tuple[str, Run]]:
    tensors = random_tensors(SMALL)
    for precision in PRECISIONS:
        if precision == "int8" and device.type != "cpu":
            continue
        decoder = Decoder(SMALL, tensors, Kernels(precision, device))
        yield f"ours_{precision}", _batch_of(decoder, steps)


def _batch_of(decoder: Decoder, steps: int) -> Run:
    def run(batch: int) -> list[float]:
        batcher = Batcher(decoder, batch, steps + 8)
        for index in range(batch):
            text = torch.randn(TEXT_TOKENS, decoder.config.text_size)
            batcher.add(Job(f"job {index}", decoder.condition(text), steps, Sampling(), seed=index))
        took = []
        for _ in range(steps):
            began = time.perf_counter()
            batcher.step()
            took.append(time.perf_counter() - began)
        return took

    return run


def _transformers(device: torch.device, steps: int) -> Iterator[tuple[str, Run]]:
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

        def run(batch: int, model: Any = model) -> list[float]:  # noqa: ANN401
            watch = Watch()
            tokens = torch.randint(3, 64, (batch, TEXT_TOKENS), device=device)
            model.generate(
                input_ids=tokens, attention_mask=torch.ones_like(tokens), do_sample=True, top_k=250,
                guidance_scale=3.0, max_new_tokens=steps + 1, logits_processor=LogitsProcessorList([watch]),
            )  # fmt: skip
            return [after - before for before, after in zip(watch.times, watch.times[1:], strict=False)]

        yield name, run


def _audiocraft(device: torch.device, steps: int) -> Iterator[tuple[str, Run]]:
    """Audiocraft's decoder where it is installed; it is not among our dependencies."""
    if not musicgen_audiocraft.is_here():
        return
    for name, dtype in (("audiocraft_fp32", torch.float32), ("audiocraft_bf16", torch.bfloat16)):
        model = musicgen_audiocraft.decoder(SMALL, dtype, device, TEXT_TOKENS)
        yield name, musicgen_audiocraft.runner(model, steps)


def _figures(samples: Samples, *, peers: bool) -> Iterator[Figure]:
    for (name, batch), steps in samples.steps.items():
        yield Figure(name=f"musicgen.b{batch}.{name}_ms", value=1000 * statistics.median(steps), unit="ms")
    read = statistics.median(samples.bandwidth)
    for precision, width in (("fp32", 4), ("bf16", 2), ("int8", 1)):
        floor = 1000 * SMALL.parameters * width / read
        yield Figure(name=f"musicgen.roofline.{precision}_ms", value=floor, unit="ms")
    floors = [SMALL.parameters * 2 / each for each in samples.bandwidth[1:]]
    over = statistics.median(took / floor for took, floor in zip(samples.steps["ours_bf16", 1], floors, strict=True))
    yield Figure(name="musicgen.roofline.bf16_b1_ratio", value=over, target=Target("at most", 1.6))
    if not peers:
        return
    for name, batch in samples.steps:
        if name.startswith("ours"):
            goal = GOALS.get((name.removeprefix("ours_"), batch))
            yield Figure(
                name=f"musicgen.ratio.{name}_b{batch}",
                value=samples.ratio(name, "transformers_fp32", batch),
                target=None if goal is None else Target("at most", goal),
                note="of transformers in fp32",
            )
    others = {name for name, _ in samples.steps if not name.startswith("ours")}
    fastest = max(samples.ratio("ours_bf16", each, 8) for each in others)
    yield Figure(name="musicgen.ratio.bf16_b8_best_peer", value=fastest, target=Target("at most", 0.6))
    pairs = zip(samples.steps["ours_bf16", 8], samples.steps["transformers_fp32", 1], strict=True)
    yield Figure(
        name="musicgen.ratio.eight_at_once",
        value=statistics.median(together / (8 * single) for together, single in pairs),
        target=Target("at most", 0.15),
        note="eight requests in one bf16 batch, of transformers fp32 one after the other; from steps",
    )


def _conditions(samples: Samples, device: torch.device, rounds: int, steps: int) -> tuple[str, ...]:
    return (
        f"{processor()}, {torch.get_num_threads()} threads, torch {torch.__version__} on {device}, AVX level "
        f"{torch.backends.cpu.get_cpu_capability()}",
        f"random weights of musicgen-small, {steps} steps of which the first {DROPPED} are dropped, {rounds} rounds",
        f"{statistics.median(samples.bandwidth) / 1e9:.1f} GB/s read; other processes kept "
        f"{statistics.median(samples.foreign):.2f} cores busy (median), {max(samples.foreign):.2f} at most",
    )


def processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unnamed processor"
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unnamed processor")
