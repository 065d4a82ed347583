import pytest

from core.evaluation import bench_composer
from core.evaluation.bench_composer import (
    SHOWN,
    Run,
    finished_with_stems,
    length_figures,
    measured,
    stem_figure,
    style_figures,
)


def run(total=1.4, **others):
    stages = {"compose": 0.1, "first_audio": 0.4, "master": 0.3, "processor": 1.5, "peak": 400.0, **others}
    return Run(render=total - 0.4, **stages)


def test_a_piece_is_measured_from_brief_to_master(sound_files, monkeypatch):
    monkeypatch.setattr(bench_composer, "SECONDS", 5.0)
    monkeypatch.setattr(bench_composer.SoundFiles, "find", lambda: sound_files)
    found = measured("lofi", 5.0)
    assert 0 < found.compose < found.first_audio <= found.compose + found.render
    assert found.master > 0
    assert found.peak > 50


def test_stems_count_in_memory(sound_files, monkeypatch):
    monkeypatch.setattr(bench_composer.SoundFiles, "find", lambda: sound_files)
    assert finished_with_stems("lofi", 5.0) > 50
    assert not stem_figure(300.0, 700.0).met


def test_all_styles_are_judged_and_the_slowest_told():
    styles = {f"style {number}": run(total=1.0 + 0.04 * number) for number in range(20)}
    found = {figure.name: figure for figure in style_figures(styles)}
    assert found["styles.slowest"].value == pytest.approx(1.76)
    assert not found["styles.slowest"].met
    assert found["styles.in_time"].value == pytest.approx(65.0)
    assert found["styles.slowest_first_audio"].met
    slowest = [name for name in found if name.startswith("slowest.")]
    assert len(slowest) == SHOWN
    assert slowest[0] == "slowest.style 19"


def test_every_length_has_its_figures():
    runs = {seconds: run() for seconds in (bench_composer.SECONDS, *bench_composer.LONG)}
    found = {figure.name: figure for figure in length_figures(runs)}
    assert found["length.300s.memory"].met
    assert found["length.180s.memory"].met
    assert found["length.linearity"].value == pytest.approx(0.1)
