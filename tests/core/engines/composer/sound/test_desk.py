import numpy as np
import pytest

from core.audio.clip import Clip
from core.audio.loudness import integrated_loudness
from core.engines.composer.score import Master
from core.engines.composer.sound.player import SAMPLE_RATE
from tests.core.engines.composer.sound.conftest import note, part, score


def loudness(samples):
    return integrated_loudness(Clip(samples, SAMPLE_RATE))


def test_balance_does_not_depend_on_what_plays(player):
    """A grand piano and a music box at the same target come out equally loud."""
    notes = [note(beat, 0.9, pitch) for beat in range(10) for pitch in (60, 64, 67)]
    pieces = [part(f"p{program}", notes, program=program, loudness=-20.0, reverb=0.0) for program in (0, 10, 48, 73)]
    stems = player.render(score(*pieces, master=Master(glue=0.0, crest=20.0)), stems=True).stems
    levels = [loudness(stem.samples) for stem in stems.values()]
    assert np.ptp(levels) < 2.0


def test_a_part_six_decibels_down_is_six_decibels_down(player):
    notes = [note(beat, 0.9, 60) for beat in range(10)]
    piece = score(
        part("near", notes, program=4, loudness=-18.0, reverb=0.0),
        part("far", notes, program=4, loudness=-24.0, reverb=0.0),
        master=Master(glue=0.0, crest=20.0),
    )
    stems = player.render(piece, stems=True).stems
    assert loudness(stems["near"].samples) - loudness(stems["far"].samples) == pytest.approx(6.0, abs=0.3)


def test_a_style_with_vinyl_has_a_stem_of_it(player, band):
    rendered = player.render(score(*band, master=Master(vinyl=0.5, tape=0.5)), stems=True)
    assert "vinyl" in rendered.stems
    below = loudness(rendered.mix.samples) - loudness(rendered.stems["vinyl"].samples)
    assert 15.0 < below < 25.0
    total = sum(stem.samples.astype(np.float64) for stem in rendered.stems.values())
    assert np.abs(total - rendered.mix.samples).max() < 1e-5


def test_the_kick_ducks_what_is_told_to_duck(player):
    pad = part("pad", [note(0, 8, 48), note(0, 8, 55)], role="pad", program=90, duck=0.9, reverb=0.0)
    kick = part("kick", [note(beat, 0.1, 36) for beat in range(8)], role="drums", synth="kit_909")
    ducked = player.render(score(pad, kick, seconds=5.0), stems=True).stems["pad"].samples
    level = np.sqrt((ducked[:, : 4 * SAMPLE_RATE].reshape(2, -1, SAMPLE_RATE // 100) ** 2).mean(axis=(0, 2)))
    struck, between = level[100:110].mean(), level[140:149].mean()
    assert struck < 0.5 * between


def test_the_mix_has_no_offset_and_survives_mono(player, band):
    mix = player.render(score(*band)).mix.samples
    assert np.abs(mix.mean(axis=1)).max() < 1e-3
    mono = np.repeat(mix.mean(axis=0, keepdims=True), 2, axis=0)
    assert loudness(mix) - loudness(mono) < 3.0


def test_a_part_comes_back_from_a_long_rest_as_it_was(player):
    alone = part("bass", [note(16, 1, 36)], role="bass", synth="sub_bass", compress=0.6, reverb=0.0)
    others = part("pad", [note(0, 20, 60)], role="pad", program=90)
    again = alone.model_copy(update={"notes": (note(0, 1, 36), note(16, 1, 36))})
    plain = Master(glue=0.0, crest=20.0)
    one, two = (
        player.render(score(piece, others, seconds=12.0, master=plain), stems=True)
        .stems["bass"]
        .samples[:, -4 * SAMPLE_RATE :]
        for piece in (alone, again)
    )
    assert np.abs(one).max() > 0.01
    assert np.abs(one / np.abs(one).max() - two / np.abs(two).max()).max() < 0.02


def test_a_lower_crest_makes_a_denser_mix(player, band):
    def crest(master):
        mix = player.render(score(*band, master=master)).mix.samples
        return 20 * np.log10(np.abs(mix).max()) - loudness(mix)

    assert crest(Master(crest=5.0, glue=0.6)) < crest(Master(crest=16.0, glue=0.0)) - 1.0
