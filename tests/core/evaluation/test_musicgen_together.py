"""Requests that are served together, with a model so small that the figures mean nothing but that they can be taken."""

import os

import pytest

if "torch" not in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(","):
    pytest.importorskip("torch", reason="needs the extra “musicgen”")

import torch

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.linear import Kernels
from core.evaluation import musicgen_together as together
from core.evaluation.musicgen_contestants import batches_of, random_tensors

CPU = torch.device("cpu")
TINY = DecoderConfig(size=64, layers=2, heads=4, inner=96, codebooks=4, vocabulary=32, text_size=16, frame_rate=10)


@pytest.fixture(scope="module")
def decoder():
    return Decoder(TINY, random_tensors(TINY), Kernels("fp32", CPU))


def test_a_batch_takes_as_many_steps_as_are_asked_for_again_and_again(decoder):
    run = batches_of(decoder)
    assert [len(run(batch, 7)) for batch in (1, 2, 2, 1)] == [7, 7, 7, 7]


def test_eight_requests_are_compared_with_one_made_eight_times_over():
    asked = []

    def took(batch, steps):
        asked.append((batch, steps))
        return [0.5 * batch] * steps

    figure = together.eight_at_once(took, took, TINY, seconds=2.0)
    assert asked == [(8, 23), (1, 23)]
    assert figure.value == pytest.approx(1.0)
    assert figure.met is False


def test_joining_delays_by_some_steps(decoder):
    assert together.delay_of_joining(decoder).value >= 0


def test_the_figures_of_a_gpu_are_taken_from_the_same_runs(decoder):
    def peer(_batch, steps):
        return [0.2] * steps

    def ours(_batch, steps):
        return [0.01] * steps

    many, ratio, first = together.on_a_gpu(ours, peer, TINY, requests=6, seconds=2.0, waiting=3)
    assert many.value == pytest.approx(6 * 2.0 / 0.23)
    # One request of the peer makes a tenth of a second of music in two tenths.
    assert ratio.value == pytest.approx(many.value * 2)
    assert first.value == pytest.approx(0.13)
    assert [figure.value > 0 for figure in together.on_a_gpu(batches_of(decoder), peer, TINY, requests=3, seconds=1.0)]
    names = [figure.name for figure in together.of_size("tiny", TINY, CPU, steps=8)]
    assert names == ["musicgen.gpu.tiny_b1_ms", "musicgen.gpu.tiny_b8_ms"]


@pytest.mark.skipif(not together.STATUS.exists(), reason="only Linux tells how much memory a process took at most")
def test_memory_is_that_of_a_process_of_its_own():
    [figure] = together.memory(TINY)
    # A process with torch in it takes tens of megabytes at the least, and this one has next to no weights.
    assert 30 < figure.value < 2000
