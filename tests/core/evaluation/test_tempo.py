import numpy as np
import pytest

from core.evaluation.listening import listen
from core.evaluation.tempo import LEVELS, OCTAVES, agrees, heard_tempo
from tests.core.evaluation.sounds import clicks

FRAMES_PER_SECOND = 100.0


@pytest.mark.parametrize("bpm", [63, 90, 128, 174])
def test_a_click_track_is_heard_at_its_tempo(bpm):
    heard = listen(clicks(bpm))
    assert agrees(heard.tempo, bpm, OCTAVES)
    assert agrees(heard.tracked_tempo, bpm, OCTAVES)
    assert heard.onset_rate == pytest.approx(bpm / 60, rel=0.15)


def test_tempo_is_found_finer_than_a_frame():
    frames = np.arange(2000)
    pulse = np.exp(-0.5 * (((frames * 131.3 / 6000 + 0.5) % 1 - 0.5) / 0.05) ** 2)
    assert agrees(heard_tempo([pulse], FRAMES_PER_SECOND), 131.3)
    nearest = min((heard_tempo([pulse], FRAMES_PER_SECOND) * level for level in OCTAVES), key=lambda t: abs(t - 131.3))
    assert nearest == pytest.approx(131.3, rel=0.005)


def test_agreement_allows_octaves_and_no_more_than_four_per_cent():
    assert agrees(120, 60)
    assert agrees(123, 120)
    assert not agrees(126, 120)
    assert not agrees(180, 120)
    assert agrees(180, 120, LEVELS)


@pytest.mark.parametrize("bpm", [139, 155])
def test_strokes_in_threes_across_the_beat_do_not_hide_it(bpm):
    rate, sixteenth = 43.0, 15.0 / bpm
    onsets = 0.1 * np.random.default_rng(3).random(int(15 * rate))
    for number in range(int(15 / sixteenth)):
        place = number % 16
        onsets[int(number * sixteenth * rate)] += 1.0 if place in (0, 6, 12) else 0.3 * (place == 4)
    assert agrees(heard_tempo([onsets], rate), bpm)
