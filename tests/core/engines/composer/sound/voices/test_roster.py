from typing import get_args

import numpy as np
import pytest

from core.engines.composer.score import SynthName
from core.engines.composer.sound.voices.roster import ROSTER
from tests.core.engines.composer.sound.conftest import note
from tests.core.engines.composer.sound.voices.conftest import RATE, play


def test_every_voice_that_a_score_may_name_has_an_instrument():
    assert set(ROSTER) == set(get_args(SynthName))


@pytest.mark.parametrize("name", ROSTER)
def test_a_note_sounds_and_comes_to_an_end(name):
    sound = play(name, note(0.1, 0.3, 36), seconds=8.0)
    assert np.isfinite(sound).all()
    assert 0.01 < np.abs(sound).max() < 4.0
    assert not sound[:, : int(0.09 * RATE)].any()
    assert np.abs(sound[:, -RATE // 10 :]).max() < 1e-4


@pytest.mark.parametrize("name", ["supersaw", "fm_keys", "gayageum", "daegeum", "kit_808"])
def test_blocks_make_no_difference(name):
    notes = [note(0.1, 0.5, 60), note(0.4, 0.4, 64), note(0.9, 0.2, 67)]
    assert np.allclose(play(name, *notes, seconds=1.5), play(name, *notes, seconds=1.5, block=9984), atol=1e-5)


@pytest.mark.parametrize("name", ["supersaw", "fm_keys", "synth_bass", "gayageum", "haegeum", "kit_909", "janggu"])
def test_harder_is_louder(name):
    soft, hard = (np.abs(play(name, note(0, 0.5, 38, velocity))).max() for velocity in (40, 120))
    assert hard > 2 * soft
