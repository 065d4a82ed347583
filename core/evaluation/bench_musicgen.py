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

import torch

from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.device import DeviceWish, choose_device, choose_precision, use_threads
from core.engines.musicgen.linear import Kernels
from core.evaluation import musicgen_contestants as contestants
from core.evaluation.musicgen_contestants import LARGE, MEDIUM, SMALL, Run, random_tensors
from core.evaluation.musicgen_plots import WIDTHS, draw
from core.evaluation.musicgen_together import delay_of_joining, eight_at_once, memory, of_size, on_a_gpu
from core.evaluation.report import Figure, OnProgress, Report, Target

BATCHES = (1, 8)
STEPS = 24
DROPPED = 4
ROUNDS = 4
MOST_FOREIGN_CORES = 0.08
TRIES = 2
PROBE_BYTES = 2**29

GOALS = {("bf16", 1): 0.55, ("bf16", 8): 0.32, ("int8", 1): 0.38, ("int8", 8): 0.27}
"""The most that a step of ours may take of one of transformers in float32, by precision and batch."""


@dataclass(slots=True)
class Samples:
    """Median seconds of a step per contestant and batch, one for each round; bandwidth in bytes a second."""

    steps: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    bandwidth: list[float] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def ratio(self, one: str, other: str, batch: int) -> float:
        pairs = zip(self.steps[one, batch], self.steps[other, batch], strict=True)
        return statistics.median(a / b for a, b in pairs)

    def floors(self) -> dict[str, float]:
        """Milliseconds of reading all weights once, by precision."""
        read = statistics.median(self.bandwidth)
        return {precision: 1000 * SMALL.parameters * width / read for precision, width in WIDTHS.items()}


def bench_musicgen(
    on_progress: OnProgress = lambda _fraction, _what: None,
    device: DeviceWish = "auto",
    peers: bool = True,
    plots: Path | None = None,
    *,
    rounds: int = ROUNDS,
    steps: int = STEPS,
    threads: int | None = None,
) -> Report:
    """Interleaved rounds after one that is thrown away, at batches of 1 and 8; then requests that are served together.

    `threads` is that of all cores by itself; on a machine that others use, one thread is disturbed far less. The plot
    is written to the folder `plots` if it is given.
    """
    place = choose_device(device)
    if place.type == "cpu":
        use_threads(threads)
    runs = dict(contestants.ours(place))
    if peers:
        runs |= dict(contestants.transformers(place)) | dict(contestants.audiocraft(place))
    samples = Samples()
    total = (rounds + 1) * len(BATCHES) * len(runs)
    done = 0
    for turn in range(rounds + 1):
        samples.bandwidth.append(bandwidth(place))
        for batch in BATCHES:
            for name, run in runs.items():
                on_progress(0.7 * done / total, f"{name}, batch {batch}")
                took, foreign = undisturbed(lambda run=run, batch=batch: run(batch, steps))  # type: ignore[misc]
                done += 1
                if turn:
                    samples.steps.setdefault((name, batch), []).append(took)
                    samples.foreign.append(foreign)
    together = list(_together(runs, place, on_progress))
    on_progress(1.0, "done")
    medians = {key: 1000 * statistics.median(took) for key, took in samples.steps.items()}
    pictures = () if plots is None else draw(medians, samples.floors(), plots)
    figures = (*_figures(samples, peers=peers), *together)
    return Report("musicgen", figures, _conditions(samples, place, rounds, steps), pictures)


def _together(runs: dict[str, Run], place: torch.device, on_progress: OnProgress) -> Iterator[Figure]:
    """Requests that are served together; what is compared needs peers."""
    on_progress(0.7, "a request joins seven")
    usual = Kernels(choose_precision("auto", place), place)
    yield delay_of_joining(Decoder(SMALL, random_tensors(SMALL), usual))
    if "transformers_fp32" in runs:
        on_progress(0.75, "eight requests of 10 s")
        yield eight_at_once(runs["ours_bf16"], runs["transformers_fp32"], SMALL)
    if place.type == "cpu":
        on_progress(0.95, "memory")
        yield from memory(SMALL)
    if place.type == "cuda":
        on_progress(0.9, "many requests")
        if peer := runs.get("audiocraft_bf16") or runs.get("transformers_bf16"):
            yield from on_a_gpu(runs["ours_bf16"], peer, SMALL)
        for name, config in (("medium", MEDIUM), ("large", LARGE)):
            on_progress(0.95, name)
            yield from of_size(name, config, place)


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


def _figures(samples: Samples, *, peers: bool) -> Iterator[Figure]:
    for (name, batch), steps in samples.steps.items():
        yield Figure(name=f"musicgen.b{batch}.{name}_ms", value=1000 * statistics.median(steps), unit="ms")
    for precision, floor in samples.floors().items():
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
