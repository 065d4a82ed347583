"""`textunes evaluate style`: trains a small MusicGen-Style on composed music and measures whether it takes after it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.engines.musicgen.batcher import Batcher, Finished, Job
from core.engines.musicgen.decoder import Condition, Decoder
from core.engines.musicgen.sampling import Sampling
from core.evaluation.report import Figure, OnProgress, Report, Target
from core.evaluation.style.course import EXCERPT, WINDOW, Learned, invert, mood_states, train
from core.evaluation.style.material import ASKED, KNOWN, LEARNED, Material, Song, material
from core.evaluation.style.neighbours import Doubles, described, knn_common, nearest_is_itself, same_family
from core.evaluation.style.small_model import CONFIG, STREAMS, SmallModel
from core.evaluation.style.tokens import Tokens, fitted

TIMES = 2
"""Pieces that are made from each reference."""
RESAMPLED = 500
"""Draws of references by which the error of the rank correlation is told."""
SLOTS = 32
TEXT_WEIGHT = 2.0
ORDINARY = Sampling()


@dataclass(frozen=True, slots=True)
class Bank:
    """Excerpts of the songs that references and outputs are compared with: vectors, families and source songs."""

    vectors: Doubles
    families: tuple[str, ...]
    songs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A reference: its excerpt and the rest of its song as codes, its family and its mood."""

    excerpt: Tensor
    song: Tensor
    family: str
    mood: str


def evaluate_style(
    *,
    on_progress: OnProgress = lambda _fraction, _stage: None,
    folder: Path | None = None,
    steps: int = 500,
    seed: int = 0,
    pieces: tuple[int, int, int] = (LEARNED, ASKED, KNOWN),
) -> Report:
    """Train, ask and compare. `folder` keeps the composed music for another time.

    Raises:
        EngineUnavailable: FluidSynth or its soundfont cannot be used.
    """
    with tempfile.TemporaryDirectory() as scratch:
        songs = material(folder or Path(scratch), lambda done: on_progress(0.3 * done, "compose"), pieces)
    tokens = fitted([song.samples for song in songs.learned], seed)
    learned = [Learned(_codes(tokens, song), song.mood) for song in songs.learned]
    with_style, without = SmallModel(seed), SmallModel(seed)
    losses = {
        "with_style": train(
            with_style, learned, steps=steps, seed=seed, with_style=True,
            on_progress=lambda done: on_progress(0.3 + 0.3 * done, "train"),
        ),
        "no_style": train(
            without, learned, steps=steps, seed=seed, with_style=False,
            on_progress=lambda done: on_progress(0.6 + 0.2 * done, "train the baseline"),
        ),
    }  # fmt: skip
    asked = [_asked(tokens, song) for song in songs.asked]
    bank = _bank(tokens, songs)
    study = Study(tokens, asked, bank, seed)
    on_progress(0.8, "ask")
    figures = [Figure(name=f"loss.{name}", value=loss, unit="nat") for name, loss in losses.items()]
    figures += study.figures(with_style, without, steps=max(20, steps // 5))
    on_progress(1.0, "done")
    return Report(
        "Style: does music take after a recording?",
        tuple(figures),
        (
            f"{len(songs.learned)} composed songs of {len(set(bank.families))} styles learned from, "
            f"{len(asked)} held-out references, {TIMES} pieces from each, seed {seed}, {steps} steps",
            "tokens are quantised log-mel frames, the text is a mood only, the model has half a million weights: "
            "this shows that the method works as built, not how the published model sounds",
        ),
    )


class Study:
    """Asks models for pieces, and compares these with the references and with other songs."""

    def __init__(self, tokens: Tokens, asked: Sequence[Asked], bank: Bank, seed: int) -> None:
        self._tokens = tokens
        self._asked = asked
        self._bank = bank
        self._seed = seed
        self._texts = mood_states()

    def figures(self, with_style: SmallModel, without: SmallModel, steps: int) -> list[Figure]:
        """Every way of asking, with the three measures of each."""
        styled, plain = with_style.served(), without.served()
        nothing = torch.zeros(0, CONFIG.text_size)
        words = invert(without, [each.song for each in self._asked], steps=steps, seed=self._seed)
        made: dict[str, list[Tensor]] = {}
        for streams in range(1, STREAMS + 1):

            def like(each: Asked, streams: int = streams) -> Condition:
                return styled.condition(nothing, style=with_style.heard(each.excerpt, streams))

            made[f"style_q{streams}"] = self._made(styled, like)

        def both(each: Asked) -> Condition:
            return styled.condition(self._texts[each.mood], style=with_style.heard(each.excerpt, 3))

        made["style_and_text_q3"] = self._made(styled, both, Sampling(text_weight=TEXT_WEIGHT))
        made["text_only"] = self._made(styled, lambda each: styled.condition(self._texts[each.mood]))
        made["no_style_model"] = self._made(plain, lambda each: plain.condition(self._texts[each.mood]))
        inverted = {id(each): word for each, word in zip(self._asked, words, strict=True)}
        made["textual_inversion"] = self._made(plain, lambda each: plain.condition(inverted[id(each)]))
        made["continuation"] = self._made(
            plain, lambda each: plain.condition(self._texts[each.mood]), prompt=lambda each: each.excerpt
        )
        made["same_song"] = [each.song[:, -WINDOW:] for each in self._asked for _ in range(TIMES)]
        text_only = float(self._families(made["text_only"]).mean())
        found = []
        for name, codes in made.items():
            found += self._measured(name, codes, above=text_only if name.startswith("style_q") else None)
        levels = np.stack([self._families(made[f"style_q{streams}"]) for streams in range(1, STREAMS + 1)])
        correlation, error = rise(levels, self._seed)
        target = Target("at least", 0.5)
        found.append(Figure(name="family.rises_with_q", value=correlation, target=target, note=f"± {error:.2f}"))
        return found

    def _measured(self, name: str, codes: Sequence[Tensor], above: float | None) -> list[Figure]:
        outputs, references = self._vectors(codes), self._references
        bank = self._bank
        families = self._families(codes)
        target = None if above is None else Target("at least", round(above, 3))
        note = f"± {families.std() / len(families) ** 0.5:.3f}; same style among 5 nearest"
        return [
            Figure(name=f"family.{name}", value=float(families.mean()), target=target, note=note),
            Figure(name=f"knn_common.{name}", value=knn_common(outputs, references, bank.vectors, bank.songs)),
            Figure(name=f"is_itself.{name}", value=nearest_is_itself(outputs, references, bank.vectors)),
        ]

    def _families(self, codes: Sequence[Tensor]) -> Doubles:
        """For each reference the share of the neighbours of what was made from it that are of its style."""
        families = [each.family for each in self._asked for _ in range(TIMES)]
        shares = same_family(self._vectors(codes), families, self._bank.vectors, self._bank.families)
        by_reference: Doubles = shares.reshape(len(self._asked), TIMES).mean(axis=1)
        return by_reference

    @property
    def _references(self) -> Doubles:
        return self._vectors([each.excerpt for each in self._asked for _ in range(TIMES)])

    def _vectors(self, codes: Sequence[Tensor]) -> Doubles:
        return np.stack([described(self._tokens.decode(each.numpy())) for each in codes])

    def _made(
        self,
        decoder: Decoder,
        condition: Callable[[Asked], Condition],
        sampling: Sampling = ORDINARY,
        prompt: Callable[[Asked], Tensor] | None = None,
    ) -> list[Tensor]:
        """`TIMES` pieces for each reference, in one batch after another; of a continuation only what was added."""
        before = 0 if prompt is None else EXCERPT
        batcher = Batcher(decoder, SLOTS, 2 * WINDOW + EXCERPT)
        for index, each in enumerate(self._asked):
            given = None if prompt is None else prompt(each)
            for time in range(TIMES):
                seed = self._seed + 1000 * index + time
                batcher.add(Job(f"{index}.{time}", condition(each), before + WINDOW, sampling, seed, given))
        finished: dict[str, Tensor] = {}
        while not batcher.idle:
            finished |= {update.id: update.codes for update in batcher.step() if isinstance(update, Finished)}
        names = [f"{index}.{time}" for index in range(len(self._asked)) for time in range(TIMES)]
        return [finished[name][:, before:] for name in names]


def rise(levels: Doubles, seed: int) -> tuple[float, float]:
    """How steadily the means of levels (streams, references) rise, as a rank correlation, and its error.

    The error is the spread over sets of references drawn anew with repetition (Efron 1979).
    """
    dice = np.random.default_rng(seed)
    count = levels.shape[1]
    drawn = [levels[:, dice.integers(count, size=count)].mean(axis=1) for _ in range(RESAMPLED)]
    spread = np.std([rank_correlation(means) for means in drawn])
    return rank_correlation(levels.mean(axis=1)), float(spread)


def rank_correlation(values: Sequence[float] | Doubles) -> float:
    """Spearman's: 1 where values rise all the way, -1 where they fall."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return float(np.corrcoef(ranks, np.arange(len(values)))[0, 1])


def _codes(tokens: Tokens, song: Song) -> Tensor:
    return torch.from_numpy(tokens.encode(song.samples))


def _asked(tokens: Tokens, song: Song) -> Asked:
    codes = _codes(tokens, song)
    return Asked(codes[:, :EXCERPT], codes, song.family, song.mood)


def _bank(tokens: Tokens, songs: Material) -> Bank:
    vectors, families, sources = [], [], []
    for number, song in enumerate([*songs.learned, *songs.known]):
        frames = tokens.decode(tokens.encode(song.samples))
        for start in range(0, len(frames) - WINDOW + 1, WINDOW):
            vectors.append(described(frames[start : start + WINDOW]))
            families.append(song.family)
            sources.append(number)
    return Bank(np.stack(vectors), tuple(families), tuple(sources))
