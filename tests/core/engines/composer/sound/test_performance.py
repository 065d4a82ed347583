from core.engines.composer.score import Control, TempoMark
from core.engines.composer.sound.clock import Clock
from core.engines.composer.sound.performance import Performance
from tests.core.engines.composer.sound.conftest import note, part

CLOCK = Clock([TempoMark(at=0, bpm=60)])


def perform(notes, controls=()):
    played = part("piano", notes).model_copy(update={"controls": tuple(controls)})
    return Performance.of(played, CLOCK)


def test_notes_come_in_order_of_time_and_keep_their_numbers():
    notes = perform([note(2, 1, 60), note(0, 1, 62)]).notes
    assert [(sounding.start, sounding.number) for sounding in notes] == [(0.0, 1), (2.0, 0)]


def test_bends_are_timed_in_seconds_after_the_note():
    twice_as_fast = Clock([TempoMark(at=0, bpm=120)])
    bent = Performance.of(part("lead", [note(2, 2, 60, bend=((0.0, -50.0), (1.0, 0.0)))]), twice_as_fast)
    assert bent.notes[0].bend == ((0.0, -50.0), (0.5, 0.0))


def test_a_stretch_cuts_notes_at_its_edges_and_remembers_controllers():
    whole = perform([note(0, 4, 60), note(5, 1, 62)], [Control(at=0.5, number=11, value=80)])
    stretch = whole.between(1.0, 3.0)
    assert [(sounding.start, sounding.length) for sounding in stretch.notes] == [(0.0, 2.0)]
    assert [(turn.at, turn.value) for turn in stretch.turns] == [(0.0, 80)]


def test_the_pedal_holds_notes_until_it_is_lifted():
    pedal = [Control(at=0, number=64, value=127), Control(at=3, number=64, value=0)]
    held = perform([note(0, 1, 60), note(4, 1, 62)], pedal).sustained()
    assert [sounding.length for sounding in held.notes] == [3.0, 1.0]
