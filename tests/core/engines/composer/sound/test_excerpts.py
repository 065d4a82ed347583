import itertools

import numpy as np
import pytest

from core.engines.composer.score import Control, TempoMark
from core.engines.composer.sound.clock import Clock
from core.engines.composer.sound.excerpts import LENGTH, LONGEST_APPROACH, MOST, course, excerpts, together
from core.engines.composer.sound.performance import Performance
from tests.core.engines.composer.sound.conftest import note, part

SECONDS = Clock([TempoMark(at=0, bpm=60)])


def perform(*notes, controls=(), **kind):
    played = part("piano", list(notes), **kind)
    return Performance.of(played.model_copy(update={"controls": controls}), SECONDS)


def test_the_loudest_place_is_chosen():
    crescendo = perform(*(note(second, 1, 60, 30 + 3 * second) for second in range(30)))
    (excerpt,) = excerpts(crescendo, 30.0)
    assert excerpt.begin >= 20
    assert excerpt.end <= 30


def test_a_swell_is_heard_at_its_height():
    swell = tuple(Control(at=second, number=11, value=20 + 5 * second) for second in range(20))
    (excerpt,) = excerpts(perform(note(0, 20, 60), program=48, controls=swell), 20.0)
    assert excerpt.end == 20.0


def test_a_held_note_is_played_long_enough_to_have_settled():
    swell = (Control(at=0, number=11, value=40), Control(at=10, number=11, value=127))
    (excerpt,) = excerpts(perform(note(0, 20, 60), program=48, controls=swell), 20.0)
    assert excerpt.begin - excerpt.approach == LONGEST_APPROACH


def test_spans_are_in_order_apart_and_few():
    strokes = [note(20 * key + step / 4, 0.1, 36 + key) for key in range(9) for step in range(8)]
    spans = excerpts(perform(*strokes, role="drums"), 200.0)
    assert all(before.end < after.begin for before, after in itertools.pairwise(spans))
    assert len(spans) == MOST
    assert sum(span.end - span.begin for span in spans) == MOST * LENGTH


def test_a_short_piece_is_heard_whole():
    (excerpt,) = excerpts(perform(note(0, 1, 60)), 3.5)
    assert (excerpt.begin, excerpt.end) == (0.0, 3.5)


def test_every_drum_that_matters_is_heard():
    ride = [note(beat, 0.1, 51, 100) for beat in range(40)]
    fill = [note(30 + step / 4, 0.1, 38, 90) for step in range(8)]
    kit = perform(*ride, *fill, role="drums")
    assert any(excerpt.begin <= 31 <= excerpt.end for excerpt in excerpts(kit, 40.0))


def test_two_equal_parts_are_three_decibels_louder_together_and_no_louder_in_turn():
    early = perform(*(note(second, 1, 60) for second in range(20)))
    late = perform(*(note(second, 1, 60) for second in range(20, 40)))

    def loudness(*parts):
        courses = [course(one, 40.0) for one in parts]
        return together(courses, [excerpts(one, 40.0) for one in parts], [-20.0] * len(parts))

    assert loudness(early, early) == pytest.approx(-17.0, abs=0.5)
    assert loudness(early, late) == pytest.approx(-20.0, abs=0.5)


def test_instruments_that_die_away_count_for_a_second():
    piano, organ = (course(perform(note(0, 10, 60), program=program), 10.0) for program in (0, 19))
    assert np.flatnonzero(piano).max() < 4
    assert np.all(organ > 0)
