"""The chord chart."""

from __future__ import annotations

import pytest

from core.brief import Key
from core.engines.composer.chart import chart
from core.engines.composer.score import ChordMark, Master, Score, SectionMark, TempoMark
from core.engines.composer.theory import chord_of


def test_a_chart_shows_key_tempo_sections_and_bars() -> None:
    marks = [(0.0, "Am7", 9), (4.0, "Dm7", 2), (6.0, "E7", 4), (8.0, "Dm7", 2), (16.0, "E7", 4), (20.0, "Am", 9)]
    score = Score(
        style="test", seed=1, seconds=24.0, key=str(Key(tonic=9, mode="minor")), meter=(4, 4),
        tempo=(TempoMark(at=0.0, bpm=60.0),),
        chords=tuple(ChordMark(at=at, symbol=symbol, root=root, pitch_classes=(root,)) for at, symbol, root in marks),
        sections=(SectionMark(at=0.0, name="A"), SectionMark(at=8.0, name="B", title="The storm")),
        parts=(), master=Master(),
    )  # fmt: skip
    assert chart(score).splitlines() == [
        "A minor · 60 BPM · 4/4 · 0:24",
        "Parts: ",
        "",
        "[A] 0:00",
        "| Am7 | Dm7  E7 |",
        "",
        "[B · The storm] 0:08",
        "| Dm7 | % | E7 | Am |",
    ]


@pytest.mark.parametrize(
    ("numeral", "name"),
    [("bVI", "Bb"), ("bVII", "C"), ("bII", "Eb"), ("bIII/3", "F/A"), ("V/ii", "B"), ("#io", "D#dim7"), ("V/3", "A/C#")],
)
def test_borrowed_chords_are_spelled_with_flats_in_a_key_with_sharps(numeral: str, name: str) -> None:
    assert chord_of(numeral, 2).spelled(Key(tonic=2, mode="major")) == name
