import numpy as np

from core.engines.composer.score import TempoMark
from core.engines.composer.sound.clock import Clock


def test_a_beat_at_120_lasts_half_a_second():
    assert Clock([TempoMark(at=0, bpm=120)]).seconds(3.0) == 1.5


def test_tempo_changes_where_its_mark_stands():
    clock = Clock([TempoMark(at=0, bpm=60), TempoMark(at=4, bpm=120)])
    assert np.allclose(clock.seconds([0, 4, 6]), [0, 4, 5])


def test_marks_may_come_in_any_order_and_late():
    clock = Clock([TempoMark(at=4, bpm=120), TempoMark(at=2, bpm=60)])
    assert np.allclose(clock.seconds([0, 2, 4, 6]), [0, 2, 4, 5])
