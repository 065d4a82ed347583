"""The teacher: from recordings to a file that the engine serves."""

import numpy as np
import pytest
import torch

from core.audio.clip import Clip
from core.catalog import Catalog
from core.engines.musicgen.concepts.card import read_card
from core.engines.musicgen.concepts.file import read_concept
from core.engines.musicgen.fingerprint import fingerprint
from core.engines.musicgen.learning.material import Take, cut, prepare
from core.engines.musicgen.learning.rehearsal import drawn_captions
from core.engines.musicgen.learning.teacher import Teacher, open_teacher
from core.errors import ConceptError, EngineUnavailable
from tests.core.engines.musicgen.learning.lessons import CPU, finish, lesson_of


def tone(seconds, rate=32000, channels=1, level=0.2):
    times = np.arange(round(seconds * rate)) / rate
    sound = level * np.sin(2 * np.pi * 220 * times * (1 + times / 60))
    return Clip(np.tile(sound.astype(np.float32), (channels, 1)), rate)


@pytest.fixture(scope="module")
def teacher(mono):
    return Teacher(mono, CPU)


def taught(teacher, lesson, *takes, folder=None):
    return finish(teacher.teach(lesson, takes, folder))


def test_a_lesson_ends_with_a_file_that_the_engine_reads(teacher, mono, tmp_path):
    lesson = lesson_of(steps=4, probe=2, window=5.0, rehearsed=2, source="a sine", licence="CC0-1.0")
    lectures, result = taught(teacher, lesson, Take(tone(32.0)), folder=tmp_path)
    assert list(dict.fromkeys(lecture.stage for lecture in lectures)) == ["listen", "rehearse", "probe", "train"]
    assert [lecture.row.step for lecture in lectures if lecture.row] == [1, 2, 1, 2, 3, 4]
    fractions = [lecture.fraction for lecture in lectures]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    concept = read_concept(result.data, mono.config, fingerprint(mono.decoder), CPU)
    assert concept.card == read_card(result.data) == result.card
    assert (concept.card.source, concept.card.licence, concept.card.steps) == ("a sine", "CC0-1.0", 4)
    assert all(row.rehearsal is not None for row in result.outcome.rows if row.phase == "train")


@pytest.mark.parametrize("method", ["lora", "tokens"])
def test_other_methods_end_with_files_too(teacher, mono, method):
    _, result = taught(teacher, lesson_of(method=method, steps=2, window=8.0, rehearsal=0.0), Take(tone(31.0)))
    assert read_concept(result.data, mono.config, fingerprint(mono.decoder), CPU).card.kind == method


@pytest.mark.parametrize(
    ("clips", "said"),
    [
        ([tone(1.0)], "this has 1 seconds"),
        ([tone(12.0), tone(12.0)], "this has 24 seconds"),
        ([tone(40.0, level=0.0)], "the rest is silence"),
        ([], "this has 0 seconds"),
    ],
)
def test_too_little_music_is_refused_in_words(teacher, clips, said):
    with pytest.raises(ConceptError, match=said):
        taught(teacher, lesson_of(), *map(Take, clips))


@pytest.mark.parametrize("clip", [tone(31.0, 8000), tone(31.0, 96000, channels=2), tone(31.0, 44100, level=3.0)])
def test_any_rate_any_channels_and_clipping_are_listened_to(teacher, clip):
    material = prepare([Take(clip)], teacher.codec, 32000, 10.0)
    assert sum(example.codes.shape[1] for example in (*material.training, *material.held_out)) == 31 * 50


def test_short_clips_are_windows_of_their_own_and_held_out_sound_is_never_trained_on(teacher):
    takes = [Take(tone(5.0 + index), f"clip {index}") for index in range(8)]
    material = prepare(takes, teacher.codec, 32000, 30.0)
    assert [example.caption for example in material.training] == [f"clip {index}" for index in range(7)]
    assert [example.caption for example in material.held_out] == ["clip 7"]


def test_a_recording_is_cut_side_by_side():
    assert [part.seconds for part in cut(tone(25.0), 10.0)] == [10.0, 10.0, 5.0]
    assert [part.seconds for part in cut(tone(20.5), 10.0)] == [10.0, 10.0]
    assert [part.seconds for part in cut(tone(0.4), 10.0)] == []


def test_rehearsal_captions_come_from_the_catalog_and_the_seed():
    catalog = Catalog.load()
    assert drawn_captions(catalog, 3, 7) == drawn_captions(catalog, 3, 7) != drawn_captions(catalog, 3, 8)


def test_a_melody_model_cannot_learn(folders):
    teacher = open_teacher(str(folders["melody"]), device="cpu")
    with pytest.raises(EngineUnavailable, match="melody"):
        taught(teacher, lesson_of(), Take(tone(31.0)))


def test_without_weights_it_is_said_how_to_get_them():
    with pytest.raises(EngineUnavailable, match="textunes download"):
        open_teacher(None)


def test_torch_is_left_as_it_was_after_a_lesson(teacher):
    taught(teacher, lesson_of(steps=1, probe=1, window=10.0, rehearsal=0.0), Take(tone(31.0)))
    assert torch.is_grad_enabled()
