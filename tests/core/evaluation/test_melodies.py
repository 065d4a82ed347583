import pytest

from core.evaluation.melodies import RATIOS, WIDEST, Tune, kept_tunes, overlap, repetition, statistics, tune_of
from tests.core.engines.composer.sound.conftest import note, part


def test_a_refrain_is_repetition():
    verse = (60, 62, 64, 65, 67, 64)
    refrain = Tune(verse * 3, (1.0, 0.5, 0.5, 1.0, 1.0, 2.0) * 3)
    wandering = Tune(tuple(60 + number * number % 13 for number in range(18)), (1.0,) * 17)
    assert repetition(refrain) > 0.5
    assert repetition(wandering) < 0.2


def test_a_transposed_motif_is_a_repetition():
    motif = (60, 64, 62, 67, 65, 60)
    tune = Tune((*motif, *(pitch + 2 for pitch in motif)), (1.0,) * 12)
    assert repetition(tune) > 0.2


def test_distributions_add_up_and_say_what_is_there():
    found = statistics([Tune((60, 62) * 10, (1.0, 0.5) * 10)])
    assert found.intervals.sum() == pytest.approx(1.0)
    assert found.intervals[WIDEST + 2] == pytest.approx(10 / 19)
    assert found.ratios[RATIOS.index(0.5)] > 0.4
    assert found.span == 2.0


def test_overlap_is_one_for_the_same():
    one = statistics([Tune((60, 62) * 10, (1.0,) * 20)]).intervals
    other = statistics([Tune((60, 67) * 10, (1.0,) * 20)]).intervals
    assert overlap(one, one) == pytest.approx(1.0)
    assert overlap(one, other) == 0.0


def test_the_top_line_is_the_tune_and_human_timing_is_not():
    lead = part("piano", [note(0.01, 1, 60), note(0.02, 1, 72), note(0.98, 1, 74), note(2.03, 1, 76)], role="lead")
    tune = tune_of(lead)
    assert tune.pitches == (72, 74, 76)
    assert tune.steps == pytest.approx((1.0, 1.0), abs=0.1)


def test_real_tunes_are_tunes():
    tunes = kept_tunes(most=8)
    assert len(tunes) == 8
    assert all(len(tune.pitches) == len(tune.steps) + 1 for tune in tunes)
    assert 5 < statistics(tunes).span < 30
