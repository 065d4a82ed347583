"""Editing a score: exact, in everyday English and Korean."""

from __future__ import annotations

import pytest

from core.brief import Brief
from core.engines.composer.editing import Editor
from core.engines.composer.score import Score
from core.errors import PersonError
from core.instruction.instruction import EditWords, InstructionReader
from tests.core.engines.composer.band import arranger, catalog

BRIEF = Brief(genres=("jazz",), instruments=("piano",), seed=3, duration=25.0, arousal=0.5)


@pytest.fixture(scope="module")
def score() -> Score:
    return arranger().compose(BRIEF)


@pytest.fixture(scope="module")
def editor() -> Editor:
    return Editor(catalog(), arranger())


def without(score: Score, role: str) -> list[str]:
    return [part.name for part in score.parts if part.role != role]


@pytest.mark.parametrize(
    "text",
    [
        "Remove drums", "take the drums out", "Take out the drums, please.", "No drums!", "without the drum kit",
        "get rid of the drums", "mute drums", "Can you drop the drums?", "everything but the drums",
        "드럼 빼줘", "드럼 빼 주세요", "드럼을 제거해 줘", "드럼 없이", "드럼 빼고 다 들려줘", "Instruct: No drums.",
    ],
)  # fmt: skip
def test_drums_are_taken_out_and_everything_else_stays_note_for_note(score: Score, editor: Editor, text: str) -> None:
    edited = editor.edit(score, BRIEF, text)
    assert [part.name for part in edited.parts] == without(score, "drums")
    assert edited.parts == tuple(part for part in score.parts if part.role != "drums")
    assert edited.model_copy(update={"parts": score.parts}) == score


@pytest.mark.parametrize(
    "text", ["only piano", "Just the piano", "solo piano", "피아노만", "피아노만 남겨줘", "피아노만 들려 주세요"]
)
def test_one_instrument_is_kept_alone(score: Score, editor: Editor, text: str) -> None:
    edited = editor.edit(score, BRIEF, text)
    assert {part.instrument for part in edited.parts} == {"piano"}


@pytest.mark.parametrize("text", ["Only the bass and drums", "베이스랑 드럼만 남겨줘", "베이스와 드럼만"])
def test_several_parts_can_be_named(score: Score, editor: Editor, text: str) -> None:
    assert {part.role for part in editor.edit(score, BRIEF, text).parts} == {"bass", "drums"}


@pytest.mark.parametrize("text", ["Add strings", "add some strings please", "스트링 추가해줘", "현악기를 넣어 주세요"])
def test_an_added_part_fits_and_leaves_the_others_alone(score: Score, editor: Editor, text: str) -> None:
    edited = editor.edit(score, BRIEF, text)
    added = edited.parts[-1]
    assert edited.parts[:-1] == score.parts
    assert added.instrument == "strings"
    assert added.notes
    tones = [pitch_class for chord in score.chords for pitch_class in chord.pitch_classes]
    assert sum(note.pitch % 12 in tones for note in added.notes) >= 0.8 * len(added.notes)
    assert editor.edit(score, BRIEF, text) == edited


def test_every_instrument_of_the_catalog_can_be_added(score: Score, editor: Editor) -> None:
    for instrument in catalog().instruments.values():
        added = editor.edit(score, BRIEF, f"Add {instrument.en}").parts[-1]
        assert added.notes, instrument.id


def test_adding_twice_makes_two_parts(score: Score, editor: Editor) -> None:
    once = editor.edit(score, BRIEF, "add flute")
    twice = editor.edit(once, BRIEF, "add flute")
    assert [part.name for part in twice.parts][-2:] == ["Flute", "Flute 2"]


def test_an_unknown_part_is_answered_with_the_parts_there_are(score: Score, editor: Editor) -> None:
    with pytest.raises(PersonError) as refusal:
        editor.edit(score, BRIEF, "Remove the bagpipes")
    assert "bagpipes" in refusal.value.words.en
    for part in score.parts:
        assert part.name in refusal.value.words.en
    assert "피아노" in refusal.value.words.ko


@pytest.mark.parametrize("text", ["", "hello there", "더 밝게", "remove", "🎵🎵", "x" * 5000])
def test_what_is_no_instruction_is_answered_with_examples(score: Score, editor: Editor, text: str) -> None:
    with pytest.raises(PersonError):
        editor.edit(score, BRIEF, text)


def test_nothing_left_is_refused(score: Score, editor: Editor) -> None:
    everything = " and ".join(part.name for part in score.parts)
    with pytest.raises(PersonError, match="nothing to hear"):
        editor.edit(score, BRIEF, f"Remove {everything}")


def test_an_unknown_instrument_to_add_is_answered_with_near_names(score: Score, editor: Editor) -> None:
    with pytest.raises(PersonError, match="Violin"):
        editor.edit(score, BRIEF, "Add violinn")


def test_instructions_are_read_whatever_stands_around_them() -> None:
    reader = InstructionReader(EditWords.read())
    read = reader.read("could you please take the electric guitar and the bass out of this song?")
    assert read is not None
    assert (read.action, read.targets) == ("remove", ("electric guitar", "bass"))
    korean = reader.read("바이올린이랑 첼로 추가해 주세요")
    assert korean is not None
    assert (korean.action, korean.targets) == ("add", ("바이올린", "첼로"))
