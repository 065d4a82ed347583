"""Composed clips: known exactly, the same again, kept."""

import numpy as np
import pytest

from core.errors import EngineUnavailable
from core.evaluation.composed.clip import Commission
from core.evaluation.composed.commissions import commissions
from core.evaluation.composed.families import family
from core.evaluation.composed.making import Workroom

ROCK = Commission(genre="rock", mood="happy", seed=5, seconds=5.0)
BIT = 1.01 / 32767


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("composed")


@pytest.fixture(scope="module")
def room(folder):
    try:
        room = Workroom(folder, 16_000)
    except EngineUnavailable as error:
        pytest.skip(str(error))
    yield room
    room.close()


@pytest.fixture(scope="module")
def rock(room):
    return room.clip(ROCK)


def test_the_stems_are_the_parts_of_the_score_and_add_up_to_the_mix(rock):
    assert rock.sample_rate == 16_000
    assert {stem.name for stem in rock.stems} <= {part.name for part in rock.score.parts}
    assert all(stem.samples.shape == rock.mix.shape for stem in rock.stems)
    assert rock.mix.shape[0] == pytest.approx(5 * 16_000, abs=2)
    assert np.allclose(sum(rock.family(name) for name in rock.families), rock.mix, atol=1e-6)
    assert 0.2 < np.abs(rock.mix).max() <= 0.901


def test_a_rock_band_has_drums_a_bass_and_a_guitar(rock):
    assert {"Drums", "Bass", "Guitar"} <= set(rock.families)
    assert np.abs(rock.family("Drums")).max() > 0.05
    assert not rock.family("Pipe").any()


def test_the_caption_names_the_mood_the_genre_and_who_plays(rock):
    assert "Rock" in rock.caption
    assert "happy" in rock.caption
    assert "drum" in rock.caption.lower()
    assert "BPM" in rock.caption


def test_what_is_kept_is_what_would_be_made(room, rock, folder, tmp_path):
    files = list(folder.iterdir())
    again = room.clip(ROCK)
    assert list(folder.iterdir()) == files
    anew = Workroom(tmp_path, 16_000).clip(ROCK)
    for other in (again, anew):
        assert other.caption == rock.caption
        assert other.score == rock.score
        assert all(np.allclose(a.samples, b.samples, atol=BIT) for a, b in zip(other.stems, rock.stems, strict=True))


def test_a_damaged_file_is_made_anew(room, rock, folder):
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:1000])
    assert np.allclose(room.clip(ROCK).mix, rock.mix, atol=5 * BIT)


def test_commissions_are_the_same_again_and_share_nothing_with_those_of_another_seed():
    some = commissions(60, seed=1)
    assert some == commissions(60, seed=1)
    assert some[:20] == commissions(20, seed=1)
    assert not {each.seed for each in some} & {each.seed for each in commissions(60, seed=2)}
    assert len({each.genre for each in some}) > 30
    assert {each.genre for each in commissions(9, seed=3, genres=("jazz", "rock"))} == {"jazz", "rock"}


def test_parts_belong_to_families_by_role_and_program(rock):
    of = {part.role: family(part) for part in rock.score.parts}
    assert of["drums"] == "Drums"
    assert of["bass"] == "Bass"
