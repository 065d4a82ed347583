"""The composer as an engine, with the sound that this machine has."""

from __future__ import annotations

import os

import numpy as np
import pytest

from core.brief import Brief
from core.engines.composer.engine import Composer, open_composer
from core.engines.composer.score import Score
from core.engines.engine import Composition, Done, Failed, Partial, Progress, Request
from core.errors import EngineUnavailable, PersonError
from tests.core.engines.composer.band import arranger


@pytest.fixture(scope="module")
def composer() -> Composer:
    try:
        return open_composer()
    except EngineUnavailable as missing:
        if "fluidsynth" in os.environ.get("TEXTUNES_TEST_REQUIRE", ""):
            raise
        pytest.skip(f"no FluidSynth or soundfont here: {missing}")


def made(composer: Composer, request: Request) -> Composition:
    composer.add(request)
    fractions, partial = [], 0
    while not composer.idle:
        for event in composer.step():
            match event:
                case Progress():
                    fractions.append(event.fraction)
                case Partial():
                    assert event.start == partial
                    partial += event.clip.frames
                case Failed():
                    raise event.error
                case Done():
                    assert fractions == sorted(fractions)
                    assert partial == event.composition.clip.frames
                    return event.composition
    raise AssertionError("no composition came")


BRIEF = Brief(genres=("lofi",), seed=4, duration=8.0, bpm=80.0)


def test_a_composition_is_as_long_as_asked_and_says_what_it_is(composer: Composer) -> None:
    composition = made(composer, Request("a", BRIEF, "", stems=True, midi=True))
    assert composition.clip.frames == round(8.0 * composition.clip.sample_rate)
    assert composition.bpm == 80.0
    assert composition.chart
    assert composition.midi
    assert composition.spans[-1].end == 8.0
    total = sum(clip.samples for clip in composition.stems.values())
    assert np.max(np.abs(total - composition.clip.samples)) < 1e-4
    assert composition.score is not None
    assert Score.model_validate_json(composition.score) == arranger().compose(BRIEF)


def test_an_earlier_score_is_played_again_with_its_edits(composer: Composer) -> None:
    first = arranger().compose(BRIEF)
    data = first.model_dump_json().encode()
    kept = made(composer, Request("b", BRIEF, "", score=data, edits=("remove drums", "add flute")))
    assert kept.score is not None
    parts = Score.model_validate_json(kept.score).parts
    assert "drums" not in {part.role for part in parts}
    assert parts[-1].instrument == "flute"
    again = made(composer, Request("c", BRIEF, "", edits=("remove drums", "add flute")))
    assert again.score == kept.score


def test_a_loop_says_how_long_it_came_out(composer: Composer) -> None:
    composition = made(composer, Request("d", BRIEF.model_copy(update={"loop": True}), ""))
    bar = 4 * 60 / 80.0
    assert composition.clip.seconds == pytest.approx(round(8.0 / bar) * bar, abs=1e-4)
    assert composition.note is not None
    assert "9.00" in composition.note.en
    assert "9.00" in composition.note.ko


def test_what_cannot_be_done_is_told_in_words(composer: Composer) -> None:
    with pytest.raises(PersonError, match="bagpipes"):
        made(composer, Request("e", BRIEF, "", edits=("remove bagpipes",)))
    with pytest.raises(PersonError, match="cannot be read"):
        made(composer, Request("f", BRIEF, "", score=b"{}"))


def test_a_cancelled_request_is_forgotten(composer: Composer) -> None:
    composer.add(Request("g", BRIEF, ""))
    composer.step()
    composer.cancel("g")
    assert composer.idle
