"""The MusicGen benchmark's own arithmetic, with a machine that is made up."""

import os

import pytest

if "torch" not in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(","):
    pytest.importorskip("torch", reason="needs the extra “musicgen”")

from core.engines.musicgen.config import DecoderConfig
from core.evaluation import bench_musicgen as bench
from core.evaluation.musicgen_contestants import random_tensors
from core.evaluation.musicgen_plots import draw


def test_ratios_are_medians_of_the_ratios_within_rounds():
    samples = bench.Samples(steps={("a", 1): [1.0, 2.0, 30.0], ("b", 1): [2.0, 4.0, 30.0]})
    assert samples.ratio("a", "b", 1) == 0.5


def test_the_least_disturbed_try_counts(monkeypatch):
    # Machine and own seconds before and after each try: the first is disturbed, the second is not.
    clock = iter([(0.0, 0.0), (1e9, 1.0), (0.0, 0.0), (1.0, 1.0)])
    monkeypatch.setattr(bench, "busy_seconds", lambda: next(clock))
    steps = iter([[9.0] * 10, [1.0] * 10])
    took, foreign = bench.undisturbed(lambda: next(steps))
    assert took == 1.0
    assert foreign == 0.0


def test_a_step_of_the_small_model_reads_as_many_weights_as_its_tensors_have():
    tiny = DecoderConfig(size=64, layers=2, heads=4, inner=96, codebooks=4, vocabulary=32)
    tensors = random_tensors(tiny)
    # Keys and values of the text are made once for a request, not in each step.
    read = [
        each for name, each in tensors.items() if each.ndim == 2 and "cross_key" not in name and name != "text.weight"
    ]
    assert tiny.parameters == sum(each.numel() for each in read)


def test_the_plot_has_a_panel_for_each_batch(tmp_path):
    pytest.importorskip("matplotlib", reason="needs the extra “dev”")
    steps = {(name, batch): 20.0 * batch for name in ("ours_bf16", "transformers_fp32") for batch in (1, 8)}
    [picture] = draw(steps, {"fp32": 32.0, "bf16": 16.0, "int8": 8.0}, tmp_path)
    assert picture.read_bytes().startswith(b"\x89PNG")
