"""From a brief to a score: what every style must do whatever is asked of it."""

from __future__ import annotations

from itertools import pairwise
from statistics import mean

import pytest

from core.brief import Brief, Key, Section
from core.engines.composer.drum_keys import DRUM_KEYS
from core.engines.composer.score import Score
from core.engines.composer.style import Style
from core.engines.composer.timeline import seconds_at, spans
from core.evaluation.theory import ends_on_tonic
from tests.core.engines.composer.band import arranger, beats, catalog, compose, styles

EVERY_STYLE = pytest.mark.parametrize("style", list(styles()), ids=lambda style: style.id)
MOODS = {"sad": (-0.8, -0.6), "angry": (-0.7, 0.9), "calm": (0.6, -0.9), "happy": (0.9, 0.6)}


def sound(score: Score) -> None:
    """What holds for every score."""
    end = beats(score)
    assert score.parts
    assert len({part.name for part in score.parts}) == len(score.parts)
    for part in score.parts:
        assert part.notes, f"{part.name} has nothing to play"
        assert list(part.notes) == sorted(part.notes, key=lambda note: (note.start, note.pitch))
        assert all(note.start < end and note.start + note.length <= end + 1e-3 for note in part.notes)
        assert [c.at for c in part.controls] == sorted(c.at for c in part.controls)
        assert all(control.at <= end + 1e-3 for control in part.controls)
    assert [chord.at for chord in score.chords] == sorted({chord.at for chord in score.chords})
    assert score.sections[0].at == score.chords[0].at == score.tempo[0].at == 0


LENGTHS = (5.0, 6.3, 11.7, 30.0, 41.9)


@EVERY_STYLE
def test_every_style_fills_every_length_exactly_and_ends_on_a_tonic_downbeat(style: Style) -> None:
    moods = list(MOODS.values())
    for index, seconds in enumerate(LENGTHS):
        for valence, arousal in (moods[index % 4],) if seconds > 6 else moods:
            score = compose(genres=style.genres[:1], duration=seconds, valence=valence, arousal=arousal)
            sound(score)
            assert score.style == style.id
            assert score.seconds == seconds
            assert score.chords[-1].root == Key.parse(score.key).tonic
            assert ends_on_tonic(score)
            ring = seconds - seconds_at(score, score.chords[-1].at)
            assert 0.2 < ring <= max(6.0, 0.6 * seconds)


@EVERY_STYLE
def test_the_asked_tempo_and_key_are_kept_exactly(style: Style) -> None:
    for bpm, key in ((47.0, Key(tonic=3, mode="major")), (211.5, Key(tonic=6, mode="minor"))):
        score = compose(genres=style.genres[:1], bpm=bpm, key=key, duration=8.0)
        sound(score)
        assert [mark.bpm for mark in score.tempo] == [bpm]
        assert Key.parse(score.key) == key
        assert score.chords[-1].root == key.tonic


@pytest.mark.parametrize("genre", ["house", "jazz", "orchestral", "sanjo", "celtic", "waltz", "ambient", "k_pop"])
def test_five_minutes_hold_together(genre: str) -> None:
    style = arranger().style_for(Brief(genres=(genre,)))
    score = compose(genres=(genre,), duration=300.0, arousal=-0.3)
    sound(score)
    assert score.seconds == 300.0
    assert {section.name for section in score.sections} >= {"intro", "outro"} - (
        set() if style.form.intro else {"intro"}
    )


@EVERY_STYLE
def test_a_loop_has_whole_bars_at_the_asked_tempo_and_no_ending(style: Style) -> None:
    score = compose(genres=style.genres[:1], bpm=97.0, duration=17.0, loop=True)
    sound(score)
    bar = style.bar * 60 / 97
    assert score.seconds / bar == pytest.approx(round(score.seconds / bar), abs=1e-9)
    assert abs(score.seconds - 17.0) <= bar / 2 + 1e-9


@pytest.mark.parametrize("genre", ["disco", "rock", "samulnori"])
def test_nothing_marks_the_head_of_a_loop(genre: str) -> None:
    score = compose(genres=(genre,), duration=12.0, seed=3, loop=True)
    notes = [(part.role, note) for part in score.parts for note in part.notes]
    head = [note for _, note in notes if note.start < 0.1]
    downbeats = [note for _, note in notes if (note.start + 0.1) % score.meter[0] < 0.2]
    assert len({note.start for note in head}) > 1
    assert mean(note.velocity for note in head) < mean(note.velocity for note in downbeats)
    crash = DRUM_KEYS["crash"]
    assert not any(role == "drums" and note.pitch == crash and note.start < 0.1 for role, note in notes)


@pytest.mark.parametrize("bars", [3, 5])
def test_swells_of_a_loop_go_round(bars: int) -> None:
    score = compose(genres=("ambient",), bpm=80.0, duration=bars * 3.0, loop=True)
    for part in score.parts:
        swell = [control.value for control in part.controls if control.number == 11]
        if len(swell) > 2:
            assert abs(swell[-1] - swell[0]) <= max(abs(b - a) for a, b in pairwise(swell)) + 1


@EVERY_STYLE
def test_notes_lie_where_their_instrument_can_play_them(style: Style) -> None:
    for seed in range(2):
        score = compose(genres=style.genres[:1], duration=15.0, seed=seed, arousal=0.8, valence=0.8)
        for part in score.parts:
            if part.voice.bank == 128 or part.role in ("drums", "percussion", "effect"):
                continue
            low = catalog().instruments[part.instrument].low
            high = catalog().instruments[part.instrument].high
            assert all(low - 8 <= note.pitch <= high + 8 for note in part.notes), part.name


def test_the_same_brief_makes_the_same_notes() -> None:
    brief = Brief(genres=("jazz",), seed=5)
    assert arranger().compose(brief) == arranger().compose(brief)


def test_a_known_piece_keeps_its_notes_on_every_platform() -> None:
    score = compose(genres=("jazz",), seed=5, bpm=100.0, key=Key(tonic=0, mode="major"), duration=15.0)
    again = Score.model_validate_json(score.model_dump_json())
    assert again == score


@EVERY_STYLE
def test_seeds_make_different_pieces(style: Style) -> None:
    scores = [compose(genres=style.genres[:1], seed=seed, duration=12.0) for seed in range(6)]
    tunes = {
        tuple(note.pitch for part in score.parts if part.role == "lead" for note in part.notes) for score in scores
    }
    assert len(tunes) >= 5
    assert len({tuple(chord.symbol for chord in score.chords) for score in scores}) >= 4
    assert len({tuple(part.voice for part in score.parts) for score in scores}) >= 2


def test_every_catalog_genre_has_a_style() -> None:
    for genre in catalog().genres:
        assert arranger().style_for(Brief(genres=(genre,)))


def test_every_instrument_that_is_asked_for_is_heard() -> None:
    for number, instrument in enumerate(catalog().instruments):
        genre = ("jazz", "edm", "waltz", "sanjo")[number % 4]
        score = compose(genres=(genre,), instruments=(instrument,), duration=8.0)
        heard = {answer for part in score.parts for answer in arranger().answers(part.instrument)}
        assert instrument in heard, f"{instrument} in {genre}"


def test_several_asked_instruments_are_all_heard() -> None:
    asked = ("violin", "flute", "acoustic_guitar", "cello", "congas", "trumpet")
    score = compose(genres=("edm",), instruments=asked, duration=20.0)
    assert set(asked) <= {part.instrument for part in score.parts}


@EVERY_STYLE
def test_excluded_drums_stay_away(style: Style) -> None:
    score = compose(genres=style.genres[:1], excluded_instruments=("drum",), arousal=0.9, duration=8.0)
    assert not [part for part in score.parts if part.role in ("drums", "percussion")]


def test_sections_of_a_text_keep_their_shares_and_moods() -> None:
    wished = (
        Section(title="home", share=0.4, valence=0.7, arousal=-0.5),
        Section(title="storm", share=0.35, valence=-0.8, arousal=0.8),
        Section(title="rest", share=0.25, valence=0.4, arousal=-0.7),
    )
    score = compose(genres=("orchestral",), sections=wished, duration=90.0)
    sound(score)
    played = spans(score)
    assert [span.title for span in played] == ["home", "storm", "rest"]
    assert played[0].end == pytest.approx(36.0, abs=4.0)
    assert played[1].end == pytest.approx(67.5, abs=5.0)
    assert played[-1].end == score.seconds == 90.0
    onsets = [
        sum(s.start <= seconds_at(score, n.start) < s.end for part in score.parts for n in part.notes)
        / (s.end - s.start)
        for s in played
    ]
    assert onsets[1] > 1.5 * onsets[0]
    assert onsets[1] > 1.5 * onsets[2]
    tempi = {mark.bpm for mark in score.tempo}
    assert len(tempi) > 1
    asked = compose(genres=("orchestral",), sections=wished, duration=90.0, bpm=88.0)
    assert {mark.bpm for mark in asked.tempo} == {88.0}


def test_a_small_variation_keeps_what_made_its_parent() -> None:
    parent = Brief(genres=("lofi",), seed=11, duration=30.0)
    first = arranger().compose(parent)
    small = arranger().compose(parent.varied("small", 12))
    large = arranger().compose(parent.varied("large", 12))
    for child in (small, large):
        assert child.chords == first.chords
        assert [part.instrument for part in child.parts] == [part.instrument for part in first.parts]
        assert child.tempo == first.tempo
    kept_small, kept_large = _kept(first, small), _kept(first, large)
    assert 0.5 < kept_small < 1.0
    assert kept_large < kept_small


def test_a_variation_of_a_variation_still_knows_its_root() -> None:
    root = Brief(genres=("jazz",), seed=21, duration=30.0)
    child = root.varied("large", 22)
    grandchild = child.varied("small", 23)
    assert arranger().compose(grandchild).chords == arranger().compose(root).chords
    assert _kept(arranger().compose(child), arranger().compose(grandchild)) > 0.5


def _kept(parent: Score, child: Score) -> float:
    """The share of the parent's notes that the child has too, by place and pitch."""

    def notes(score: Score) -> set[tuple[str, int, int]]:
        return {(part.name, round(note.start * 4), note.pitch) for part in score.parts for note in part.notes}

    return len(notes(parent) & notes(child)) / len(notes(parent))


def test_the_band_grows_into_a_stormier_section_and_falls_away_into_a_calmer_one() -> None:
    wished = tuple(
        Section(title=title, share=1 / 3, valence=0.0, arousal=arousal)
        for title, arousal in (("calm", -0.6), ("storm", 0.9), ("after", -0.6))
    )
    score = compose(genres=("orchestral",), sections=wished, duration=90.0, bpm=96.0)
    marks = [section.at for section in score.sections if section.title in ("storm", "after")]
    storm, after = marks[0], next(section.at for section in score.sections if section.title == "after")

    def loudness(start: float, end: float) -> float:
        heard = [n.velocity for p in score.parts if p.role == "pad" for n in p.notes if start <= n.start < end]
        return sum(heard) / len(heard)

    assert loudness(storm - 4, storm) > loudness(storm - 12, storm - 8) + 3
    assert loudness(after - 4, after) < loudness(after - 12, after - 8) - 3
