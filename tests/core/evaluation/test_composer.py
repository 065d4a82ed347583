import numpy as np
import pytest

from core.engines.composer.style import StyleBook
from core.errors import PersonError
from core.evaluation import composer
from core.evaluation.composer import Extent, evaluate_composer, wishes_for
from core.evaluation.composer_pieces import Judge, Wish, tunes
from core.evaluation.melodies import Tune, statistics

TINY = Extent((-0.8, 0.0, 0.8), (0.0, 0.8), (1, 2), seconds=6.0, loop_seconds=6.0, loop_seeds=(1,), styled=(3, 4))


def in_this_process(wishes, workers):  # noqa: ARG001
    judge = Judge()
    return (judge.judge(wish) for wish in wishes)


@pytest.fixture
def _quick(monkeypatch, sound_files):  # noqa: ARG001
    """The evaluation in this process, on one style and with one tune for a corpus."""
    monkeypatch.setattr(composer, "judged", in_this_process)
    monkeypatch.setattr(composer, "kept_tunes", lambda: [Tune((60, 62, 64) * 5, (1.0,) * 14)])


def test_a_cross_of_moods_for_every_style_and_seed():
    styles = tuple(StyleBook.read())[:2]
    wishes = list(wishes_for(styles, TINY))
    assert len(wishes) == 2 * (5 + 3 + 4 + 1)
    assert len(set(wishes)) == len(wishes)
    assert sum(wish.loop for wish in wishes) == 2
    assert all(wish.valence == 0 or wish.arousal == 0 for wish in wishes)
    assert all(wish.stems for wish in wishes if wish.valence == wish.arousal == 0 and not wish.loop and not wish.glance)


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("_quick")
def test_the_whole_evaluation_reports_every_figure_and_draws(tmp_path):
    told = []
    report = evaluate_composer(
        lambda fraction, _: told.append(fraction), plots=tmp_path, extent=TINY, styles=("lofi", "jazz")
    )
    names = {figure.name.split(".")[0] for figure in report.figures}
    assert names == {"tempo", "key", "mood", "style", "variety", "theory", "loop", "mix", "melody"}
    assert all(np.isfinite(figure.value) for figure in report.figures)
    assert told == sorted(told)
    assert len(report.pictures) == 6
    assert all(picture.stat().st_size > 5000 for picture in report.pictures)
    assert report.as_json()["mix"]["loudness_error"] < 0.5


def test_an_unknown_style_is_answered_with_those_there_are():
    with pytest.raises(PersonError, match="korean_traditional"):
        evaluate_composer(styles=("polka",))


def test_a_wish_becomes_a_brief():
    brief = Wish("jazz", "jazz", 0.5, -0.5, 3, 12.0, loop=True).brief()
    assert (brief.genres, brief.valence, brief.arousal, brief.seed, brief.loop) == (("jazz",), 0.5, -0.5, 3, True)


def test_a_song_of_each_style_and_seed_is_compared_with_real_tunes():
    songs = tunes(["jazz", "waltz"], seeds=(1, 2))
    assert len({song.pitches for song in songs}) == len(songs) == 4
    assert statistics(songs).repetition > 0.15
