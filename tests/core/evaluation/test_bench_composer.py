import pytest

from core.evaluation import bench_composer
from core.evaluation.bench_composer import Run, figures, measured


def test_a_piece_is_measured_from_brief_to_master(sound_files, monkeypatch):
    monkeypatch.setattr(bench_composer, "LENGTHS", (5.0,))
    monkeypatch.setattr(bench_composer.SoundFiles, "find", lambda: sound_files)
    run = measured("lofi", 5.0)
    assert 0 < run.compose < run.first_audio <= run.compose + run.render
    assert run.master > 0
    assert run.peak > 50


def test_every_length_has_its_figures():
    run = Run(compose=0.1, first_audio=0.4, render=1.0, master=0.3, processor=1.5, peak=400.0)
    runs = {("orchestral", seconds): run for seconds in bench_composer.LENGTHS}
    found = {figure.name: figure for figure in figures(runs)}
    assert found["composer.orchestral_30s.total"].met
    assert found["composer.orchestral_300s.memory"].met
    assert found["composer.linearity"].value == pytest.approx(0.1)
