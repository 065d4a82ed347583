"""Judging: what an editor predicts on pairs that it was not taught with, and how what it makes sounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from core.audio.clip import Samples
from core.engines.musicgen.adapters import Hearing
from core.engines.musicgen.batcher import Batcher, Finished, Job
from core.engines.musicgen.cache import positions_for
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.editing.fusion import AudioFusion, Fusion
from core.engines.musicgen.editing.text_fusion import TextFusion
from core.engines.musicgen.editing.training import Lesson, next_token_loss, targets
from core.engines.musicgen.editing.weights import EditingWeights
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.sampling import Sampling
from core.evaluation.editing.codec import SmallCodec
from core.evaluation.editing.course import Piece, batch_of
from core.evaluation.editing.pairs import EditPair
from core.evaluation.metrics.separation import si_sdr

BATCH = 16
LIKELIEST = Sampling(temperature=0.0, guidance=3.0)


@dataclass(frozen=True, slots=True)
class Prediction:
    """Over held-out pairs: next-token loss in nats, and the share of tokens whose likeliest guess is right."""

    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Separated:
    """SI-SDR in dB against what was wanted: of the recording `before`, and turned down as it was `edited`.

    The `ceiling` is an oracle's, which knows the codes of what was wanted.
    """

    action: str
    instrument: str
    before: float
    edited: float
    ceiling: float


def predicted(lesson: Lesson, pieces: Sequence[Piece], weights: EditingWeights | None) -> Prediction:
    editor = None if weights is None else weights.tensors
    losses, right, count = [], 0, 0
    with torch.inference_mode():
        for start in range(0, len(pieces), BATCH):
            some = pieces[start : start + BATCH]
            codes, texts, heard = batch_of(lesson.config, dict(lesson.own), some)
            logits = lesson.predict(codes, texts, editor, heard)
            wanted = targets(codes, lesson.config)
            known = wanted != lesson.config.start
            losses.append(float(next_token_loss(logits, codes, lesson.config).mean()) * len(some))
            right += int((logits.argmax(-1) == wanted)[known].sum())
            count += int(known.sum())
    return Prediction(sum(losses) / len(pieces), right / count)


def edited(
    lesson: Lesson,
    weights: EditingWeights,
    pieces: Sequence[Piece],
    sampling: Sampling,
    on_share: Callable[[float], None] = lambda _: None,
    *,
    through: Callable[[Fusion], Hearing] = lambda fusion: fusion,
) -> list[Tensor]:
    """Codes of each piece, made by the engine's own decoder and batcher under what it hears and reads."""
    decoder = Decoder(lesson.config, lesson.own, Kernels("fp32", torch.device("cpu")))
    hears, reads = AudioFusion(decoder, weights), TextFusion.of(decoder, weights)
    frames = pieces[0].codes.shape[1]
    batcher = Batcher(decoder, BATCH, positions_for(lesson.config))
    for number, piece in enumerate(pieces):
        if piece.heard is None:
            raise ValueError("there is nothing to edit")
        condition = decoder.condition(piece.text, reading=reads)
        condition = replace(condition, hearing=through(hears.of(piece.heard)))
        batcher.add(Job(str(number), condition, frames, sampling, seed=number))
    made: dict[str, Tensor] = {}
    while not batcher.idle:
        for update in batcher.step():
            if isinstance(update, Finished):
                made[update.id] = update.codes
                on_share(len(made) / len(pieces))
    return [made[str(number)] for number in range(len(pieces))]


@dataclass(frozen=True, slots=True)
class Watched:
    """A fusion whose attention is noted: for each layer the share (heads,) that goes to the frame being predicted."""

    fusion: Fusion
    shares: list[list[Tensor]] = field(default_factory=list)

    def add(self, layer: int, query: Tensor, attended: Tensor, at: Tensor) -> None:
        frame = at.clamp(max=self.fusion.frames - 1)
        asked = query.transpose(0, 1) + self.fusion.queries[layer][:, frame]
        attention = (asked @ self.fusion.keys[layer].mT / asked.shape[-1] ** 0.5).softmax(-1)
        self.shares[layer].append(attention[:, torch.arange(len(frame)), frame].mean(1))
        self.fusion.add(layer, query, attended, at)


def alignment(lesson: Lesson, weights: EditingWeights, pieces: Sequence[Piece]) -> float:
    """The share of its attention that the best head of all layers gives to the very frame that is predicted."""
    shares: list[list[Tensor]] = [[] for _ in range(lesson.config.layers)]
    edited(lesson, weights, pieces, LIKELIEST, through=lambda fusion: Watched(fusion, shares))
    return max(float(torch.stack(layer).mean(0).max()) for layer in shares)


def separated(codec: SmallCodec, pairs: Sequence[EditPair], made: Sequence[Tensor]) -> list[Separated]:
    """Pairs in which something was removed or extracted. What is added may be played in many good ways."""
    found = []
    for pair, codes in zip(pairs, made, strict=True):
        if pair.action == "add":
            continue
        wanted = pair.after

        def against(sound: Samples, wanted: Samples = wanted) -> float:
            return si_sdr(sound, wanted)

        found.append(
            Separated(
                pair.action,
                pair.instrument,
                before=against(pair.before),
                edited=against(codec.masked(pair.before, np.asarray(codes.numpy(), np.int64))),
                ceiling=against(codec.masked(pair.before, codec.encode(wanted))),
            )
        )
    return found
