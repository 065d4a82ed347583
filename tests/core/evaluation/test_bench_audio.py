import pytest

from core.evaluation import bench_audio as module
from core.evaluation.bench_audio import bench_audio, programme


def test_every_step_and_format_has_its_figures(monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 1.0)
    monkeypatch.setattr(module, "LONG_SECONDS", 1.0)
    monkeypatch.setattr(module, "REPEATS", 1)
    told = []

    report = bench_audio(lambda fraction, what: told.append((fraction, what)))

    names = {figure.name for figure in report.figures}
    assert {"master.gentle_30s", "encode.mp3_30s", "encode.opus_30s", "measure_30s", "memory_180s"} <= names
    assert all(figure.value > 0 for figure in report.figures)
    assert report.as_json()["realtime"]["encode"]["wav_30s"] > 0
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)


def test_the_sound_is_the_same_every_time():
    assert (programme(1.5).samples == programme(1.5).samples).all()
    assert programme(2.0).seconds == pytest.approx(2.0)
