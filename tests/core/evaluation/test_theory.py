import math

import pytest

from core.engines.composer.score import ChordMark
from core.evaluation.theory import theory
from tests.core.engines.composer.sound.conftest import note, part, score

C = ChordMark(at=0, symbol="C", root=0, pitch_classes=(0, 4, 7))
F = ChordMark(at=4, symbol="F", root=5, pitch_classes=(5, 9, 0))
HOME = ChordMark(at=8, symbol="C", root=0, pitch_classes=(0, 4, 7))


def chord(at, *pitches):
    return [note(at, 3.5, pitch) for pitch in pitches]


def piece(*parts, chords=(C, F, HOME)):
    return score(*parts, seconds=8.0).model_copy(update={"chords": chords})


def test_voices_that_stay_move_little():
    close = part("piano", chord(0, 60, 64, 67) + chord(4, 60, 65, 69))
    apart = part("piano", chord(0, 60, 64, 67) + chord(4, 65, 69, 72))
    assert theory(piece(close)).voice_leading == pytest.approx(1.0)
    assert theory(piece(apart)).voice_leading == pytest.approx(5.0)


def test_strong_beats_are_looked_at_and_weak_ones_are_not():
    lead = part("flute", [note(0, 1, 64), note(1, 1, 62), note(4, 1, 65), note(6, 1, 67)], role="lead")
    assert theory(piece(lead)).strong_chord_tones == pytest.approx(2 / 3)


def test_leaps_are_counted_inside_phrases():
    lead = part("flute", [note(0, 1, 60), note(1, 1, 70), note(2, 1, 69), note(7, 1, 84)], role="lead")
    assert theory(piece(lead)).leaps == pytest.approx(0.5)


def test_dissonance_is_the_share_of_harsh_intervals():
    assert theory(piece(part("piano", chord(0, 60, 64, 67)))).dissonance == 0.0
    assert theory(piece(part("piano", chord(0, 60, 61, 67)))).dissonance == pytest.approx(2 / 3)


def test_a_piece_ends_on_its_tonic_or_it_does_not():
    bass = part("bass", [note(0, 3, 36), note(4, 3, 41), note(8, 3, 36)], role="bass")
    assert theory(piece(bass)).cadence
    assert not theory(piece(bass, chords=(C, F))).cadence
    assert not theory(piece(part("bass", [note(8, 3, 43)], role="bass"))).cadence


def test_what_a_piece_lacks_is_no_figure():
    assert math.isnan(theory(piece(part("drums", [note(0, 1, 36)], role="drums"))).voice_leading)
