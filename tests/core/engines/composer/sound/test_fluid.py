import numpy as np
import pytest

from core.engines.composer.score import TempoMark, Voice
from core.engines.composer.sound.clock import Clock
from core.engines.composer.sound.fluid import GRAIN, FluidSynth, Preset, stand_ins
from core.engines.composer.sound.performance import Performance
from core.engines.composer.sound.soundfont import SoundFiles
from core.errors import EngineUnavailable
from tests.core.engines.composer.sound.conftest import note, part

RATE = 44_100
SECONDS = Clock([TempoMark(at=0, bpm=60)])


@pytest.fixture(scope="module")
def synth(sound_files):
    synth = FluidSynth(sound_files, RATE)
    yield synth
    synth.close()


def play(synth, *parts, seconds=2.0):
    frames = int(seconds * RATE) // GRAIN * GRAIN
    return synth.play([Performance.of(each, SECONDS) for each in parts]).render(frames)


def frequency(samples):
    """The strongest frequency in Hz, from a parabola through the spectrum's peak."""
    spectrum = np.log(np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) + 1e-12)
    peak = int(np.argmax(spectrum))
    left, middle, right = spectrum[peak - 1 : peak + 2]
    return (peak + (left - right) / (2 * (left - 2 * middle + right))) * RATE / len(samples)


def test_parts_stay_apart(synth):
    sounds = play(synth, part("low", [note(0, 1, 48)], program=73), part("silent", []), part("high", [note(1, 1, 84)]))
    assert np.abs(sounds[1]).max() == 0.0
    assert np.abs(sounds[0]).max() > 0.01
    assert np.abs(sounds[2, :, : int(0.9 * RATE)]).max() == 0.0


def test_a_note_begins_within_one_grain_of_its_time(synth):
    sound = play(synth, part("block", [note(0.5, 0.2, 60)], program=115))[0, 0]
    onset = int(np.argmax(np.abs(sound) > 1e-4))
    assert abs(onset - 0.5 * RATE) <= 2 * GRAIN


def test_bends_are_fractions_of_a_semitone(synth):
    straight = play(synth, part("organ", [note(0, 2, 69)], program=79))[0, 0, RATE // 2 :]
    bent = play(synth, part("organ", [note(0, 2, 69, bend=((0.0, 35.0),))], program=79))[0, 0, RATE // 2 :]
    assert 1200 * np.log2(frequency(bent) / frequency(straight)) == pytest.approx(35, abs=2)


def test_a_bend_moves_its_own_note_only(synth):
    both = play(synth, part("organ", [note(0, 2, 57), note(0, 2, 69, bend=((0.0, 100.0),))], program=79))[0, 0]
    alone = play(synth, part("organ", [note(0, 2, 57)], program=79))[0, 0]
    bent = play(synth, part("organ", [note(0, 2, 69, bend=((0.0, 100.0),))], program=79))[0, 0]
    assert np.allclose(both, alone + bent, atol=1e-4)


def test_a_key_struck_again_is_not_cut_by_the_end_of_its_first_note(synth):
    sound = play(synth, part("organ", [note(0, 1.0, 69), note(0.5, 1.4, 69)], program=79))[0, 0]
    assert np.abs(sound[int(1.2 * RATE) : int(1.6 * RATE)]).max() > 0.01


def test_two_passes_give_the_same_samples(synth):
    piano = part("piano", [note(0, 1, 60)])
    play(synth, piano)  # FluidSynth's voices start a shade differently the first time that they are used
    first = play(synth, piano)
    assert np.allclose(first, play(synth, piano), atol=1e-4)


def test_nothing_rings_over_from_an_earlier_pass(synth):
    play(synth, part("organ", [note(0, 9, 57)], program=79))
    assert not play(synth, part("organ", [])).any()


def test_a_missing_kit_is_played_by_the_standard_one(synth):
    kit = part("drums", [note(0, 1, 38)], role="drums")
    odd = kit.model_copy(update={"voice": Voice(program=101, bank=128)})
    play(synth, kit)  # FluidSynth's voices start a shade differently the first time that they are used
    assert np.allclose(play(synth, kit), play(synth, odd), atol=1e-4)
    assert stand_ins(odd.voice) == (Preset(128, 101), Preset(128, 0))


def test_an_unreadable_soundfont_is_named(tmp_path, sound_files):
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(b"RIFF\0\0\0\0sfbk")
    with pytest.raises(EngineUnavailable, match="broken"):
        FluidSynth(SoundFiles(sound_files.library, broken), RATE)
