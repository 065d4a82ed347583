import itertools

from core.engines.composer.score import TempoMark
from core.engines.composer.sound.clock import Clock
from core.engines.composer.sound.excerpts import LENGTH, MOST, excerpts
from core.engines.composer.sound.performance import Performance
from tests.core.engines.composer.sound.conftest import note, part

SECONDS = Clock([TempoMark(at=0, bpm=60)])


def perform(*notes):
    return Performance.of(part("piano", list(notes)), SECONDS)


def test_every_part_is_heard_somewhere():
    early = perform(*(note(second, 1, 60) for second in range(10)))
    late = perform(*(note(second, 1, 60) for second in range(50, 60)))
    spans = excerpts([early, late], 60.0)
    assert any(begin < 10 for begin, _ in spans)
    assert any(end > 50 for _, end in spans)


def test_the_loudest_place_is_chosen():
    crescendo = perform(*(note(second, 1, 60, 30 + 3 * second) for second in range(30)))
    ((begin, end),) = excerpts([crescendo], 30.0)
    assert begin >= 20
    assert end <= 30


def test_spans_are_in_order_apart_and_few():
    parts = [perform(*(note(second, 1, 60) for second in range(10 * n, 10 * n + 9))) for n in range(9)]
    spans = excerpts(parts, 90.0)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))
    assert sum(end - begin for begin, end in spans) <= MOST * LENGTH


def test_a_short_piece_is_heard_whole():
    assert excerpts([perform(note(0, 1, 60))], 3.5) == ((0.0, 3.5),)


def test_every_drum_that_matters_is_heard():
    ride = [note(beat, 0.1, 51, 100) for beat in range(40)]
    fill = [note(30 + step / 4, 0.1, 38, 90) for step in range(8)]
    kit = Performance.of(part("drums", ride + fill, role="drums"), SECONDS)
    assert any(begin <= 31 <= end for begin, end in excerpts([kit], 40.0))
