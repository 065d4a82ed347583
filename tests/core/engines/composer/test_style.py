"""Styles as files: all of them are sound and their own, and a bad one says what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest

from core.brief import Brief
from core.engines.composer.arranger import Arranger
from core.engines.composer.instrument import Timbres
from core.engines.composer.pattern import Pattern
from core.engines.composer.style import Style, StyleBook, StyleError, read_style
from tests.core.engines.composer.band import arranger, catalog, styles

EVERY_STYLE = pytest.mark.parametrize("style", list(styles()), ids=lambda style: style.id)
STEPS_PER_BEAT = (0.5, 1, 2, 3, 4, 6, 8)


def lines(style: Style) -> Iterator[tuple[Pattern, ...]]:
    """Patterns that are played against each other or in place of each other."""
    for part in style.part:
        yield from part.patterns
        yield from (tuple(p for ladder in groove.values() for p in ladder) for groove in part.grooves)
        yield from (tuple(fill.values()) for fill in part.fills)
    yield from style.melody.cells
    yield style.melody.endings


def test_there_are_styles_for_every_popular_genre_and_many_more() -> None:
    assert len(styles()) >= 40
    for genre in catalog().genres.values():
        if genre.popular:
            style = styles().for_genre(genre.id)
            assert style is not None, genre.id


def test_every_genre_of_the_catalog_is_played_in_a_style_of_its_lineage() -> None:
    for genre in catalog().genres:
        style = arranger().style_for(Brief(genres=(genre,)))
        assert set(style.genres) & {entry.id for entry in catalog().lineage(genre)}


def test_no_two_styles_share_a_groove_and_a_palette() -> None:
    def mark(style: Style) -> tuple[object, ...]:
        grooves = {
            tuple((drum, tuple(p.text for p in ladder)) for drum, ladder in groove.items())
            for part in style.part
            for groove in part.grooves
        }
        bass = {tuple(p.text for p in ladder) for part in style.part if part.role == "bass" for ladder in part.patterns}
        return frozenset(grooves), frozenset(bass) if not grooves else frozenset(), _palette(style)

    marks = {mark(style): style.id for style in styles()}
    assert len(marks) == len(styles())
    palettes = {_palette(style) for style in styles()}
    assert len(palettes) == len(styles())


@EVERY_STYLE
def test_every_bar_is_divided_into_whole_parts_of_its_beats(style: Style) -> None:
    beats = style.meter[0]
    for together in lines(style):
        for pattern in together:
            for bar in pattern.text.split("|"):
                steps = len("".join(bar.split()))
                assert steps == 1 or steps / beats in STEPS_PER_BEAT, f"{bar!r} has {steps} steps"


@EVERY_STYLE
def test_a_genre_keeps_its_tempo_inside_its_style(style: Style) -> None:
    low, high = style.tempo
    for genre in style.genres:
        slow, fast = catalog().bpm_range((genre,), "auto")
        assert min(high, fast) > max(low, slow), genre


GOOD = (files("core.engines.composer") / "styles" / "waltz.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tempo = [66, 186]", "tempo = [186, 66]", "tempo"),
        ('"harmonic_minor"', '"harmonic_miner"', "harmonic_miner"),
        ('"....X.o.X.o."', '"....q.o.X.o."', "part.3"),
        ("triangle =", "trinagle =", "trinagle"),
        ("IV | IV | I | I", "IV | IX | I | I", "IX"),
        ("phrase = 8", "phrases = 8", "form.phrases"),
        ("[harmony]", "[harmony", "line"),
    ],
)
def test_a_bad_style_file_is_named_with_the_entry_that_is_wrong(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(StyleError) as caught:
        read_style("waltz.toml", GOOD.replace(old, new))
    assert str(caught.value).startswith("waltz.toml: ")
    assert said in str(caught.value)


def test_a_style_with_an_unknown_voice_or_genre_is_refused() -> None:
    for old, new in (('"glockenspiel"', '"glockenspeel"'), ('"waltz", "musical"', '"waltzer", "musical"')):
        style = read_style("waltz.toml", GOOD.replace(old, new))
        with pytest.raises(StyleError, match=new.split(",")[0].strip('"')):
            Arranger(catalog(), StyleBook((style,)), Timbres(catalog()))


def test_two_styles_for_one_genre_are_refused() -> None:
    style = read_style("waltz.toml", GOOD)
    with pytest.raises(StyleError, match="waltz is served"):
        StyleBook((style, style.model_copy(update={"id": "other"})))


def _palette(style: Style) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((part.role, part.voices) for part in style.part)
