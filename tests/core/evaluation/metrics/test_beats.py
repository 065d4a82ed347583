import numpy as np
import pytest

from core.evaluation.metrics.beats import beat_agreement, heard_beats


def test_it_agrees_with_mir_eval():
    # mir_eval.beat.f_measure of mir_eval 0.8.2 on the same beats.
    dice = np.random.default_rng(0)
    wanted = np.cumsum(dice.uniform(0.1, 0.6, 40))
    found = np.sort(np.concatenate([wanted[:30] + dice.normal(0, 0.05, 30), dice.uniform(0, 20, 6)]))
    assert beat_agreement(found, wanted) == pytest.approx(0.6052631578947367)


def test_every_second_beat_missed_is_two_thirds():
    beats = np.arange(8) * 0.5
    assert beat_agreement(beats[::2], beats) == pytest.approx(2 / 3)
    assert beat_agreement(beats + 0.06, beats) == 1
    assert beat_agreement(beats + 0.25, beats) == 0
    assert beat_agreement(np.zeros(0), beats) == 0


def test_clicks_at_120_are_heard_where_they_are():
    pytest.importorskip("librosa")
    rate = 22_050
    clicks = np.zeros(8 * rate, np.float32)
    times = np.arange(0.5, 7.5, 0.5)
    for time in times:
        clicks[round(time * rate) :][:400] = np.hanning(400) * np.random.default_rng(1).normal(size=400)
    heard = heard_beats(clicks, rate)
    assert beat_agreement(heard[(heard > 0.4) & (heard < 7.5)], times) > 0.9
