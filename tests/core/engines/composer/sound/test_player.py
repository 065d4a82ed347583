import numpy as np
import pytest

from core.engines.composer.sound.player import SAMPLE_RATE, Player
from tests.core.engines.composer.sound.conftest import note, part, score


@pytest.mark.parametrize("seconds", [5.0, 6.123456])
def test_length_is_exact_to_the_frame(player, band, seconds):
    assert player.render(score(*band, seconds=seconds)).mix.frames == round(seconds * SAMPLE_RATE)


def test_stems_add_up_to_the_mix(player, band):
    rendered = player.render(score(*band), stems=True)
    assert set(rendered.stems) == {"piano", "bass", "drums", "flute"}
    total = sum(stem.samples.astype(np.float64) for stem in rendered.stems.values())
    assert np.abs(total - rendered.mix.samples).max() < 1e-6


def test_the_mix_is_the_same_with_and_without_stems(player, band):
    piece = score(*band)
    alone = player.render(piece).mix.samples
    assert np.abs(alone - player.render(piece, stems=True).mix.samples).max() < 1e-4


def test_a_piece_does_not_depend_on_what_was_played_before_it(sound_files, band):
    player = Player(sound_files)
    first = player.render(score(*band)).mix.samples
    loud = part("organ", [note(0, 9, pitch, 127) for pitch in range(40, 90, 2)], program=19, loudness=-12.0)
    player.render(score(loud))
    assert np.array_equal(player.render(score(*band)).mix.samples, first)
    player.close()


def test_parts_without_notes_make_no_stem(player, band):
    assert "rest" not in player.render(score(*band, part("rest", [])), stems=True).stems


def test_notes_after_the_end_are_not_heard(player):
    late = player.render(score(part("piano", [note(60, 1, 60)]), seconds=6.0)).mix
    assert late.frames == 6 * SAMPLE_RATE
    assert np.abs(late.samples).max() < 1e-3


def test_a_piece_can_be_given_up_and_another_played(player, band):
    blocks = player.blocks(score(*band))
    next(blocks)
    blocks.close()
    assert np.abs(player.render(score(*band)).mix.samples).max() > 0.1


def test_a_score_without_notes_is_silence_of_the_right_length(player):
    silent = player.render(score(part("rest", []), seconds=5.0)).mix
    assert silent.frames == 5 * SAMPLE_RATE
    assert not silent.samples.any()


def test_more_parts_than_midi_has_channels(player):
    crowd = [part(f"p{number}", [note(0, 4, 50 + number)], program=number) for number in range(20)]
    stems = player.render(score(*crowd, seconds=5.0), stems=True).stems
    assert len(stems) == 20
    assert all(np.abs(stem.samples).max() > 1e-4 for stem in stems.values())


def test_blocks_follow_one_another(player, band):
    at = 0
    for block in player.blocks(score(*band)):
        assert block.start == at
        at += block.mix.shape[-1]
    assert at == 6 * SAMPLE_RATE


def test_the_end_fades_to_silence(player, band):
    ending = player.render(score(*band, seconds=5.0)).mix.samples[:, -4:]
    assert np.abs(ending).max() < 1e-3


def test_held_notes_die_away_before_the_end_and_struck_ones_ring_on(player):
    chord = [note(0, 12, pitch) for pitch in (60, 64, 67)]
    organ, harp = (
        player.render(score(part("chord", chord, program=program, reverb=0.3), seconds=5.0)).mix.samples
        for program in (19, 46)
    )

    def level(samples, seconds):
        at = round(seconds * SAMPLE_RATE)
        return 10 * np.log10(np.mean(samples[:, at : at + SAMPLE_RATE // 20] ** 2))

    assert level(organ, 4.0) - level(organ, 4.7) > 10
    assert level(harp, 4.4) - level(harp, 4.7) < 6


def test_a_loop_joins_its_beginning(player, band):
    samples = player.render(score(*band, seconds=5.0, loop=True)).mix.samples
    steps = np.abs(np.diff(samples, axis=-1))
    assert np.abs(samples[:, 0] - samples[:, -1]).max() <= np.percentile(steps, 99.9)


def test_what_rings_over_the_end_of_a_loop_sounds_at_its_beginning(player):
    late = part("harp", [note(7.0, 3.0, 60)], program=46, loudness=-20.0)
    piece = score(late, seconds=4.0, loop=True)
    head = player.render(piece).mix.samples[:, : SAMPLE_RATE // 4]
    unlooped = player.render(piece.model_copy(update={"loop": False})).mix.samples[:, : SAMPLE_RATE // 4]
    assert np.abs(head).max() > 0.01 > np.abs(unlooped).max()
