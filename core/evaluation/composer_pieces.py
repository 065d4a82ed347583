"""Pieces to judge the composer by: made and listened to in worker processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt

from core.audio.mastering import Mastering, Target
from core.brief import Brief, Key
from core.catalog import Catalog
from core.engines.composer.arranger import Arranger
from core.engines.composer.instrument import Timbres
from core.engines.composer.sound.player import Player
from core.engines.composer.sound.soundfont import SoundFiles
from core.engines.composer.style import StyleBook
from core.evaluation.balance import Balance, balance
from core.evaluation.descriptors import describe
from core.evaluation.identity import Fingerprint, fingerprint
from core.evaluation.listening import Heard, listen, mono_of
from core.evaluation.melodies import Tune, tune_of
from core.evaluation.seam import Seam, seam
from core.evaluation.theory import Theory, theory

Doubles = npt.NDArray[np.float64]

SONG_SECONDS = 60.0
"""How long a piece is whose tune is compared with real ones."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A piece to make. `stems` and `loop` say what besides is to be looked at, `glance` that only its style is."""

    style: str
    genre: str
    valence: float
    arousal: float
    seed: int
    seconds: float
    stems: bool = False
    loop: bool = False
    glance: bool = False

    def brief(self) -> Brief:
        return Brief(
            genres=(self.genre,), valence=self.valence, arousal=self.arousal, seed=self.seed, duration=self.seconds,
            loop=self.loop,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Described:
    """A piece in the numbers that its style is told from, see `descriptors`."""

    wish: Wish
    descriptors: Doubles


@dataclass(frozen=True, slots=True)
class Judged(Described):
    """A piece as it was meant (from its score), as it was heard, and as it measures."""

    bpm: float
    key: Key
    bar_seconds: float
    crest: float
    theory: Theory
    fingerprint: Fingerprint
    heard: Heard
    balance: Balance | None
    seam: Seam | None


class Judge:
    """Composes, plays, masters and listens."""

    def __init__(self) -> None:
        """Raises EngineUnavailable when FluidSynth, a soundfont or librosa is missing."""
        catalog = Catalog.load()
        self._arranger = Arranger(catalog, StyleBook.read(), Timbres(catalog))
        self._player = Player(SoundFiles.find())

    def judge(self, wish: Wish) -> Described:
        """Look at a piece: at all of it, unless a glance is enough."""
        score = self._arranger.compose(wish.brief())
        recording = self._player.render(score, stems=wish.stems)
        master = Mastering(recording.mix, loop=wish.loop).to(Target(crest=score.master.crest))
        descriptors = describe(mono_of(master))
        if wish.glance:
            return Described(wish, descriptors)
        bar = score.meter[0] * 60.0 / score.tempo[0].bpm
        return Judged(
            wish=wish,
            descriptors=descriptors,
            bpm=score.tempo[0].bpm,
            key=Key.parse(score.key),
            bar_seconds=bar,
            crest=score.master.crest,
            theory=theory(score),
            fingerprint=fingerprint(score),
            heard=listen(master),
            balance=balance(master, recording.mix, recording.stems) if wish.stems else None,
            seam=seam(master, bar) if wish.loop else None,
        )


def judged(wishes: Sequence[Wish], workers: int) -> Iterator[Described]:
    """Every wish judged, in the order in which they are done.

    The first is judged alone: numba, which librosa compiles itself with, corrupts its cache and crashes when several
    processes fill it at once (numba/numba#10128).
    """
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        if wishes:
            yield pool.submit(_judge, wishes[0]).result()
        for done in as_completed([pool.submit(_judge, wish) for wish in wishes[1:]]):
            yield done.result()


@cache
def _judge_here() -> Judge:
    """One judge per worker process, as soundfonts take long to load."""
    return Judge()


def _judge(wish: Wish) -> Described:
    return _judge_here().judge(wish)


def tunes(genres: Sequence[str], seeds: Sequence[int]) -> list[Tune]:
    """The tunes of pieces at rest, as long as songs are: one that is cut short has no time to come back to itself."""
    catalog = Catalog.load()
    arranger = Arranger(catalog, StyleBook.read(), Timbres(catalog))
    briefs = (Brief(genres=(genre,), seed=seed, duration=SONG_SECONDS) for genre in genres for seed in seeds)
    scores = (arranger.compose(brief) for brief in briefs)
    leads = (next((part for part in score.parts if part.role == "lead"), None) for score in scores)
    return [tune_of(lead) for lead in leads if lead is not None]
